//! Maps spans in the code of a cell to spans in the notebook.

use apinb_notebook::model::CodeCell;
use apinb_text::source::span::Span;

/// The line offsets of one cell.
#[derive(Debug, Default)]
pub(super) struct CodeMap {
    /// The first byte of each line of the code.
    starts: Vec<usize>,
    /// The first byte of each line in the notebook.
    offsets: Vec<usize>,
    fills: Vec<usize>,
    fence: usize,
    code: String,
}

impl CodeMap {
    pub(super) fn of(cell: &CodeCell) -> Self {
        let breaks = cell.code.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
            offsets: cell.line_offsets.clone(),
            fills: cell.line_fills.clone(),
            fence: cell.span.start,
            code: cell.code.clone(),
        }
    }

    /// Maps a span of the code to the notebook; clamped to the first line.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        let (start, end) = (self.clamp(start), self.clamp(end));
        let line = self.starts.partition_point(|first| *first <= start).saturating_sub(1);
        let line = line.min(self.offsets.len().saturating_sub(1));
        let Some(offset) = self.offsets.get(line).copied() else { return Span::new(self.fence, self.fence) };
        let first = self.starts.get(line).copied().unwrap_or_default();
        let next = self.starts.get(line + 1).map_or(self.code.len(), |next| next - 1);
        let fill = self.fills.get(line).copied().unwrap_or_default();
        let place = |at: usize| offset + at.clamp(first, next.max(first)).saturating_sub(first).saturating_sub(fill);
        Span::new(place(start), place(end.max(start)))
    }

    /// The code of the cell.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    fn clamp(&self, at: u32) -> usize {
        usize::try_from(at).unwrap_or(usize::MAX).min(self.code.len())
    }
}
