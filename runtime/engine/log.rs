//! The record of the running cell: output, prompts and calls, up to its limits.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use apinb_http::exchange::{Call, HttpError};
use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_record::position::FilePosition;
use apinb_record::run::{ConsoleLevel, ConsoleRecord, OmittedRecord, PromptRecord};
use apinb_text::display::truncate::prefix_bytes;
use apinb_text::secret::redactor::Redactor;

use crate::bases::Bases;
use crate::calls;
use crate::clock::{CALL, Clock};
use crate::host::Host;

/// Maximum number of lines of a cell's recorded console output; the settings limit its bytes.
const CONSOLE_LINES: usize = 100_000;

/// Limits of a cell's recorded prompts.
const PROMPTS: Budget = Budget { entries: 1_000, bytes: 1 << 20 };

/// Maximum number of unanswered prompts in a message.
pub(crate) const UNANSWERED: usize = 100;

/// Limits of a cell's recorded calls.
const CALLS: Budget = Budget { entries: 2_000, bytes: 32 << 20 };

/// The longest URL of an interrupted call in a message, in characters.
const MAX_INTERRUPTED_URL: usize = 200;

/// The log of the cell that runs or ran last.
pub(crate) struct CellLog {
    redactor: Redactor,
    host: Rc<dyn Host>,
    clock: Rc<Clock>,
    entries: RefCell<Entries>,
    bases: RefCell<Bases>,
    /// The limit of the console output of a cell, in bytes.
    max_output: usize,
}

/// The content of a log.
pub(crate) struct Entries {
    pub(crate) console: Vec<ConsoleRecord>,
    pub(crate) prompts: Vec<PromptRecord>,
    pub(crate) calls: Vec<CallRecord>,
    /// The number of omitted entries of each kind.
    pub(crate) omitted: OmittedRecord,
    /// Why the cell was first denied access.
    pub(crate) refused: Option<String>,
    /// Unanswered prompts.
    pub(crate) unanswered: Vec<UnansweredQuestion>,
    /// The first call without a response in the cassette.
    pub(crate) missed: Option<MissedCall>,
    /// The calls that were waiting for a response when the cell had to end, as `GET https://…`.
    pub(crate) interrupted: Vec<String>,
    /// The remaining budget of each kind.
    console_left: Budget,
    prompts_left: Budget,
    calls_left: Budget,
}

impl Entries {
    /// No entries, and room for `max_output` bytes of console output.
    fn new(max_output: usize) -> Self {
        Self {
            console: Vec::new(),
            prompts: Vec::new(),
            calls: Vec::new(),
            omitted: OmittedRecord::default(),
            refused: None,
            unanswered: Vec::new(),
            missed: None,
            interrupted: Vec::new(),
            console_left: Budget { entries: CONSOLE_LINES, bytes: max_output },
            prompts_left: PROMPTS,
            calls_left: CALLS,
        }
    }
}

/// A request as it was sent, without secrets, and how long its exchange took.
#[derive(Debug, Default)]
pub(crate) struct SentRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) milliseconds: f64,
    /// The path below the base URI, if the call has one.
    pub(crate) path: Option<String>,
}

/// A call without a response in the cassette that is replayed.
pub(crate) struct MissedCall {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// An unanswered prompt.
pub(crate) struct UnansweredQuestion {
    pub(crate) message: String,
    /// The flag that answers it.
    pub(crate) flag: String,
    pub(crate) position: Option<FilePosition>,
}

/// The remaining number of entries, and of bytes of text.
#[derive(Clone, Copy)]
struct Budget {
    entries: usize,
    bytes: usize,
}

impl Budget {
    /// Spends the budget of an entry of that size; false if it is exhausted.
    fn spend(&mut self, bytes: usize) -> bool {
        match (self.entries.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(entries), Some(bytes)) => {
                *self = Self { entries, bytes };
                true
            }
            _ => false,
        }
    }
}

impl CellLog {
    /// `redactor` redacts everything written to it; `host` is notified of its entries. `max_output`: the limit of the
    /// console output of a cell, in bytes.
    pub(crate) fn new(redactor: Redactor, host: Rc<dyn Host>, clock: Rc<Clock>, max_output: usize) -> Self {
        let entries = RefCell::new(Entries::new(max_output));
        Self { redactor, host, clock, entries, bases: RefCell::default(), max_output }
    }

    /// Takes the entries; the log is then empty.
    pub(crate) fn take(&self) -> Entries {
        self.entries.replace(Entries::new(self.max_output))
    }

    /// Whether a prompt of the cell has no answer.
    pub(crate) fn is_unanswered(&self) -> bool {
        !self.entries.borrow().unanswered.is_empty()
    }

    /// Whether it has anything that a caller may show, or console output.
    pub(crate) fn has_events(&self) -> bool {
        let Entries { console, prompts, calls, refused, .. } = &*self.entries.borrow();
        !console.is_empty() || !prompts.is_empty() || !calls.is_empty() || refused.is_some()
    }

    /// Takes the unanswered prompts.
    pub(crate) fn take_unanswered(&self) -> Vec<UnansweredQuestion> {
        std::mem::take(&mut self.entries.borrow_mut().unanswered)
    }

    /// Logs a line that the cell wrote. The line that exceeds the limit is truncated, later lines are omitted.
    pub(crate) fn write(&self, level: ConsoleLevel, text: &str) {
        let mut entries = self.entries.borrow_mut();
        let room = entries.console_left.bytes;
        if entries.omitted.console == 0 && entries.console_left.spend(text.len() + 1) {
            let line = ConsoleRecord { level, text: self.redactor.redact(text).into_owned() };
            self.host.console(&line);
            entries.console.push(line);
            return;
        }
        if entries.omitted.console == 0 {
            let text = self.redactor.redact(text);
            let text = prefix_bytes(&text, room);
            let text = format!("{text}… the cell wrote more than is recorded; --max-output MB records more");
            let line = ConsoleRecord { level, text };
            self.host.console(&line);
            entries.console.push(line);
        }
        entries.omitted.console += 1;
    }

    /// Logs a prompt.
    pub(crate) fn prompt(&self, prompt: PromptRecord) {
        let mut entries = self.entries.borrow_mut();
        if entries.prompts_left.spend(prompt.text_bytes()) {
            self.host.prompted(&prompt);
            entries.prompts.push(prompt);
        } else {
            entries.omitted.prompts += 1;
        }
    }

    /// Logs an unanswered prompt.
    pub(crate) fn unanswered(&self, question: UnansweredQuestion) {
        let mut entries = self.entries.borrow_mut();
        let is_known =
            entries.unanswered.iter().any(|known| known.message == question.message && known.flag == question.flag);
        // More than that is not useful.
        if entries.unanswered.len() < UNANSWERED && !is_known {
            entries.unanswered.push(question);
        }
    }

    /// Logs a call without a response in the cassette. Only the first one counts.
    pub(crate) fn missed(&self, call: MissedCall) {
        self.entries.borrow_mut().missed.get_or_insert(call);
    }

    /// Takes the first call without a response in the cassette.
    pub(crate) fn take_missed(&self) -> Option<MissedCall> {
        self.entries.borrow_mut().missed.take()
    }

    /// Reports the files that the cell has read.
    pub(crate) fn files_read(&self, files: &[String]) {
        if !files.is_empty() {
            self.host.files_read(files);
        }
    }

    /// Logs that the cell was denied access.
    pub(crate) fn refused(&self, message: &str) {
        self.entries.borrow_mut().refused.get_or_insert_with(|| message.to_owned());
    }

    /// The calls that were waiting for a response when the cell had to end.
    pub(crate) fn interrupted(&self) -> Vec<String> {
        self.entries.borrow().interrupted.clone()
    }

    /// Why the cell was first denied access, so far.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.entries.borrow().refused.clone()
    }

    /// The record of an exchange that ended now. The exchange then has the times of the clock.
    pub(crate) fn record(&self, exchange: &mut Call, purpose: CallPurpose) -> CallRecord {
        let took = if purpose == CallPurpose::Call { CALL } else { Duration::ZERO };
        self.clock.stamp(exchange, took);
        let mut record = calls::record(exchange, purpose, &self.redactor);
        if purpose == CallPurpose::Authentication && self.clock.is_recorded() {
            // Nonces and ports of a sign-in at a mock server, which differ each time.
            record.url.truncate(record.url.find('?').unwrap_or(record.url.len()));
            for message in std::iter::once(&mut record.request).chain(&mut record.response) {
                let truncated = message.truncated || message.body.is_some();
                *message = MessageRecord { headers: Vec::new(), body: None, truncated };
            }
        }
        record
    }

    /// Logs an exchange that ended, and returns what the notebook may see of its request.
    pub(crate) fn exchange(&self, mut exchange: Call, purpose: CallPurpose) -> SentRequest {
        let path = self.bases.borrow().below(&exchange.request.url).map(|path| self.redactor.redact(path).into_owned());
        let is_interrupted = matches!(exchange.outcome, Err(HttpError::Interrupted));
        let mut record = self.record(&mut exchange, purpose);
        record.path = path.filter(|_| purpose == CallPurpose::Call);
        if is_interrupted {
            let url = self.redactor.redact(&record.url).truncate(MAX_INTERRUPTED_URL);
            self.entries.borrow_mut().interrupted.push(format!("{} {url}", record.method));
        }
        let sent = SentRequest {
            method: record.method.clone(),
            url: record.url.clone(),
            headers: record.request.headers.clone(),
            milliseconds: self.clock.call_duration().map_or(record.milliseconds, |time| time.as_secs_f64() * 1000.0),
            path: record.path.clone(),
        };
        self.call(record);
        if purpose == CallPurpose::Call {
            let number = {
                let entries = self.entries.borrow();
                entries.calls.len() + entries.omitted.calls
            };
            self.host.exchanged(exchange, number);
        }
        sent
    }

    /// Remembers the base URI of a call, so that the record of the call has its path.
    pub(crate) fn base(&self, base: &str) {
        self.bases.borrow_mut().add(base);
    }

    /// Logs a call that ended.
    pub(crate) fn call(&self, call: CallRecord) {
        let mut entries = self.entries.borrow_mut();
        if entries.calls_left.spend(call.text_bytes()) {
            self.host.call_ended(&call);
            entries.calls.push(call);
        } else {
            entries.omitted.calls += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn a_budget_limits_entries_and_bytes() {
        let mut budget = Budget { entries: 3, bytes: 10 };
        assert!(budget.spend(4));
        assert!(!budget.spend(7), "more than is left");
        assert!(budget.spend(6) && budget.spend(0));
        assert!(!budget.spend(0), "no entry is left");
    }
}
