//! Drift: how live responses differ from recorded ones.

use apinb_text::diagnostic::Severity;
use serde::{Deserialize, Serialize};

use crate::contract::{DefinitionPlace, MessagePart};
use crate::finding::SeverityName;

/// Live responses compared with recorded ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Drift {
    /// The number of calls that were compared.
    pub compared: usize,
    /// The number of calls that were replayed because they may change something, and thus not compared.
    pub replayed: usize,
    /// The number of calls that the recording does not have.
    pub unrecorded: usize,
    /// The differences, worst first; one for each place.
    pub findings: Vec<DriftFinding>,
}

impl Drift {
    /// Whether a difference is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// A difference between live responses and recorded ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DriftFinding {
    /// Its class.
    pub class: DriftClass,
    /// How serious it is.
    #[serde(with = "SeverityName")]
    pub severity: Severity,
    /// The method and path of the operation; without a definition, the method and the URL without its query.
    pub operation: String,
    /// The part of the response.
    pub part: MessagePart,
    /// The JSON path in the body, with `[*]` for any item; the name of a header; empty for the status.
    pub path: String,
    /// The message.
    pub message: String,
    /// The part of the recorded response, truncated. Absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// The part of the live response, truncated. Absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// The part of the definition that the live response breaks. Present if its class is `contract`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<DefinitionPlace>,
    /// The number of calls with it.
    pub calls: usize,
    /// The cells of these calls, such as `users.md $3`, without repetition.
    pub cells: Vec<String>,
}

/// The classes of differences, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftClass {
    /// The live response breaks the definition, and the recorded one did not.
    Contract,
    /// Other properties, types, status or media type.
    Shape,
    /// A list is not sorted any more.
    Order,
    /// A list is ten times as long or as short.
    Size,
    /// Another value of the same shape.
    Value,
}

impl DriftClass {
    /// How serious a difference of this class is, at most.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Contract | Self::Shape => Severity::Error,
            Self::Order | Self::Size => Severity::Warning,
            Self::Value => Severity::Note,
        }
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Shape => "shape",
            Self::Order => "order",
            Self::Size => "size",
            Self::Value => "value",
        }
    }
}
