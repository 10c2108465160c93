//! Runs a starter notebook on the mock server, until it has only cells that pass.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use apinb_notebook::selection::Selection;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::project::Project;
use apinb_project::settings::{self, Settings};
use apinb_record::error::ErrorRecord;
use apinb_record::run::NotebookRecord;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cli::failure::Failure;
use crate::cli::settings::job::here;
use crate::cli::settings::problem::UsageProblem;
use crate::import::starter::{Action, Failures, Purpose, Source, starter};
use crate::run::Run;
use crate::run::observer::Observer;

/// Limits of the mocked runs: nothing in them takes long.
const CELL_TIMEOUT: Duration = Duration::from_secs(20);
const NOTEBOOK_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_HEAP: usize = 1 << 30;
/// Maximum number of runs. Each has fewer cells or fewer assertions than the one before.
const MAX_RUNS: usize = 120;

/// Where the definition is.
pub(super) struct Definition(settings::Source);

impl Definition {
    /// The file or URL that the command line calls `name`.
    pub(super) fn of(name: &str) -> Result<Self, Failure> {
        Ok(Self(match Url::parse(name) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => settings::Source::Url(url),
            _ => settings::Source::File(here()?.join(name)),
        }))
    }
}

/// How the runs are made.
pub(super) struct Proof<'a> {
    pub(super) definition: Definition,
    /// The folders that the definition may include files of.
    pub(super) allow_read: &'a [PathBuf],
    pub(super) cancel: &'a CancellationToken,
}

/// A notebook whose cells pass on the mock server.
pub(super) struct Proven {
    pub(super) text: String,
    pub(super) cells: usize,
    pub(super) calls: usize,
    pub(super) kinds: usize,
    pub(super) omitted: usize,
    /// What is left out, and the message of its error.
    pub(super) left_out: Vec<(Purpose, String)>,
}

impl Proof<'_> {
    /// The notebook. None if the user has interrupted the runs.
    pub(super) fn proven(&self, source: Source<'_>) -> Result<Option<Proven>, Failure> {
        let mut failures = Failures::default();
        for _ in 0..MAX_RUNS {
            let made = starter(source, &failures);
            let record = self.run(source, &made.text)?;
            if self.cancel.is_cancelled() {
                return Ok(None);
            }
            let Some(record) = record else { break };
            if let Some(error) = &record.error {
                return Err(failed(error));
            }
            let failed_cells: Vec<(&Purpose, &ErrorRecord)> = record
                .cells
                .iter()
                .filter_map(|cell| Some((made.cells.get(cell.number)?, cell.error.as_ref()?)))
                .collect();
            if failed_cells.is_empty() {
                return Ok(Some(Proven {
                    text: made.text,
                    cells: record.summary.passed,
                    calls: record.summary.calls,
                    kinds: made.kinds,
                    omitted: made.omitted,
                    left_out: failures.again.into_iter().collect(),
                }));
            }
            // Those that fail because of others may pass without them.
            let causes: Vec<_> = failed_cells.iter().filter(|(_, error)| error.caused_by.is_none()).collect();
            for (purpose, error) in if causes.is_empty() { failed_cells.iter().collect() } else { causes } {
                if **purpose == Purpose::Client {
                    return Err(failed(error));
                }
                let has_more = matches!(purpose, Purpose::Call(..));
                let gives_id = matches!(purpose, Purpose::Call(Action::Create | Action::List, _));
                if !(has_more && failures.once.insert((*purpose).clone())) {
                    failures.again.insert((*purpose).clone(), message(error));
                }
                if gives_id || matches!(purpose, Purpose::SignIn(_)) {
                    // Later cells may fail because of this one.
                    break;
                }
            }
        }
        let (value, what) = (source.reference.to_owned(), "has no notebook that passes on the mock server");
        let help = "Check the definition: `apinb definition check`.".to_owned();
        Err(Failure::unusable(UsageProblem::Unfit { value, what, help }))
    }

    /// The record of a mocked run of a notebook.
    fn run(&self, source: Source<'_>, text: &str) -> Result<Option<NotebookRecord>, Failure> {
        let here = here()?;
        let mut settings = Settings::new(here.clone(), CELL_TIMEOUT, CELL_TIMEOUT, MAX_HEAP);
        settings.here = Project::of(&here);
        settings.allow_read = self.allow_read.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
        settings.definitions_by_client.insert(source.client.to_owned(), self.definition.0.clone());
        settings.notebook_timeout = Some(NOTEBOOK_TIMEOUT);
        settings.mock = true;
        let location = NotebookLocation::Content(text.as_bytes().into());
        let mut job = Job::new(source.file.to_owned(), location, settings);
        job.network.hosts = job.network.hosts.mocked();
        job.inputs.mocked = true;
        let run = Run {
            selection: Selection::default(),
            threads: 1,
            allow_empty: true,
            redactor: Redactor::default(),
            observer: Rc::new(Silent),
            asked: Rc::default(),
            person: None,
            browser: false,
            sandbox: true,
            cancel: self.cancel.clone(),
        };
        let mut found = None;
        run.notebooks(vec![job]).map_err(Failure::unusable)?.record.notebooks.each(&mut |record| {
            found = Some(record.clone());
            Ok(())
        })?;
        Ok(found)
    }
}

fn message(error: &ErrorRecord) -> String {
    error.message.lines().next().unwrap_or_default().to_owned()
}

/// The client itself cannot be made.
fn failed(error: &ErrorRecord) -> Failure {
    Failure::unusable(UsageProblem::Unproven { message: error.message.clone(), help: error.help.clone() })
}

/// Nothing is reported while the notebooks run.
struct Silent;

impl Observer for Silent {}
