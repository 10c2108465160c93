//! A worker process: runs the notebooks that the run sends, one after another, each in an engine of its own, and streams
//! what happens. It answers no prompt, opens no browser and writes no file: it asks the run to.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use apinb_auth::store::Store;
use apinb_engine::late_errors::LateError;
use apinb_notebook::model::CodeCell;
use apinb_project::reading::notebook::{Unreadable, read};
use apinb_project::reading::parts;
use apinb_project::settings::FailFast;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::redact::Redact as _;
use apinb_record::run::{CellRecord, CellStatus};
use apinb_sandbox::Sandbox;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use super::Run;
use super::cassette::traffic::NotebookTraffic;
use super::caused_by::{Assignments, SkipReason};
use super::contract::ContractThread;
use super::expectation;
use super::host::{Definitions, Followers};
use super::link::{FromRun, Link, ToRun};
use super::notebook::{start_error, unusable};
use super::observer::Observer;
use super::prompter::Prompter;
use super::protocol::{self, CellEnd, Event, Setup, Task, ToWorker};
use super::remote::{RemoteAnswers, RemoteObserver, RemoteOutput, RemotePerson, RemoteScripts, RemoteTokens};
use super::unread_status;

/// Runs notebooks until the run closes the connection, which ends the process.
///
/// # Errors
/// When the connection does not begin as it should, or the system starts no thread.
pub fn work(mut input: FromRun, output: ToRun) -> io::Result<()> {
    let Some(ToWorker::Setup(setup)) = protocol::read(&mut input)? else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "this command is only for apinb itself"));
    };
    let Setup { selection, allow_empty, person, browser, run, readable } = setup;
    // Here the process has no other thread: what it gives up, every later thread lacks, too.
    let restricted = readable.map(|readable| {
        let read = readable.into_iter().map(PathBuf::from).collect();
        Sandbox { read, parent: Some(run) }.enter()
    });
    apinb_engine::prepare();
    let (redactor, cancel, teardown) = (Redactor::default(), CancellationToken::new(), CancellationToken::new());
    let link = Link::new(output, redactor.clone());
    let tasks = link.listen(input, cancel.clone(), teardown.clone())?;
    let refused = match restricted {
        Some(Err(error)) => {
            let (message, help) = (error.to_string(), error.help().to_owned());
            Some(ErrorRecord { help: Some(help), ..ErrorRecord::new(ErrorKind::Start, "StartError", message) })
        }
        Some(Ok(report)) if !report.missing.is_empty() => {
            link.unrestricted(report.missing.iter().map(ToString::to_string).collect());
            None
        }
        Some(Ok(_)) | None => None,
    };
    let person = person.then(|| Rc::new(RemotePerson(link.clone())) as Rc<dyn Prompter>);
    let observer = Rc::new(RemoteObserver(link.clone())) as Rc<dyn Observer>;
    let run = Run {
        selection,
        allow_empty,
        threads: 1,
        redactor,
        observer,
        person,
        asked: Rc::default(),
        browser,
        sandbox: true,
        cancel,
    };
    let mut contracts = ContractThread::new(run.redactor.clone());
    for task in tasks {
        match &refused {
            Some(error) => link.event(Event::Unreadable(error.clone())),
            None => run.task(task, &link, &teardown, &mut contracts),
        }
    }
    Ok(())
}

impl Run {
    /// Runs a notebook. `teardown` ends the cells that clean up, which go on after the run is cancelled.
    fn task(&self, task: Task, link: &Link, teardown: &CancellationToken, contracts: &mut ContractThread) {
        let Task { mut job, stores_tokens, stopped, cassette } = task;
        job.settings.token_store = stores_tokens.then(|| Store::brokered(Arc::new(RemoteTokens(link.clone()))));
        job.settings.script_broker = Some(Arc::new(RemoteScripts(link.clone())));
        job.settings.output_broker = Some(Arc::new(RemoteOutput(link.clone())));
        let chosen = read(&job.name, &job.location).and_then(|notebook| {
            if notebook.cells().next().is_none() && !self.allow_empty {
                return Err(Unreadable::NoCells { name: job.name.clone() });
            }
            let skip = notebook.options()?.skip;
            let none = || vec![false; notebook.cells().count()];
            let (skip, wanted) = match self.selection.cells(&notebook) {
                _ if skip.is_some() => (skip, none()),
                Ok(wanted) => (None, wanted),
                Err(error) if self.allow_empty => (Some(error.to_string()), none()),
                Err(error) => return Err(error.into()),
            };
            Ok::<_, Unreadable>((notebook, skip, wanted))
        });
        let (notebook, skip, wanted) = match chosen {
            Ok(chosen) => chosen,
            Err(error) => return link.event(Event::Unreadable(unusable(&error))),
        };
        let mut parts = parts::of(&notebook);
        parts.redact(&self.redactor);
        job.row.redact(&self.redactor);
        let path = self.redactor.redact(&job.shown()).into_owned();
        let head = self.head(path, &notebook, job.settings.mock, skip.as_deref(), &wanted);
        link.event(Event::Started { head, parts });
        if stopped || skip.is_some() {
            return link.event(Event::Ended);
        }
        let cassette = match cassette.map(|task| NotebookTraffic::new(task, &notebook, &self.redactor)).transpose() {
            Ok(cassette) => cassette,
            Err(error) => {
                link.event(Event::NotStarted(unusable(&error)));
                return link.event(Event::Ended);
            }
        };
        if cassette.is_some() {
            // All that is read from the web comes from the cassette, or belongs into it.
            job.settings.script_cache = None;
            job.settings.script_broker = None;
        }
        let has_limit = job.settings.notebook_timeout.is_some();
        let ends_early = job.settings.fail_fast != FailFast::Never;
        let answers = Box::new(RemoteAnswers(link.clone()));
        let contract = job.settings.contract.clone().map(|settings| contracts.begin(job.name.clone(), settings));
        let contract = match contract.transpose() {
            Ok(contract) => contract.map(Rc::new),
            Err(error) => {
                link.event(Event::NotStarted(start_error(&error)));
                return link.event(Event::Ended);
            }
        };
        let followers = Followers { definitions: Definitions::default(), cassette, contract };
        let engine = self.engine(job, &notebook, answers, followers.clone(), &self.cancel);
        let Followers { definitions: _, cassette, contract } = followers;
        let mut engine = match engine {
            Ok(engine) => engine,
            Err(error) => {
                link.event(Event::NotStarted(*error));
                return link.event(Event::Ended);
            }
        };
        let mut assignments = Assignments::default();
        // Whether a cell has run: without one there is nothing to clean up.
        let (mut ended, mut started) = (false, false);
        let mut ran = Vec::new();
        for (index, (cell, selected)) in notebook.cells().zip(&wanted).enumerate() {
            ended |= self.cancel.is_cancelled();
            if ended && !started {
                break;
            }
            let skipped = match cell.attributes.skip {
                Some(_) => Some(SkipReason::Marked),
                None if !selected => Some(SkipReason::NotSelected),
                None if !runs(cell, ended) => Some(SkipReason::Ended),
                None => None,
            };
            if let Some(reason) = skipped {
                assignments.skip(cell, reason);
                continue;
            }
            engine.cancelled_by(if cell.attributes.teardown { teardown.clone() } else { self.cancel.clone() });
            let mut rest = notebook.cells().zip(&wanted).skip(index + 1);
            let is_last = !rest.any(|(cell, wanted)| *wanted && runs(cell, ended));
            started = true;
            ran.push(cell.number);
            if let Some(contract) = &contract {
                contract.cell(cell.number, cell.first_line(&notebook.source));
            }
            let mut record = self.cell(&mut engine, &notebook, cell, is_last);
            if let Some(error) = &mut record.error {
                assignments.explain(cell, error);
            }
            expectation::apply(&notebook, cell, &mut record);
            assignments.add(cell, record.status == CellStatus::Passed);
            // Where the whole notebook has a limit, it ends with the cell that waits in vain.
            let waited = has_limit && record.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Timeout);
            ended |= ends_early && record.status == CellStatus::Failed;
            link.event(Event::CellEnded(end(record)));
            for LateError { cell: number, mut error } in engine.take_late_errors() {
                let during =
                    format!("A timer of this cell threw it while ${} ran. Await it in this cell.", cell.number);
                error.help.get_or_insert(during);
                error.redact(&self.redactor);
                ended |= ends_early;
                link.event(Event::CellFailed { number, error });
            }
            if waited {
                break;
            }
        }
        for (number, error) in unread_status::errors(&notebook, &engine.unread_statuses()) {
            link.event(Event::CellFailed { number, error });
        }
        if let Some(contract) = contract {
            let (contract, is_finished) = contract.finish(self.cancel.is_cancelled());
            if !is_finished {
                contracts.abandon();
            }
            link.event(Event::Contract(Box::new(contract)));
        }
        if let Some(drift) = cassette.as_ref().and_then(|cassette| cassette.drift()) {
            link.event(Event::Drifted(Box::new(drift)));
        }
        let surroundings = cassette.as_ref().map(|_| engine.surroundings()).unwrap_or_default();
        if let Some(recording) = cassette.and_then(|cassette| cassette.finish(engine.network(), surroundings, ran)) {
            link.event(Event::Recorded(recording));
        }
        // The run need not wait until the engine has ended.
        link.event(Event::Ended);
    }
}

/// Whether a cell that is selected runs: after the notebook has ended early, only one that cleans up does.
fn runs(cell: &CodeCell, ended: bool) -> bool {
    cell.attributes.skip.is_none() && (!ended || cell.attributes.teardown)
}

fn end(record: CellRecord) -> CellEnd {
    let CellRecord { number, status, milliseconds, result, result_full, value, error, refused, omitted, .. } = record;
    CellEnd { number, status, milliseconds, result, result_full, value, error, refused, omitted }
}
