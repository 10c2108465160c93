//! Drives notebooks through the engine, cell after cell, and makes the record of the run.
//!
//! It prints nothing: an [`Observer`] is told what happens, a [`Person`] is asked where one is there. What is given
//! from outside comes in resolved, as a [`Job`].

pub mod folder;
mod host;
pub mod inputs;
mod made_up;
mod notebook;
pub mod observer;
mod parallel;
mod parts;
mod redaction;
pub mod session;
pub mod signing_in;
pub mod value;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use apinb_auth::sign_in::Given;
use apinb_core::notebook::Selection;
use apinb_core::record::{NotebookRecord, RowRecord, RunRecord, Summary, VERSION, with_row};
use apinb_core::text::secret::redactor::Redactor;
use apinb_engine::settings::Settings;
use apinb_http::network::Policy;
use apinb_http::proxy::Proxy;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

pub use host::flag as answering_flag;
use inputs::Inputs;
pub use notebook::{Unreadable, read, site};
pub use observer::{Observer, Person};
pub(crate) use parts::of as parts;

/// The name of the error of a notebook that can't be read.
pub const UNREADABLE: &str = "InputError";

/// The name of the error of a cell that asks for what the policy refuses, in JavaScript too.
pub const REFUSED: &str = "PolicyError";

/// A notebook to run, and what it is given from outside.
#[derive(Clone, Debug)]
pub struct Job {
    /// What messages call it: the path as given.
    pub name: String,
    /// Where its text is.
    pub place: Place,
    /// What the engine is given; the notebook's own `site:` and title are filled in here.
    pub settings: Settings,
    /// What it may do on the network.
    pub network: Policy,
    /// The row of `--inputs` that it runs with; its answers are among the inputs.
    pub row: Option<RowRecord>,
    /// The answers to its questions.
    pub inputs: Inputs,
    /// What else is known to be secret.
    pub secrets: Vec<SecretString>,
}

impl Job {
    /// What people call it.
    #[must_use]
    pub fn shown(&self) -> String {
        with_row(&self.name, self.row.as_ref())
    }

    /// Tells `redactor` the secrets that it is given.
    pub fn hide(&self, redactor: &Redactor) {
        self.inputs.reveal(redactor);
        if let Some(password) = self.network.proxy.as_ref().and_then(Proxy::password) {
            redactor.add(&password);
        }
        let Settings { tokens, token_variables, auth, .. } = &self.settings;
        for secret in tokens.values().chain(token_variables.values()).chain(&self.secrets) {
            redactor.add(secret.expose_secret());
        }
        for outside in auth.values() {
            Given { options: &serde_json::Map::new(), outside }.hide(redactor);
        }
    }
}

/// Where a notebook's text is.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// On stdin.
    Stdin,
    /// Here: it was fetched.
    Text(Arc<str>),
    /// Nowhere: there is none, and cells are given one at a time.
    Nowhere,
}

/// What holds for all notebooks of a run.
pub struct Run {
    /// The cells that are wanted of each notebook.
    pub selection: Selection,
    /// Whether the first cell that fails ends the run.
    pub fail_fast: bool,
    /// How many notebooks run at once.
    pub threads: usize,
    /// Knows every secret.
    pub redactor: Redactor,
    /// Is told what happens.
    pub observer: Rc<dyn Observer>,
    /// Is asked; none when nobody is there.
    pub person: Option<Rc<dyn Person>>,
    /// Whether sign-in pages are opened in a browser of this machine.
    pub browser: bool,
    /// Cancelled: the run ends as soon as it can.
    pub cancel: CancellationToken,
}

impl Run {
    /// Runs the notebooks, each in an engine of its own: one after another, or several at once.
    #[must_use]
    pub fn notebooks(&self, jobs: Vec<Job>) -> RunRecord {
        let started = SystemTime::now();
        let clock = Instant::now();
        jobs.iter().for_each(|job| job.hide(&self.redactor));
        let notebooks =
            if self.threads > 1 && jobs.len() > 1 { self.at_once(jobs) } else { self.one_after_another(jobs) };
        let mut record = RunRecord {
            version: VERSION,
            generator: concat!("apinb ", env!("CARGO_PKG_VERSION")).to_owned(),
            started: humantime::format_rfc3339_millis(started).to_string(),
            milliseconds: milliseconds(clock.elapsed()),
            summary: sum(notebooks.iter().map(|notebook| notebook.summary)),
            notebooks,
        };
        redaction::run(&self.redactor, &mut record);
        record
    }

    fn one_after_another(&self, jobs: Vec<Job>) -> Vec<NotebookRecord> {
        let mut notebooks: Vec<NotebookRecord> = Vec::new();
        for job in jobs {
            let stopped = self.cancel.is_cancelled() || (self.fail_fast && notebooks.iter().any(has_failed));
            notebooks.push(self.notebook(job, stopped));
        }
        notebooks
    }
}

/// Whether a notebook could not run or has a cell that failed.
#[must_use]
pub fn has_failed(notebook: &NotebookRecord) -> bool {
    notebook.error.is_some() || notebook.summary.failed > 0
}

/// Whether a cell failed because it asked for what the policy refuses.
#[must_use]
pub fn was_refused(notebook: &NotebookRecord) -> bool {
    notebook.cells.iter().any(|cell| cell.error.as_ref().is_some_and(|error| error.name == REFUSED))
}

fn sum(summaries: impl Iterator<Item = Summary>) -> Summary {
    summaries.fold(Summary::default(), |sum, one| Summary {
        cells: sum.cells + one.cells,
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        skipped: sum.skipped + one.skipped,
        calls: sum.calls + one.calls,
    })
}

fn milliseconds(time: Duration) -> f64 {
    to_the_microsecond(time.as_secs_f64() * 1e3)
}

/// Milliseconds without the digits that no clock has.
fn to_the_microsecond(milliseconds: f64) -> f64 {
    (milliseconds * 1e3).round() / 1e3
}
