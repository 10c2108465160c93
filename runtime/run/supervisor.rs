//! Runs notebooks in worker processes, one after another or several at once, and makes their records.
//!
//! A worker runs the notebooks of one project, one at a time; a notebook from elsewhere has a worker of its own. When a
//! worker ends before its notebook, the running cell has failed, the rest of the notebook is skipped, and another worker
//! continues with the next notebook.
//!
//! The observer and the prompter stay on the thread of the run. Of the notebooks that run at once, the first one in the
//! order of the command line is shown: its events are reported as they arrive. Those of another one are reported when all
//! notebooks before it have ended, so that the events of a notebook stand together; prompts are shown one at a time. While
//! a person answers, the run goes on: other notebooks run, end, and are followed by the next ones.

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use apinb_project::cassette::CassetteMode;
use apinb_project::contract::ContractGroup;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::notebook::for_another_process;
use apinb_project::reading::project::Project;
use apinb_project::reading::scripts::ScriptCache;
use apinb_project::settings::{FailFast, Settings};
use apinb_record::contract::Contract;
use apinb_record::determinism::TimeZone;
use apinb_record::error::ErrorRecord;
use apinb_record::redact::Redact;
use apinb_record::run::Notebooks as _;
use apinb_text::secret::redactor::{KnownSecret, Redactor};

use super::Run;
use super::assembly::{Assembly, EndedNotebook};
use super::cassette::{Recording, store};
use super::child::{Child, Message, WorkerId};
use super::contract;
use super::death::{Death, Killed};
use super::keeper::Keeper;
use super::notebook::{start_error, unusable};
use super::prompter::{NoAnswer, Prompter, Work, hosts_question};
use super::protocol::{Event, Request, Setup, Task, ToWorker, reply_value};
use super::spool::{EarlyNotebooks, EndedNotebooks};

/// How long the run waits for a message before it looks whether a person has answered.
const ANSWER_INTERVAL: Duration = Duration::from_millis(20);

/// How often a notebook is given to a worker that ends before it has read the notebook.
const ATTEMPTS: u32 = 2;

/// A notebook that waits for a worker.
struct Waiting {
    index: usize,
    job: Job,
    attempts: u32,
}

/// A worker, and the notebook that it runs.
struct Worker {
    child: Arc<Child>,
    /// The project whose notebooks it runs; [`Project::Nothing`]: it runs one notebook.
    project: Project,
    /// The time zone of its notebooks; none: that of the machine. A process has one.
    time_zone: Option<TimeZone>,
    notebook: Option<Running>,
}

/// A notebook that runs.
struct Running {
    waiting: Waiting,
    /// Whether the worker has read it.
    read: bool,
    /// Whether a cell has started: the engine is there, and the memory of the worker is limited.
    limited: bool,
    assembly: Assembly,
    recording: Option<Recording>,
}

/// The notebooks of a run, and its workers.
struct Supervisor<'r> {
    run: &'r Run,
    /// Whether several notebooks may run at once.
    parallel: bool,
    queue: VecDeque<Waiting>,
    workers: BTreeMap<WorkerId, Worker>,
    keeper: Option<Keeper>,
    next: WorkerId,
    messages: Sender<(WorkerId, Message)>,
    /// Whether the observer knows what the system does not restrict.
    reported_unrestricted: bool,
    /// The number of secrets that the workers know.
    secrets: usize,
    /// The notebooks that have ended before others that come first.
    early: EarlyNotebooks,
    ended_count: usize,
    count: usize,
    /// The index of the first notebook whose failure ends the run.
    first_failed: usize,
    records: EndedNotebooks,
    /// The contract of the notebooks of each group so far.
    contracts: BTreeMap<ContractGroup, Contract>,
    /// The group of each notebook whose calls are checked.
    groups: Vec<Option<ContractGroup>>,
    /// Why the record of a notebook could not be stored.
    unstored: Option<io::Error>,
    /// Whether a person is asked.
    asking: bool,
    /// The requests that need the person, and came while the person was asked.
    questions: VecDeque<(WorkerId, u64, Request)>,
}

/// Where the messages of the workers arrive.
type Messages = Receiver<(WorkerId, Message)>;

impl Run {
    /// Runs the notebooks, up to [`Run::threads`] at once. Their records are in the order of `jobs`.
    ///
    /// # Errors
    /// An error of the system when a record cannot be stored.
    pub(super) fn in_workers(&self, jobs: Vec<Job>) -> io::Result<(EndedNotebooks, BTreeMap<ContractGroup, Contract>)> {
        let (messages, received) = mpsc::channel();
        let count = jobs.len();
        let group = |job: &Job| job.settings.contract.as_ref().map(|contract| contract.group.clone());
        let groups = jobs.iter().map(group).collect();
        let waiting = jobs.into_iter().enumerate().map(|(index, job)| Waiting { index, job, attempts: 0 });
        let supervisor = Supervisor {
            run: self,
            parallel: self.threads > 1 && count > 1,
            queue: waiting.collect(),
            workers: BTreeMap::new(),
            // If the system has no thread left, notebooks run all the same, and nothing kills their workers in time.
            keeper: Keeper::start(self.cancel.clone()).ok(),
            next: 0,
            messages,
            reported_unrestricted: false,
            secrets: self.redactor.added(),
            early: EarlyNotebooks::default(),
            ended_count: 0,
            count,
            first_failed: usize::MAX,
            records: EndedNotebooks::new(self.redactor.clone()),
            contracts: BTreeMap::new(),
            groups,
            unstored: None,
            asking: false,
            questions: VecDeque::new(),
        };
        supervisor.follow(&received)
    }
}

impl Supervisor<'_> {
    fn follow(mut self, received: &Messages) -> io::Result<(EndedNotebooks, BTreeMap<ContractGroup, Contract>)> {
        if self.parallel {
            self.run.observer.notebooks_ended(0, self.count);
        }
        loop {
            self.assign_waiting();
            if self.workers.values().all(|worker| worker.notebook.is_none()) {
                break;
            }
            if let Some((id, number, request)) = self.questions.pop_front() {
                self.serve(id, number, request, received);
                continue;
            }
            // This struct has a sender: there is always a message to wait for.
            let Ok((id, message)) = received.recv() else { break };
            self.receive(id, message, received);
        }
        let ids: Vec<WorkerId> = self.workers.keys().copied().collect();
        ids.into_iter().for_each(|id| self.release(id));
        match self.unstored {
            Some(error) => Err(error),
            None => Ok((self.records, self.contracts)),
        }
    }

    /// Gives notebooks to workers, as many as may run at once.
    fn assign_waiting(&mut self) {
        while self.workers.values().filter(|worker| worker.notebook.is_some()).count() < self.run.threads.max(1)
            && let Some(waiting) = self.queue.pop_front()
        {
            self.assign(waiting);
        }
    }

    /// Gives a notebook to a worker of its project that has none, else to a new one.
    fn assign(&mut self, mut waiting: Waiting) {
        let location = std::mem::replace(&mut waiting.job.location, NotebookLocation::Nowhere);
        match for_another_process(&waiting.job.name, location) {
            Ok(location) => waiting.job.location = location,
            Err(error) => return self.not_started(&waiting, unusable(&error)),
        }
        let Settings { cassette, determinism, .. } = &waiting.job.settings;
        let opened = cassette.as_ref().map(|cassette| store::open(cassette, determinism)).transpose();
        let cassette = match opened {
            Ok(opened) => opened,
            Err(error) => return self.not_started(&waiting, unusable(&error)),
        };
        let warning = cassette.as_ref().and_then(|(_, warning)| warning.clone());
        let cassette = cassette.map(|(task, _)| task);
        if let (Some(cassette), Some(settings)) = (&cassette, &mut waiting.job.settings.cassette) {
            settings.mode = cassette.mode;
        }
        let project = waiting.job.project();
        let time_zone = &waiting.job.settings.determinism.time_zone;
        let idle = |worker: &Worker| worker.notebook.is_none();
        let is_same = |worker: &Worker| {
            project != Project::Nothing && worker.project == project && worker.time_zone == *time_zone
        };
        let same = self.workers.iter().find(|(_, worker)| idle(worker) && is_same(worker)).map(|(id, _)| *id);
        let id = match same {
            Some(id) => id,
            None => {
                let unused: Vec<WorkerId> =
                    self.workers.iter().filter(|(_, worker)| idle(worker)).map(|(id, _)| *id).collect();
                unused.into_iter().for_each(|id| self.release(id));
                match self.start_worker(project, &waiting.job) {
                    Ok(id) => id,
                    Err(cause) => return self.not_started(&waiting, start_error(&NoWorker(cause))),
                }
            }
        };
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let Waiting { index, job, .. } = &waiting;
        let stopped = self.run.cancel.is_cancelled() || self.first_failed < *index;
        let assembly = Assembly::new(job, self.run.redactor.clone());
        worker.child.desk.open(job, &self.run.redactor);
        if let Some(keeper) = &self.keeper {
            keeper.begin(id);
        }
        let task = Task { job: job.clone(), stores_tokens: job.settings.token_store.is_some(), stopped, cassette };
        // A worker that has ended is replaced when the message about its end arrives.
        let _ = worker.child.run(&task);
        worker.notebook = Some(Running { waiting, read: false, limited: false, assembly, recording: None });
        if let Some(warning) = warning {
            self.run.observer.warned(&warning);
        }
    }

    /// Starts a worker for `job`, and for the waiting notebooks of the same project.
    fn start_worker(&mut self, project: Project, job: &Job) -> io::Result<WorkerId> {
        let id = self.next;
        self.next += 1;
        let readable = self.run.sandbox.then(|| {
            if let Some(folder) = &job.settings.script_cache {
                ScriptCache::open(folder).prepare();
            }
            let later = self.queue.iter().map(|waiting| &waiting.job);
            let same = later.filter(|job| project != Project::Nothing && job.project() == project);
            let paths = std::iter::once(job).chain(same).flat_map(Job::readable);
            paths.map(PathBuf::into_os_string).collect::<BTreeSet<_>>().into_iter().collect()
        });
        let setup = Setup {
            readable,
            selection: self.run.selection.clone(),
            allow_empty: self.run.allow_empty,
            person: self.run.person.is_some(),
            browser: self.run.browser,
            run: std::process::id(),
        };
        let time_zone = job.settings.determinism.time_zone.clone();
        let child = Child::start(id, setup, time_zone.as_ref(), self.messages.clone())?;
        // If it has ended, the message about that arrives later.
        let _ = child.send(&ToWorker::Secrets(self.run.redactor.added_since(0)));
        if let Some(keeper) = &self.keeper {
            keeper.add(id, Arc::clone(&child));
        }
        self.workers.insert(id, Worker { child, project, time_zone, notebook: None });
        Ok(id)
    }

    /// Ends a worker without a notebook.
    fn release(&mut self, id: WorkerId) {
        if let Some(keeper) = &self.keeper {
            keeper.remove(id);
        }
        if let Some(worker) = self.workers.remove(&id) {
            worker.child.kill(Killed::Released);
        }
    }

    fn receive(&mut self, id: WorkerId, message: Message, received: &Messages) {
        match message {
            Message::Event(event) => self.event(id, event),
            Message::Request { number, request } if self.asking => self.questions.push_back((id, number, request)),
            Message::Request { number, request } => self.serve(id, number, request, received),
            Message::Unrestricted(missing) => {
                if !self.reported_unrestricted {
                    self.reported_unrestricted = true;
                    self.run.observer.unrestricted(&missing);
                }
            }
            Message::Secrets(secrets) => self.learn(id, &secrets),
            Message::Gone(death) => self.gone(id, &death),
        }
    }

    /// Passes the secrets that one worker has learned to the others.
    fn learn(&mut self, from: WorkerId, secrets: &[KnownSecret]) {
        let redactor = &self.run.redactor;
        secrets.iter().for_each(|secret| redactor.add_known(secret));
        let new = redactor.added_since(self.secrets);
        if new.is_empty() {
            return;
        }
        self.secrets += new.len();
        for (_, worker) in self.workers.iter().filter(|(id, _)| **id != from) {
            let _ = worker.child.send(&ToWorker::Secrets(new.clone()));
        }
    }

    fn event(&mut self, id: WorkerId, event: Event<'_>) {
        let Some(running) = self.workers.get_mut(&id).and_then(|worker| worker.notebook.as_mut()) else { return };
        let (assembly, observer) = (&mut running.assembly, &self.run.observer);
        let is_shown = running.waiting.index == self.records.count();
        let ended_before = assembly.ended();
        match event {
            Event::Started { head, parts } => {
                running.read = true;
                assembly.start(head, parts);
                if is_shown {
                    observer.notebook_started(assembly.head());
                }
            }
            Event::Unreadable(error) => {
                assembly.fail(error);
                if is_shown {
                    observer.notebook_started(assembly.head());
                }
                self.end(id);
            }
            Event::NotStarted(error) => assembly.fail(error),
            Event::CellStarted { number } => {
                if let Some(keeper) = self.keeper.as_ref().filter(|_| !std::mem::replace(&mut running.limited, true)) {
                    let Settings { max_heap, contract, .. } = &running.waiting.job.settings;
                    keeper.limit_memory(id, *max_heap, contract.as_ref().map_or(0, |_| contract::MEMORY));
                }
                let tears_down = assembly.head().cells.get(number).is_some_and(|cell| cell.teardown);
                if let Some(keeper) = self.keeper.as_ref().filter(|_| tears_down) {
                    keeper.tears_down(id);
                }
                assembly.start_cell(number);
                if is_shown {
                    assembly.ended_since(ended_before).for_each(|cell| observer.cell_ended(cell));
                    let label = assembly.head().cells.get(number);
                    observer.cell_started(number, label.map_or("", |cell| cell.label.as_str()));
                }
            }
            Event::TimeLeft(left) => {
                if let Some(keeper) = &self.keeper {
                    keeper.time_left(id, left.map(Duration::from_millis));
                }
            }
            Event::FilesRead(files) => observer.files_read(&files),
            Event::ClientNamed(client) => observer.client_named(&client),
            Event::Console(line) => {
                if let Some(line) = assembly.write(line.into_owned()).filter(|_| is_shown) {
                    observer.console(&redacted(line, &self.run.redactor));
                }
            }
            Event::Prompt(prompt) => {
                if let Some(prompt) = assembly.prompt(prompt.into_owned()).filter(|_| is_shown) {
                    observer.prompted(&redacted(prompt, &self.run.redactor));
                }
            }
            Event::Call(call) => {
                if let Some(call) = assembly.call(call.into_owned()).filter(|_| is_shown) {
                    observer.call_ended(&redacted(call, &self.run.redactor));
                }
            }
            Event::SignIn { url, code: Some(code) } => observer.sign_in_by_code(&url, &code),
            Event::SignIn { url, code: None } => observer.sign_in(&url),
            Event::CellEnded(end) => {
                assembly.end_cell(end);
                if let Some(keeper) = &self.keeper {
                    keeper.time_left(id, None);
                }
                if is_shown {
                    assembly.ended_since(ended_before).for_each(|cell| observer.cell_ended(cell));
                }
            }
            Event::CellFailed { number, error } => {
                if let Some(cell) = assembly.fail_cell(number, error).filter(|_| is_shown) {
                    observer.cell_ended(cell);
                }
            }
            Event::Drifted(drift) => running.assembly.drift(*drift),
            Event::Recorded(recording) => running.recording = Some(recording),
            Event::Contract(contract) => assembly.check(*contract),
            Event::Ended => self.end(id),
        }
    }

    /// The worker has ended its notebook.
    fn end(&mut self, id: WorkerId) {
        if let Some(keeper) = &self.keeper {
            keeper.end(id);
        }
        let Some(worker) = self.workers.get_mut(&id) else { return };
        let Some(Running { waiting, mut assembly, recording, .. }) = worker.notebook.take() else { return };
        let from_elsewhere = worker.project == Project::Nothing;
        if let (Some(recording), Some(settings)) = (recording, &waiting.job.settings.cassette) {
            // A recording of failed cells would replay their failure.
            let is_wanted = settings.mode == CassetteMode::RecordAlways || !assembly.has_failed();
            if !is_wanted {
                self.run.observer.warned("the cassette is unchanged, since cells failed; `--record=always` writes it");
            } else if let Err(error) = store::write(settings, recording) {
                assembly.fail(unusable(&error));
            }
        }
        self.record(&waiting, assembly);
        if from_elsewhere {
            self.release(id);
        }
    }

    /// No worker starts for the notebook.
    fn not_started(&mut self, waiting: &Waiting, error: ErrorRecord) {
        let mut assembly = Assembly::new(&waiting.job, self.run.redactor.clone());
        assembly.fail(error);
        if self.shows(waiting.index) {
            self.run.observer.notebook_started(assembly.head());
        }
        self.record(waiting, assembly);
    }

    /// The worker has ended. Another one runs its notebook if it has not read it yet.
    fn gone(&mut self, id: WorkerId, death: &Death) {
        if let Some(keeper) = &self.keeper {
            keeper.remove(id);
        }
        let Some(running) = self.workers.remove(&id).and_then(|worker| worker.notebook) else { return };
        let Running { mut waiting, read, mut assembly, .. } = running;
        waiting.attempts += 1;
        if !read && waiting.attempts < ATTEMPTS && death.killed.is_none() {
            self.queue.push_front(waiting);
            return;
        }
        let is_shown = self.shows(waiting.index);
        if is_shown && !read {
            self.run.observer.notebook_started(assembly.head());
        }
        let mut error = death.error();
        error.redact(&self.run.redactor);
        let ended_before = assembly.ended();
        assembly.end_worker(error);
        if is_shown {
            assembly.ended_since(ended_before).for_each(|cell| self.run.observer.cell_ended(cell));
        }
        self.record(&waiting, assembly);
    }

    /// Whether the events of the notebook with this index are reported as they arrive: all before it have ended.
    fn shows(&self, index: usize) -> bool {
        index == self.records.count()
    }

    /// Reports the end of the notebook, or keeps it until those before it have ended.
    fn record(&mut self, Waiting { index, job, .. }: &Waiting, assembly: Assembly) {
        let index = *index;
        let ended_before = assembly.ended();
        let notebook = assembly.end();
        if notebook.record.has_failed() && job.settings.fail_fast == FailFast::All {
            self.first_failed = self.first_failed.min(index);
        }
        self.ended_count += 1;
        if self.parallel {
            self.run.observer.notebooks_ended(self.ended_count, self.count);
        }
        if self.shows(index) {
            notebook.wanted_since(ended_before).for_each(|cell| self.run.observer.cell_ended(cell));
            self.run.observer.notebook_ended(&notebook.record);
            self.store(notebook);
            self.show_next();
        } else if let Err(error) = self.early.put(index, &notebook) {
            self.give_up(error);
        }
    }

    /// Reports the next notebooks if they have ended already, and what the one after them has done so far.
    fn show_next(&mut self) {
        let observer = Rc::clone(&self.run.observer);
        while self.unstored.is_none() {
            match self.early.take(self.records.count()) {
                Ok(Some(notebook)) => {
                    observer.notebook_started(&notebook.head);
                    notebook.wanted_since(0).for_each(|cell| observer.whole_cell(cell));
                    observer.notebook_ended(&notebook.record);
                    self.store(notebook);
                }
                Ok(None) => break,
                Err(error) => self.give_up(error),
            }
        }
        let running = self.workers.values().filter_map(|worker| worker.notebook.as_ref());
        if let Some(next) = running.into_iter().find(|running| running.read && self.shows(running.waiting.index)) {
            next.assembly.show(&*observer);
        }
    }

    /// Stores the record of the next notebook. If that fails, the run ends: its reports would not be whole.
    fn store(&mut self, EndedNotebook { record, contract, .. }: EndedNotebook) {
        let group = self.groups.get(self.records.count()).cloned().flatten();
        if let (Some(group), Some(contract)) = (group, contract) {
            match self.contracts.entry(group) {
                Entry::Occupied(mut all) => all.get_mut().merge(contract),
                Entry::Vacant(all) => drop(all.insert(contract)),
            }
        }
        if let Err(error) = self.records.push(&record) {
            self.give_up(error);
        }
    }

    fn give_up(&mut self, error: io::Error) {
        self.run.cancel.cancel();
        self.unstored.get_or_insert(error);
    }

    /// Answers a request that needs the person.
    fn serve(&mut self, id: WorkerId, number: u64, request: Request, received: &Messages) {
        let Some(worker) = self.workers.get(&id) else { return };
        let Some(running) = &worker.notebook else { return };
        let (child, allowed) = (Arc::clone(&worker.child), running.waiting.job.network.hosts.clone());
        // With several notebooks at once the person must know which of them asks.
        let name = self.parallel.then(|| running.waiting.job.shown());
        let named = |question: String| match &name {
            Some(name) => format!("{name} asks:\n{question}"),
            None => question,
        };
        let reply = match request {
            Request::Prompt { question, default, secret } => {
                let question = named(question);
                reply_value(
                    &self.ask(received, |person, work| person.text(&question, default.as_deref(), secret, work)),
                )
            }
            Request::Confirm { question } => {
                let question = named(question);
                reply_value(&self.ask(received, |person, work| person.yes_or_no(&question, work)))
            }
            Request::Agree { hosts } if hosts.iter().all(|host| allowed.has(host)) => {
                reply_value(&Ok::<_, NoAnswer>(true))
            }
            Request::Agree { hosts } => {
                let question = named(hosts_question(&hosts));
                let agreed = self.ask(received, |person, work| person.yes_or_no(&question, work));
                if matches!(agreed, Ok(true)) {
                    // Other rows of the notebook may call them, too.
                    hosts.into_iter().for_each(|host| allowed.allow(host));
                }
                reply_value(&agreed)
            }
            Request::Open { url } => {
                let unsupported = || Err(io::ErrorKind::Unsupported.into());
                let opened = self.run.person.as_ref().map_or_else(unsupported, |person| person.open(&url));
                reply_value(&opened.map_err(|error| error.to_string()))
            }
            // The desk serves them.
            Request::Input(_)
            | Request::Row
            | Request::Tokens(_)
            | Request::KeepTokens(_)
            | Request::ForgetTokens(_)
            | Request::LockTokens(_)
            | Request::UnlockTokens(_)
            | Request::StoreScript { .. }
            | Request::PinScript { .. }
            | Request::Save { .. } => return,
        };
        let _ = reply.map(|value| child.reply(number, value));
    }

    fn ask<T>(
        &mut self,
        received: &Messages,
        question: impl FnOnce(&dyn Prompter, Work<'_>) -> Result<T, NoAnswer>,
    ) -> Result<T, NoAnswer> {
        let cancel = &self.run.cancel;
        let Some(person) = self.run.person.as_ref().filter(|_| !cancel.is_cancelled()) else {
            return Err(NoAnswer::Interrupted);
        };
        self.asking = true;
        let supervisor = RefCell::new(&mut *self);
        let work = || {
            if let Ok((id, message)) = received.recv_timeout(ANSWER_INTERVAL) {
                let mut supervisor = supervisor.borrow_mut();
                supervisor.receive(id, message, received);
                supervisor.assign_waiting();
            }
        };
        let answer = question(&**person, Some(&work));
        self.asking = false;
        if matches!(answer, Err(NoAnswer::Interrupted)) {
            // Ctrl-C also ends the prompts of all other notebooks.
            cancel.cancel();
        }
        answer
    }
}

/// A copy for the observer: the run may know more secrets than the worker did.
fn redacted<T: Clone + Redact>(value: &T, redactor: &Redactor) -> T {
    let mut value = value.clone();
    value.redact(redactor);
    value
}

/// A worker does not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start a worker process")]
struct NoWorker(#[source] io::Error);
