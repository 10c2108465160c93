//! A diagnostic of a notebook, as plain data.

use apinb_text::diagnostic::Severity;
use serde::{Deserialize, Serialize};

use crate::position::NotebookPosition;

/// A diagnostic of a notebook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The code of the rule that it breaks, such as `client/unknown-member`.
    pub code: &'static str,
    /// How serious it is.
    #[serde(with = "SeverityName")]
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it begins.
    pub position: NotebookPosition,
    /// The number of characters that it is about, up to the end of the line.
    pub length: usize,
    /// The text of the line at `position`.
    pub source_line: String,
}

/// How serious a diagnostic is.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(remote = "Severity", rename_all = "snake_case")]
pub(crate) enum SeverityName {
    /// Information.
    Note,
    /// Probably a mistake.
    Warning,
    /// It makes a run fail, or apinb cannot use a part of the input.
    Error,
}
