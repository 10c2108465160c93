//! What a worker leaves to its run: prompts, inputs, tokens, the script cache, and everything that is shown.

use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use apinb_auth::store::broker::{EntryLock, StoreError, TokenBroker};
use apinb_auth::store::key::{StoredTokens, TokenKey};
use apinb_project::overrides::inputs::Found;
use apinb_project::overrides::question::Question;
use apinb_project::overrides::value::ValueError;
use apinb_project::reading::scripts::ScriptBroker;
use apinb_project::saving::{OutputBroker, SaveError, Saved};
use apinb_record::call::CallRecord;
use apinb_record::run::{ConsoleRecord, PromptRecord};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::host::Answers;
use super::link::Link;
use super::observer::Observer;
use super::prompter::{NoAnswer, Prompter, Work};
use super::protocol::{Event, Request, SavedBytes};

/// How often a wait for a lock looks whether it is cancelled.
const INTERVAL: Duration = Duration::from_millis(20);

/// Sends events to the run.
pub(super) struct RemoteObserver(pub(super) Link);

impl Observer for RemoteObserver {
    fn cell_started(&self, number: usize, _label: &str) {
        self.0.event(Event::CellStarted { number });
    }

    fn console(&self, line: &ConsoleRecord) {
        self.0.event(Event::Console(Cow::Borrowed(line)));
    }

    fn prompted(&self, prompt: &PromptRecord) {
        self.0.event(Event::Prompt(Cow::Borrowed(prompt)));
    }

    fn call_ended(&self, call: &CallRecord) {
        self.0.event(Event::Call(Cow::Borrowed(call)));
    }

    fn files_read(&self, files: &[String]) {
        self.0.event(Event::FilesRead(Cow::Borrowed(files)));
    }

    fn client_named(&self, client: &str) {
        self.0.event(Event::ClientNamed(client.to_owned()));
    }

    fn time_left(&self, left: Option<Duration>) {
        let left = left.and_then(|left| u64::try_from(left.as_millis()).ok());
        self.0.event(Event::TimeLeft(left));
    }

    fn sign_in(&self, url: &str) {
        self.0.event(Event::SignIn { url: url.to_owned(), code: None });
    }

    fn sign_in_by_code(&self, url: &str, code: &str) {
        self.0.event(Event::SignIn { url: url.to_owned(), code: Some(code.to_owned()) });
    }
}

/// The person at the terminal of the run.
pub(super) struct RemotePerson(pub(super) Link);

impl Prompter for RemotePerson {
    fn text(
        &self,
        question: &str,
        default: Option<&str>,
        secret: bool,
        _: Work<'_>,
    ) -> Result<Option<String>, NoAnswer> {
        let (question, default) = (question.to_owned(), default.map(str::to_owned));
        self.0.request(Request::Prompt { question, default, secret })
    }

    fn yes_or_no(&self, question: &str, _: Work<'_>) -> Result<bool, NoAnswer> {
        self.0.request(Request::Confirm { question: question.to_owned() })
    }

    fn agree(&self, hosts: &[String]) -> Result<bool, NoAnswer> {
        self.0.request(Request::Agree { hosts: hosts.to_vec() })
    }

    fn open(&self, url: &Url) -> io::Result<()> {
        let opened: Result<(), String> = self.0.request(Request::Open { url: url.clone() });
        opened.map_err(io::Error::other)
    }
}

/// The inputs of the run.
pub(super) struct RemoteAnswers(pub(super) Link);

impl Answers for RemoteAnswers {
    fn input(&self, question: &Question) -> Result<Option<Found>, ValueError> {
        self.0.request(Request::Input(question.clone()))
    }

    fn row(&self) -> Option<Map<String, Value>> {
        self.0.request(Request::Row)
    }
}

/// The stored tokens of the run.
#[derive(Debug)]
pub(super) struct RemoteTokens(pub(super) Link);

impl TokenBroker for RemoteTokens {
    fn get(&self, key: &TokenKey) -> Option<StoredTokens> {
        self.0.request(Request::Tokens(key.clone()))
    }

    fn keep(&self, kept: &StoredTokens) -> Result<(), StoreError> {
        self.0.request(Request::KeepTokens(kept.clone()))
    }

    fn forget(&self, key: &TokenKey) -> Result<bool, StoreError> {
        self.0.request(Request::ForgetTokens(key.clone()))
    }

    fn lock(&self, key: &TokenKey, cancel: &CancellationToken) -> Result<EntryLock, StoreError> {
        let mut reply = self.0.ask(Request::LockTokens(key.clone()));
        // The lock is given back, or the wait for it ends, when this is dropped.
        let held = Held { link: self.0.clone(), number: reply.number };
        loop {
            match reply.wait::<Result<(), StoreError>>(INTERVAL) {
                Ok(locked) => return locked.map(|()| EntryLock::new(held)),
                Err(RecvTimeoutError::Timeout) if !cancel.is_cancelled() => {}
                Err(_) => return Err(StoreError::Interrupted),
            }
        }
    }
}

/// A lock of tokens that the run holds for this process.
struct Held {
    link: Link,
    number: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.link.request::<()>(Request::UnlockTokens(self.number));
    }
}

/// The output folder of the run.
#[derive(Debug)]
pub(super) struct RemoteOutput(pub(super) Link);

impl OutputBroker for RemoteOutput {
    fn save(&self, path: &str, bytes: &[u8]) -> Result<Saved, SaveError> {
        self.0.request(Request::Save { path: path.to_owned(), bytes: SavedBytes(bytes.to_vec()) })
    }
}

/// The script cache of the run.
#[derive(Debug)]
pub(super) struct RemoteScripts(pub(super) Link);

impl ScriptBroker for RemoteScripts {
    fn store(&self, url: &Url, location: Option<&Url>, text: &str) -> io::Result<()> {
        let (url, location, text) = (url.clone(), location.cloned(), text.to_owned());
        let stored: Result<(), String> = self.0.request(Request::StoreScript { url, location, text });
        stored.map_err(io::Error::other)
    }

    fn pin(&self, url: &Url, sha256: &str) -> io::Result<()> {
        let pinned: Result<(), String> =
            self.0.request(Request::PinScript { url: url.clone(), sha256: sha256.to_owned() });
        pinned.map_err(io::Error::other)
    }
}
