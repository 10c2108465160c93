//! Converts the character indexes of the YAML parser to byte offsets in the document.

/// The byte offsets of a text's characters.
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// The text without a byte order mark, which is the parser's input.
    pub(super) body: &'t str,
    /// Length of the byte order mark, in bytes.
    mark: usize,
    /// The byte offset of every 64th character; empty for ASCII text.
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

    /// The whole text, with the byte order mark.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The byte offset in the document of the character at `index`.
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
