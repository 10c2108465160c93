//! The notebooks of a run that have ended: in memory while they are few, else in a temporary file.

use std::io;

use apinb_files::spool::Spool;
use apinb_record::part::PartRecord;
use apinb_record::redact::Redact as _;
use apinb_record::run::{NotebookRecord, Notebooks, Summary};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::secret::redactor::Redactor;

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
    redactor: Redactor,
}

impl EndedNotebooks {
    /// An empty list, whose records `redactor` redacts.
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { spool: Spool::default(), summary: Summary::default(), redactor }
    }

    /// Adds the record of the next notebook.
    ///
    /// # Errors
    /// An error of the system, such as a full disk.
    pub(super) fn push(&mut self, record: &NotebookRecord) -> io::Result<()> {
        // The JSON form of a notebook leaves its parts out.
        self.spool.push(&serde_json::to_vec(&(record, &record.parts))?)?;
        self.summary += record.summary;
        Ok(())
    }

    /// Totals of the notebooks.
    pub(super) fn summary(&self) -> Summary {
        self.summary
    }
}

impl Notebooks for EndedNotebooks {
    fn count(&self) -> usize {
        self.spool.count()
    }

    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()> {
        for bytes in self.spool.iter() {
            let (mut record, parts): (NotebookRecord, Vec<PartRecord>) = serde_json::from_slice(&bytes?)?;
            record.parts = parts;
            // Some secrets become known after the notebook has ended.
            record.redact(&self.redactor);
            visit(&record)?;
        }
        Ok(())
    }
}
