//! What the cell that runs has done so far: what it wrote, asked and sent.

use std::cell::RefCell;
use std::rc::Rc;

use apinb_core::record::{CallPurpose, CallRecord, ConsoleRecord, PositionRecord, PromptRecord};
use apinb_http::exchange::Call;
use apinb_text::secret::redactor::Redactor;

use crate::calls;
use crate::host::Host;

/// The largest sum of console text that a cell's record keeps, in bytes.
const MAX_CONSOLE_BYTES: usize = 1 << 20;

/// The log of the cell that runs, or ran last.
pub(crate) struct CellLog {
    redactor: Redactor,
    host: Rc<dyn Host>,
    entries: RefCell<Entries>,
}

/// What is in a log.
#[derive(Default)]
pub(crate) struct Entries {
    pub console: Vec<ConsoleRecord>,
    console_bytes: usize,
    pub prompts: Vec<PromptRecord>,
    pub calls: Vec<CallRecord>,
    /// Questions without an answer.
    pub unanswered: Vec<UnansweredQuestion>,
}

/// A question without an answer.
pub(crate) struct UnansweredQuestion {
    pub message: String,
    /// The flag that answers it.
    pub flag: String,
    /// Where it is asked.
    pub position: Option<PositionRecord>,
}

impl CellLog {
    /// Everything written to it passes `redactor`; `host` hears of its calls.
    pub fn new(redactor: Redactor, host: Rc<dyn Host>) -> Self {
        Self { redactor, host, entries: RefCell::default() }
    }

    /// What was logged; from now on it is empty.
    pub fn take(&self) -> Entries {
        self.entries.take()
    }

    /// The questions without an answer; from now on there are none.
    pub fn take_unanswered(&self) -> Vec<UnansweredQuestion> {
        std::mem::take(&mut self.entries.borrow_mut().unanswered)
    }

    /// Logs a line that the cell wrote.
    pub fn write(&self, level: &str, text: &str) {
        let mut entries = self.entries.borrow_mut();
        let Some(room) = MAX_CONSOLE_BYTES.checked_sub(entries.console_bytes) else { return };
        entries.console_bytes += text.len() + 1;
        let mut text = self.redactor.redact(text);
        if entries.console_bytes > MAX_CONSOLE_BYTES {
            let end = text.floor_char_boundary(room.min(text.len()));
            text = format!("{}… the cell wrote more than is kept", text.get(..end).unwrap_or_default()).into();
        }
        entries.console.push(ConsoleRecord { level: level.to_owned(), text: text.into_owned() });
    }

    /// Logs a question.
    pub fn prompt(&self, prompt: PromptRecord) {
        self.entries.borrow_mut().prompts.push(prompt);
    }

    /// Logs that a question has no answer.
    pub fn unanswered(&self, question: UnansweredQuestion) {
        self.entries.borrow_mut().unanswered.push(question);
    }

    /// Logs an exchange that ended.
    pub fn exchange(&self, exchange: &Call, purpose: CallPurpose) {
        self.call(calls::record(exchange, purpose, &self.redactor));
    }

    /// Logs a call that ended, and tells the host.
    pub fn call(&self, call: CallRecord) {
        self.host.call_ended(&call);
        self.entries.borrow_mut().calls.push(call);
    }
}
