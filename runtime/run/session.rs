//! A session: an engine that runs the cells of a notebook, then entered code.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use apinb_client::completion::candidate::{Candidate, Found};
use apinb_definition::model::Definition;
use apinb_engine::background::Attended;
use apinb_engine::completeness::Completeness;
use apinb_engine::isolate::Engine;
use apinb_engine::watchdog::Interrupter;
use apinb_notebook::attributes::Attributes;
use apinb_notebook::model::{CodeCell, FrontMatter, Notebook, Part};
use apinb_project::job::Job;
use apinb_project::reading::notebook::read;
use apinb_record::error::ErrorRecord;
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, ConsoleRecord};
use apinb_text::source::span::{SourceFile, Span};

use super::Run;
use super::expectation;
use super::host::{Definitions, Followers};
use super::notebook::unusable;

/// An engine, and the notebook that it was started for.
pub struct Session<'r> {
    run: &'r Run,
    engine: Engine,
    definitions: Definitions,
    /// The notebook; it has no cells if the session has none.
    pub notebook: Notebook,
    /// The number of the next result, `$N`.
    next: usize,
}

impl Run {
    /// Starts an engine for the notebook of `job`, without running a cell of it.
    ///
    /// # Errors
    /// Why the notebook cannot be read, or the engine does not start.
    pub fn session(&self, mut job: Job) -> Result<Session<'_>, Box<ErrorRecord>> {
        job.register_secrets(&self.redactor);
        // A session has no end at which cells could fail.
        job.settings.fail_on_status = false;
        let notebook = read(&job.name, &job.location).map_err(|error| Box::new(unusable(&error)))?;
        let definitions = Definitions::default();
        let cells = notebook.cells().count();
        if cells > 0 {
            let path = notebook.source.name().to_owned();
            self.observer.notebook_started(&self.head(path, &notebook, job.settings.mock, None, &vec![true; cells]));
        }
        let answers = Box::new(job.inputs.clone());
        // Ctrl-C at a prompt fails the cell that prompts, and nothing else.
        let followers = Followers { definitions: Rc::clone(&definitions), ..Followers::default() };
        let mut engine = self.engine(job, &notebook, answers, followers, &self.cancel.child_token())?;
        engine.keep_underscores();
        Ok(Session { run: self, engine, definitions, notebook, next: cells })
    }
}

impl Session<'_> {
    /// Whether each cell of the notebook runs: the selection of the run includes it, and it is not marked `skip`.
    ///
    /// # Errors
    /// When it names a cell that does not exist.
    pub fn wanted(&self) -> Result<Vec<bool>, Box<ErrorRecord>> {
        let mut wanted = self.run.selection.cells(&self.notebook).map_err(|error| Box::new(unusable(&error)))?;
        wanted
            .iter_mut()
            .zip(self.notebook.cells())
            .for_each(|(wanted, cell)| *wanted &= cell.attributes.skip.is_none());
        Ok(wanted)
    }

    /// Runs the cell of the notebook with this number, if there is one.
    pub fn cell(&mut self, number: usize) -> Option<CellRecord> {
        let Self { run, engine, notebook, .. } = self;
        let cell = notebook.cells().nth(number)?;
        let mut record = run.cell(engine, notebook, cell, false);
        expectation::apply(notebook, cell, &mut record);
        Some(record)
    }

    /// Runs code as a cell, which messages call `name`.
    pub fn enter(&mut self, name: &str, code: &str) -> CellRecord {
        let (notebook, cell) = of_one_cell(name, code, self.next);
        self.next += 1;
        self.run.cell(&mut self.engine, &notebook, &cell, false)
    }

    /// Waits for what the entries have left to timers and promises, as after the last cell of a notebook.
    pub fn finish(&mut self) -> CellRecord {
        let (notebook, cell) = of_one_cell("repl", "", self.next);
        self.run.cell(&mut self.engine, &notebook, &cell, true)
    }

    /// The errors of timers of earlier cells and entries that came while the last one ran.
    pub fn late_errors(&mut self) -> Vec<ErrorRecord> {
        let mut errors: Vec<ErrorRecord> = self.engine.take_late_errors().into_iter().map(|late| late.error).collect();
        errors.iter_mut().for_each(|error| error.redact(&self.run.redactor));
        errors
    }

    /// See [`Engine::last_result_as_json`].
    ///
    /// # Errors
    /// As there.
    pub fn last_result_as_json(&mut self) -> Result<Option<String>, String> {
        self.engine.last_result_as_json()
    }

    /// See [`Engine::attend`].
    pub fn attend<T>(&mut self, until: Pin<&mut impl Future<Output = T>>) -> Attended<T> {
        let mut attended = self.engine.attend(until);
        if let Attended::Happened(background) = &mut attended {
            // A secret may have become known after a text was recorded.
            background.error.redact(&self.run.redactor);
            background.prompts.redact(&self.run.redactor);
            background.calls.redact(&self.run.redactor);
        }
        attended
    }

    /// The number of the next result, `$N`.
    #[must_use]
    pub fn next_number(&self) -> usize {
        self.next
    }

    /// Whether `code` is complete JavaScript.
    pub fn completeness(&mut self, code: &str) -> Completeness {
        self.engine.completeness(code)
    }

    /// See [`Engine::look_up`].
    pub fn look_up(&mut self, path: &[&str], typed: &str) -> Found {
        self.engine.look_up(path, typed)
    }

    /// See [`Engine::late_reads`].
    #[must_use]
    pub fn late_reads(&self) -> (Vec<ConsoleRecord>, bool) {
        self.engine.late_reads()
    }

    /// The variables that begin with `typed`.
    pub fn variables(&mut self, typed: &str) -> Vec<Candidate> {
        self.engine.variables(typed)
    }

    /// The folder of relative paths in code.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.engine.folder()
    }

    /// Interrupts the running code.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        self.engine.interrupter()
    }

    /// The security schemes by which a client is signed in.
    #[must_use]
    pub fn signed_in(&self, client: &str) -> Vec<String> {
        self.engine.signed_in(client)
    }

    /// The clients that were made, with their definitions.
    #[must_use]
    pub fn clients(&self) -> Vec<(String, Arc<Definition>)> {
        self.definitions.borrow().clone()
    }
}

/// A notebook that is `code` and nothing else, and its cell.
fn of_one_cell(name: &str, code: &str, number: usize) -> (Notebook, CodeCell) {
    let source = Arc::new(SourceFile::new(name, code));
    let starts = std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1));
    let line_offsets: Vec<usize> = starts.collect();
    let cell = CodeCell {
        number,
        span: Span { start: 0, end: code.len() },
        attributes: Attributes::default(),
        code: code.to_owned(),
        line_fills: vec![0; line_offsets.len()],
        line_offsets,
    };
    let parts = vec![Part::Code(cell.clone())];
    (Notebook { source, front_matter: FrontMatter::default(), parts }, cell)
}
