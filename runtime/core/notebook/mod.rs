//! A notebook: markdown text whose JavaScript code blocks are cells.
//!
//! Parsing never fails and never changes a byte: a [`Notebook`] is its source text cut into parts.
//! What cells mean when they run is left to the engine.

mod assignment;
mod bytes;
mod declaration;
mod front_matter;
mod heading;
mod hosts;
mod label;
mod parse;
mod selection;

#[cfg(test)]
mod property_tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use apinb_text::source::span::{Position, SourceFile, Span};

pub use assignment::{assigned_literal, assigned_variable};
pub use bytes::{FileKind, NotAText};
pub use declaration::redeclarations;
pub use heading::Heading;
pub use selection::{BackwardRange, Pick, Selection, SelectionError};

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

/// A code block in JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCell {
    /// The N of `$N`: counted over code cells, from 0.
    pub number: usize,
    /// The whole block with its fences and the line end of the closing one. Indentation, list and quote markers
    /// before the opening fence belong to the text.
    pub span: Span,
    /// The code as it runs: without fences, indentation of the fence and quote markers; lines end with `\n`.
    pub code: String,
    /// For each line of `code`, the byte offset in the source at which the line's text starts, so that a position in
    /// the code is a position in the file even inside lists and quotes.
    pub line_offsets: Vec<usize>,
    /// For each line of `code`, how many spaces it begins with that the source does not have: the rest of a tab that is
    /// partly indentation.
    pub line_fills: Vec<usize>,
}

impl Notebook {
    /// Parses `text`, which messages call `name`. Every text is a notebook, if need be one without cells.
    #[must_use]
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Self {
        parse::parse(Arc::new(SourceFile::new(name, text)))
    }

    /// Parses the bytes of a file, which messages call `name`.
    ///
    /// # Errors
    /// When they are not UTF-8 text, with what they look like instead.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotAText> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::parse(name, text)),
            Err(error) => Err(NotAText::new(name, &error)),
        }
    }

    /// The markdown; byte for byte what was parsed.
    #[must_use]
    pub fn to_markdown(&self) -> &str {
        self.source.text()
    }

    /// The code cells in order; the N-th has the number N.
    pub fn cells(&self) -> impl Iterator<Item = &CodeCell> {
        self.parts.iter().filter_map(|part| match part {
            Part::Code(cell) => Some(cell),
            Part::FrontMatter(_) | Part::Text(_) => None,
        })
    }

    /// The headings of its text, in order.
    #[must_use]
    pub fn headings(&self) -> Vec<Heading> {
        heading::headings(self)
    }

    /// The hosts of the URLs in its code, with their ports where those are not the usual ones.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<String> {
        hosts::hosts(self)
    }

    /// The `title` of the front matter.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.front_matter.get("title").filter(|title| !title.is_empty())
    }

    /// What a person calls a cell, in one line of at most 60 characters: the first line of the text before it, without
    /// markdown's markers; else its first statement.
    #[must_use]
    pub fn label(&self, cell: &CodeCell) -> String {
        label::label(self, cell)
    }
}

impl FrontMatter {
    /// The value of the last entry called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
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

impl CodeCell {
    /// The byte offset in [`Self::code`] of a position as V8 counts it: lines from 1, columns from 1 in UTF-16 units.
    /// Held inside the line and inside the code.
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

#[cfg(test)]
mod tests {
    use super::{Notebook, assigned_variable};
    use apinb_text::source::span::Position;

    #[test]
    fn positions_in_code_are_positions_in_the_file() {
        let notebook = Notebook::parse("n.md", "> - text\n>\n>   ~~~js\n>   a = 1\n>   b('😀é', c)\n>   ~~~\n");
        let cell = notebook.cells().next().expect("one cell");
        assert_eq!(cell.code, "a = 1\nb('😀é', c)\n");
        for ((line, column), expected) in [
            ((1, 1), (4, 5)),
            ((1, 5), (4, 9)),
            ((2, 1), (5, 5)),
            ((2, 4), (5, 8)),
            // Two UTF-16 units are one character.
            ((2, 6), (5, 9)),
            ((2, 99), (5, 15)),
            ((99, 1), (5, 15)),
            ((0, 0), (4, 5)),
        ] {
            let position = cell.source_position(&notebook.source, line, column);
            assert_eq!(position, Position { line: expected.0, column: expected.1 }, "{line}:{column}");
        }
        assert_eq!(&cell.code[cell.code_offset(2, 9)..], " c)\n");
        assert_eq!(cell.first_line(&notebook.source), 4);
    }

    #[test]
    fn a_place_behind_the_rest_of_a_tab_stays_in_its_line() {
        let notebook = Notebook::parse("n.md", " ```js\n\t\tab\n\tc");
        let cell = notebook.cells().next().expect("one cell");
        assert_eq!(cell.code, "   \tab\n   c");
        for ((line, column), expected) in [
            ((1, 1), (2, 2)),
            ((1, 5), (2, 3)),
            ((1, 99), (2, 5)),
            ((2, 4), (3, 2)),
            ((2, 99), (3, 3)),
            ((9, 1), (3, 3)),
        ] {
            let position = cell.source_position(&notebook.source, line, column);
            assert_eq!(position, Position { line: expected.0, column: expected.1 }, "{line}:{column}");
        }
    }

    #[test]
    fn the_example_notebook_is_read_whole() {
        let notebook = Notebook::parse("n.md", include_str!("../../../notebooks/zendesk/users-job-statuses.md"));
        assert_eq!((notebook.cells().count(), notebook.title()), (98, Some("Users, job statuses")));
        let cell = notebook.cells().nth(2).expect("a third cell");
        let variables: Vec<Option<&str>> =
            cell.code.match_indices("prompt(").map(|(at, _)| assigned_variable(&cell.code, at)).collect();
        assert_eq!(variables, [Some("DOMAIN"), Some("CLIENT_ID"), Some("CLIENT_SECRET")]);
        assert_eq!(notebook.label(cell), "DOMAIN = prompt(\"Please, enter your Zendesk subdomain.\")");
    }

    #[test]
    fn an_empty_cell_stands_on_its_fence() {
        let notebook = Notebook::parse("n.md", "text\n\n```js\n```\n");
        let cell = notebook.cells().next().expect("one cell");
        assert_eq!((cell.code.as_str(), cell.first_line(&notebook.source)), ("", 3));
        assert_eq!(cell.source_position(&notebook.source, 1, 1), Position { line: 3, column: 1 });
    }

    #[test]
    fn the_title_comes_from_the_front_matter() {
        let notebook = Notebook::parse("n.md", "---\ntitle: A: b\nsite: x\ntitle: C: d\n---\n");
        assert_eq!(notebook.title(), Some("C: d"));
        assert_eq!(notebook.front_matter.get("site"), Some("x"));
        assert_eq!(notebook.front_matter.get("none"), None);
    }
}
