//! A difference between two responses to the same request.

use apinb_record::contract::{ContractFinding, MessagePart};
use apinb_record::drift::DriftClass;
use apinb_text::diagnostic::Severity;

/// The longest excerpt of a value, in characters.
pub(super) const LONGEST: usize = 80;

/// A difference between a live response and the recorded one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub class: DriftClass,
    pub severity: Severity,
    pub part: MessagePart,
    /// The JSON path with `[*]` for any item, the name of a header, or nothing.
    pub path: String,
    pub message: String,
    pub recorded: Option<String>,
    pub live: Option<String>,
    /// The finding of the contract that it is.
    pub contract: Option<Box<ContractFinding>>,
}

impl Difference {
    pub(super) fn new(
        class: DriftClass,
        part: MessagePart,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let (path, message) = (path.into(), message.into());
        Self { class, severity: class.severity(), part, path, message, recorded: None, live: None, contract: None }
    }

    pub(super) fn between(self, recorded: Option<String>, live: Option<String>) -> Self {
        Self { recorded, live, ..self }
    }

    /// The same as a finding of the contract.
    pub(super) fn with(self, finding: ContractFinding) -> Self {
        Self { contract: Some(Box::new(finding)), ..self }
    }
}
