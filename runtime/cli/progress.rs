//! Shows a run while it runs: lines of the terminal report as they come, a spinner while a cell takes its time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, ConsoleRecord, NotebookRecord, PromptRecord, RunRecord};
use apinb_report::terminal::TerminalReport;
use apinb_text::display::escape::escape_controls;

use super::github::Fence;
use super::spinner::{Paused, Spinner};
use super::streams::{Stream, Streams};
use crate::run::observer::{NotebookHead, Observer};

/// The most files whose changes matter, and the most names of clients.
const MAX_FILES: usize = 10_000;

/// Writes the terminal report to a stream, and the spinner to stderr where that is a terminal.
pub(super) struct Progress {
    report: RefCell<TerminalReport>,
    out: Stream,
    stderr: Stream,
    spinner: Option<Spinner>,
    /// The spinner's work, while it is paused for a prompt.
    paused: RefCell<Option<Paused>>,
    /// What is to be written once a person has answered; none while no person is asked.
    waiting: RefCell<Option<Vec<Waiting>>>,
    /// The number of notebooks that have ended and of all of them, where several run at once.
    ended: Cell<Option<(usize, usize)>>,
    started: Instant,
    /// Why nothing can be written any more; the run continues, and its exit code counts.
    lost: RefCell<Option<io::Error>>,
    /// Whether to show what matters only sometimes.
    verbose: bool,
    /// The files that the notebooks have read.
    files: RefCell<BTreeSet<PathBuf>>,
    /// The names of the clients that the notebooks have created.
    clients: RefCell<BTreeSet<String>>,
    /// Where a runner could read output as commands: the fence around it, and whether it is open.
    fence: Option<(Fence, Cell<bool>)>,
}

/// A text that waits, and how it is written.
struct Waiting {
    stream: Stream,
    text: String,
    write: fn(Stream, &str) -> io::Result<()>,
}

impl Progress {
    pub(super) fn new(report: TerminalReport, out: Stream, streams: Streams) -> Self {
        Self {
            report: RefCell::new(report),
            out,
            stderr: streams.stderr,
            spinner: if streams.stderr.terminal { Spinner::start() } else { None },
            paused: RefCell::default(),
            waiting: RefCell::default(),
            ended: Cell::default(),
            started: Instant::now(),
            lost: RefCell::default(),
            verbose: false,
            files: RefCell::default(),
            clients: RefCell::default(),
            fence: None,
        }
    }

    /// Shows also what the system does not restrict.
    pub(super) fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// With a fence around all that comes from notebooks.
    pub(super) fn fenced(mut self, fence: Option<Fence>) -> Self {
        self.fence = fence.map(|fence| (fence, Cell::new(false)));
        self
    }

    /// The files of definitions and scripts that the notebooks have read, or would have if they were there.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        self.files.take()
    }

    /// The names of the clients that the notebooks have created.
    pub(super) fn clients(&self) -> BTreeSet<String> {
        self.clients.take()
    }

    /// Clears the spinner while a person writes. What happens meanwhile is shown afterwards.
    pub(super) fn pause(&self) {
        *self.paused.borrow_mut() = self.spinner.as_ref().and_then(Spinner::hide);
        *self.waiting.borrow_mut() = Some(Vec::new());
    }

    /// Clears the spinner: the work has ended.
    pub(super) fn hide(&self) {
        *self.paused.borrow_mut() = None;
        if let Some(spinner) = &self.spinner {
            spinner.hide();
        }
    }

    /// The opposite of [`Progress::pause`].
    pub(super) fn resume(&self) {
        for Waiting { stream, text, write } in self.waiting.take().unwrap_or_default() {
            self.write_to(stream, &text, write);
        }
        if let (Some(spinner), Some(work)) = (&self.spinner, self.paused.borrow_mut().take()) {
            spinner.resume(work);
        }
    }

    /// Writes the end of the report, and `commands` behind the fence.
    ///
    /// # Errors
    /// Why a part of it could not be written. A closed pipe is not an error: the run continues.
    pub(super) fn finish(&self, run: &RunRecord, commands: &str) -> io::Result<()> {
        let text = self.report.borrow().run_ended(run);
        self.write(&text);
        if let Some((fence, true)) = self.fence.as_ref().map(|(fence, open)| (fence, open.replace(false))) {
            self.write_commands(&fence.end);
        }
        self.write_commands(commands);
        match self.lost.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    /// Calls `write`, which writes lines above the spinner.
    pub(super) fn above(&self, write: impl FnOnce()) {
        match &self.spinner {
            Some(spinner) => spinner.above(write),
            None => write(),
        }
    }

    /// Writes lines above the spinner. Without lines, the spinner shows `instead`.
    fn write_above(&self, text: &str, instead: &str) {
        match &self.spinner {
            Some(_) if text.is_empty() => {
                self.update(self.spinner_text(TerminalReport::progress(instead, self.stderr.width())));
            }
            _ => self.above(|| self.write(text)),
        }
    }

    /// The text of the spinner, after the number of notebooks that have ended.
    fn spinner_text(&self, text: String) -> String {
        match self.ended.get() {
            Some((ended, of)) => {
                let separator = if text.is_empty() { "" } else { " · " };
                TerminalReport::progress(&format!("{ended} of {of} notebooks{separator}{text}"), self.stderr.width())
            }
            None => text,
        }
    }

    fn spin(&self, text: String) {
        let Some(spinner) = &self.spinner else { return };
        let since = if self.ended.get().is_some() { self.started } else { Instant::now() };
        let message = self.spinner_text(text);
        if self.waiting.borrow().is_some() {
            *self.paused.borrow_mut() = Some(Paused { message, elapsed: since.elapsed() });
        } else {
            spinner.show(message, since);
        }
    }

    /// Changes the text of the spinner.
    fn update(&self, message: String) {
        match (&self.spinner, &mut *self.paused.borrow_mut()) {
            (_, Some(paused)) => paused.message = message,
            (Some(spinner), None) => spinner.update(message),
            (None, None) => {}
        }
    }

    /// No cell is shown that runs; another notebook may run.
    fn idle(&self) {
        match self.ended.get() {
            Some((ended, of)) if ended < of => self.spin(String::new()),
            _ => self.hide(),
        }
    }

    fn write(&self, text: &str) {
        if let Some((fence, open)) = &self.fence
            && !text.is_empty()
            && !open.replace(true)
        {
            self.write_commands(&fence.start);
        }
        if self.fence.is_some() {
            self.write_commands(text);
        } else {
            self.write_by(text, Stream::write);
        }
    }

    fn write_commands(&self, text: &str) {
        self.write_by(text, Stream::write_commands);
    }

    fn write_by(&self, text: &str, write: fn(Stream, &str) -> io::Result<()>) {
        self.write_to(self.out, text, write);
    }

    fn write_to(&self, stream: Stream, text: &str, write: fn(Stream, &str) -> io::Result<()>) {
        if let Some(waiting) = self.waiting.borrow_mut().as_mut().filter(|_| !text.is_empty()) {
            waiting.push(Waiting { stream, text: text.to_owned(), write });
            return;
        }
        let mut lost = self.lost.borrow_mut();
        if !text.is_empty() && lost.is_none() {
            *lost = write(stream, text).err();
        }
    }

    /// Writes a line to stderr, above the spinner. A run without a reader continues.
    fn note(&self, text: &str) {
        let ignored = |stream: Stream, text: &str| {
            let _ = stream.write(text);
            Ok(())
        };
        self.above(|| self.write_to(self.stderr, text, ignored));
    }
}

impl Observer for Progress {
    fn unrestricted(&self, missing: &[String]) {
        for sentence in missing.iter().filter(|_| self.verbose) {
            self.note(&format!("note: {sentence}\n"));
        }
    }

    fn warned(&self, warning: &str) {
        self.hide();
        self.note(&format!("warning: {}\n", escape_controls(warning)));
    }

    fn notebook_started(&self, notebook: &NotebookHead) {
        self.hide();
        let NotebookHead { path, title, mocked, cells, skip: _ } = notebook;
        let labels: Vec<String> = cells.iter().map(|cell| cell.label.clone()).collect();
        let text = self.report.borrow_mut().notebook_started(path, title.as_deref(), *mocked, &labels);
        self.write(&text);
        self.idle();
    }

    fn files_read(&self, files: &[String]) {
        let mut known = self.files.borrow_mut();
        for file in files.iter().take(MAX_FILES.saturating_sub(known.len())) {
            known.insert(PathBuf::from(file));
        }
    }

    fn client_named(&self, client: &str) {
        let mut known = self.clients.borrow_mut();
        if known.len() < MAX_FILES {
            known.insert(client.to_owned());
        }
    }

    fn cell_started(&self, number: usize, label: &str) {
        self.report.borrow_mut().cell_started(number);
        self.spin(TerminalReport::running(number, label, self.stderr.width()));
    }

    fn cell_stopped(&self) {
        self.hide();
    }

    fn console(&self, line: &ConsoleRecord) {
        let text = self.report.borrow_mut().console(line);
        self.write_above(&text, line.text.lines().last().unwrap_or_default());
    }

    fn prompted(&self, prompt: &PromptRecord) {
        let text = self.report.borrow_mut().prompted(prompt);
        if !text.is_empty() {
            self.write_above(&text, "");
        }
    }

    fn call_ended(&self, call: &CallRecord) {
        self.update(self.spinner_text(TerminalReport::call(call, self.stderr.width())));
    }

    fn sign_in(&self, url: &str) {
        self.note(&format!("  sign in at {}\n", escape_controls(url)));
    }

    fn sign_in_by_code(&self, url: &str, code: &str) {
        self.note(&format!("  sign in at {} with the code {}\n", escape_controls(url), escape_controls(code)));
    }

    fn cell_ended(&self, cell: &CellRecord) {
        self.hide();
        let text = self.report.borrow_mut().cell_ended(cell);
        self.write(&text);
        self.idle();
    }

    fn notebooks_ended(&self, ended: usize, of: usize) {
        self.ended.set(Some((ended, of)));
        self.idle();
    }

    fn notebook_ended(&self, notebook: &NotebookRecord) {
        self.hide();
        let text = self.report.borrow_mut().notebook_ended(notebook);
        self.write(&text);
        self.idle();
    }
}
