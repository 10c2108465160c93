//! An error of a run, with its position in the notebook.

use serde::{Deserialize, Serialize};

/// Why a cell or a notebook failed. apinb alone sets it: a name can be forged by a cell, a kind cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The cell threw, or its promise was rejected.
    Thrown,
    /// The cell asked for what the policy refuses: a file outside of its folder, say.
    Policy,
    /// The notebook cannot be read.
    Input,
    /// The engine or the network did not start.
    Start,
    /// Ctrl-C ended it.
    Interrupted,
    /// Its time was up.
    Timeout,
    /// It needed more memory than there is for it.
    Memory,
    /// A question has no answer.
    Unanswered,
}

/// An error with its place.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRecord {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// The JavaScript class, such as `TypeError`; `Error` for others.
    pub name: String,
    /// The message.
    pub message: String,
    /// Where it happened; the place in the notebook that is nearest to the throw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionRecord>,
    /// The source line at `position`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// The frames, innermost first, as V8 writes them, internal ones left out.
    pub stack: Vec<String>,
    /// The causes, outermost first.
    pub causes: Vec<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl ErrorRecord {
    /// An error of which nothing else is known.
    #[must_use]
    pub fn new(kind: ErrorKind, name: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            message: message.into(),
            position: None,
            source_line: None,
            stack: Vec::new(),
            causes: Vec::new(),
            help: None,
        }
    }

    /// Whether the name says more than that it is an error.
    #[must_use]
    pub fn has_telling_name(&self) -> bool {
        self.name != "Error"
    }

    /// Whether it says that it is about syntax: such an error has no frame of its own.
    #[must_use]
    pub fn is_about_syntax(&self) -> bool {
        self.name == "SyntaxError"
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionRecord {
    /// Path or URL.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}
