//! A worker's side of the connection to its run: sends events and requests, receives tasks and replies.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use apinb_text::secret::redactor::Redactor;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::keeper::TEARDOWN_TIME;
use super::mutex::lock;
use super::protocol::{self, Event, FromWorker, Request, Task, ToWorker};

/// Where messages of the run arrive.
pub type FromRun = Box<dyn Read + Send>;

/// Where messages to the run go.
pub type ToRun = Box<dyn Write + Send>;

/// The connection; clones share it.
#[derive(Clone)]
pub(super) struct Link(Arc<Shared>);

struct Shared {
    output: Mutex<Output>,
    redactor: Redactor,
    /// The requests that wait for a reply.
    waiting: Mutex<HashMap<u64, Sender<Box<RawValue>>>>,
    next: AtomicU64,
}

struct Output {
    stream: ToRun,
    /// The number of secrets that the run knows.
    secrets: usize,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Link").finish_non_exhaustive()
    }
}

impl Link {
    /// A connection that sends the secrets of `redactor` before the messages in which they are redacted.
    pub(super) fn new(stream: ToRun, redactor: Redactor) -> Self {
        Self(Arc::new(Shared {
            output: Mutex::new(Output { stream, secrets: 0 }),
            redactor,
            waiting: Mutex::default(),
            next: AtomicU64::new(0),
        }))
    }

    /// Receives on a thread of its own, which ends the process when the run is gone. `cancel` is cancelled when the run
    /// says so, `teardown` when cells that clean up have had their time after that.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(super) fn listen(
        &self,
        mut stream: FromRun,
        cancel: CancellationToken,
        teardown: CancellationToken,
    ) -> io::Result<Receiver<Task>> {
        let (tasks, received) = mpsc::channel();
        let link = self.clone();
        thread::Builder::new().name("run".to_owned()).spawn(move || {
            while let Ok(Some(message)) = protocol::read::<ToWorker<'_>>(&mut stream) {
                match message {
                    ToWorker::Run(task) => {
                        // The receiver lives as long as the process.
                        let _ = tasks.send(task.into_owned());
                    }
                    ToWorker::Secrets(secrets) => {
                        secrets.iter().for_each(|secret| link.0.redactor.add_known(secret));
                    }
                    ToWorker::Reply { number, value } => {
                        let waiting = link.waiting().remove(&number);
                        let _ = waiting.map(|waiting| waiting.send(value));
                    }
                    ToWorker::Cancel => {
                        cancel.cancel();
                        let teardown = teardown.clone();
                        thread::spawn(move || {
                            thread::sleep(TEARDOWN_TIME);
                            teardown.cancel();
                        });
                    }
                    ToWorker::Setup(_) => break,
                }
            }
            process::exit(1);
        })?;
        Ok(received)
    }

    /// Sends an event. Without a run the process ends.
    pub(super) fn event(&self, event: Event<'_>) {
        self.send(&FromWorker::Event(event));
    }

    /// Reports what the system does not restrict.
    pub(super) fn unrestricted(&self, missing: Vec<String>) {
        self.send(&FromWorker::Unrestricted(missing));
    }

    /// Sends a request, and waits for the reply. Blocks.
    pub(super) fn request<T: DeserializeOwned>(&self, request: Request) -> T {
        let reply = self.ask(request);
        let value = reply.received.recv();
        value.ok().and_then(|value| parse(&value)).unwrap_or_else(|| process::exit(1))
    }

    /// Sends a request.
    pub(super) fn ask(&self, request: Request) -> PendingReply {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (reply, received) = mpsc::channel();
        self.waiting().insert(number, reply);
        self.send(&FromWorker::Request { number, request });
        PendingReply { number, received }
    }

    fn send(&self, message: &FromWorker<'_>) {
        let mut output = lock(&self.0.output);
        let secrets = self.0.redactor.added_since(output.secrets);
        let sent = if secrets.is_empty() {
            Ok(())
        } else {
            output.secrets += secrets.len();
            protocol::write(&mut output.stream, &FromWorker::Secrets(secrets))
        };
        if sent.and_then(|()| protocol::write(&mut output.stream, message)).is_err() {
            process::exit(1);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Sender<Box<RawValue>>>> {
        lock(&self.0.waiting)
    }
}

/// The reply to a request, which may not have arrived.
pub(super) struct PendingReply {
    /// The number of the request.
    pub(super) number: u64,
    received: Receiver<Box<RawValue>>,
}

impl PendingReply {
    /// Waits for the reply, so long at most.
    ///
    /// # Errors
    /// When it has not arrived.
    pub(super) fn wait<T: DeserializeOwned>(&mut self, time: Duration) -> Result<T, RecvTimeoutError> {
        self.received.recv_timeout(time).map(|value| parse(&value).unwrap_or_else(|| process::exit(1)))
    }
}

/// The run is the same program, so that anything else than a reply is an error in it.
fn parse<T: DeserializeOwned>(value: &RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}
