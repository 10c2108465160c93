//! Shows a session on the process's streams: results on stdout, errors on stderr; console output and calls as they
//! happen.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use apinb_record::call::{CallPurpose, CallRecord};
use apinb_record::error::ErrorRecord;
use apinb_record::explanation::Explanation;
use apinb_record::run::{CellRecord, ConsoleLevel, ConsoleRecord, PromptRecord};
use apinb_record::search::Search;
use apinb_report::entry::EntryReport;
use apinb_report::explanation;
use apinb_report::{Syntax, curl, search};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::render::{Message, render};
use apinb_text::display::escape::{escape_controls, escape_controls_in_json};
use apinb_text::secret::redactor::Redactor;
use url::Url;

use super::pager;
use super::person::AtTerminal;
use super::progress::Progress;
use super::streams::{Stream, Streams};
use crate::repl::Screen;
use crate::repl::printer::Printer;
use crate::run::observer::{NotebookHead, Observer};
use crate::run::prompter::{NoAnswer, Prompter, Work};

/// The process's streams.
pub(super) struct OnStreams {
    streams: Streams,
    /// Whether a person reads the output as it is written.
    person: bool,
    /// Whether stdout is for results as JSON.
    json: bool,
    /// Spins while something runs, and shows the cells of the notebook.
    progress: Rc<Progress>,
    redactor: Redactor,
    /// The number of cells of the notebook; what runs then are entries.
    cells: Cell<usize>,
    /// Whether an entry runs, or ran last.
    is_entry: Cell<bool>,
    /// Whether the person is at the prompt.
    at_prompt: Rc<Cell<bool>>,
    printer: RefCell<Option<Printer>>,
    /// Why nothing can be written any more.
    lost: RefCell<Option<io::Error>>,
}

impl OnStreams {
    pub(super) fn new(streams: Streams, person: bool, progress: Rc<Progress>, redactor: Redactor) -> Self {
        Self {
            streams,
            person,
            json: false,
            progress,
            redactor,
            cells: Cell::new(0),
            is_entry: Cell::new(true),
            at_prompt: Rc::default(),
            printer: RefCell::default(),
            lost: RefCell::default(),
        }
    }

    /// The same with stdout for results as JSON, and nothing else.
    pub(super) fn with_json(self, json: bool) -> Self {
        Self { json, ..self }
    }

    /// Where texts for a person go.
    fn texts(&self) -> Stream {
        if self.json { self.streams.stderr } else { self.streams.stdout }
    }

    /// The person at the terminal, who is not asked while they are at the prompt.
    pub(super) fn person(&self, person: AtTerminal) -> impl Prompter + use<> {
        UnlessAtPrompt { person, at_prompt: Rc::clone(&self.at_prompt) }
    }

    fn report(&self, color: bool) -> EntryReport {
        EntryReport { color, person: self.person, redactor: self.redactor.clone() }
    }

    /// How entries are shown on stdout.
    fn output(&self) -> EntryReport {
        self.report(self.texts().color)
    }

    /// Writes what happens while an entry runs, or above the prompt.
    fn write_now(&self, stream: Stream, text: &str) -> io::Result<()> {
        match &*self.printer.borrow() {
            Some(printer) if stream.terminal => {
                printer.print(&stream.safe(text));
                Ok(())
            }
            _ => {
                let mut written = Ok(());
                self.progress.above(|| written = stream.write(text));
                written
            }
        }
    }

    /// The same for an event of the run; a loss is reported after the entry.
    fn write_event(&self, stream: Stream, text: &str) {
        let mut lost = self.lost.borrow_mut();
        if lost.is_none() {
            *lost = self.write_now(stream, text).err();
        }
    }

    fn check_lost(&self) -> io::Result<()> {
        self.lost.take().map_or(Ok(()), Err)
    }

    /// An error of an entry. At the prompt, the person sees a line that they have just entered.
    fn error(&self, error: &ErrorRecord, own: Option<(&str, &str)>) -> String {
        let stderr = self.streams.stderr;
        let mut message = Message::from(error);
        let is_own = |place: &str| own.is_some_and(|(name, code)| place == name && code.trim().lines().count() <= 1);
        if self.person && !error.is_about_syntax() && message.place.as_ref().is_some_and(|place| is_own(&place.file)) {
            message.place = None;
        }
        message.render(stderr.width(), stderr.color)
    }
}

impl Screen for OnStreams {
    fn entered(&self, record: &CellRecord, code: &str) -> io::Result<()> {
        self.check_lost()?;
        if !self.json {
            self.streams.stdout.write(&self.output().outcome(record))?;
        }
        match &record.error {
            Some(error) => {
                let name = format!("repl:{}", record.number);
                self.streams.stderr.write(&self.error(error, Some((&name, code))))
            }
            None => Ok(()),
        }
    }

    fn failed_in_background(&self, error: &ErrorRecord) -> io::Result<()> {
        self.check_lost()?;
        self.write_now(self.streams.stderr, &self.error(error, None))
    }

    fn at_prompt(&self, printer: Option<Printer>) {
        self.at_prompt.set(true);
        *self.printer.borrow_mut() = printer;
    }

    fn left_prompt(&self) {
        self.at_prompt.set(false);
        *self.printer.borrow_mut() = None;
    }

    fn cell(&self, record: &CellRecord) -> io::Result<()> {
        self.progress.cell_ended(record);
        Ok(())
    }

    fn tell(&self, text: &str) -> io::Result<()> {
        self.texts().write(&escape_controls(&self.redactor.redact(text)))
    }

    fn result(&self, record: &CellRecord) -> io::Result<()> {
        pager::show(self.texts(), &self.output().result(record).unwrap_or_else(|| "undefined\n".to_owned()))
    }

    fn json(&self, text: &str) -> io::Result<()> {
        self.streams.stdout.write_document(Syntax::Json, &format!("{}\n", escape_controls_in_json(text)))
    }

    fn found(&self, found: &Search) -> io::Result<()> {
        let stream = self.texts();
        stream.write(&self.redactor.redact(&search::text(found, stream.page_width(), stream.color)))
    }

    fn explanation(&self, explained: &Explanation) -> io::Result<()> {
        let stream = self.texts();
        stream.write(&explanation::text(explained, stream.page_width(), stream.color))
    }

    fn exchange(&self, call: &CallRecord) -> io::Result<()> {
        self.texts().write(&self.output().exchange(call))
    }

    fn curl(&self, call: &CallRecord) -> io::Result<()> {
        self.tell(&curl::call::command(call))
    }

    fn problem(&self, problem: &dyn Diagnostic) -> io::Result<()> {
        self.streams.stderr.write(&self.redactor.redact(&render(
            problem,
            self.streams.stderr.width(),
            self.streams.stderr.color,
        )))
    }

    fn clear(&self) -> io::Result<()> {
        self.streams.stdout.clear()
    }
}

impl Observer for OnStreams {
    fn next(&self) -> Option<&dyn Observer> {
        Some(&*self.progress)
    }

    fn notebook_started(&self, notebook: &NotebookHead) {
        self.cells.set(notebook.cells.len());
        self.progress.notebook_started(notebook);
    }

    fn cell_started(&self, number: usize, label: &str) {
        self.is_entry.set(number >= self.cells.get());
        self.progress.cell_started(number, label);
    }

    fn console(&self, line: &ConsoleRecord) {
        if !self.is_entry.get() {
            self.progress.console(line);
            return;
        }
        let is_error = matches!(line.level, ConsoleLevel::Error | ConsoleLevel::Warn);
        let stream = if is_error && !self.person { self.streams.stderr } else { self.texts() };
        self.write_event(stream, &self.report(stream.color).console(line));
    }

    fn prompted(&self, prompt: &PromptRecord) {
        if !self.is_entry.get() {
            self.progress.prompted(prompt);
        }
    }

    fn call_ended(&self, call: &CallRecord) {
        self.progress.call_ended(call);
        let is_shown = matches!(call.purpose, CallPurpose::Call | CallPurpose::Authentication);
        if self.person && self.is_entry.get() && is_shown {
            self.write_event(self.streams.stdout, &self.output().call(call));
        }
    }
}

/// A person whose terminal is in use while they are at the prompt.
struct UnlessAtPrompt {
    person: AtTerminal,
    at_prompt: Rc<Cell<bool>>,
}

impl UnlessAtPrompt {
    fn ask<T>(&self, ask: impl FnOnce(&AtTerminal) -> Result<T, NoAnswer>) -> Result<T, NoAnswer> {
        if self.at_prompt.get() { Err(NoAnswer::Busy) } else { ask(&self.person) }
    }
}

impl Prompter for UnlessAtPrompt {
    fn text(
        &self,
        question: &str,
        default: Option<&str>,
        secret: bool,
        work: Work<'_>,
    ) -> Result<Option<String>, NoAnswer> {
        self.ask(|person| person.text(question, default, secret, work))
    }

    fn yes_or_no(&self, question: &str, work: Work<'_>) -> Result<bool, NoAnswer> {
        self.ask(|person| person.yes_or_no(question, work))
    }

    fn open(&self, url: &Url) -> io::Result<()> {
        self.person.open(url)
    }
}
