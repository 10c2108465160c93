//! Secrets and personal data in files: the data of `apinb cassette scan --json`.

use apinb_text::diagnostic::Severity;
use serde::Serialize;

use crate::finding::SeverityName;
use crate::position::FilePosition;

/// The version of [`Scan`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// What a scan of files found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scan {
    /// [`VERSION`].
    pub version: u32,
    /// The number of files that were read.
    pub files: usize,
    /// By file and position.
    pub findings: Vec<ScanFinding>,
}

/// A part of a file that looks like a secret or personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScanFinding {
    /// The code of the rule, such as `secret/service-key`.
    pub code: String,
    /// How serious it is.
    #[serde(with = "SeverityName")]
    pub severity: Severity,
    /// The message. It does not have the value.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Where it begins.
    pub position: FilePosition,
    /// The number of characters, up to the end of the line.
    pub length: usize,
    /// The JSON path of the value. Absent if the file is not JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The text of the line at `position`, in which `*` replace the characters of all findings; empty if it is very long.
    pub source_line: String,
}
