//! A notebook for the reports: its text, and its results if it ran.

use apinb_record::part::{NotebookText, PartRecord};
use apinb_record::run::{CellRecord, NotebookRecord};

use super::layout::one_line;

/// A notebook. Without results, reports show only the code of its cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    pub(super) path: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) parts: &'a [PartRecord],
    pub(super) results: Option<&'a NotebookRecord>,
}

impl<'a> Page<'a> {
    /// A notebook that ran.
    pub(super) fn with_results(record: &'a NotebookRecord) -> Self {
        Self { path: &record.path, title: record.title.as_deref(), parts: &record.parts, results: Some(record) }
    }

    /// A notebook that was not run.
    pub(super) fn without_results(text: &'a NotebookText) -> Self {
        Self { path: &text.path, title: text.title.as_deref(), parts: &text.parts, results: None }
    }

    /// The results of a cell.
    pub(super) fn cell(&self, number: usize) -> Option<&'a CellRecord> {
        self.results?.cells.get(number)
    }

    /// The title, or else the path, on one line; with the row of inputs if there are several.
    pub(super) fn name(&self) -> String {
        match self.results {
            Some(record) => one_line(&record.heading()),
            None => one_line(self.title.unwrap_or(self.path)),
        }
    }
}
