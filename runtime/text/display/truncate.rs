//! Long texts, shortened for a message or a line.

/// Maximum length of the label of a cell, in characters, without the ellipsis.
pub const LABEL: usize = 60;

/// Maximum length of the label of a row of `--inputs`, in characters, without the ellipsis.
pub const ROW_LABEL: usize = 40;

/// Maximum length of an [`excerpt`], in characters.
const EXCERPT: usize = 80;

/// The first `characters` of `text`. Where there are more, an ellipsis follows in place of trailing whitespace.
#[must_use]
pub fn truncate(text: &str, characters: usize) -> String {
    with_ellipsis(text, prefix(text, characters))
}

/// As [`truncate`], counted in bytes of whole characters.
#[must_use]
pub fn truncate_bytes(text: &str, bytes: usize) -> String {
    with_ellipsis(text, prefix_bytes(text, bytes))
}

/// The first `characters` of `text`.
#[must_use]
pub fn prefix(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The characters at the start of `text` that fit into `bytes`.
#[must_use]
pub fn prefix_bytes(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// A name or a value of a document, as a message quotes it: at most 80 characters.
#[must_use]
pub fn excerpt(text: &str) -> String {
    truncate(text, EXCERPT)
}

fn with_ellipsis(text: &str, start: &str) -> String {
    if start.len() == text.len() { text.to_owned() } else { format!("{}…", start.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::{truncate, truncate_bytes};

    #[test]
    fn characters_are_counted_not_bytes() {
        for (text, expected) in [("", ""), ("éé", "éé"), ("ééé", "éé…"), ("é é", "é…"), ("é ", "é ")]
        {
            assert_eq!(truncate(text, 2), expected, "{text}");
        }
    }

    #[test]
    fn bytes_end_at_character_boundaries() {
        for (text, expected) in [("", ""), ("abc", "abc"), ("abcd", "abc…"), ("aéé", "aé…"), ("éé", "é…")] {
            assert_eq!(truncate_bytes(text, 3), expected, "{text}");
        }
    }
}
