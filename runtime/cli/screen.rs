//! Shows a session on the process's streams: results on stdout, errors on stderr.

use std::io;
use std::rc::Rc;

use apinb_record::call::CallRecord;
use apinb_record::explanation::Explanation;
use apinb_record::run::CellRecord;
use apinb_report::curl;
use apinb_report::entry::EntryReport;
use apinb_report::explanation;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::render::{Message, render};
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;

use super::progress::Progress;
use super::streams::Streams;
use crate::repl::Screen;
use crate::run::observer::Observer as _;

/// The process's streams.
pub(super) struct OnStreams {
    streams: Streams,
    /// Whether a person reads the output as it is written.
    person: bool,
    /// Spins while something runs, and shows the cells of the notebook and the output of entries.
    progress: Rc<Progress>,
    redactor: Redactor,
}

impl OnStreams {
    pub(super) fn new(streams: Streams, person: bool, progress: Rc<Progress>, redactor: Redactor) -> Self {
        Self { streams, person, progress, redactor }
    }

    fn report(&self, color: bool) -> EntryReport {
        EntryReport { color, person: self.person, redactor: self.redactor.clone() }
    }

    /// How entries are shown on stdout.
    pub(super) fn output(&self) -> EntryReport {
        self.report(self.streams.stdout.color)
    }
}

impl Screen for OnStreams {
    fn entered(&self, record: &CellRecord) -> io::Result<()> {
        self.progress.written()?;
        self.streams.stdout.write(&self.output().output(record))?;
        match &record.error {
            Some(error) => self
                .streams
                .stderr
                .write(&Message::from(error).render(self.streams.stderr.width(), self.streams.stderr.color)),
            None => Ok(()),
        }
    }

    fn cell(&self, record: &CellRecord) -> io::Result<()> {
        self.progress.cell_ended(record);
        Ok(())
    }

    fn tell(&self, text: &str) -> io::Result<()> {
        self.streams.stdout.write(&escape_controls(&self.redactor.redact(text)))
    }

    fn result(&self, record: &CellRecord) -> io::Result<()> {
        self.streams.stdout.write(&self.output().result(record).unwrap_or_else(|| "undefined\n".to_owned()))
    }

    fn explanation(&self, explained: &Explanation) -> io::Result<()> {
        let stdout = self.streams.stdout;
        stdout.write(&explanation::text(explained, stdout.page_width(), stdout.color))
    }

    fn exchange(&self, call: &CallRecord) -> io::Result<()> {
        self.streams.stdout.write(&self.output().exchange(call))
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
