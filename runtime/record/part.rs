//! The text of a notebook in parts, for reports that show the notebook itself.

use serde::{Deserialize, Serialize};

/// The text of a notebook that did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotebookText {
    /// The path from the command line.
    pub path: String,
    /// The `title` of the front matter.
    pub title: Option<String>,
    /// Its parts in order.
    pub parts: Vec<PartRecord>,
}

/// One part of a notebook's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum PartRecord {
    /// The front matter with its two `---` lines.
    FrontMatter(String),
    /// The text between code cells. It ends with the indentation and the markers before the fence of a cell.
    Text(String),
    /// A code cell.
    Code {
        /// The number in its `CellRecord`.
        number: usize,
        /// The line that opens its fence, from the fence on.
        opening: String,
        /// The code without fences and indentation.
        code: String,
        /// The beginning of each of its lines: markers of quotes, and spaces for those of lists.
        indent: String,
    },
}
