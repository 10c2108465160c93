//! Where the run record goes: `--report FORMAT=FILE`.

use std::io;
use std::path::{Path, PathBuf};

use apinb_core::diagnostic::suggest;

use super::problem::UsageProblem;

/// A report that is wanted; the only format is JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To stdout, where nothing else goes then.
    Stdout,
    /// To a file.
    File(PathBuf),
}

const FORMATS: [&str; 1] = ["json"];

/// # Errors
/// Everything that is wrong: a format that isn't there, a folder that isn't there, stdout twice.
pub(super) fn targets(texts: &[String]) -> Result<Vec<Target>, Vec<UsageProblem>> {
    let mut problems = Vec::new();
    let mut targets = Vec::new();
    for text in texts {
        match target(text) {
            Ok(Target::Stdout) if targets.contains(&Target::Stdout) => {
                problems.push(UsageProblem::Twice { what: "a report on stdout" });
            }
            Ok(target) => targets.push(target),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

fn target(text: &str) -> Result<Target, UsageProblem> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err(UsageProblem::NoPair { flag: "report", shape: "json=FILE", example: "json=report.json" });
    };
    if !FORMATS.contains(&format) {
        let help = match suggest(format, FORMATS) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there is `{}`", FORMATS.join("`, `")),
        };
        return Err(UsageProblem::Unfit { value: format.to_owned(), what: "is not a format of reports", help });
    }
    if file == "-" {
        return Ok(Target::Stdout);
    }
    let path = PathBuf::from(file);
    // A run may take long; it should not end with nowhere to write.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let problem = |cause: io::Error| UsageProblem::Unwritable { path: file.to_owned(), cause };
    if !std::fs::metadata(folder).map_err(problem)?.is_dir() {
        return Err(problem(io::ErrorKind::NotADirectory.into()));
    }
    if path.is_dir() {
        return Err(problem(io::ErrorKind::IsADirectory.into()));
    }
    Ok(Target::File(path))
}

#[cfg(test)]
mod tests {
    use super::targets;

    fn check(text: &str, expected: &str) {
        let shown = match targets(&[text.to_owned()]) {
            Ok(targets) => format!("{targets:?}"),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn reports() {
        check("json=-", "[Stdout]");
        check("json=r.json", "[File(\"r.json\")]");
        check("json", "`--report` takes json=FILE");
        check("jsn=x", "`jsn` is not a format of reports");
        check("json=no/such/folder/x", "cannot write `no/such/folder/x`");
        check("json=/", "cannot write `/`");
    }
}
