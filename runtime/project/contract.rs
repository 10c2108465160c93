//! The settings of the check of a notebook's calls against the definitions of their APIs.

use std::path::PathBuf;

use apinb_record::contract::ContractMode;
use serde::{Deserialize, Serialize};

use crate::serialized;

/// How the calls of a notebook are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractSettings {
    pub group: ContractGroup,
    /// The severities that override those of the rules.
    pub severities: Vec<RuleSeverity>,
    /// Whether to count what of the definitions the calls show.
    pub counts_coverage: bool,
}

/// What the findings of notebooks are compared with, and what they mean: those of one group are merged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContractGroup {
    pub mode: ContractMode,
    /// Whether warnings fail, too.
    pub fails_on_warnings: bool,
    /// The file with the known findings, which need not exist.
    #[serde(with = "serialized::path")]
    pub baseline: PathBuf,
}

/// The severity of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSeverity {
    /// The operation that it is for, such as `GET /users`; none: all.
    pub operation: Option<String>,
    /// With or without its area: `contract/response-body`, `response-body`.
    pub rule: String,
    /// `error`, `warning`, `note` or `off`.
    pub severity: String,
}
