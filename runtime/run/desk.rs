//! The files that a run handles for a worker: stored tokens, the script cache and saved files, and the inputs of its notebook. None of
//! it needs the thread of the run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

use apinb_auth::store::Store;
use apinb_auth::store::broker::{EntryLock, StoreError};
use apinb_auth::store::key::TokenKey;
use apinb_project::job::Job;
use apinb_project::output::Output;
use apinb_project::overrides::inputs::Inputs;
use apinb_project::reading::scripts::ScriptCache;
use apinb_project::reading::web_lock::WebLock;
use apinb_text::secret::redactor::Redactor;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::mutex::lock;
use super::protocol::{Request, SavedBytes, reply_value};

/// Serves one worker.
#[derive(Default)]
pub(super) struct Desk {
    notebook: Mutex<Notebook>,
    /// The locks that the worker has or waits for, by the number of its request.
    locks: Arc<Mutex<HashMap<u64, Pending>>>,
}

/// What the running notebook may use.
#[derive(Default)]
struct Notebook {
    inputs: Inputs,
    tokens: Option<Store>,
    scripts: Option<ScriptCache>,
    output: Arc<Output>,
    redactor: Redactor,
    web_lock: Option<WebLock>,
}

/// A lock that the worker waits for, or has.
struct Pending {
    cancel: CancellationToken,
    /// Given back when it is dropped.
    held: Option<EntryLock>,
}

impl Desk {
    /// From now on it serves the notebook of `job`.
    pub(super) fn open(&self, job: &Job, redactor: &Redactor) {
        *lock(&self.notebook) = Notebook {
            inputs: job.inputs.clone(),
            tokens: job.settings.token_store.clone(),
            scripts: job.settings.script_cache.as_ref().map(ScriptCache::open),
            output: Arc::new(Output::of(&job.settings)),
            redactor: redactor.clone(),
            web_lock: job.settings.web_lock.clone(),
        };
    }

    /// The worker has ended: gives back its locks.
    pub(super) fn close(&self) {
        lock(&self.locks).drain().for_each(|(_, pending)| pending.cancel.cancel());
        *lock(&self.notebook) = Notebook::default();
    }

    /// Passes the reply to `reply`, perhaps later on another thread. Returns requests that it does not serve.
    pub(super) fn serve(
        &self,
        number: u64,
        request: Request,
        reply: impl FnOnce(Box<RawValue>) + Send + 'static,
    ) -> Option<Request> {
        let value = match request {
            Request::Input(question) => {
                let inputs = lock(&self.notebook).inputs.clone();
                reply_value(&inputs.answer(&question.text, question.variable.as_deref()))
            }
            Request::Row => reply_value(&lock(&self.notebook).inputs.row_values),
            Request::Tokens(key) => reply_value(&self.tokens().and_then(|store| store.get(&key).ok().flatten())),
            Request::KeepTokens(kept) => reply_value(&self.tokens().map_or(Ok(()), |store| store.keep(&kept))),
            Request::ForgetTokens(key) => reply_value(&self.tokens().map_or(Ok(false), |store| store.forget(&key))),
            Request::LockTokens(key) => {
                self.lock_tokens(number, key, reply);
                return None;
            }
            Request::UnlockTokens(number) => {
                if let Some(pending) = lock(&self.locks).remove(&number) {
                    pending.cancel.cancel();
                }
                reply_value(&())
            }
            Request::StoreScript { url, location, text } => {
                let scripts = lock(&self.notebook).scripts.clone();
                let stored = scripts.map_or(Ok(()), |scripts| scripts.put(&url, location, &text).map(drop));
                reply_value(&stored.map_err(|error| error.to_string()))
            }
            Request::PinScript { url, sha256 } => {
                let web_lock = lock(&self.notebook).web_lock.clone().filter(WebLock::updates);
                let pinned = web_lock.map_or(Ok(()), |web_lock| web_lock.pin(&url, &sha256));
                reply_value(&pinned.map_err(|error| error.to_string()))
            }
            Request::Save { path, bytes: SavedBytes(bytes) } => {
                let (output, redactor) = {
                    let notebook = lock(&self.notebook);
                    (Arc::clone(&notebook.output), notebook.redactor.clone())
                };
                reply_value(&output.save(&path, &bytes, &redactor))
            }
            person @ (Request::Prompt { .. }
            | Request::Confirm { .. }
            | Request::Agree { .. }
            | Request::Open { .. }) => return Some(person),
        };
        let _ = value.map(reply);
        None
    }

    /// Waits for the lock on a thread of its own: the worker may need other replies meanwhile, also to give back a lock.
    fn lock_tokens(&self, number: u64, key: TokenKey, reply: impl FnOnce(Box<RawValue>) + Send + 'static) {
        let Some(store) = self.tokens() else {
            let _ = reply_value(&Ok::<(), StoreError>(())).map(reply);
            return;
        };
        let cancel = CancellationToken::new();
        lock(&self.locks).insert(number, Pending { cancel: cancel.clone(), held: None });
        let locks = Arc::clone(&self.locks);
        let wait = move || {
            let locked = store.lock(&key, &cancel).map(|held| {
                // Without an entry the worker no longer waits.
                if let Some(pending) = lock(&locks).get_mut(&number) {
                    pending.held = Some(held);
                }
            });
            let _ = reply_value(&locked).map(reply);
        };
        // Without a thread there is no reply: the worker waits until its cell ends.
        let _ = thread::Builder::new().name("lock".to_owned()).spawn(wait);
    }

    fn tokens(&self) -> Option<Store> {
        lock(&self.notebook).tokens.clone()
    }
}
