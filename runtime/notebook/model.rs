//! The parts of a notebook; maps positions in its code to positions in its file.

use std::sync::Arc;

use apinb_text::source::span::{Position, SourceFile, Span};

use crate::attributes::Attributes;

/// A parsed notebook. Its parts, in order, cover the source without gap or overlap.
#[derive(Debug)]
pub struct Notebook {
    /// The text it was parsed from.
    pub source: Arc<SourceFile>,
    /// The `key: value` lines between a first line `---` and the next `---`.
    pub front_matter: FrontMatter,
    /// Front matter, text and code, in order.
    pub parts: Vec<Part>,
}

/// The entries of the front matter in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Key and value of each line, cut at the first `: `.
    pub entries: Vec<(String, String)>,
}

impl FrontMatter {
    /// The value of the last entry called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// One part of a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The front matter with its two `---` lines.
    FrontMatter(Span),
    /// Everything between code cells, verbatim.
    Text(Span),
    /// A code cell.
    Code(CodeCell),
}

impl Part {
    /// The bytes of the source that the part covers.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::FrontMatter(span) | Self::Text(span) => *span,
            Self::Code(cell) => cell.span,
        }
    }
}

/// A code block in JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCell {
    /// The N of `$N`: counted over code cells, from 0.
    pub number: usize,
    /// The whole block with its fences and the line end of the closing one. Indentation, list and quote markers
    /// before the opening fence belong to the text.
    pub span: Span,
    /// What its opening fence says about it.
    pub attributes: Attributes,
    /// The code as it runs: without fences, indentation of the fence and quote markers; lines end with `\n`.
    pub code: String,
    /// For each line of `code`, the byte offset in the source at which the line's text starts, so that a position in
    /// the code is a position in the file even inside lists and quotes.
    pub line_offsets: Vec<usize>,
    /// For each line of `code`, how many spaces it begins with that the source does not have: the rest of a tab that is
    /// partly indentation.
    pub line_fills: Vec<usize>,
}

impl CodeCell {
    /// The byte offset in [`Self::code`] of a position as V8 counts it: lines from 1, columns from 1 in UTF-16 units.
    /// Clamped to the line and to the code.
    #[must_use]
    pub fn code_offset(&self, line: usize, utf16_column: usize) -> usize {
        let index = line.saturating_sub(1);
        let start: usize = self.code.split_inclusive('\n').take(index).map(str::len).sum();
        let text = self.code.split('\n').nth(index).unwrap_or_default();
        start + utf16_offset(text, utf16_column.saturating_sub(1))
    }

    /// The byte offset in the source of a position in the code, counted as for [`Self::code_offset`]. A position past
    /// the last line is the end of the last line.
    #[must_use]
    pub fn source_offset(&self, line: usize, utf16_column: usize) -> usize {
        let index = line.saturating_sub(1);
        let (index, length) = match self.line_offsets.len().checked_sub(1) {
            None => return self.span.start,
            Some(last) if index > last => (last, self.code.lines().last().map_or(0, str::len)),
            Some(_) => {
                let text = self.code.split('\n').nth(index).unwrap_or_default();
                (index, utf16_offset(text, utf16_column.saturating_sub(1)))
            }
        };
        let start = self.line_offsets.get(index).copied().unwrap_or(self.span.start);
        let filled = self.line_fills.get(index).copied().unwrap_or_default();
        start + length.saturating_sub(filled)
    }

    /// The line and column in `source` of a position in the code, counted as for [`Self::code_offset`].
    #[must_use]
    pub fn source_position(&self, source: &SourceFile, line: usize, utf16_column: usize) -> Position {
        source.position(self.source_offset(line, utf16_column))
    }

    /// The line of the file on which the code starts, from 1; that of the fence when there is no code.
    #[must_use]
    pub fn first_line(&self, source: &SourceFile) -> usize {
        source.position(self.line_offsets.first().copied().unwrap_or(self.span.start)).line
    }
}

/// The byte offset of the character that holds UTF-16 unit `units` of `text`.
fn utf16_offset(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, character) in text.char_indices() {
        seen += character.len_utf16();
        if seen > units {
            return at;
        }
    }
    text.len()
}
