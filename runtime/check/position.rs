//! Positions in cells.

use apinb_notebook::model::Notebook;
use apinb_record::check::Position;
use apinb_text::source::span::Span;

/// The position of `span`, which is in a cell of `notebook`.
pub(crate) fn position(notebook: &Notebook, cell: usize, span: Span) -> Position {
    let at = notebook.source.position(span.start);
    Position { cell, line: at.line, column: at.column }
}
