//! Errors that a run finds in a cell, and no JavaScript has thrown.

use apinb_notebook::model::Notebook;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::position::FilePosition;

/// An error at an offset of the source of a notebook.
pub(super) fn error_at(
    notebook: &Notebook,
    offset: usize,
    (kind, code): (ErrorKind, &str),
    message: &str,
    help: String,
) -> ErrorRecord {
    let position = notebook.source.position(offset);
    ErrorRecord {
        position: Some(FilePosition {
            file: notebook.source.name().to_owned(),
            line: position.line,
            column: position.column,
        }),
        source_line: Some(notebook.source.line(position.line).to_owned()),
        code: Some(code.to_owned()),
        help: Some(help),
        ..ErrorRecord::new(kind, "Error", message)
    }
}
