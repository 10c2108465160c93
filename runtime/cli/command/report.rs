//! `apinb report merge`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use apinb_files::bounded;
use apinb_files::spool::Spool;
use apinb_record::contract::coverage::Measure;
use apinb_record::contract::merge::merged_by;
use apinb_record::run::{NotebookRecord, Notebooks, RunRecord, ShardRecord, Summary, VERSION};
use apinb_record::run_reader::{self, RunHead, RunReadError};
use apinb_report::ReportKind;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::plural::pluralize;
use apinb_text::io_error;

use crate::cli::arguments::{MergeArguments, ReportCommand};
use crate::cli::coverage::{CoverageMinimum, is_reached};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::jobs::outputs::InputFiles;
use crate::cli::jobs::reports::{Target, reports};
use crate::cli::sarif::write_run;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::run::GENERATOR;

/// Why reports cannot be merged.
#[derive(Debug, thiserror::Error)]
enum MergeProblem {
    #[error("`{path}` is not a JSON report of a run{}: {cause}", at(.cause))]
    Report { path: String, cause: RunReadError },
    #[error("cannot read `{path}`: {}", io_error::text(.cause))]
    Unreadable { path: String, cause: io::Error },
    #[error("stdin can be read only once")]
    StdinTwice,
    #[error("`{first}` and `{second}` both have {what}")]
    Twice { what: String, first: String, second: String },
}

/// ` (line 3, column 5)`.
fn at(error: &RunReadError) -> String {
    match error {
        RunReadError::Invalid { line, column, .. } => format!(" (line {line}, column {column})"),
        _ => String::new(),
    }
}

impl Diagnostic for MergeProblem {
    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Report { cause: RunReadError::Version(_), .. } => {
                "Merge reports with the version of apinb that wrote them.".to_owned()
            }
            Self::Report { .. } => "Write the report with `apinb run --report json=FILE`.".to_owned(),
            Self::Unreadable { .. } | Self::StdinTwice => return None,
            Self::Twice { .. } => "Merge the reports of different shards of one run.".to_owned(),
        })
    }
}

pub(in crate::cli) fn report(command: &ReportCommand, streams: Streams) -> Result<Exit, Failure> {
    let ReportCommand::Merge(arguments) = command;
    merge(arguments, streams)
}

fn merge(arguments: &MergeArguments, streams: Streams) -> Result<Exit, Failure> {
    let minimum = CoverageMinimum::of_flag(arguments.coverage_min.as_deref())?;
    let reports = reports(&arguments.report, false, &ReportKind::ALL).map_err(Failure::all_unusable)?;
    let named = arguments.files.iter().filter(|file| *file != "-").map(PathBuf::from);
    let inputs = InputFiles::new(&[], named);
    let checked = reports.iter().filter_map(|report| report.output(arguments.force)?.check(&inputs).err());
    let problems: Vec<UsageProblem> = checked.collect();
    if !problems.is_empty() {
        return Err(Failure::all_unusable(problems));
    }
    let mut parts: Vec<Part> = Vec::new();
    for file in &arguments.files {
        if file == "-" && parts.iter().any(|part| part.file == "-") {
            return Err(Failure::unusable(MergeProblem::StdinTwice));
        }
        parts.push(Part::read(file).map_err(Failure::unusable)?);
    }
    for warning in order_shards(&mut parts).map_err(Failure::unusable)? {
        streams.stderr.write(&format!("warning: {warning}\n"))?;
    }
    check_names(&parts).map_err(Failure::unusable)?;
    let count = parts.len();
    let record = merged(parts);
    let is_taken = reports.iter().any(|report| report.target == Target::Stdout);
    let out = if is_taken { streams.stderr } else { streams.stdout };
    let Summary { cells, passed, failed, skipped, calls } = record.summary;
    out.write(&format!(
        "{}: {}, {}: {passed} passed, {failed} failed, {skipped} skipped; {}\n",
        pluralize(count, "report"),
        pluralize(record.notebooks.count(), "notebook"),
        pluralize(cells, "cell"),
        pluralize(calls, "call")
    ))?;
    let coverage = record.contract.as_ref().map(|contract| contract.coverage.as_slice()).unwrap_or_default();
    for definition in coverage {
        out.write(&apinb_report::coverage::line(definition, Measure::Called, out.width(), out.color))?;
    }
    let problems = write_run(&record, &reports, (&inputs, arguments.force), streams)?;
    if !problems.is_empty() {
        return Err(Failure::all_unusable(problems));
    }
    let is_covered = is_reached(minimum.as_ref(), coverage, Measure::Called, streams)?;
    Ok(if is_covered { Exit::Passed } else { Exit::Failed })
}

/// A report that was read.
struct Part {
    file: String,
    head: RunHead,
    notebooks: Spool,
    names: Vec<String>,
}

impl Part {
    fn read(file: &str) -> Result<Self, MergeProblem> {
        let (mut notebooks, mut names) = (Spool::default(), Vec::new());
        let mut visit = |notebook: NotebookRecord| {
            names.push(notebook.name());
            notebooks.push(&serde_json::to_vec(&notebook)?)
        };
        let read = match file {
            "-" => run_reader::read(io::stdin().lock(), &mut visit),
            path => match bounded::reader(Path::new(path)) {
                Ok(source) => run_reader::read(source, &mut visit),
                Err(cause) => Err(RunReadError::Io(cause)),
            },
        };
        let file = file.to_owned();
        match read {
            Ok(head) => Ok(Self { file, head, notebooks, names }),
            Err(RunReadError::Io(cause)) => Err(MergeProblem::Unreadable { path: file, cause }),
            Err(cause) => Err(MergeProblem::Report { path: file, cause }),
        }
    }
}

/// Sorts the shards of one run; warns about those that are missing.
fn order_shards(parts: &mut [Part]) -> Result<Vec<String>, MergeProblem> {
    let shards: Vec<ShardRecord> = parts.iter().filter_map(|part| part.head.shard).collect();
    let Some(count) = count_of(parts) else { return Ok(Vec::new()) };
    parts.sort_by_key(|part| part.head.shard.map_or(0, |shard| shard.number));
    for pair in parts.windows(2) {
        if let [first, second] = pair
            && let (Some(one), Some(other)) = (first.head.shard, second.head.shard)
            && one.number == other.number
        {
            let what = format!("shard {}/{count}", one.number);
            return Err(MergeProblem::Twice { what, first: first.file.clone(), second: second.file.clone() });
        }
    }
    let known: BTreeSet<usize> = shards.iter().map(|shard| shard.number).collect();
    let missing = (1..=count).filter(|number| !known.contains(number));
    Ok(missing.take(10).map(|number| format!("shard {number}/{count} is missing")).collect())
}

/// The number of shards, if all reports are those of shards of one run.
fn count_of(parts: &[Part]) -> Option<usize> {
    let first = parts.first()?.head.shard?;
    parts.iter().all(|part| part.head.shard.is_some_and(|shard| shard.count == first.count)).then_some(first.count)
}

/// No notebook may be in two reports.
fn check_names(parts: &[Part]) -> Result<(), MergeProblem> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, part) in parts.iter().enumerate() {
        for name in &part.names {
            let first = *known.entry(name).or_insert(at);
            if let Some(first) = parts.get(first).filter(|_| first != at) {
                let what = format!("`{name}`");
                return Err(MergeProblem::Twice { what, first: first.file.clone(), second: part.file.clone() });
            }
        }
    }
    Ok(())
}

/// The places of the notebooks: the part, and the index there. Shards have every N-th notebook of a run.
fn places(parts: &[Part]) -> Vec<(usize, usize)> {
    if count_of(parts).is_none() {
        let of = |(part, one): (usize, &Part)| (0..one.names.len()).map(move |index| (part, index));
        return parts.iter().enumerate().flat_map(of).collect();
    }
    let longest = parts.iter().map(|part| part.names.len()).max().unwrap_or_default();
    let row = |index: usize| parts.iter().enumerate().filter(move |(_, part)| index < part.names.len());
    (0..longest).flat_map(|index| row(index).map(move |(part, _)| (part, index))).collect()
}

fn merged(parts: Vec<Part>) -> RunRecord {
    let order = places(&parts);
    let names = order.iter().filter_map(|(part, index)| parts.get(*part)?.names.get(*index));
    let by_name: HashMap<String, usize> = names.enumerate().map(|(place, name)| (name.clone(), place)).collect();
    let mut record = RunRecord {
        version: VERSION,
        generator: GENERATOR.to_owned(),
        started: String::new(),
        milliseconds: 0.0,
        notebooks: Box::new(Vec::new()),
        skipped_files: Vec::new(),
        summary: Summary::default(),
        shard: None,
        contract: None,
    };
    let mut skipped = HashSet::new();
    let (mut spools, mut contracts) = (Vec::new(), Vec::new());
    for Part { head, notebooks, .. } in parts {
        let RunHead { started, milliseconds, skipped_files, summary, shard: _, contract } = head;
        if record.started.is_empty() || started < record.started {
            record.started = started;
        }
        record.milliseconds = record.milliseconds.max(milliseconds);
        record.summary += summary;
        record.skipped_files.extend(skipped_files.into_iter().filter(|file| skipped.insert(file.path.clone())));
        contracts.extend(contract);
        spools.push(notebooks);
    }
    record.contract = merged_by(contracts, |name| by_name.get(name).copied().unwrap_or(usize::MAX));
    record.notebooks = Box::new(MergedNotebooks { spools, order });
    record
}

/// The notebooks of all reports, in order.
struct MergedNotebooks {
    spools: Vec<Spool>,
    order: Vec<(usize, usize)>,
}

impl Notebooks for MergedNotebooks {
    fn count(&self) -> usize {
        self.order.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()> {
        for (part, index) in &self.order {
            let Some(spool) = self.spools.get(*part) else { continue };
            if let Some(bytes) = spool.get(*index)? {
                visit(&serde_json::from_slice(&bytes)?)?;
            }
        }
        Ok(())
    }
}
