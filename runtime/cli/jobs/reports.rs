//! The reports of a run and their targets: `--report KIND=FILE`.

use std::io;
use std::path::{Path, PathBuf};

use apinb_report::{CoverageForm, ReportKind};
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

use super::outputs::Output;
use crate::cli::settings::problem::UsageProblem;

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub kind: ReportKind,
    pub target: Target,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To stdout, where nothing else goes then.
    Stdout,
    /// To a file.
    File(PathBuf),
}

impl Report {
    /// The file that it goes to, if it goes to one.
    pub(crate) fn output(&self, force: bool) -> Option<Output<'_>> {
        match &self.target {
            Target::File(path) => Some(Output { path, force, is_own: self.kind.marks() }),
            Target::Stdout => None,
        }
    }
}

/// # Errors
/// All diagnostics: a kind that is not one of `kinds`, a folder that isn't there, two reports in one place, a report on stdout if
/// `events` are there.
pub(crate) fn reports(texts: &[String], events: bool, kinds: &[ReportKind]) -> Result<Vec<Report>, Vec<UsageProblem>> {
    let mut problems = Vec::new();
    let mut reports: Vec<Report> = Vec::new();
    for text in texts {
        match report(text, kinds) {
            Ok(report) => match &report.target {
                Target::Stdout if events => problems.push(UsageProblem::StdoutTwice),
                target if !reports.iter().any(|other| is_same(&other.target, target)) => reports.push(report),
                Target::Stdout => problems.push(UsageProblem::Twice { what: "a report on stdout" }),
                Target::File(path) => problems.push(UsageProblem::SameFile { path: path.display().to_string() }),
            },
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(reports) } else { Err(problems) }
}

fn report(text: &str, kinds: &[ReportKind]) -> Result<Report, UsageProblem> {
    let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        let example = if kinds.contains(&ReportKind::Junit) { "junit=report.xml" } else { "sarif=report.sarif" };
        return Err(UsageProblem::NoPair { flag: "report", shape: "KIND=FILE", example });
    };
    let Some(kind) = ReportKind::from_name(name).filter(|kind| kinds.contains(kind)) else {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let meant =
            suggest(name, names.iter().copied()).map(|meant| format!("Did you mean `{meant}`? ")).unwrap_or_default();
        let help = format!("{meant}{}", use_one_of(&names, usize::MAX));
        return Err(UsageProblem::Unfit { value: name.to_owned(), what: "is not a kind of report", help });
    };
    let kind = match kind {
        ReportKind::Coverage(_) => ReportKind::Coverage(CoverageForm::of_file(file).ok_or_else(|| {
            let help = use_one_of(&CoverageForm::ENDINGS.map(|(ending, _)| format!(".{ending}")), usize::MAX);
            UsageProblem::Unfit { value: file.to_owned(), what: "does not say the format of the coverage", help }
        })?),
        kind => kind,
    };
    Ok(Report { kind, target: target(file)? })
}

fn target(file: &str) -> Result<Target, UsageProblem> {
    if file == "-" {
        return Ok(Target::Stdout);
    }
    let path = PathBuf::from(file);
    // A run may take long; it should not end with nowhere to write.
    let problem = |cause: io::Error| UsageProblem::Unwritable { path: file.to_owned(), cause };
    if !std::fs::metadata(folder(&path)).map_err(problem)?.is_dir() {
        return Err(problem(io::ErrorKind::NotADirectory.into()));
    }
    if path.is_dir() {
        return Err(problem(io::ErrorKind::IsADirectory.into()));
    }
    Ok(Target::File(path))
}

fn is_same(one: &Target, other: &Target) -> bool {
    match (one, other) {
        (Target::Stdout, Target::Stdout) => true,
        (Target::File(one), Target::File(other)) => real(one) == real(other),
        (Target::Stdout, Target::File(_)) | (Target::File(_), Target::Stdout) => false,
    }
}

/// The path without symbolic links, of a file that may not be there yet.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (folder(path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    })
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::Diagnostic as _;

    use super::reports;

    fn check(texts: &[&str], expected: &str) {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        let shown = match reports(&texts, false, &super::ReportKind::ALL) {
            Ok(reports) => reports.iter().map(|report| format!("{:?} {:?}; ", report.kind, report.target)).collect(),
            Err(problems) => problems
                .iter()
                .map(|problem| format!("{problem}: {}", problem.help().unwrap_or_default()))
                .collect::<Vec<_>>()
                .join("\n"),
        };
        assert_eq!(shown, expected, "{texts:?}");
    }

    #[test]
    fn a_report_has_a_kind_and_a_writable_destination() {
        check(&["json=-", "junit=r.xml"], "Json Stdout; Junit File(\"r.xml\"); ");
        check(&["json"], "`--report` takes KIND=FILE: Write it as in `--report junit=report.xml`.");
        check(&["json=no/such/folder/x"], "cannot write `no/such/folder/x`: ");
        check(&["json=/"], "cannot write `/`: ");
    }

    #[test]
    fn an_unknown_kind_is_an_error_with_a_suggestion() {
        let there =
            apinb_text::display::quote::use_one_of(&super::ReportKind::ALL.map(super::ReportKind::name), usize::MAX);
        check(&["jsn=x"], &format!("`jsn` is not a kind of report: Did you mean `json`? {there}"));
        check(&["pdf=x"], &format!("`pdf` is not a kind of report: {there}"));
    }

    #[test]
    fn the_format_of_coverage_is_that_of_the_file() {
        check(
            &["coverage=c.html", "coverage=c.info"],
            "Coverage(Html) File(\"c.html\"); Coverage(Lcov) File(\"c.info\"); ",
        );
        check(&["coverage=-"], "Coverage(Json) Stdout; ");
        let help = "Use one of `.json`, `.html`, `.lcov` and `.info`.";
        check(&["coverage=c.xml"], &format!("`c.xml` does not say the format of the coverage: {help}"));
    }

    #[test]
    fn two_reports_with_one_destination_are_an_error() {
        check(&["json=-", "tap=-"], "a report on stdout may be given only once: ");
        let another = "Write each report to its own file.";
        check(&["json=x", "tap=./x"], &format!("two reports go to `./x`: {another}"));
        check(&["json=src/../x", "tap=x", "har=-"], "cannot write `src/../x`: ");
    }
}
