//! Drives notebooks through the engine, cell after cell, and makes the record of the run.
//!
//! Notebooks run in worker processes: `supervisor.rs` starts them (`child.rs`) and makes records from their events
//! (`assembly.rs`), `worker.rs` is what they do, `protocol.rs` has the messages. Only the session of a REPL runs cells in
//! this process.
//!
//! It prints nothing: it reports to an [`Observer`] and asks a [`Prompter`]. Its input is resolved, as a
//! [`Job`].

mod assembly;
mod cassette;
mod caused_by;
mod child;
mod clock;
mod contract;
mod death;
mod desk;
mod expectation;
mod host;
mod keeper;
pub mod link;
mod made_up;
mod mutex;
mod notebook;
pub mod observer;
mod placed;
pub mod prompter;
mod protocol;
mod record_budget;
mod remote;
pub mod session;
pub mod signing_in;
mod spool;
mod supervisor;
mod unread_status;
pub mod worker;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use apinb_notebook::selection::Selection;
use apinb_project::contract::ContractGroup;
use apinb_project::job::Job;
use apinb_record::contract::Contract;
use apinb_record::run::{RunRecord, VERSION};
use apinb_text::display::timestamp;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use clock::{milliseconds, to_the_microsecond};
use observer::Observer;
use prompter::Prompter;
use spool::Unstored;

/// The program that runs, as records name it.
pub const GENERATOR: &str = concat!("apinb ", env!("CARGO_PKG_VERSION"));

/// The argument that starts this program as a worker.
pub const WORKER_ARGUMENT: &str = "__worker";

/// The settings of a run that all its notebooks share.
pub struct Run {
    /// The cells to run of each notebook.
    pub selection: Selection,
    /// Whether a notebook may have no cells, or none that is selected.
    pub allow_empty: bool,
    /// The number of notebooks to run in parallel.
    pub threads: usize,
    /// Redacts every secret of the run.
    pub redactor: Redactor,
    /// Receives the events of the run.
    pub observer: Rc<dyn Observer>,
    /// Answers prompts; none without a terminal.
    pub person: Option<Rc<dyn Prompter>>,
    /// The time that the person has taken to answer the prompts of cells in this process.
    pub asked: Rc<Cell<Duration>>,
    /// Whether to open sign-in pages in a browser of this machine.
    pub browser: bool,
    /// Whether worker processes give up the rights that they do not need.
    pub sandbox: bool,
    /// Ends the run when it is cancelled.
    pub cancel: CancellationToken,
}

/// A run that has ended.
pub struct EndedRun {
    /// Its record, without a contract.
    pub record: RunRecord,
    /// The contracts of its notebooks, merged in order, by what they are compared with.
    pub contracts: BTreeMap<ContractGroup, Contract>,
}

impl Run {
    /// Runs the notebooks, each in its own engine in a worker process, one after another or in parallel.
    ///
    /// # Errors
    /// When the record of a notebook cannot be stored, such as on a full disk.
    pub fn notebooks(&self, mut jobs: Vec<Job>) -> Result<EndedRun, Unstored> {
        let started = SystemTime::now();
        let clock = Instant::now();
        // A run whose notebooks all have virtual clocks has their times.
        for settings in jobs.iter_mut().map(|job| &mut job.settings) {
            if let Some(cassette) = &settings.cassette {
                settings.determinism = cassette::store::determinism(cassette);
            }
        }
        let starts: Option<Vec<_>> = jobs.iter().map(|job| job.settings.determinism.virtual_start()).collect();
        let virtual_start = starts.and_then(|starts| starts.into_iter().min());
        jobs.iter().for_each(|job| job.register_secrets(&self.redactor));
        let (notebooks, contracts) = self.in_workers(jobs)?;
        let record = RunRecord {
            version: VERSION,
            generator: GENERATOR.to_owned(),
            started: timestamp::milliseconds(virtual_start.unwrap_or(started)),
            milliseconds: match virtual_start {
                None => milliseconds(clock.elapsed()),
                Some(_) => to_the_microsecond(notebooks.milliseconds()),
            },
            summary: notebooks.summary(),
            notebooks: Box::new(notebooks),
            skipped_files: Vec::new(),
            shard: None,
            contract: None,
        };
        Ok(EndedRun { record, contracts })
    }
}
