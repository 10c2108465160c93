//! The events of a run.

use std::time::Duration;

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, CellStatus, ConsoleRecord, NotebookRecord, OmittedRecord, PromptRecord};
use apinb_text::display::truncate::LABEL;
use apinb_text::secret::redactor::Redactor;
use serde::{Deserialize, Serialize};

/// A notebook that is about to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NotebookHead {
    /// The path of the user, and the row if there are several.
    pub path: String,
    pub title: Option<String>,
    /// Whether its calls go to mock servers.
    pub mocked: bool,
    /// See [`NotebookRecord::skip`].
    pub skip: Option<String>,
    /// Its cells in order.
    pub cells: Vec<CellHead>,
}

/// A cell that is about to run, or to be skipped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellHead {
    /// See [`CellRecord::number`].
    pub number: usize,
    /// See [`CellRecord::line`].
    pub line: usize,
    pub label: String,
    /// The label before it was shortened, if it was.
    pub whole_label: Option<String>,
    /// Whether the selection of the run includes it; the observer does not see the others.
    pub wanted: bool,
    /// Whether it also runs after the run was cancelled.
    pub teardown: bool,
    /// See [`CellRecord::skip`].
    pub skip: Option<String>,
}

impl CellHead {
    /// The label without the secrets that the run has learned since.
    #[must_use]
    pub fn label(&self, redactor: &Redactor) -> String {
        redactor.redact(self.whole_label.as_ref().unwrap_or(&self.label)).truncate(LABEL)
    }

    /// The record of the cell if it is skipped.
    #[must_use]
    pub fn skipped(&self) -> CellRecord {
        CellRecord {
            number: self.number,
            line: self.line,
            label: self.label.clone(),
            status: CellStatus::Skipped,
            skip: self.skip.clone(),
            milliseconds: 0.0,
            result: None,
            result_full: None,
            value: None,
            error: None,
            console: Vec::new(),
            prompts: Vec::new(),
            calls: Vec::new(),
            refused: false,
            omitted: OmittedRecord::default(),
        }
    }
}

/// Observes a run. All events are redacted. Of a notebook they come in this order: its start; of each cell its start, its
/// console output, prompts and calls, and its end; its end. The events of one notebook do not mix with those of another.
///
/// An observer may be the first of several: an event that it does not handle itself goes to [`Observer::next`].
pub trait Observer {
    /// Gets the events that this observer does not handle, and those that it passes on.
    fn next(&self) -> Option<&dyn Observer> {
        None
    }
    /// Workers run without restrictions that this system lacks, as sentences.
    fn unrestricted(&self, missing: &[String]) {
        pass(self.next(), |next| next.unrestricted(missing));
    }
    /// A warning about the next notebook.
    fn warned(&self, warning: &str) {
        pass(self.next(), |next| next.warned(warning));
    }
    fn notebook_started(&self, notebook: &NotebookHead) {
        pass(self.next(), |next| next.notebook_started(notebook));
    }
    fn cell_started(&self, number: usize, label: &str) {
        pass(self.next(), |next| next.cell_started(number, label));
    }
    /// The code of the cell has ended. Its record follows, where it is shown.
    fn cell_stopped(&self) {
        pass(self.next(), |next| next.cell_stopped());
    }
    /// The running cell has written this.
    fn console(&self, line: &ConsoleRecord) {
        pass(self.next(), |next| next.console(line));
    }
    /// The running cell has prompted for this.
    fn prompted(&self, prompt: &PromptRecord) {
        pass(self.next(), |next| next.prompted(prompt));
    }
    fn call_ended(&self, call: &CallRecord) {
        pass(self.next(), |next| next.call_ended(call));
    }
    /// Definitions and scripts of the running notebook are in these files, or would be if they were there.
    fn files_read(&self, files: &[String]) {
        pass(self.next(), |next| next.files_read(files));
    }
    /// The running notebook creates a client of this name.
    fn client_named(&self, client: &str) {
        pass(self.next(), |next| next.client_named(client));
    }
    /// The time that is left to the running cell, from now on; none: no limit.
    fn time_left(&self, left: Option<Duration>) {
        pass(self.next(), |next| next.time_left(left));
    }
    /// The user must sign in at `url`.
    fn sign_in(&self, url: &str) {
        pass(self.next(), |next| next.sign_in(url));
    }
    /// The user must sign in at `url` with `code`, on any device.
    fn sign_in_by_code(&self, url: &str, code: &str) {
        pass(self.next(), |next| next.sign_in_by_code(url, code));
    }
    /// A cell ended or was skipped.
    fn cell_ended(&self, cell: &CellRecord) {
        pass(self.next(), |next| next.cell_ended(cell));
    }
    /// The number of notebooks that have ended, of a run with several at once.
    fn notebooks_ended(&self, ended: usize, of: usize) {
        pass(self.next(), |next| next.notebooks_ended(ended, of));
    }
    fn notebook_ended(&self, notebook: &NotebookRecord) {
        pass(self.next(), |next| next.notebook_ended(notebook));
    }

    /// The events of a cell up to now, from its record.
    fn cell_so_far(&self, cell: &CellRecord) {
        self.cell_started(cell.number, &cell.label);
        cell.prompts.iter().for_each(|prompt| self.prompted(prompt));
        cell.console.iter().for_each(|line| self.console(line));
        cell.calls.iter().for_each(|call| self.call_ended(call));
    }

    /// All events of a cell that has ended, or was skipped.
    fn whole_cell(&self, cell: &CellRecord) {
        if cell.status != CellStatus::Skipped {
            self.cell_so_far(cell);
        }
        self.cell_ended(cell);
    }
}

fn pass(next: Option<&dyn Observer>, event: impl FnOnce(&dyn Observer)) {
    if let Some(next) = next {
        event(next);
    }
}
