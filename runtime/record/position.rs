//! Positions: in a cell of a notebook, and in a file.

use serde::{Deserialize, Serialize};

/// A position in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellPosition {
    /// The number of the code cell, from 0.
    pub cell: usize,
    /// The line of the file, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The column in the line, in characters, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub column: usize,
}

/// A position in a notebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotebookPosition {
    /// The number of the code cell, from 0. Absent in front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// The line of the file, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The column in the line, in characters, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub column: usize,
}

/// A position in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FilePosition {
    /// The path or URL of the file.
    pub file: String,
    /// The line, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The column in the line, in characters, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub column: usize,
}
