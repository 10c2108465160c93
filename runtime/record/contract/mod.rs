//! Responses and requests held against their definition: the data of `apinb contract check`, and of the contract in the
//! record of a run. [`merge`] makes one of several.

pub mod coverage;
pub mod merge;
pub mod union;

use apinb_text::diagnostic::Severity;
use serde::{Deserialize, Serialize};

use crate::finding::SeverityName;
use crate::position::FilePosition;
use coverage::DefinitionCoverage;

/// The version of [`Contract`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// Calls held against the definitions of their APIs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Contract {
    /// [`VERSION`].
    pub version: u32,
    /// What findings mean for the exit code.
    #[serde(default)]
    pub mode: ContractMode,
    /// The number of calls that belong to one of the definitions.
    pub calls: usize,
    /// The number of other calls, which were not checked.
    pub other_calls: usize,
    /// The number of calls of which it is not known whether they belong to one, since the check did not keep up.
    #[serde(default)]
    pub skipped_calls: usize,
    /// The operations that were called, by API and name.
    #[serde(default)]
    pub operations: Vec<CalledOperation>,
    /// The differences, most serious first, then by key; one for each cause.
    pub findings: Vec<ContractFinding>,
    /// Parts of the definitions that could not be checked.
    pub unchecked: Vec<Unchecked>,
    /// The keys of the baseline that no longer occur.
    pub gone: Vec<String>,
    /// How much of each definition the calls show; empty unless asked for.
    #[serde(default)]
    pub coverage: Vec<DefinitionCoverage>,
}

impl Contract {
    /// The number of findings with this severity that are not in the baseline.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.new_findings().filter(|finding| finding.severity == severity).count()
    }

    /// Decides which findings fail: those that are at least as serious as `fail_on` and not in the baseline. Without a
    /// check only the coverage and the numbers of calls are left.
    pub fn apply(&mut self, mode: ContractMode, fail_on: Severity) {
        self.mode = mode;
        if mode == ContractMode::Off {
            let Self { operations, findings, unchecked, gone, .. } = self;
            operations.clear();
            findings.clear();
            unchecked.clear();
            gone.clear();
        }
        for finding in &mut self.findings {
            finding.fails = mode == ContractMode::Fail && !finding.known && finding.severity >= fail_on;
        }
    }

    /// Whether there was nothing to check and nothing to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { calls, skipped_calls, unchecked, gone, coverage, .. } = self;
        *calls == 0 && *skipped_calls == 0 && unchecked.is_empty() && gone.is_empty() && coverage.is_empty()
    }

    /// Whether a finding fails the run or the check.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.fails)
    }

    /// The findings that are not in the baseline.
    pub fn new_findings(&self) -> impl Iterator<Item = &ContractFinding> {
        self.findings.iter().filter(|finding| !finding.known)
    }
}

/// What findings mean for the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContractMode {
    /// There are none: calls are not checked, only their coverage is counted.
    Off,
    /// Nothing.
    #[default]
    Warn,
    /// New ones that are serious enough fail.
    Fail,
}

/// An operation that was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CalledOperation {
    /// The title of its API.
    pub api: String,
    /// Its method and path, such as `GET /users/{id}`.
    pub operation: String,
    /// The number of calls.
    pub calls: usize,
}

/// A difference between calls and their definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ContractFinding {
    /// Identifies the cause: operation, status, rule, place in the definition, place in the value. The same in every run,
    /// whatever the values are.
    pub key: String,
    /// The title of the API.
    pub api: String,
    /// The code of the rule, such as `contract/response-body`.
    pub rule: String,
    /// How serious it is.
    #[serde(with = "SeverityName")]
    pub severity: Severity,
    /// Whether it is in the baseline.
    pub known: bool,
    /// Whether it fails the run or the check.
    #[serde(default)]
    pub fails: bool,
    /// The method and path of the operation, such as `GET /users/{id}`. Absent if the call has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The message.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The part of the definition that it breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<DefinitionPlace>,
    /// The part of the request or the response that breaks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValuePlace>,
    /// The number of calls with it.
    pub calls: usize,
    /// The first of them.
    pub first: CallPlace,
    /// The cells of these calls, such as `users.md $3`, without repetition; at most 20.
    pub cells: Vec<String>,
}

/// A place in a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DefinitionPlace {
    /// Where it begins.
    pub position: FilePosition,
    /// The number of characters that it is about, up to the end of the line.
    pub length: usize,
    /// The text of the line at `position`.
    pub source_line: String,
    /// How the operation leads there: its method, its response, then the named types.
    pub way: Vec<WayStep>,
}

/// A step from an operation to a part of its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WayStep {
    /// `GET /users`, a status, or the name of a type.
    pub name: String,
    /// Where it is declared. Absent for a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<FilePosition>,
}

/// A place in a request or a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ValuePlace {
    /// The part of the message.
    pub part: MessagePart,
    /// The JSON path in a body, such as `$.items[0].id`; the name of a header or a parameter.
    pub path: String,
    /// The value, or what is around it if it is missing, truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
}

/// A part of a request or a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessagePart {
    /// A parameter in the path.
    Path,
    /// A query parameter.
    Query,
    /// A header of the request.
    RequestHeader,
    /// A cookie.
    Cookie,
    /// The body of the request.
    RequestBody,
    /// The status of the response.
    Status,
    /// A header of the response.
    ResponseHeader,
    /// The body of the response.
    ResponseBody,
}

impl MessagePart {
    /// As a noun in messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Path => "path parameter",
            Self::Query => "query parameter",
            Self::RequestHeader => "request header",
            Self::Cookie => "cookie",
            Self::RequestBody => "request body",
            Self::Status => "status",
            Self::ResponseHeader => "response header",
            Self::ResponseBody => "response body",
        }
    }
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CallPlace {
    /// The number of the call, from 1: in its cell, or in the recorded traffic.
    pub number: usize,
    /// The HTTP method in upper case.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The HTTP status of the response.
    pub status: u16,
    /// The notebook. Absent for recorded traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notebook: Option<String>,
    /// The number of the cell. Absent for recorded traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// Where the code of the cell begins. Absent for recorded traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<FilePosition>,
}

/// A part of a definition that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unchecked {
    /// The method and path of the operation.
    pub operation: String,
    /// The part of the message.
    pub part: MessagePart,
    /// Why, such as a schema that cannot be used.
    pub reason: String,
}
