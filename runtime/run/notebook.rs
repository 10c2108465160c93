//! Runs the cells of a notebook in an engine of this process.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use apinb_engine::isolate::Engine;
use apinb_engine::outcome::{Cell, EngineOptions, Outcome, Shown};
use apinb_http::network::Network;
use apinb_http::traffic::Traffic;
use apinb_notebook::model::{CodeCell, Notebook};
use apinb_project::job::Job;
use apinb_project::reading::notebook::apply_front_matter;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::position::FilePosition;
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, CellStatus};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::truncate::LABEL;
use apinb_text::io_error;
use apinb_text::source::span::Position;
use tokio_util::sync::CancellationToken;

use super::Run;
use super::clock::{milliseconds, to_the_microsecond};
use super::host::{Answers, Followers, RunHost};
use super::observer::{CellHead, NotebookHead};
use super::prompter::{Prompter, TimedPerson};
use super::signing_in::SigningIn;

/// The prelude, evaluated when the program was built.
static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

impl Run {
    /// The head of a notebook, reported before its cells run.
    pub(super) fn head(
        &self,
        path: String,
        notebook: &Notebook,
        mocked: bool,
        skip: Option<&str>,
        wanted: &[bool],
    ) -> NotebookHead {
        let skip = skip.map(|reason| self.redactor.redact(reason).into_owned());
        let cells = notebook.cells().zip(wanted).map(|(cell, wanted)| {
            let mut head = self.cell_head(notebook, cell, *wanted);
            head.skip = skip.clone().or(head.skip);
            head
        });
        NotebookHead {
            path,
            title: notebook.title().map(|title| self.redactor.redact(title).into_owned()),
            mocked,
            skip: skip.clone(),
            cells: cells.collect(),
        }
    }

    fn cell_head(&self, notebook: &Notebook, cell: &CodeCell, wanted: bool) -> CellHead {
        let line = notebook.label_line(cell);
        let line = self.redactor.redact(&line);
        let label = line.truncate(LABEL);
        CellHead {
            number: cell.number,
            line: cell.first_line(&notebook.source),
            whole_label: (*line != *label).then(|| line.into_owned()),
            label,
            wanted,
            teardown: cell.attributes.teardown,
            skip: cell.attributes.skip.as_deref().map(|reason| self.redactor.redact(reason).into_owned()),
        }
    }

    /// An engine for the notebook, with the inputs `answers`. Ctrl-C at a prompt cancels `questions`.
    pub(super) fn engine(
        &self,
        job: Job,
        notebook: &Notebook,
        answers: Box<dyn Answers>,
        followers: Followers,
        questions: &CancellationToken,
    ) -> Result<Engine, Box<ErrorRecord>> {
        let mut settings = job.settings;
        apply_front_matter(notebook, &mut settings);
        let network = Network::start(job.network).map_err(|error| Box::new(start_error(&error)))?;
        let Followers { definitions, cassette, contract } = followers;
        if let Some(cassette) = &cassette {
            network.add_traffic(Arc::clone(cassette) as Arc<dyn Traffic>);
        }
        let timed = |person| Rc::new(TimedPerson::new(person, Rc::clone(&self.asked))) as Rc<dyn Prompter>;
        let person = self.person.clone().map(timed);
        let host = RunHost {
            answers,
            mock: settings.is_offline(),
            person: person.clone(),
            signing_in: person.map(|person| SigningIn {
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
            mock_server: RefCell::default(),
            mock_search: settings.mock_search,
            declined: RefCell::default(),
            definitions,
            cassette,
            contract,
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

    /// Runs a cell. `is_last`: no other one follows in this engine.
    pub(super) fn cell(&self, engine: &mut Engine, notebook: &Notebook, cell: &CodeCell, is_last: bool) -> CellRecord {
        let mut record = CellRecord { skip: None, ..self.cell_head(notebook, cell, true).skipped() };
        self.observer.cell_started(cell.number, &record.label);
        let (clock, asked) = (Instant::now(), self.asked.get());
        let Outcome { result, console, prompts, calls, refused, virtual_time, omitted } =
            engine.run(Cell { code: cell, source: &notebook.source, is_last });
        // The time at prompts is not the cell's.
        let asked = self.asked.get().saturating_sub(asked);
        record.milliseconds = milliseconds(virtual_time.unwrap_or(clock.elapsed().saturating_sub(asked)));
        self.observer.cell_stopped();
        (record.console, record.prompts, record.calls, record.omitted) = (console, prompts, calls, omitted);
        record.refused = refused;
        for call in &mut record.calls {
            call.milliseconds = to_the_microsecond(call.milliseconds);
            call.waited = call.waited.map(to_the_microsecond);
        }
        match result {
            Ok(shown) => {
                record.status = CellStatus::Passed;
                if let Some(Shown { short, full, value }) = shown {
                    record.value = Some(value);
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
}

pub(super) fn start_error(error: &(dyn std::error::Error + 'static)) -> ErrorRecord {
    ErrorRecord { causes: causes(error), ..ErrorRecord::new(ErrorKind::Start, "StartError", error.to_string()) }
}

pub(super) fn unusable(error: &(impl Diagnostic + 'static)) -> ErrorRecord {
    let location = error.location();
    ErrorRecord {
        causes: causes(error),
        help: error.help(),
        position: location.map(|location| {
            let Position { line, column } = location.position();
            FilePosition { file: location.file.name().to_owned(), line, column }
        }),
        source_line: location.map(|location| location.file.line(location.position().line).to_owned()),
        ..ErrorRecord::new(ErrorKind::Input, "InputError", error.to_string())
    }
}

fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(error.source(), |error| error.source()).map(io_error::cause).collect()
}
