//! The values of rows as the formats read them.

use apinb_text::source::span::Span;
use serde_json::Value;

/// Maximum number of rows.
pub(super) const MAX_ROWS: usize = 10_000;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// The name of its column.
    pub(super) key: String,
    /// As the answer to a prompt; none: it answers none.
    pub(super) text: Option<String>,
    /// As a notebook reads it in `row`.
    pub(super) value: Value,
}

impl Cell {
    /// A text.
    pub(super) fn text(key: String, text: String) -> Self {
        Self { key, value: Value::from(text.as_str()), text: Some(text) }
    }

    /// Another value of JSON without parts.
    pub(super) fn scalar(key: String, value: Value) -> Self {
        let text = match &value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        Self { key, text, value }
    }
}

/// The values of a row, by column.
pub(super) type Cells = Vec<Cell>;

/// A row that is being read, with the bytes of its text that stand for it in messages.
pub(super) type PlacedCells = (Span, Cells);
