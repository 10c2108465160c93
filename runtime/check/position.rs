//! Positions in cells.

use apinb_notebook::model::Notebook;
use apinb_record::position::CellPosition;
use apinb_text::source::span::Span;

/// The position of `span`, which is in a cell of `notebook`.
pub(crate) fn position(notebook: &Notebook, cell: usize, span: Span) -> CellPosition {
    let at = notebook.source.position(span.start);
    CellPosition { cell, line: at.line, column: at.column }
}
