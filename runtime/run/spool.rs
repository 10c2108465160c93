//! The notebooks of a run that have ended: in memory while they are few, else in a temporary file.

use std::collections::BTreeMap;
use std::io;

use apinb_files::spool::Spool;
use apinb_record::contract::Contract;
use apinb_record::redact::Redact as _;
use apinb_record::run::{NotebookRecord, Notebooks, Summary};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::secret::redactor::Redactor;

use super::assembly::EndedNotebook;
use super::observer::NotebookHead;

/// The record of a notebook could not be stored.
#[derive(Debug, thiserror::Error)]
#[error("cannot store the results of a notebook in a temporary file")]
pub struct Unstored(#[from] io::Error);

impl Diagnostic for Unstored {
    fn help(&self) -> Option<String> {
        Some(format!("Free space in `{}`, or set `TMPDIR` to another folder.", std::env::temp_dir().display()))
    }
}

/// The records of the notebooks that have ended, in order.
pub(super) struct EndedNotebooks {
    spool: Spool,
    summary: Summary,
    /// The durations of the notebooks together.
    milliseconds: f64,
    redactor: Redactor,
}

impl EndedNotebooks {
    /// An empty list, whose records `redactor` redacts.
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { spool: Spool::default(), summary: Summary::default(), milliseconds: 0.0, redactor }
    }

    /// Adds the record of the next notebook.
    ///
    /// # Errors
    /// An error of the system, such as a full disk.
    pub(super) fn push(&mut self, record: &NotebookRecord) -> io::Result<()> {
        self.spool.push(&serde_json::to_vec(record)?)?;
        self.summary += record.summary;
        self.milliseconds += record.milliseconds;
        Ok(())
    }

    /// The durations of the notebooks together.
    pub(super) fn milliseconds(&self) -> f64 {
        self.milliseconds
    }

    /// Totals of the notebooks.
    pub(super) fn summary(&self) -> Summary {
        self.summary
    }
}

/// The notebooks that have ended before others whose turn is first. Their number is the notebooks' choice: one may wait
/// while all others end.
#[derive(Default)]
pub(super) struct EarlyNotebooks {
    spool: Spool,
    /// The place of each in the spool, by its index in the run.
    places: BTreeMap<usize, usize>,
}

impl EarlyNotebooks {
    /// Adds the notebook with this index.
    ///
    /// # Errors
    /// An error of the system, such as a full disk.
    pub(super) fn put(
        &mut self,
        index: usize,
        EndedNotebook { head, record, contract }: &EndedNotebook,
    ) -> io::Result<()> {
        self.spool.push(&serde_json::to_vec(&(head, record, contract))?)?;
        self.places.insert(index, self.spool.count() - 1);
        Ok(())
    }

    /// Takes the notebook with this index, if it has ended.
    ///
    /// # Errors
    /// An error of the system.
    pub(super) fn take(&mut self, index: usize) -> io::Result<Option<EndedNotebook>> {
        let Some(place) = self.places.remove(&index) else { return Ok(None) };
        let bytes = self.spool.get(place)?.unwrap_or_default();
        if self.places.is_empty() {
            self.spool = Spool::default();
        }
        let (head, record, contract): (NotebookHead, NotebookRecord, Option<Contract>) =
            serde_json::from_slice(&bytes)?;
        Ok(Some(EndedNotebook { head, record, contract }))
    }
}

impl Notebooks for EndedNotebooks {
    fn count(&self) -> usize {
        self.spool.count()
    }

    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()> {
        for bytes in self.spool.iter() {
            let mut record: NotebookRecord = serde_json::from_slice(&bytes?)?;
            // Some secrets become known after the notebook has ended.
            record.redact(&self.redactor);
            visit(&record)?;
        }
        Ok(())
    }
}
