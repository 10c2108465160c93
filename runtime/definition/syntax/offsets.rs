//! From the character indexes of the YAML parser to bytes of the document.

/// Byte offsets of the parser's character indexes.
pub(super) struct Offsets<'t> {
    /// The whole text.
    text: &'t str,
    /// The text without a byte order mark, as the parser sees it.
    pub(super) body: &'t str,
    /// Bytes of the byte order mark.
    mark: usize,
    /// The byte offset of every 64th character; empty when every character is one byte.
    steps: Vec<u32>,
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
        Self { text, body, mark, steps }
    }

    /// The whole text of the document.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The byte offset, in the file, of a character.
    pub(super) fn byte(&self, index: usize) -> usize {
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
