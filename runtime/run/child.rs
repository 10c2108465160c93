//! A worker process as its run sees it: starts it, sends it messages, reads its messages on a thread, ends it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdin, Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use apinb_record::determinism::TimeZone;
use apinb_text::secret::redactor::KnownSecret;
use serde_json::value::RawValue;

use super::WORKER_ARGUMENT;
use super::death::{Death, Killed};
use super::desk::Desk;
use super::mutex::lock;
use super::protocol::{self, Event, FromWorker, Request, Setup, Task, ToWorker};

/// How much of a worker's last words is kept, in bytes.
const MAX_LAST_WORDS: usize = 16 << 10;

/// How long a worker may take to end after it closed its connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// Identifies a worker in its run.
pub(super) type WorkerId = usize;

/// What arrives from a worker.
pub(super) enum Message {
    Event(Event<'static>),
    Request {
        number: u64,
        request: Request,
    },
    /// See [`FromWorker::Unrestricted`].
    Unrestricted(Vec<String>),
    /// It has learned secrets.
    Secrets(Vec<KnownSecret>),
    /// It has ended; nothing else arrives.
    Gone(Death),
}

/// A worker process.
pub(super) struct Child {
    process: Mutex<process::Child>,
    input: Mutex<ChildStdin>,
    killed: Mutex<Option<Killed>>,
    /// Serves its requests that need neither the person nor the observer.
    pub(super) desk: Desk,
}

impl Child {
    /// Starts a worker in a time zone, and a thread that sends what arrives to `messages`. Call it on a thread that lives
    /// as long as the run: on Linux the worker ends with the thread that started it.
    ///
    /// # Errors
    /// When the system starts no process or no thread.
    pub(super) fn start(
        id: WorkerId,
        setup: Setup,
        time_zone: Option<&TimeZone>,
        messages: Sender<(WorkerId, Message)>,
    ) -> io::Result<Arc<Self>> {
        let mut command = command(&program()?);
        if let Some(zone) = time_zone {
            command.env("TZ", zone.name());
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (input, output, errors) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(input), Some(output), Some(errors)) = (input, output, errors) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let child = Arc::new(Self {
            process: Mutex::new(process),
            input: Mutex::new(input),
            killed: Mutex::default(),
            desk: Desk::default(),
        });
        if let Err(error) = child.listen(id, output, errors, messages) {
            child.kill(Killed::Released);
            return Err(error);
        }
        // If it has ended, the message about that arrives.
        let _ = child.send(&ToWorker::Setup(setup));
        Ok(child)
    }

    fn listen(
        self: &Arc<Self>,
        id: WorkerId,
        output: impl Read + Send + 'static,
        errors: impl Read + Send + 'static,
        messages: Sender<(WorkerId, Message)>,
    ) -> io::Result<()> {
        let words = thread::Builder::new().name("worker's stderr".to_owned()).spawn(move || last_words(errors))?;
        let child = Arc::clone(self);
        thread::Builder::new().name("worker".to_owned()).spawn(move || {
            let mut output = BufReader::new(output);
            let invalid = loop {
                match protocol::read::<FromWorker<'static>>(&mut output) {
                    Ok(Some(message)) => {
                        let message = match message {
                            FromWorker::Unrestricted(missing) => Some(Message::Unrestricted(missing)),
                            FromWorker::Secrets(secrets) => Some(Message::Secrets(secrets)),
                            FromWorker::Event(event) => Some(Message::Event(event)),
                            FromWorker::Request { number, request } => {
                                let to = Arc::clone(&child);
                                let reply = move |value| to.reply(number, value);
                                child
                                    .desk
                                    .serve(number, request, reply)
                                    .map(|request| Message::Request { number, request })
                            }
                        };
                        // The receiver lives as long as the workers.
                        if let Some(message) = message {
                            let _ = messages.send((id, message));
                        }
                    }
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            };
            let death = child.end(words, invalid);
            let _ = messages.send((id, Message::Gone(death)));
        })?;
        Ok(())
    }

    /// The number of its process.
    pub(super) fn process_id(&self) -> u32 {
        lock(&self.process).id()
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the worker has ended.
    pub(super) fn send(&self, message: &ToWorker<'_>) -> io::Result<()> {
        protocol::write(&mut *lock(&self.input), message)
    }

    /// Sends a notebook to run.
    ///
    /// # Errors
    /// When the worker has ended.
    pub(super) fn run(&self, task: &Task) -> io::Result<()> {
        self.send(&ToWorker::Run(Cow::Borrowed(task)))
    }

    /// Replies to a request. A worker that has ended needs no reply.
    pub(super) fn reply(&self, number: u64, value: Box<RawValue>) {
        let _ = self.send(&ToWorker::Reply { number, value });
    }

    /// Asks the worker to end the running cell. Does not wait: a worker that does not read is killed later.
    pub(super) fn cancel(&self) {
        let mut input = match self.input.try_lock() {
            Ok(input) => input,
            Err(TryLockError::Poisoned(input)) => input.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let _ = protocol::write(&mut *input, &ToWorker::Cancel);
    }

    /// Kills the worker, if it runs.
    pub(super) fn kill(&self, why: Killed) {
        lock(&self.killed).get_or_insert(why);
        // It may have ended.
        let _ = lock(&self.process).kill();
    }

    /// Waits until the process has ended, and says how.
    fn end(&self, words: JoinHandle<String>, invalid: Option<io::Error>) -> Death {
        let until = Instant::now() + PATIENCE;
        while invalid.is_none() && Instant::now() < until {
            if !matches!(lock(&self.process).try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.desk.close();
        let mut process = lock(&self.process);
        let _ = process.kill();
        let status = process.wait().ok();
        Death { killed: *lock(&self.killed), status, last_words: words.join().unwrap_or_default(), invalid }
    }
}

/// This program, even if its file was replaced or removed meanwhile.
fn program() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() { Ok(running.to_owned()) } else { std::env::current_exe() }
}

/// A worker is in a process group of its own: Ctrl-C at the terminal reaches the run alone.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(WORKER_ARGUMENT);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;

        command.arg0("apinb").process_group(0);
    }
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;

        /// `CREATE_NEW_PROCESS_GROUP` of `CreateProcess`.
        const NEW_PROCESS_GROUP: u32 = 0x200;
        command.creation_flags(NEW_PROCESS_GROUP);
    }
    command
}

/// The end of what `errors` has.
fn last_words(mut errors: impl Read) -> String {
    let mut kept = VecDeque::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = errors.read(&mut buffer) {
        kept.extend(buffer.iter().take(read));
        kept.drain(..kept.len().saturating_sub(MAX_LAST_WORDS));
    }
    String::from_utf8_lossy(kept.make_contiguous()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{MAX_LAST_WORDS, last_words};

    #[test]
    fn the_last_words_are_kept() {
        assert_eq!(last_words(&b"# Fatal\n"[..]), "# Fatal\n");
        let long = format!("{}# Fatal", " ".repeat(3 * MAX_LAST_WORDS));
        let kept = last_words(long.as_bytes());
        assert!(kept.len() == MAX_LAST_WORDS && kept.ends_with("# Fatal"));
    }
}
