//! Runs one notebook.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Instant, SystemTime};

use apinb_engine::isolate::Engine;
use apinb_engine::outcome::{Cell, EngineOptions, Outcome, Shown};
use apinb_http::network::Network;
use apinb_notebook::model::{CodeCell, Notebook};
use apinb_project::job::Job;
use apinb_project::reading::notebook::{read, site};
use apinb_project::reading::parts;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, OmittedRecord, Summary};
use apinb_text::diagnostic::Diagnostic;
use tokio_util::sync::CancellationToken;

use super::Run;
use super::clock::{milliseconds, to_the_microsecond};
use super::host::{Definitions, RunHost};
use super::observer::NotebookHead;
use super::record_budget::RecordBudget;
use super::signing_in::SigningIn;

/// The prelude, evaluated when the program was built.
static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

impl Run {
    /// Runs the notebook of `job`; `stopped`: all its cells are skipped.
    pub(super) fn notebook(&self, job: Job, stopped: bool) -> NotebookRecord {
        let clock = Instant::now();
        let mut record = NotebookRecord {
            path: job.name.clone(),
            row: job.row.clone(),
            title: None,
            mocked: job.settings.mock,
            started: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            error: None,
            cells: Vec::new(),
            summary: Summary::default(),
            milliseconds: 0.0,
            parts: Vec::new(),
        };
        let chosen = read(&job.name, &job.location).and_then(|notebook| {
            let wanted = self.selection.cells(&notebook)?;
            Ok((notebook, wanted))
        });
        match chosen {
            Ok((notebook, wanted)) => {
                record.title = notebook.title().map(|title| self.redactor.redact(title).into_owned());
                let head = NotebookHead { path: record.name(), ..self.head(&notebook, record.mocked) };
                self.observer.notebook_started(&head);
                self.cells(job, &notebook, &wanted, stopped, &mut record);
                // By now the redactor knows the secrets of the run.
                record.parts = parts::of(&notebook);
                record.parts.redact(&self.redactor);
            }
            Err(error) => {
                let head = NotebookHead { path: record.name(), title: None, mocked: record.mocked, labels: Vec::new() };
                self.observer.notebook_started(&head);
                record.error = Some(unusable(&error));
            }
        }
        record.summary = summary(&record.cells);
        record.milliseconds = milliseconds(clock.elapsed());
        self.observer.notebook_ended(&record);
        record
    }

    /// Runs the cells that are `wanted`; the observer does not see the others.
    fn cells(&self, job: Job, notebook: &Notebook, wanted: &[bool], stopped: bool, record: &mut NotebookRecord) {
        let mut engine = None;
        let mut budget = RecordBudget::default();
        if !stopped {
            match self.engine(job, notebook, &Definitions::default(), &self.cancel) {
                Ok(started) => engine = Some(started),
                Err(error) => record.error = Some(*error),
            }
        }
        for (cell, wanted) in notebook.cells().zip(wanted) {
            if !wanted {
                record.cells.push(self.skipped(notebook, cell));
                continue;
            }
            let failed = self.fail_fast && record.cells.iter().any(|cell| cell.status == CellStatus::Failed);
            let mut ended = match &mut engine {
                Some(engine) if !failed && !self.cancel.is_cancelled() => self.cell(engine, notebook, cell),
                _ => self.skipped(notebook, cell),
            };
            budget.fit(&mut ended);
            self.observer.cell_ended(&ended);
            record.cells.push(ended);
        }
    }

    /// The head of a notebook, reported before its cells run.
    pub(super) fn head(&self, notebook: &Notebook, mocked: bool) -> NotebookHead {
        NotebookHead {
            path: notebook.source.name().to_owned(),
            title: notebook.title().map(|title| self.redactor.redact(title).into_owned()),
            mocked,
            labels: notebook.cells().map(|cell| self.label(notebook, cell)).collect(),
        }
    }

    /// An engine for the notebook. It adds the definitions that it loads to `definitions`. Ctrl-C at a prompt cancels
    /// `questions`.
    pub(super) fn engine(
        &self,
        job: Job,
        notebook: &Notebook,
        definitions: &Definitions,
        questions: &CancellationToken,
    ) -> Result<Engine, Box<ErrorRecord>> {
        let mut settings = job.settings;
        settings.site = site(notebook);
        let network = Network::start(job.network).map_err(|error| Box::new(start_error(&error)))?;
        let host = RunHost {
            inputs: job.inputs,
            mock: settings.mock,
            person: self.person.clone(),
            signing_in: self.person.clone().map(|person| SigningIn {
                person,
                observer: Rc::clone(&self.observer),
                redactor: self.redactor.clone(),
                browser: self.browser,
                cancel: questions.clone(),
            }),
            observer: Rc::clone(&self.observer),
            network: network.clone(),
            redactor: self.redactor.clone(),
            base_uris: settings.base_uris.clone(),
            cancel: questions.clone(),
            mocks: RefCell::default(),
            declined: RefCell::default(),
            definitions: definitions.clone(),
        };
        let options = EngineOptions {
            snapshot: Some(SNAPSHOT),
            network,
            redactor: self.redactor.clone(),
            host: Rc::new(host),
            settings,
            cancel: self.cancel.clone(),
        };
        Engine::new(options).map_err(|error| Box::new(start_error(&error)))
    }

    pub(super) fn cell(&self, engine: &mut Engine, notebook: &Notebook, cell: &CodeCell) -> CellRecord {
        let mut record = self.skipped(notebook, cell);
        self.observer.cell_started(cell.number, &record.label);
        let clock = Instant::now();
        let Outcome { result, console, prompts, calls, omitted } =
            engine.run(Cell { code: cell, source: &notebook.source });
        record.milliseconds = milliseconds(clock.elapsed());
        (record.console, record.prompts, record.calls, record.omitted) = (console, prompts, calls, omitted);
        for call in &mut record.calls {
            call.milliseconds = to_the_microsecond(call.milliseconds);
            call.waited = call.waited.map(to_the_microsecond);
        }
        match result {
            Ok(shown) => {
                record.status = CellStatus::Passed;
                if let Some(Shown { short, full }) = shown {
                    record.result_full = (full != short).then_some(full);
                    record.result = Some(short);
                }
            }
            Err(error) => {
                record.status = CellStatus::Failed;
                record.error = Some(error);
            }
        }
        record.redact(&self.redactor);
        record
    }

    /// The record of a cell that did not run.
    fn skipped(&self, notebook: &Notebook, cell: &CodeCell) -> CellRecord {
        CellRecord {
            number: cell.number,
            line: cell.first_line(&notebook.source),
            label: self.label(notebook, cell),
            status: CellStatus::Skipped,
            milliseconds: 0.0,
            result: None,
            result_full: None,
            error: None,
            console: Vec::new(),
            prompts: Vec::new(),
            calls: Vec::new(),
            omitted: OmittedRecord::default(),
        }
    }

    fn label(&self, notebook: &Notebook, cell: &CodeCell) -> String {
        self.redactor.redact(&notebook.label(cell)).into_owned()
    }
}

fn start_error(error: &(dyn std::error::Error + 'static)) -> ErrorRecord {
    ErrorRecord { causes: causes(error), ..ErrorRecord::new(ErrorKind::Start, "StartError", error.to_string()) }
}

pub(super) fn unusable(error: &(impl Diagnostic + 'static)) -> ErrorRecord {
    ErrorRecord {
        causes: causes(error),
        help: error.help(),
        ..ErrorRecord::new(ErrorKind::Input, "InputError", error.to_string())
    }
}

fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(error.source(), |error| error.source()).map(ToString::to_string).collect()
}

fn summary(cells: &[CellRecord]) -> Summary {
    let count = |status| cells.iter().filter(|cell| cell.status == status).count();
    Summary {
        cells: cells.len(),
        passed: count(CellStatus::Passed),
        failed: count(CellStatus::Failed),
        skipped: count(CellStatus::Skipped),
        calls: cells.iter().map(|cell| cell.calls.len() + cell.omitted.calls).sum(),
    }
}
