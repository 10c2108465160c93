//! The work of the thread that checks calls.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use apinb_contract::ContractCheck;
use apinb_contract::base::Bases;
use apinb_contract::exchange::Exchange;
use apinb_contract::severities::Severities;
use apinb_project::contract::{ContractSettings, RuleSeverity};
use apinb_record::contract::Contract;
use apinb_record::redact::Redact as _;
use apinb_text::secret::redactor::Redactor;

use super::apis::{Apis, ReadDefinition};
use super::exchange::EndedCall;
use super::queue::Receiver;

/// Maximum size of the calls that wait for the client of their API, in bytes.
const MAX_EARLY: usize = 4 << 20;

/// A message to the thread.
pub(super) enum Message {
    /// A notebook starts.
    Begin(NotebookStart),
    /// It prepares calls.
    Prepared(Preparation),
    /// A call has ended.
    Call(Box<EndedCall>),
    /// The notebook has ended.
    Finish(mpsc::Sender<Contract>),
}

/// What makes calls possible.
pub(super) enum Preparation {
    /// The notebook has read a definition.
    Read(Box<ReadDefinition>),
    /// It calls a client of this definition below this base URI.
    Base { definition: usize, base: String },
}

/// A notebook whose calls are checked.
pub(super) struct NotebookStart {
    pub(super) name: String,
    pub(super) settings: ContractSettings,
}

/// What the thread knows.
pub(super) struct Checker {
    redactor: Redactor,
    apis: Apis,
    notebook: String,
    check: ContractCheck,
    counts_coverage: bool,
    /// The number of the API of each definition of the notebook.
    numbers: HashMap<usize, usize>,
    /// What the notebook has read and where it calls, until its first call.
    prepared: Vec<Preparation>,
    /// The calls that belong to no client that is there yet.
    early: Vec<Exchange>,
    /// Their size.
    early_bytes: usize,
    skipped: usize,
}

impl Checker {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            apis: Apis::default(),
            notebook: String::new(),
            check: ContractCheck::default(),
            counts_coverage: false,
            numbers: HashMap::new(),
            prepared: Vec::new(),
            early: Vec::new(),
            early_bytes: 0,
            skipped: 0,
        }
    }

    /// Receives messages until all senders are gone.
    pub(super) fn work(mut self, messages: &Receiver<Message>) {
        messages.each(|message| {
            // A check that panics is one that is left out: the notebook has done nothing wrong.
            if catch_unwind(AssertUnwindSafe(|| self.receive(message))).is_err() {
                self.skipped += 1;
            }
        });
    }

    fn receive(&mut self, message: Message) {
        match message {
            Message::Begin(start) => self.begin(start),
            Message::Prepared(preparation) => self.prepared.push(preparation),
            Message::Call(call) => {
                self.prepare();
                self.check_call(*call);
            }
            Message::Finish(reply) => {
                // The receiver waits no longer if that took too long.
                let _ = reply.send(self.finish());
            }
        }
    }

    /// Makes the APIs of what the notebook has read since the last call.
    fn prepare(&mut self) {
        let prepared = std::mem::take(&mut self.prepared);
        let is_new = !prepared.is_empty();
        for preparation in prepared {
            match preparation {
                Preparation::Read(read) => {
                    let identity = read.identity();
                    let number = self.check.add(self.apis.of(*read), Bases::known());
                    self.numbers.insert(identity, number);
                }
                Preparation::Base { definition, base } => {
                    if let Some(number) = self.numbers.get(&definition) {
                        self.check.add_base(*number, &base);
                    }
                }
            }
        }
        if is_new {
            self.check_early();
        }
    }

    fn check_call(&mut self, call: EndedCall) {
        let bytes = call.bytes();
        for exchange in call.exchanges(&self.notebook) {
            if self.check_one(&exchange) {
                continue;
            }
            if self.early_bytes + bytes <= MAX_EARLY {
                self.early.push(exchange);
                self.early_bytes += bytes;
            } else {
                self.check.check(&exchange);
            }
        }
    }

    fn begin(&mut self, NotebookStart { name, settings }: NotebookStart) {
        let ContractSettings { group: _, severities: rules, counts_coverage } = settings;
        self.counts_coverage = counts_coverage;
        let mut severities = Severities::default();
        for RuleSeverity { operation, rule, severity } in rules {
            // The settings were checked when they were read.
            let _ = severities.set(&rule, &severity, operation.as_deref());
        }
        self.notebook = name;
        self.check = ContractCheck::new(severities, counts_coverage).redacted(self.redactor.clone());
        self.numbers.clear();
        self.prepared.clear();
        self.early.clear();
        (self.early_bytes, self.skipped) = (0, 0);
    }

    /// Checks the calls whose API is known by now.
    fn check_early(&mut self) {
        let mut early = std::mem::take(&mut self.early);
        early.retain(|exchange| !self.check_one(exchange));
        self.early = early;
    }

    /// Whether the call belongs to an API, and is checked.
    fn check_one(&mut self, exchange: &Exchange) -> bool {
        let apis = &mut self.apis;
        self.check.check_with(exchange, &mut |api| apis.with_positions(api))
    }

    fn finish(&mut self) -> Contract {
        // Without calls only the coverage needs the definitions.
        if self.counts_coverage || !self.early.is_empty() {
            self.prepare();
        }
        let early = std::mem::take(&mut self.early);
        // They are of no API.
        early.iter().for_each(|exchange| self.check.check(exchange));
        let (mut check, apis) = (std::mem::take(&mut self.check), &mut self.apis);
        if self.counts_coverage {
            // Also of definitions without calls.
            check.locate(&mut |api| apis.with_positions(api));
        }
        let mut contract = check.finish_with(&mut |api| apis.extent(api));
        contract.skipped_calls += self.skipped;
        contract.redact(&self.redactor);
        contract
    }
}
