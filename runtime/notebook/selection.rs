//! Selects cells of a notebook by number, by heading, or by label.

use serde::{Deserialize, Serialize};

use crate::heading::Heading;
use crate::model::{CodeCell, Notebook};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::glob::matches;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::truncate;

/// A selection of cells; all cells by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    pub only: Vec<Pick>,
    /// The first of these cells, and all after it.
    pub from: Option<Pick>,
    /// The last of these cells, and all before it.
    pub until: Option<Pick>,
}

/// Cells by number or name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// Inclusive ranges.
    Numbers(Vec<(usize, usize)>),
    /// The text of a heading, or a label, or a pattern with `*` and `?` over either. Case does not matter.
    Named(String),
}

/// A range whose first number is greater than its last.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid range `{range}`: the first number is greater than the last")]
pub struct BackwardRange {
    pub range: String,
    /// The reversed range.
    pub meant: String,
}

/// Why a selection matches no cell.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    #[error("`{notebook}` has no code cells")]
    NoCells { notebook: String },
    #[error("`{notebook}` has no cell {number}")]
    NoNumber {
        /// The notebook's name.
        notebook: String,
        number: usize,
        /// The number of the last cell.
        last: usize,
    },
    /// No heading and no label matches.
    #[error("`{notebook}` has no heading or cell called `{name}`")]
    NoName {
        /// The notebook's name.
        notebook: String,
        name: String,
        meant: Option<String>,
        headings: Vec<String>,
    },
    /// The heading has only text below it.
    #[error("`{notebook}` has no code cell under `{name}`")]
    Empty {
        /// The notebook's name.
        notebook: String,
        name: String,
    },
    /// Each part of the selection has cells, but no cell is in all parts.
    #[error("no cell of `{notebook}` is in all parts of the selection")]
    Nothing {
        /// The notebook's name.
        notebook: String,
    },
}

impl Diagnostic for SelectionError {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoNumber { last, .. } => Some(format!("Use a number from 0 to {last}.")),
            Self::NoName { meant: Some(meant), .. } => Some(format!("Did you mean `{meant}`?")),
            Self::NoName { headings, .. } if headings.is_empty() => {
                Some("Select a cell by its number: the notebook has no headings.".to_owned())
            }
            Self::NoName { headings, .. } => Some(use_one_of(headings, usize::MAX)),
            Self::Nothing { .. } => Some("Remove one of `--from`, `--until` and `--only`.".to_owned()),
            Self::NoCells { .. } | Self::Empty { .. } => None,
        }
    }
}

/// Maximum number of headings in a message.
const LISTED: usize = 8;
/// Maximum length of each, in characters.
const LONGEST: usize = 60;

impl Pick {
    /// `5`, `3-7`, `1,4-6`; anything else is a name.
    ///
    /// # Errors
    /// For a range that runs backwards.
    pub fn parse(text: &str) -> Result<Self, BackwardRange> {
        let text = text.trim();
        let ranges: Option<Vec<(usize, usize)>> = text.split(',').map(|part| range(part.trim())).collect();
        let Some(ranges) = ranges else { return Ok(Self::Named(text.to_owned())) };
        match ranges.iter().find(|(first, last)| first > last) {
            Some((first, last)) => {
                Err(BackwardRange { range: format!("{first}-{last}"), meant: format!("{last}-{first}") })
            }
            None => Ok(Self::Numbers(ranges)),
        }
    }
}

/// `5` or `3-7`. A number that no notebook has stays one.
fn range(text: &str) -> Option<(usize, usize)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(usize::MAX))
    };
    match text.split_once('-') {
        Some((first, last)) => Some((number(first.trim_end())?, number(last.trim_start())?)),
        None => number(text).map(|only| (only, only)),
    }
}

impl Selection {
    /// Whether it selects all cells.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// For each cell of `notebook`, whether it is selected. Cells that are marked `setup` or `teardown` are.
    ///
    /// # Errors
    /// If a part of the selection matches nothing, or no cell is in all parts.
    pub fn cells(&self, notebook: &Notebook) -> Result<Vec<bool>, SelectionError> {
        let cells: Vec<&CodeCell> = notebook.cells().collect();
        if self.is_all() {
            return Ok(vec![true; cells.len()]);
        }
        let name = notebook.source.name();
        if cells.is_empty() {
            return Err(SelectionError::NoCells { notebook: name.to_owned() });
        }
        let search = Search { notebook, cells: &cells, headings: notebook.headings() };
        let mut wanted = vec![self.only.is_empty(); cells.len()];
        for pick in &self.only {
            for (wanted, picked) in wanted.iter_mut().zip(search.picked(pick)?) {
                *wanted |= picked;
            }
        }
        if let Some(from) = &self.from {
            let first = search.picked(from)?.iter().position(|picked| *picked).unwrap_or_default();
            wanted.iter_mut().take(first).for_each(|wanted| *wanted = false);
        }
        if let Some(until) = &self.until {
            let last = search.picked(until)?.iter().rposition(|picked| *picked).unwrap_or_default();
            wanted.iter_mut().skip(last + 1).for_each(|wanted| *wanted = false);
        }
        if !wanted.contains(&true) {
            return Err(SelectionError::Nothing { notebook: name.to_owned() });
        }
        for (wanted, cell) in wanted.iter_mut().zip(&cells) {
            *wanted |= cell.attributes.is_always_selected();
        }
        Ok(wanted)
    }
}

/// The notebook that a pick is searched in.
struct Search<'a> {
    notebook: &'a Notebook,
    /// At least one.
    cells: &'a [&'a CodeCell],
    headings: Vec<Heading>,
}

impl Search<'_> {
    /// For each cell, whether it is picked; at least one is.
    fn picked(&self, pick: &Pick) -> Result<Vec<bool>, SelectionError> {
        match pick {
            Pick::Numbers(ranges) => self.numbered(ranges),
            Pick::Named(name) => self.named(name),
        }
    }

    fn numbered(&self, ranges: &[(usize, usize)]) -> Result<Vec<bool>, SelectionError> {
        let last = self.cells.len() - 1;
        if let Some((number, _)) = ranges.iter().find(|(first, _)| *first > last) {
            return Err(SelectionError::NoNumber { notebook: self.name(), number: *number, last });
        }
        let picked = |number: usize| ranges.iter().any(|(first, last)| (*first..=*last).contains(&number));
        Ok((0..self.cells.len()).map(picked).collect())
    }

    fn named(&self, name: &str) -> Result<Vec<bool>, SelectionError> {
        let pattern = folded(name);
        let fits = |text: &str| {
            let text = folded(text);
            text == pattern || (pattern.contains(['*', '?']) && matches(&pattern, &text))
        };
        let labels: Vec<String> = self.cells.iter().map(|cell| self.notebook.label(cell)).collect();
        let mut picked: Vec<bool> = labels.iter().map(|label| fits(label)).collect();
        let mut found = picked.contains(&true);
        for (index, heading) in self.headings.iter().enumerate().filter(|(_, heading)| fits(&heading.text)) {
            found = true;
            // Up to the next heading that is not below this one.
            let mut later = self.headings.iter().skip(index + 1);
            let end = later.find(|next| next.level <= heading.level).map_or(usize::MAX, |next| next.offset);
            let place = |offset: usize| self.cells.partition_point(|cell| cell.span.start < offset);
            if let Some(below) = picked.get_mut(place(heading.offset)..place(end)) {
                below.fill(true);
            }
        }
        if picked.contains(&true) {
            return Ok(picked);
        }
        let (notebook, name) = (self.name(), name.to_owned());
        if found {
            return Err(SelectionError::Empty { notebook, name });
        }
        let known = self.headings.iter().map(|heading| heading.text.as_str());
        let meant = suggest(&name, known.clone().chain(labels.iter().map(String::as_str))).map(str::to_owned);
        let headings = known.take(LISTED).map(|text| truncate(text, LONGEST)).collect();
        Err(SelectionError::NoName { notebook, name, meant, headings })
    }

    fn name(&self) -> String {
        self.notebook.source.name().to_owned()
    }
}

/// Ignoring case and the number of spaces between words.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Pick, Selection, SelectionError};
    use crate::model::Notebook;
    use apinb_text::diagnostic::Diagnostic;

    /// Cells 0 (before all headings), 1 and 2 (under `Users`, the second below `Create a user`), 3 (under `Groups`).
    const TEXT: &str = "```js\nsetUp()\n```\n\n# Users\n\nList them\n\n```js\na\n```\n\n## Create a user\n\n```js\nb\n```\n\n# Groups\n\n```js\nc\n```\n\n# Notes\n\ntext\n";

    fn pick(text: &str) -> Pick {
        Pick::parse(text).expect("no range that runs backwards")
    }

    fn select(only: &[&str], from: Option<&str>, until: Option<&str>) -> Result<Vec<usize>, SelectionError> {
        let only = only.iter().map(|text| pick(text)).collect();
        let selection = Selection { only, from: from.map(pick), until: until.map(pick) };
        let wanted = selection.cells(&Notebook::parse("n.md", TEXT))?;
        Ok(wanted.iter().enumerate().filter(|(_, wanted)| **wanted).map(|(number, _)| number).collect())
    }

    #[test]
    fn numbers_headings_and_labels_select() {
        for (only, from, until, expected) in [
            (vec![], None, None, vec![0, 1, 2, 3]),
            (vec!["2"], None, None, vec![2]),
            (vec!["1-2"], None, None, vec![1, 2]),
            (vec!["0, 2-99"], None, None, vec![0, 2, 3]),
            (vec!["3", "0"], None, None, vec![0, 3]),
            (vec!["users"], None, None, vec![1, 2]),
            (vec!["Create  a user"], None, None, vec![2]),
            (vec!["*user*"], None, None, vec![1, 2]),
            (vec!["setUp()"], None, None, vec![0]),
            (vec![], Some("Users"), None, vec![1, 2, 3]),
            (vec![], None, Some("Users"), vec![0, 1, 2]),
            (vec![], Some("1"), Some("2"), vec![1, 2]),
            (vec!["Users"], Some("2"), None, vec![2]),
        ] {
            assert_eq!(select(&only, from, until), Ok(expected), "{only:?} {from:?} {until:?}");
        }
    }

    #[test]
    fn setup_and_teardown_are_always_selected() {
        let text = "```js setup\n1\n```\n```js\n2\n```\n```js\n3\n```\n```js teardown\n4\n```\n";
        let notebook = Notebook::parse("n.md", text);
        let selection = |number: &str| Selection { only: vec![pick(number)], ..Selection::default() };
        assert_eq!(selection("2").cells(&notebook), Ok(vec![true, false, true, true]));
        let selection = Selection { from: Some(pick("2")), ..selection("1") };
        assert!(matches!(selection.cells(&notebook), Err(SelectionError::Nothing { .. })));
    }

    #[test]
    fn a_selection_without_a_match_is_an_error() {
        for (only, until, message, help) in [
            (vec!["4"], None, "`n.md` has no cell 4", "Use a number from 0 to 3."),
            (vec!["99999999999999999999999"], None, "has no cell", "0 to 3"),
            (vec!["Create an user"], None, "called `Create an user`", "Did you mean `Create a user`?"),
            (vec!["Something else"], None, "no heading", "Use one of `Users`, `Create a user`, `Groups` and `Notes`."),
            (vec!["Notes"], None, "`n.md` has no code cell under `Notes`", ""),
            (vec!["3"], Some("1"), "is in all parts of the selection", "Remove one of"),
        ] {
            let error = select(&only, None, until).expect_err("nothing is selected");
            assert!(error.to_string().contains(message), "{error}");
            assert!(error.help().unwrap_or_default().contains(help), "{:?}", error.help());
        }
        let selection = Selection { only: vec![pick("0")], ..Selection::default() };
        let error = selection.cells(&Notebook::parse("n.md", "text")).expect_err("no cells");
        assert_eq!(error.to_string(), "`n.md` has no code cells");
    }

    #[test]
    fn a_pattern_over_many_headings_takes_linear_time() {
        let text = "# a\n\n```js\n1\n```\n\n## b\n\n".repeat(20_000);
        let selection = Selection { only: vec![pick("*")], ..Selection::default() };
        let wanted = selection.cells(&Notebook::parse("n.md", text)).expect("all of them");
        assert_eq!((wanted.len(), wanted.contains(&false)), (20_000, false));
    }

    #[test]
    fn anything_but_a_number_is_a_name() {
        for text in ["", "-", "1-", "-2", "1,", "a-b", "v1-2", "1 - b"] {
            assert_eq!(pick(text), Pick::Named(text.trim().to_owned()), "{text:?}");
        }
        assert_eq!(pick(" 1 - 2 "), Pick::Numbers(vec![(1, 2)]));
        assert_eq!(Pick::parse("7-3").map_err(|error| error.meant), Err("3-7".to_owned()));
    }
}
