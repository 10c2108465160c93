//! Holds the calls of notebooks against the definitions of their APIs, on a thread of the worker: a call is handed over
//! when it has ended, and the notebook continues.
//!
//! `queue.rs` limits what waits, `exchange.rs` is a call as the check sees it, `apis.rs` has the definitions, and
//! `checker.rs` is the thread's work. Invariants: nothing is requested from the web; no call and no definition ends the
//! worker; what takes too long or too much memory is counted instead of checked.

mod apis;
mod checker;
mod exchange;
mod queue;

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use apinb_definition::model::Definition;
use apinb_engine::host::DefinitionRead;
use apinb_http::exchange::Call;
use apinb_project::contract::ContractSettings;
use apinb_record::contract::{Contract, VERSION};
use apinb_text::secret::redactor::Redactor;

use apis::ReadDefinition;
use checker::{Checker, Message, NotebookStart, Preparation};
use exchange::EndedCall;
use queue::Sender;

/// How much memory the checks of a worker may use beside that of its notebook, in bytes.
pub(super) const MEMORY: usize = 256 << 20;

/// The stack of the thread, in bytes.
const STACK: usize = 8 << 20;

/// How long the end of a notebook waits for the checks of its calls, and if the run is cancelled.
const FINISH: Duration = Duration::from_secs(30);
const FINISH_CANCELLED: Duration = Duration::from_millis(500);

/// The thread that checks the calls of a worker's notebooks, one notebook after another.
pub(super) struct ContractThread {
    redactor: Redactor,
    messages: Option<Sender<Message>>,
}

impl ContractThread {
    /// No thread yet: it starts with the first notebook whose calls are checked.
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { redactor, messages: None }
    }

    /// The check of the next notebook, which messages call `name`.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(super) fn begin(&mut self, name: String, settings: ContractSettings) -> io::Result<NotebookContract> {
        let messages = match self.messages.take().filter(Sender::is_received) {
            Some(messages) => messages,
            None => {
                let (messages, received) = queue::queue();
                let redactor = self.redactor.clone();
                let thread = thread::Builder::new().name("contract".to_owned()).stack_size(STACK);
                thread.spawn(move || Checker::new(redactor).work(&received))?;
                messages
            }
        };
        messages.send(Message::Begin(NotebookStart { name, settings }), 0);
        self.messages = Some(messages.clone());
        Ok(NotebookContract { messages, place: Cell::new((0, 1)), skipped: Cell::new(0) })
    }

    /// The next notebook gets another thread: this one has not finished.
    pub(super) fn abandon(&mut self) {
        self.messages = None;
    }
}

/// The check of a notebook's calls.
pub(super) struct NotebookContract {
    messages: Sender<Message>,
    /// The running cell, and the line on which its code starts.
    place: Cell<(usize, usize)>,
    /// The calls that found no room in the queue.
    skipped: Cell<usize>,
}

impl NotebookContract {
    /// A cell starts.
    pub(super) fn cell(&self, number: usize, line: usize) {
        self.place.set((number, line));
    }

    pub(super) fn definition_read(&self, read: &DefinitionRead<'_>) {
        self.prepare(Preparation::Read(Box::new(ReadDefinition::of(read))));
    }

    pub(super) fn base_used(&self, definition: &Arc<Definition>, base: &str) {
        self.prepare(Preparation::Base { definition: Arc::as_ptr(definition).addr(), base: base.to_owned() });
    }

    fn prepare(&self, preparation: Preparation) {
        // Without a receiver no call is checked.
        let _ = self.messages.send(Message::Prepared(preparation), 0);
    }

    /// Hands a call over. Waits for a moment if the check is far behind, then leaves the call out.
    pub(super) fn exchanged(&self, call: Call, number: usize) {
        let (cell, line) = self.place.get();
        let Some(call) = EndedCall::of(call, number, cell, line) else { return };
        let bytes = call.bytes();
        if !self.messages.send(Message::Call(Box::new(call)), bytes) {
            self.skipped.set(self.skipped.get() + 1);
        }
    }

    /// Waits for the last checks, and returns the findings; whether the thread has finished.
    pub(super) fn finish(&self, is_cancelled: bool) -> (Contract, bool) {
        let (reply, received) = mpsc::channel();
        self.messages.send(Message::Finish(reply), 0);
        let time = if is_cancelled { FINISH_CANCELLED } else { FINISH };
        let found = received.recv_timeout(time);
        let is_finished = found.is_ok();
        let mut contract = found.unwrap_or_else(|_| {
            let skipped_calls = self.messages.sent_calls();
            Contract { version: VERSION, skipped_calls, ..Contract::default() }
        });
        contract.skipped_calls += self.skipped.get();
        (contract, is_finished)
    }
}
