//! Drives notebooks through the engine, cell after cell, and makes the record of the run.
//!
//! It prints nothing: it reports to an [`Observer`] and asks a [`Prompter`]. Its input is resolved, as a
//! [`Job`].

mod clock;
mod host;
mod made_up;
mod notebook;
pub mod observer;
mod parallel;
pub mod prompter;
mod record_budget;
pub mod session;
pub mod signing_in;

use std::rc::Rc;
use std::time::{Instant, SystemTime};

use apinb_notebook::selection::Selection;
use apinb_project::job::Job;
use apinb_record::redact::Redact as _;
use apinb_record::run::{NotebookRecord, RunRecord, Summary, VERSION};
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use clock::milliseconds;
use observer::Observer;
use prompter::Prompter;

/// The settings of a run that all its notebooks share.
pub struct Run {
    /// The cells to run of each notebook.
    pub selection: Selection,
    /// Whether the first failed cell ends the run.
    pub fail_fast: bool,
    /// The number of notebooks to run in parallel.
    pub threads: usize,
    /// Redacts every secret of the run.
    pub redactor: Redactor,
    /// Receives the events of the run.
    pub observer: Rc<dyn Observer>,
    /// Answers prompts; none without a terminal.
    pub person: Option<Rc<dyn Prompter>>,
    /// Whether to open sign-in pages in a browser of this machine.
    pub browser: bool,
    /// Ends the run when it is cancelled.
    pub cancel: CancellationToken,
}

impl Run {
    /// Runs the notebooks, each in its own engine, one after another or in parallel.
    #[must_use]
    pub fn notebooks(&self, jobs: Vec<Job>) -> RunRecord {
        let started = SystemTime::now();
        let clock = Instant::now();
        jobs.iter().for_each(|job| job.register_secrets(&self.redactor));
        let mut notebooks =
            if self.threads > 1 && jobs.len() > 1 { self.at_once(jobs) } else { self.one_after_another(jobs) };
        notebooks.redact(&self.redactor);
        RunRecord {
            version: VERSION,
            generator: concat!("apinb ", env!("CARGO_PKG_VERSION")).to_owned(),
            started: humantime::format_rfc3339_millis(started).to_string(),
            milliseconds: milliseconds(clock.elapsed()),
            summary: sum(notebooks.iter().map(|notebook| notebook.summary)),
            notebooks: Box::new(notebooks),
        }
    }

    fn one_after_another(&self, jobs: Vec<Job>) -> Vec<NotebookRecord> {
        let mut notebooks: Vec<NotebookRecord> = Vec::new();
        for job in jobs {
            let stopped =
                self.cancel.is_cancelled() || (self.fail_fast && notebooks.iter().any(NotebookRecord::has_failed));
            notebooks.push(self.notebook(job, stopped));
        }
        notebooks
    }
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
