//! Shows a run while it goes on: lines of the terminal report as they come, a spinner while a cell runs.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use apinb_core::record::{CallRecord, CellRecord, NotebookRecord};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::streams::{Stream, Streams};
use crate::report::terminal::TerminalReport;
use crate::run::Observer;
use crate::run::observer::NotebookHead;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Writes the terminal report to a stream, and the spinner to stderr where that is a terminal.
pub(super) struct Progress {
    report: RefCell<TerminalReport>,
    out: Stream,
    stderr: Stream,
    spinner: ProgressBar,
    /// Whether the reader went away; the run goes on, and its exit code counts.
    gone: Cell<bool>,
}

impl Progress {
    pub(super) fn new(report: TerminalReport, out: Stream, streams: Streams) -> Self {
        let target = if streams.stderr.terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let spinner = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed}") {
            spinner.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
        }
        Self { report: RefCell::new(report), out, stderr: streams.stderr, spinner, gone: Cell::new(false) }
    }

    /// Clears the spinner while a person writes.
    pub(super) fn pause(&self) {
        self.spinner.disable_steady_tick();
        self.spinner.set_draw_target(ProgressDrawTarget::hidden());
    }

    /// The opposite of [`Progress::pause`].
    pub(super) fn resume(&self) {
        if self.stderr.terminal {
            self.spinner.set_draw_target(ProgressDrawTarget::stderr());
            self.spinner.enable_steady_tick(TICK);
        }
    }

    /// Writes the end of the report.
    pub(super) fn finish(&self) {
        self.spinner.finish_and_clear();
        let text = self.report.borrow().finish();
        self.write(&text);
    }

    fn write(&self, text: &str) {
        if !text.is_empty() && !self.gone.get() {
            let written = self.spinner.suspend(|| self.out.write(text));
            self.gone.set(written.is_err());
        }
    }
}

impl Observer for Progress {
    fn notebook_started(&self, notebook: &NotebookHead) {
        let NotebookHead { path, title, mocked, labels } = notebook;
        let text = self.report.borrow_mut().notebook_started(path, title.as_deref(), *mocked, labels);
        self.write(&text);
    }

    fn cell_started(&self, number: usize, label: &str) {
        self.spinner.reset_elapsed();
        self.spinner.set_message(TerminalReport::running(number, label, self.stderr.width()));
        if self.stderr.terminal {
            self.spinner.enable_steady_tick(TICK);
        }
    }

    fn call_ended(&self, call: &CallRecord) {
        self.spinner.set_message(TerminalReport::call(call, self.stderr.width()));
    }

    fn sign_in(&self, url: &str) {
        let text = format!("  sign in at {}\n", apinb_core::diagnostic::visible(url));
        // A run without a reader goes on.
        let _ = self.spinner.suspend(|| self.stderr.write(&text));
    }

    fn cell_ended(&self, cell: &CellRecord) {
        self.spinner.disable_steady_tick();
        let text = self.report.borrow_mut().cell_ended(cell);
        self.write(&text);
    }

    fn notebook_ended(&self, notebook: &NotebookRecord) {
        let text = self.report.borrow_mut().notebook_ended(notebook);
        self.write(&text);
    }
}
