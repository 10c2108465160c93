//! A cell at its place in the notebook: between lines of a script in V8, lines of the file, and lines of the code.

use std::sync::Arc;

use apinb_core::notebook::CodeCell;
use apinb_text::source::span::SourceFile;

/// A cell at its place in the file.
#[derive(Clone)]
pub(crate) struct PlacedCell {
    pub code: CodeCell,
    pub source: Arc<SourceFile>,
    /// The name of the script in V8: that of the file, without white space.
    pub script: String,
    /// The line of the file on which the code starts, from 1.
    pub first_line: usize,
}

impl PlacedCell {
    pub fn new(code: &CodeCell, source: &Arc<SourceFile>) -> Self {
        let script = source.name().split_whitespace().collect::<Vec<_>>().join("%20");
        Self { code: code.clone(), source: Arc::clone(source), script, first_line: code.first_line(source) }
    }

    /// The line within the code of a line of the file.
    pub fn line_in_code(&self, line: usize) -> Option<usize> {
        let index = line.checked_sub(self.first_line)?;
        (index < self.code.line_offsets.len().max(1)).then_some(index + 1)
    }
}
