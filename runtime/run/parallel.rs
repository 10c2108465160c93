//! Runs notebooks in parallel, each on its own thread with its own engine.
//!
//! The observer and the prompter stay on the thread that started the run: the other threads send messages over a
//! channel. A notebook is reported when it and all notebooks before it have ended, so that its lines stand together and
//! in the order of the command line. Prompts are shown one at a time.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::{io, thread};

use apinb_project::job::Job;
use apinb_record::run::{CellRecord, NotebookRecord};
use url::Url;

use super::Run;
use super::observer::{NotebookHead, Observer};
use super::prompter::{NoAnswer, Prompter};

/// The stack of a main thread: deeply nested definitions need it.
const STACK_BYTES: usize = 8 << 20;

/// A message of another thread.
enum Message {
    /// A notebook has ended.
    Ended(usize, Box<EndedNotebook>),
    /// Prompt the person for a text.
    Prompt { question: String, default: Option<String>, secret: bool, answer: Sender<Result<Option<String>, NoAnswer>> },
    /// Ask the person for yes or no.
    Confirm { question: String, answer: Sender<Result<bool, NoAnswer>> },
    /// Open a page.
    Open { url: Url, opened: Sender<io::Result<()>> },
    /// Show where to sign in; with a code, on another device.
    SignIn { url: String, code: Option<String> },
}

/// The events of a notebook that has ended, for the observer.
struct EndedNotebook {
    head: NotebookHead,
    /// The numbers of the cells that the observer sees.
    cells: Vec<usize>,
    record: NotebookRecord,
}

/// The notebooks that have not started yet, with their indices.
type Queue = Mutex<std::iter::Enumerate<std::vec::IntoIter<Job>>>;

impl Run {
    /// Runs the notebooks, up to [`Run::threads`] at once. Their records are in the order of `jobs`.
    pub(super) fn at_once(&self, jobs: Vec<Job>) -> Vec<NotebookRecord> {
        self.on_threads(jobs, STACK_BYTES)
    }

    fn on_threads(&self, jobs: Vec<Job>, stack_bytes: usize) -> Vec<NotebookRecord> {
        // V8 must be initialized on a thread that is older than all that use it.
        apinb_engine::prepare();
        let count = jobs.len();
        let queue: Queue = Mutex::new(jobs.into_iter().enumerate());
        let first_failed = AtomicUsize::new(usize::MAX);
        let (messages, received) = mpsc::channel();
        let records = thread::scope(|scope| {
            let mut spawned = 0;
            while spawned < self.threads.min(count) {
                let worker = Worker {
                    selection: self.selection.clone(),
                    fail_fast: self.fail_fast,
                    redactor: self.redactor.clone(),
                    person: self.person.is_some(),
                    browser: self.browser,
                    cancel: self.cancel.clone(),
                    messages: messages.clone(),
                };
                let (queue, first_failed) = (&queue, &first_failed);
                let builder = thread::Builder::new().name("notebook".to_owned()).stack_size(stack_bytes);
                // If the system has no more threads, fewer threads run the notebooks.
                if builder.spawn_scoped(scope, move || worker.run_all(queue, first_failed)).is_err() {
                    break;
                }
                spawned += 1;
            }
            drop(messages);
            (spawned > 0).then(|| self.follow(received, count))
        });
        records.unwrap_or_else(|| {
            // No thread could be spawned: run on this one.
            let jobs = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
            self.one_after_another(jobs.map(|(_, job)| job).collect())
        })
    }

    /// Reports the notebooks in order and forwards prompts, until all notebooks have ended.
    fn follow(&self, received: mpsc::Receiver<Message>, count: usize) -> Vec<NotebookRecord> {
        let mut waiting: Vec<Option<Box<EndedNotebook>>> = std::iter::repeat_with(|| None).take(count).collect();
        let mut records = Vec::with_capacity(count);
        let mut ended = 0;
        self.observer.notebooks_ended(ended, count);
        for message in received {
            match message {
                Message::Ended(index, notebook) => {
                    ended += 1;
                    if let Some(slot) = waiting.get_mut(index) {
                        *slot = Some(notebook);
                    }
                    while let Some(notebook) = waiting.get_mut(records.len()).and_then(Option::take) {
                        records.push(self.report(*notebook));
                    }
                    self.observer.notebooks_ended(ended, count);
                }
                // A receiver that is gone is not an error.
                Message::Prompt { question, default, secret, answer } => {
                    let _ = answer.send(self.ask(|person| person.prompt(&question, default.as_deref(), secret)));
                }
                Message::Confirm { question, answer } => {
                    let _ = answer.send(self.ask(|person| person.confirm(&question)));
                }
                Message::Open { url, opened } => {
                    let unsupported = || Err(io::ErrorKind::Unsupported.into());
                    let _ = opened.send(self.person.as_ref().map_or_else(unsupported, |person| person.open(&url)));
                }
                Message::SignIn { url, code: Some(code) } => self.observer.sign_in_by_code(&url, &code),
                Message::SignIn { url, code: None } => self.observer.sign_in(&url),
            }
        }
        records
    }

    fn report(&self, notebook: EndedNotebook) -> NotebookRecord {
        let EndedNotebook { head, cells, record } = notebook;
        self.observer.notebook_started(&head);
        for cell in record.cells.iter().filter(|cell| cells.binary_search(&cell.number).is_ok()) {
            self.observer.cell_ended(cell);
        }
        self.observer.notebook_ended(&record);
        record
    }

    fn ask<T>(&self, question: impl FnOnce(&dyn Prompter) -> Result<T, NoAnswer>) -> Result<T, NoAnswer> {
        match &self.person {
            Some(person) if !self.cancel.is_cancelled() => {
                let answer = question(&**person);
                if matches!(answer, Err(NoAnswer::Interrupted)) {
                    // Ctrl-C also ends the prompts of all other notebooks.
                    self.cancel.cancel();
                }
                answer
            }
            _ => Err(NoAnswer::Interrupted),
        }
    }
}

/// The parts of a [`Run`] that can be sent to another thread.
struct Worker {
    selection: apinb_notebook::selection::Selection,
    fail_fast: bool,
    redactor: apinb_text::secret::redactor::Redactor,
    person: bool,
    browser: bool,
    cancel: tokio_util::sync::CancellationToken,
    messages: Sender<Message>,
}

impl Worker {
    fn run_all(self, queue: &Queue, first_failed: &AtomicUsize) {
        let watcher =
            Rc::new(Watcher { messages: self.messages.clone(), head: RefCell::default(), cells: RefCell::default() });
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, job)) = next else { return };
            let asking = || -> Rc<dyn Prompter> {
                Rc::new(RemotePrompter { messages: self.messages.clone(), notebook: job.shown() })
            };
            let run = Run {
                selection: self.selection.clone(),
                fail_fast: self.fail_fast,
                threads: 1,
                redactor: self.redactor.clone(),
                observer: Rc::clone(&watcher) as Rc<dyn Observer>,
                person: self.person.then(asking),
                browser: self.browser,
                cancel: self.cancel.clone(),
            };
            let failed_before = self.fail_fast && first_failed.load(Ordering::SeqCst) < index;
            let record = run.notebook(job, self.cancel.is_cancelled() || failed_before);
            if record.has_failed() {
                first_failed.fetch_min(index, Ordering::SeqCst);
            }
            let (head, cells) = (watcher.head.take(), watcher.cells.take());
            let Some(head) = head else { return };
            if self.messages.send(Message::Ended(index, Box::new(EndedNotebook { head, cells, record }))).is_err() {
                return;
            }
        }
    }
}

/// Stores events until all earlier notebooks have ended; forwards sign-in pages at once.
struct Watcher {
    messages: Sender<Message>,
    head: RefCell<Option<NotebookHead>>,
    cells: RefCell<Vec<usize>>,
}

impl Observer for Watcher {
    fn notebook_started(&self, notebook: &NotebookHead) {
        *self.head.borrow_mut() = Some(notebook.clone());
    }

    fn cell_ended(&self, cell: &CellRecord) {
        self.cells.borrow_mut().push(cell.number);
    }

    fn sign_in(&self, url: &str) {
        let _ = self.messages.send(Message::SignIn { url: url.to_owned(), code: None });
    }

    fn sign_in_by_code(&self, url: &str, code: &str) {
        let _ = self.messages.send(Message::SignIn { url: url.to_owned(), code: Some(code.to_owned()) });
    }
}

/// The person, from another thread. Names the notebook that prompts.
struct RemotePrompter {
    messages: Sender<Message>,
    notebook: String,
}

impl RemotePrompter {
    fn question(&self, question: &str) -> String {
        format!("{} asks:\n{question}", self.notebook)
    }
}

impl Prompter for RemotePrompter {
    fn prompt(&self, question: &str, default: Option<&str>, secret: bool) -> Result<Option<String>, NoAnswer> {
        let (answer, received) = mpsc::channel();
        let (question, default) = (self.question(question), default.map(str::to_owned));
        let _ = self.messages.send(Message::Prompt { question, default, secret, answer });
        received.recv().unwrap_or(Err(NoAnswer::Interrupted))
    }

    fn confirm(&self, question: &str) -> Result<bool, NoAnswer> {
        let (answer, received) = mpsc::channel();
        let _ = self.messages.send(Message::Confirm { question: self.question(question), answer });
        received.recv().unwrap_or(Err(NoAnswer::Interrupted))
    }

    fn open(&self, url: &Url) -> io::Result<()> {
        let (opened, received) = mpsc::channel();
        let _ = self.messages.send(Message::Open { url: url.clone(), opened });
        received.recv().unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::time::Duration;

    use apinb_notebook::selection::Selection;
    use apinb_project::settings::Settings;
    use apinb_text::secret::redactor::Redactor;
    use tokio_util::sync::CancellationToken;

    use crate::run::Run;
    use crate::run::observer::Observer;
    use apinb_project::job::{Job, NotebookLocation};

    struct Silent;

    impl Observer for Silent {}

    /// A missing notebook, which is recorded as an error without starting an engine.
    fn job(name: &str) -> Job {
        let settings = Settings::new("/".into(), Duration::from_secs(1), Duration::from_secs(1), 64 << 20);
        Job::new(name.to_owned(), NotebookLocation::File(format!("/no/such/folder/{name}").into()), settings)
    }

    #[test]
    fn notebooks_run_on_the_current_thread_if_no_other_can_start() {
        let run = Run {
            selection: Selection::default(),
            fail_fast: false,
            threads: 2,
            redactor: Redactor::default(),
            observer: Rc::new(Silent),
            person: None,
            browser: false,
            cancel: CancellationToken::new(),
        };
        // No system can allocate such a stack.
        let records = run.on_threads(vec![job("a.md"), job("b.md")], 1 << 60);
        let names: Vec<&str> = records.iter().map(|record| record.path.as_str()).collect();
        assert_eq!(names, ["a.md", "b.md"]);
        assert!(records.iter().all(|record| record.error.is_some()), "{records:?}");
    }
}
