//! Notebooks: parsing changes no byte, the parts cover the text, a position in a cell is a position in the file.

use std::collections::BTreeSet;

use apinb_notebook::assignment::assigned_variable;
use apinb_notebook::declaration::redeclarations;
use apinb_notebook::model::{CodeCell, Notebook};
use apinb_text::diagnostic::render::render;
use apinb_text::secret::names::is_secret_name;

use crate::Worth;

/// Maximum number of names, calls and lines checked per cell.
const MOST: usize = 16;

/// A notebook from any bytes.
pub fn notebook(data: &[u8]) -> Worth {
    let text = match Notebook::from_bytes("n.md", data.to_vec()) {
        Ok(notebook) => {
            check(&notebook);
            return Worth::Kept;
        }
        Err(error) => render(&error, None, false),
    };
    assert!(text.contains("is not a text file"), "{text}");
    Worth::Dropped
}

fn check(notebook: &Notebook) {
    let text = notebook.to_markdown();
    let mut end = 0;
    for part in &notebook.parts {
        let span = part.span();
        assert_eq!(span.start, end, "a gap or an overlap");
        assert!(span.end > span.start && text.is_char_boundary(span.end), "an empty or a cut part");
        end = span.end;
    }
    assert_eq!(end, text.len(), "the parts end too early");
    let _ = notebook.title();
    for (number, cell) in notebook.cells().enumerate() {
        assert_eq!(cell.number, number);
        check_cell(notebook, cell);
        check_code(&cell.code);
    }
}

fn check_cell(notebook: &Notebook, cell: &CodeCell) {
    let text = notebook.to_markdown();
    assert!(!cell.code.contains('\r'), "a carriage return in the code");
    assert_eq!(cell.line_offsets.len(), cell.code.split_inclusive('\n').count(), "lines and their offsets");
    let mut before = cell.span.start;
    for ((line, offset), filled) in cell.code.split('\n').zip(&cell.line_offsets).zip(&cell.line_fills) {
        assert!((before..=cell.span.end).contains(offset), "a line outside of its cell, or out of order");
        before = *offset;
        let (fill, line) = line.split_at(*filled);
        assert!(fill.bytes().all(|byte| byte == b' '), "{fill:?} is not the rest of a tab");
        assert!(text[*offset..].starts_with(line), "{line:?} is not at {offset}");
    }
    for line in (0..MOST).chain([cell.line_offsets.len(), cell.line_offsets.len() + 1, usize::MAX]) {
        for column in [0, 1, 2, 3, 40, usize::MAX] {
            let code_offset = cell.code_offset(line, column);
            assert!(cell.code.is_char_boundary(code_offset), "{line}:{column} is inside a character of the code");
            let source_offset = cell.source_offset(line, column);
            assert!(source_offset <= cell.span.end, "{line}:{column} is behind the cell");
            let position = cell.source_position(&notebook.source, line, column);
            assert!(position.line <= notebook.source.line_count(), "{line}:{column} is behind the file");
        }
    }
    assert!(cell.first_line(&notebook.source) <= notebook.source.line_count());
    // 60 characters and an ellipsis.
    assert!(notebook.label(cell).chars().count() <= 61, "a long label");
}

fn check_code(code: &str) {
    let calls = code.match_indices("prompt").map(|(at, _)| at).take(MOST);
    for at in calls.chain([0, code.len() / 2, code.len()]) {
        if let Some(variable) = assigned_variable(code, at) {
            assert!(code.contains(variable), "{variable:?} is not in the code");
            let _ = is_secret_name(variable);
        }
    }
    let names: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty()).collect();
    for name in names.into_iter().take(MOST) {
        for other in redeclarations(code, name) {
            assert_eq!(other.matches('\n').count(), code.matches('\n').count(), "lines keep their numbers");
        }
    }
}
