//! An error of a run, with its position in the notebook.

use serde::{Deserialize, Serialize};

use crate::position::FilePosition;

/// Why a cell or a notebook failed. apinb alone sets it: a name can be forged by a cell, a kind cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The cell threw, or its promise was rejected.
    Thrown,
    /// The cell was denied access, such as to a file outside the notebook's folder.
    Policy,
    /// apinb cannot read the notebook.
    Input,
    /// The engine or the network did not start.
    Start,
    /// Ctrl-C interrupted it.
    Interrupted,
    /// It exceeded its time limit.
    Timeout,
    /// It exceeded its memory limit.
    Memory,
    /// A prompt had no answer.
    Unanswered,
    /// A request has no response in the cassette that is replayed.
    Missed,
    /// The process that ran it ended.
    Worker,
    /// It passed, and its fence says `expect-failure`.
    UnexpectedPass,
    /// The notebook did not read the status of one of its responses of 400 or more, and `--fail-on-status` is set.
    UnreadStatus,
}

/// An error with its position.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorRecord {
    /// The kind of error. A cell cannot forge it.
    pub kind: ErrorKind,
    /// The JavaScript class, such as `TypeError`; `Error` for errors of apinb.
    pub name: String,
    /// The message.
    pub message: String,
    /// What programs identify the error by: its property `code`, such as `ERR_ASSERTION`. Absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Where it happened: the position in the notebook that is nearest to the throw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<FilePosition>,
    /// The text of the line at `position`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// The stack frames as V8 writes them, innermost first, without those of apinb.
    pub stack: Vec<String>,
    /// The causes, outermost first.
    pub causes: Vec<String>,
    /// The value that an assertion got, as shown by `inspect`, up to a limit. Absent if the error has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The value that an assertion expected, as shown by `inspect`, up to a limit. Absent if the error has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The number of the earlier cell because of which this one failed: it should have assigned a variable that is
    /// missing. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<usize>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl ErrorRecord {
    /// An error without a position.
    #[must_use]
    pub fn new(kind: ErrorKind, name: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            message: message.into(),
            code: None,
            position: None,
            source_line: None,
            stack: Vec::new(),
            causes: Vec::new(),
            actual: None,
            expected: None,
            caused_by: None,
            help: None,
        }
    }

    /// The message, after the name where that is informative.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.has_telling_name() { format!("{}: {}", self.name, self.message) } else { self.message.clone() }
    }

    /// Whether the name says more than that it is an error.
    #[must_use]
    pub fn has_telling_name(&self) -> bool {
        self.name != "Error"
    }

    /// Whether it is about the names of the code and not about their values.
    #[must_use]
    pub fn is_about_names(&self) -> bool {
        self.name == "ReferenceError" || self.is_about_syntax()
    }

    /// Whether it says that it is about syntax: such an error has no frame of its own.
    #[must_use]
    pub fn is_about_syntax(&self) -> bool {
        self.name == "SyntaxError"
    }
}
