//! The values of rows as the formats read them.

use apinb_text::source::span::Span;

/// Maximum number of rows.
pub(super) const MAX_ROWS: usize = 10_000;

/// The values of a row, by column.
pub(super) type Cells = Vec<(String, String)>;

/// A row that is being read, with the bytes of its text that stand for it in messages.
pub(super) type PlacedCells = (Span, Cells);
