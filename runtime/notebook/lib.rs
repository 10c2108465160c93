//! A notebook: markdown text whose JavaScript code blocks are cells.
//!
//! Parsing never fails and never changes a byte: a [`Notebook`] is its source text cut into parts.
//! The engine runs the cells.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod assigned;
pub mod assignment;
pub mod attributes;
pub mod bytes;
pub mod declaration;
mod front_matter;
pub mod heading;
pub mod model;
pub mod options;
pub mod prompts;
pub mod selection;

mod hosts;
mod label;
mod parse;
mod yaml;

#[cfg(test)]
mod property_tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use apinb_text::display::truncate::{LABEL, truncate};
use bytes::NotAText;
use heading::Heading;
use model::{CodeCell, Notebook, Part};

use apinb_text::source::span::SourceFile;

impl Notebook {
    /// Parses `text`, which messages call `name`. Every text is a notebook, possibly one without cells.
    #[must_use]
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Self {
        parse::parse(Arc::new(SourceFile::new(name, text)))
    }

    /// Parses the bytes of a file, which messages call `name`.
    ///
    /// # Errors
    /// If they are not UTF-8 text, with the file type that they seem to have.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotAText> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::parse(name, text)),
            Err(error) => Err(NotAText::new(name, &error)),
        }
    }

    /// The markdown, byte for byte.
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

    /// The hosts of the URLs in its code, with their ports unless default.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<String> {
        hosts::hosts(self)
    }

    /// The `title` of the front matter.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.front_matter.get("title").filter(|title| !title.is_empty())
    }

    /// The label of a cell, in one line of at most 60 characters: its `label`, else the first line of the text before it
    /// without markdown's markers, else its first statement.
    #[must_use]
    pub fn label(&self, cell: &CodeCell) -> String {
        truncate(&self.label_line(cell), LABEL)
    }

    /// The label of a cell in full length: secrets are removed from it before it is shortened.
    #[must_use]
    pub fn label_line(&self, cell: &CodeCell) -> String {
        label::label(self, cell)
    }
}

#[cfg(test)]
mod tests {
    use super::assignment::assigned_variable;
    use super::model::Notebook;
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
    fn a_position_behind_a_split_tab_stays_in_its_line() {
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
    fn the_example_notebook_is_parsed_completely() {
        let notebook = Notebook::parse("n.md", include_str!("../../notebooks/zendesk/users-job-statuses.md"));
        assert_eq!((notebook.cells().count(), notebook.title()), (98, Some("Users, job statuses")));
        let cell = notebook.cells().nth(2).expect("a third cell");
        let variables: Vec<Option<&str>> =
            cell.code.match_indices("prompt(").map(|(at, _)| assigned_variable(&cell.code, at)).collect();
        assert_eq!(variables, [Some("DOMAIN"), Some("CLIENT_ID"), Some("CLIENT_SECRET")]);
        assert_eq!(notebook.label(cell), "DOMAIN = prompt(\"Please, enter your Zendesk subdomain.\")");
    }

    #[test]
    fn an_empty_cell_has_the_position_of_its_fence() {
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
