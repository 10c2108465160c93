//! The events of a run as JSON Lines (`apinb run --json`), beside what is shown to people.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use apinb_record::call::CallRecord;
use apinb_record::event::{
    CallEvent, CellEnd, CellStart, ConsoleEvent, NotebookEnd, NotebookStart, PromptEvent, RunEnd, RunEvent, RunStart,
    VERSION,
};
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, ConsoleRecord, NotebookRecord, PromptRecord, RunRecord};
use apinb_text::secret::redactor::Redactor;

use super::progress::Progress;
use super::streams::Stream;
use crate::run::observer::{NotebookHead, Observer};

/// Writes events to a stream, and passes them on.
pub(super) struct Events {
    progress: Rc<Progress>,
    out: Stream,
    redactor: Redactor,
    /// The index of the current notebook, and the number of its current cell.
    notebook: Cell<usize>,
    cell: Cell<usize>,
    /// Why nothing can be written any more; the run continues, and its exit code counts.
    lost: RefCell<Option<io::Error>>,
}

impl Events {
    /// Writes the events of a run to `out`, and passes them to `progress`.
    pub(super) fn new(progress: Rc<Progress>, out: Stream, redactor: Redactor) -> Self {
        Self { progress, out, redactor, notebook: Cell::default(), cell: Cell::default(), lost: RefCell::default() }
    }

    /// The run starts.
    pub(super) fn start(&self, generator: &str, started: String, notebooks: usize) {
        self.write(RunEvent::RunStarted(RunStart {
            version: VERSION,
            generator: generator.to_owned(),
            started,
            notebooks,
        }));
    }

    /// The run has ended.
    ///
    /// # Errors
    /// Why an event could not be written. A closed pipe is not an error.
    pub(super) fn finish(&self, record: &RunRecord) -> io::Result<()> {
        let (notebooks, summary, milliseconds) = (record.notebooks.count(), record.summary, record.milliseconds);
        let contract = record.contract.clone();
        self.write(RunEvent::Summary(RunEnd { notebooks, summary, milliseconds, contract }));
        match self.lost.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&self, mut event: RunEvent) {
        event.redact(&self.redactor);
        let mut lost = self.lost.borrow_mut();
        if lost.is_none() {
            *lost = self.out.write_json_line(&event).err();
        }
    }
}

/// Events that are not written are only passed on.
impl Observer for Events {
    fn next(&self) -> Option<&dyn Observer> {
        Some(&*self.progress)
    }

    fn notebook_started(&self, head: &NotebookHead) {
        self.progress.notebook_started(head);
        let NotebookHead { path, title, mocked, cells, skip: _ } = head;
        self.write(RunEvent::NotebookStarted(NotebookStart {
            notebook: self.notebook.get(),
            name: path.clone(),
            title: title.clone(),
            mocked: *mocked,
            cells: cells.len(),
        }));
    }

    fn cell_started(&self, number: usize, label: &str) {
        self.progress.cell_started(number, label);
        self.cell.set(number);
        let notebook = self.notebook.get();
        self.write(RunEvent::CellStarted(CellStart { notebook, cell: number, label: label.to_owned() }));
    }

    fn console(&self, line: &ConsoleRecord) {
        self.progress.console(line);
        let (notebook, cell) = (self.notebook.get(), self.cell.get());
        self.write(RunEvent::Console(ConsoleEvent { notebook, cell, console: line.clone() }));
    }

    fn prompted(&self, prompt: &PromptRecord) {
        self.progress.prompted(prompt);
        let (notebook, cell) = (self.notebook.get(), self.cell.get());
        self.write(RunEvent::Prompt(PromptEvent { notebook, cell, prompt: prompt.clone() }));
    }

    fn call_ended(&self, call: &CallRecord) {
        self.progress.call_ended(call);
        let (notebook, cell) = (self.notebook.get(), self.cell.get());
        self.write(RunEvent::Call(CallEvent { notebook, cell, call: call.clone() }));
    }

    fn cell_ended(&self, cell: &CellRecord) {
        self.progress.cell_ended(cell);
        self.write(RunEvent::CellEnded(CellEnd::of(self.notebook.get(), cell)));
    }

    fn notebook_ended(&self, record: &NotebookRecord) {
        self.progress.notebook_ended(record);
        let NotebookRecord { path, row, skip, error, summary, milliseconds, .. } = record;
        self.write(RunEvent::NotebookEnded(NotebookEnd {
            notebook: self.notebook.get(),
            path: path.clone(),
            row: row.clone(),
            skip: skip.clone(),
            error: error.clone(),
            summary: *summary,
            milliseconds: *milliseconds,
        }));
        self.notebook.set(self.notebook.get() + 1);
    }
}
