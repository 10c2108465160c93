//! A finding: one diagnostic of a check, as plain data.

use apinb_text::diagnostic::Severity;
use serde::{Serialize, Serializer};

use crate::check::Position;

/// Something that is wrong with a notebook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The code of the rule that it breaks, such as `client/unknown-member`.
    pub code: &'static str,
    /// How serious it is.
    #[serde(serialize_with = "severity_name")]
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it begins.
    pub position: Position,
    /// In characters, up to the end of the line.
    pub length: usize,
    /// The source line at `position`.
    pub source_line: String,
}

/// `error`, `warning` or `note`.
pub(crate) fn severity_name<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.name())
}
