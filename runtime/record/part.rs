//! The text of a notebook, cut into text and code, for reports that show the notebook itself.

/// The text of a notebook that did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotebookText {
    /// The path as given.
    pub path: String,
    /// The `title` of the front matter.
    pub title: Option<String>,
    /// Its text and code, in order.
    pub parts: Vec<PartRecord>,
}

/// One part of a notebook's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartRecord {
    /// The front matter with its two `---` lines.
    FrontMatter(String),
    /// Everything between code cells. It ends with what stands before a cell's fence: indentation, markers.
    Text(String),
    /// A code cell.
    Code {
        /// The number of its `CellRecord`.
        number: usize,
        /// The line that opens its fence, from the fence on.
        opening: String,
        /// The code as it runs.
        code: String,
        /// What its lines begin with in the notebook: quote markers, and spaces for those of lists.
        indent: String,
    },
}
