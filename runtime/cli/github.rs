//! Detects a step of a GitHub Actions job, and writes its annotations and summary.

use std::path::{Path, PathBuf};
use std::{env, io};

use apinb_files::append;
use apinb_record::check::Needs;
use apinb_record::contract::Contract;
use apinb_record::run::RunRecord;
use apinb_report::github::{annotations, commands, summary};
use apinb_text::diagnostic::Diagnostic;

/// The most bytes of a job summary: <https://docs.github.com/actions/reference/limits>.
const MAX_SUMMARY: usize = 1 << 20;

/// A step of a job.
#[derive(Debug)]
pub(super) struct GitHub {
    /// Where the repository is; annotations name files from here on.
    workspace: PathBuf,
    /// The file that becomes the job's summary.
    summary: Option<PathBuf>,
}

/// The lines before and after text in which the runner must not find commands.
#[derive(Debug)]
pub(super) struct Fence {
    pub(super) start: String,
    pub(super) end: String,
}

/// The summary could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the job summary `{}`", path.display())]
pub(super) struct Unwritable {
    path: PathBuf,
    #[source]
    cause: io::Error,
}

impl Diagnostic for Unwritable {}

impl GitHub {
    /// None outside of such a step.
    pub(super) fn detect() -> Option<Self> {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true").then(|| Self {
            workspace: path("GITHUB_WORKSPACE").unwrap_or_else(|| PathBuf::from(".")),
            summary: path("GITHUB_STEP_SUMMARY"),
        })
    }

    /// A fence with an unpredictable token.
    pub(super) fn fence() -> Fence {
        let token = format!("apinb-{:032x}", rand::random::<u128>());
        Fence { start: commands::stop(&token), end: commands::resume(&token) }
    }

    /// The annotations of a run, as commands.
    ///
    /// # Errors
    /// An error of reading a notebook of the run.
    pub(super) fn annotations(&self, record: &RunRecord) -> io::Result<String> {
        annotations::of_run(record, &self.places())
    }

    /// The annotations of a check, as commands.
    pub(super) fn annotations_of_check(&self, needs: &Needs) -> String {
        annotations::of_check(needs, &self.places())
    }

    /// The annotations of a contract, as commands.
    pub(super) fn annotations_of_contract(&self, contract: &Contract) -> String {
        annotations::of_contract(contract, &self.places())
    }

    /// Files as the repository names them.
    fn places(&self) -> impl Fn(&str) -> Option<String> {
        let workspace = real(&self.workspace);
        move |file| below(workspace.as_deref()?, file)
    }

    /// Adds the summary of a run to that of the job; false if it does not fit.
    ///
    /// # Errors
    /// The system's error; the summary is unchanged then.
    pub(super) fn summarise(&self, record: &RunRecord) -> Result<bool, Unwritable> {
        let Some(path) = &self.summary else { return Ok(true) };
        append(path, record).map_err(|cause| Unwritable { path: path.clone(), cause })
    }
}

/// In one piece at the end of what other commands of the step have written.
fn append(path: &Path, record: &RunRecord) -> io::Result<bool> {
    append::append(path, |before| {
        // The existing text may end in the middle of a block.
        let apart = if before > 0 { "\n\n" } else { "" };
        let taken = usize::try_from(before).unwrap_or(usize::MAX);
        let room = MAX_SUMMARY.saturating_sub(apart.len()).saturating_sub(taken);
        Ok(summary::text(record, room)?.map(|text| format!("{apart}{text}")))
    })
}

/// `file` from `folder` on, with slashes; none when it is not in there.
fn below(folder: &Path, file: &str) -> Option<String> {
    // Not a file, such as `<stdin>`.
    if file.starts_with('<') {
        return None;
    }
    let below = real(Path::new(file))?.strip_prefix(folder).ok()?.to_str()?.to_owned();
    Some(below.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Resolves symbolic links; a file need not exist, but its folder must.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    })
}
