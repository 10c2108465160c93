//! A cell at its place in the notebook: between lines of a script in V8, lines of the file, and lines of the code.

use std::collections::VecDeque;
use std::sync::Arc;

use apinb_notebook::model::CodeCell;
use apinb_text::source::span::SourceFile;

/// The most cells that an engine remembers.
const MAX_CELLS: usize = 20_000;

/// The most code that an engine remembers, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// A cell at its place in the file.
#[derive(Clone)]
pub(crate) struct PlacedCell {
    pub(crate) code: CodeCell,
    pub(crate) source: Arc<SourceFile>,
    /// The name of the script in V8: that of the file, without white space.
    pub(crate) script: String,
    /// The line of the file on which the code starts, from 1.
    pub(crate) first_line: usize,
}

/// The cells that ran, the newest last. The oldest make room for new ones.
#[derive(Default)]
pub(crate) struct PlacedCells {
    cells: VecDeque<PlacedCell>,
    bytes: usize,
}

impl PlacedCells {
    pub(crate) fn push(&mut self, cell: PlacedCell) {
        self.bytes += cell.code.code.len();
        self.cells.push_back(cell);
        while (self.cells.len() > MAX_CELLS || self.bytes > MAX_BYTES) && self.cells.len() > 1 {
            let oldest = self.cells.pop_front();
            self.bytes -= oldest.map_or(0, |cell| cell.code.code.len());
        }
    }

    /// The cell that runs, or ran last.
    pub(crate) fn newest(&self) -> Option<&PlacedCell> {
        self.cells.back()
    }

    /// The cell that a line of a script belongs to.
    pub(crate) fn at(&self, script: &str, line: usize) -> Option<&PlacedCell> {
        self.cells.iter().rev().find(|cell| cell.script == script && cell.line_in_code(line).is_some())
    }
}

impl PlacedCell {
    pub(crate) fn new(code: &CodeCell, source: &Arc<SourceFile>) -> Self {
        let script = source.name().split_whitespace().collect::<Vec<_>>().join("%20");
        Self { code: code.clone(), source: Arc::clone(source), script, first_line: code.first_line(source) }
    }

    /// The line within the code of a line of the file.
    pub(crate) fn line_in_code(&self, line: usize) -> Option<usize> {
        let index = line.checked_sub(self.first_line)?;
        (index < self.code.line_offsets.len().max(1)).then_some(index + 1)
    }
}
