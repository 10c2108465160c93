//! Converts the character indexes of the YAML parser to byte offsets in the document.

use crate::syntax::indentation::Insertion;

/// The byte offsets of a text's characters.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// The text without a byte order mark, which is the parser's input.
    pub(super) body: &'t str,
    /// Length of the byte order mark, in bytes.
    mark: usize,
    /// The byte offset of every 64th character; empty for ASCII text.
    steps: Vec<u32>,
    /// Spaces that the parser's input has and the document does not, by their index in the input, in ascending order;
    /// and how many there are up to and including these.
    inserted: Vec<(usize, usize)>,
}

impl<'t> Offsets<'t> {
    const STEP: usize = 64;

    pub(super) fn new(text: &'t str) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mark = text.len() - body.len();
        let steps = match body.is_ascii() {
            true => Vec::new(),
            false => body.char_indices().step_by(Self::STEP).map(|(at, _)| at as u32).collect(),
        };
        Self { text, body, mark, steps, inserted: Vec::new() }
    }

    /// The whole text, with the byte order mark.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The same offsets for an input with additional spaces.
    pub(super) fn with_inserted(mut self, insertions: &[Insertion]) -> Self {
        let mut total = 0;
        self.inserted = insertions
            .iter()
            .map(|insertion| {
                let index = insertion.at + total;
                total += insertion.spaces;
                (index, total)
            })
            .collect();
        self
    }

    /// The index in the document of the character at `index` of the input.
    fn original(&self, index: usize) -> usize {
        let before = self.inserted.partition_point(|(at, _)| *at <= index);
        let Some((at, total)) = before.checked_sub(1).and_then(|last| self.inserted.get(last)) else { return index };
        let earlier = before.checked_sub(2).and_then(|last| self.inserted.get(last)).map_or(0, |(_, total)| *total);
        // Among the inserted spaces: the character after them.
        index.saturating_sub(*total).max(at - earlier)
    }

    /// The byte offset in the document of the character at `index` of the input.
    pub(super) fn byte(&self, index: usize) -> usize {
        let index = self.original(index);
        if self.steps.is_empty() {
            return self.mark + index.min(self.body.len());
        }
        let Some(start) = self.steps.get(index / Self::STEP) else { return self.mark + self.body.len() };
        let start = *start as usize;
        let rest = self.body.get(start..).unwrap_or_default();
        let within = rest.char_indices().nth(index % Self::STEP).map_or(rest.len(), |(at, _)| at);
        self.mark + start + within
    }
}
