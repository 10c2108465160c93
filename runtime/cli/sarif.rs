//! SARIF logs: their rules, the root of their URIs, and where those of commands that run nothing go.

use std::io;
use std::path::{Path, PathBuf};

use apinb_check::rules;
use apinb_project::reading::project::Project;
use apinb_record::contract::coverage::DefinitionCoverage;
use apinb_record::rule::RuleRecord;
use apinb_record::run::RunRecord;
use apinb_report::sarif::{Context, FileUri, Log};
use apinb_report::{CoverageForm, ReportKind};
use url::Url;

use super::arguments::ReportArguments;
use super::failure::Failure;
use super::github::real;
use super::jobs::outputs::InputFiles;
use super::jobs::reports::{Report, Target, reports};
use super::lines::Lines;
use super::settings::job::here;
use super::settings::problem::UsageProblem;
use super::streams::{Stream, Streams};
use crate::run::GENERATOR;

/// The reports of commands that count coverage.
pub(super) const WITH_COVERAGE: [ReportKind; 2] = [ReportKind::Coverage(CoverageForm::Json), ReportKind::Sarif];

/// What logs need beside their diagnostics.
pub(super) struct Sarif {
    rules: Vec<RuleRecord>,
    /// The top of the project of the working directory, else that directory.
    root: Option<Url>,
}

impl Sarif {
    /// # Errors
    /// If there is no working directory.
    pub(super) fn new() -> Result<Self, Failure> {
        let here = here()?;
        let root = Project::of(&here).root().map_or(here, Path::to_owned);
        let root = real(&root).and_then(|root| Url::from_directory_path(root).ok());
        Ok(Self { rules: rules::all().map(RuleRecord::from).collect(), root })
    }

    pub(super) fn context<R>(&self, use_it: impl FnOnce(Context<'_>) -> R) -> R {
        let uri = |file: &str| self.uri(file);
        use_it(Context { rules: &self.rules, root: self.root.as_ref().map(Url::as_str), uri: &uri })
    }

    fn uri(&self, file: &str) -> Option<FileUri> {
        // Not a file, such as `<stdin>`.
        if file.is_empty() || file.starts_with('<') {
            return None;
        }
        if let Ok(url) = Url::parse(file)
            && matches!(url.scheme(), "http" | "https")
        {
            return Some(FileUri { text: url.into(), is_relative: false });
        }
        let path = std::path::absolute(file).ok()?;
        let url = Url::from_file_path(real(&path).unwrap_or(path)).ok()?;
        let below = self.root.as_ref().and_then(|root| url.as_str().strip_prefix(root.as_str()));
        Some(match below {
            Some(below) => FileUri { text: below.to_owned(), is_relative: true },
            None => FileUri { text: url.into(), is_relative: false },
        })
    }
}

/// The reports of a command that finds diagnostics and runs nothing.
pub(super) struct FindingReports {
    reports: Vec<Report>,
    read: InputFiles,
    force: bool,
}

impl FindingReports {
    /// `read`: the files that the command reads, which no report replaces. `json`: stdout has something else. `kinds`:
    /// SARIF, and coverage if the command has it.
    ///
    /// # Errors
    /// All that is wrong with the reports.
    pub(super) fn new(
        arguments: &ReportArguments,
        json: bool,
        kinds: &[ReportKind],
        read: InputFiles,
    ) -> Result<Self, Failure> {
        let reports = reports(&arguments.report, json, kinds).map_err(Failure::all_unusable)?;
        let checked = reports.iter().filter_map(|report| report.output(arguments.force)?.check(&read).err());
        let problems: Vec<_> = checked.collect();
        if problems.is_empty() {
            Ok(Self { reports, read, force: arguments.force })
        } else {
            Err(Failure::all_unusable(problems))
        }
    }

    /// The stream for people: stderr if a report is on stdout.
    pub(super) fn text(&self, streams: Streams) -> Stream {
        let is_taken = self.reports.iter().any(|report| report.target == Target::Stdout);
        if is_taken { streams.stderr } else { streams.stdout }
    }

    /// Whether a report has the coverage of definitions.
    pub(super) fn have_coverage(&self) -> bool {
        self.reports.iter().any(|report| matches!(report.kind, ReportKind::Coverage(_)))
    }

    /// Writes the reports of the diagnostics that `add` adds, and of the coverage.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn write(
        &self,
        streams: Streams,
        coverage: &[DefinitionCoverage],
        add: impl FnOnce(&mut Log<'_>),
    ) -> Result<(), Failure> {
        if self.reports.is_empty() {
            return Ok(());
        }
        Sarif::new()?.context(|context| {
            let mut log = Log::new(GENERATOR, context);
            add(&mut log);
            let mut problems = Vec::new();
            for report in &self.reports {
                let content = |out: &mut dyn io::Write| match report.kind {
                    ReportKind::Coverage(form) => form.write(GENERATOR, coverage, out),
                    _ => log.write(out),
                };
                match report.output(self.force) {
                    Some(output) => problems.extend(output.write(&self.read, content).err()),
                    None => to_stdout(content, report.kind, streams)?,
                }
            }
            if problems.is_empty() { Ok(()) } else { Err(Failure::all_unusable(problems)) }
        })
    }
}

/// Writes the reports of a run; the problems of those that cannot be written.
///
/// # Errors
/// Those of writing to stdout.
pub(super) fn write_run(
    record: &RunRecord,
    reports: &[Report],
    (read, force): (&InputFiles, bool),
    streams: Streams,
) -> Result<Vec<UsageProblem>, Failure> {
    let sarif = Sarif::new()?;
    let mut problems = Vec::new();
    for report in reports {
        let content = |out: &mut dyn io::Write| sarif.context(|context| report.kind.write(record, context, out));
        match report.output(force) {
            Some(output) => problems.extend(output.write(read, content).err()),
            None => to_stdout(content, report.kind, streams)?,
        }
    }
    Ok(problems)
}

fn to_stdout(
    content: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    kind: ReportKind,
    streams: Streams,
) -> io::Result<()> {
    let mut lines = Lines::new(streams.stdout, kind.syntax());
    match content(&mut lines).and_then(|()| lines.finish()) {
        // A closed stdout does not change the result.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The files among the places that a command line names.
pub(super) fn files<'p>(places: impl IntoIterator<Item = &'p String>) -> impl Iterator<Item = PathBuf> {
    let places = places.into_iter().filter(|place| !Url::parse(place).is_ok_and(|url| url.has_host()));
    places.map(PathBuf::from).collect::<Vec<_>>().into_iter()
}
