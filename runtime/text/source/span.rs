//! Source files, byte ranges, lines and columns.
//!
//! Diagnostics about an input have a [`Location`]; [`crate::diagnostic`] renders it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A byte range `start..end` in the text of one [`SourceFile`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` to `end`, in bytes.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A position as editors count: both numbers start at 1, columns count characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// A text with a name and an index of its lines.
///
/// Lines end at `\n`, `\r\n` or a lone `\r`.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    /// Computed on first use: most files of a definition have no diagnostics.
    line_starts: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// A file with the text `text`; messages call it `name`: the path or URL that the user knows.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut line_starts = vec![0];
            for (at, byte) in bytes.iter().enumerate() {
                if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                    line_starts.push(at + 1);
                }
            }
            line_starts
        })
    }

    /// The path or URL in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, with its original line ends.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes `start..end` of the text; empty if they are out of range.
    #[must_use]
    pub fn part(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The number of lines; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The line and column of a byte offset; an offset past the end, or inside a character, counts from the nearest
    /// character before it.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        // The first line starts at 0.
        let line = self.line_starts().partition_point(|start| *start <= offset).max(1);
        let before = self.text.get(self.line_start(line)..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The byte offset of a position, clamped to its line and to the text.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line.clamp(1, self.line_starts().len());
        let text = self.line(line);
        self.line_start(line)
            + text.char_indices().nth(position.column.saturating_sub(1)).map_or(text.len(), |(at, _)| at)
    }

    /// Where a line (from 1) starts; the end of the text for a line that it does not have.
    fn line_start(&self, line: usize) -> usize {
        let start = line.checked_sub(1).and_then(|index| self.line_starts().get(index));
        start.copied().unwrap_or(self.text.len())
    }

    /// The text of a line (from 1) without its line end; empty past the last line.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let text = self.text.get(self.line_start(line)..self.line_start(line + 1));
        text.unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

/// A span of a file.
#[derive(Clone, Debug)]
pub struct Location {
    pub file: Arc<SourceFile>,
    pub span: Span,
}

impl Location {
    /// The span `span` of `file`.
    #[must_use]
    pub fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        Self { file: Arc::clone(file), span }
    }

    /// Line and column of the start.
    #[must_use]
    pub fn position(&self) -> Position {
        self.file.position(self.span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, SourceFile};

    #[test]
    fn positions_count_characters_and_every_kind_of_line_end() {
        let file = SourceFile::new("a", "é1\r\n2\r3\n");
        assert_eq!(file.line_count(), 4);
        assert_eq!(file.position(2), Position { line: 1, column: 2 });
        assert_eq!(file.position(1), Position { line: 1, column: 1 });
        assert_eq!(file.position(5), Position { line: 2, column: 1 });
        assert_eq!(file.position(99), Position { line: 4, column: 1 });
        assert_eq!((file.line(1), file.line(2), file.line(3), file.line(4), file.line(9)), ("é1", "2", "3", "", ""));
        assert_eq!(file.offset(Position { line: 1, column: 2 }), 2);
        assert_eq!(file.offset(Position { line: 3, column: 50 }), 8);
    }
}
