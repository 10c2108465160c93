//! Wraps text for a terminal, which itself breaks lines within words.

use unicode_width::UnicodeWidthChar as _;

/// Breaks the lines of `text` at spaces, so that each has at most `width` columns, and the first `taken` columns fewer. A
/// longer word stays whole, so that it can be copied.
#[must_use]
pub fn wrap(text: &str, taken: usize, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut taken = taken;
    for line in text.split('\n') {
        let mut rest = line;
        while let Some((start, next)) = split(rest, width.saturating_sub(taken)) {
            lines.push(start.trim_end_matches(' '));
            rest = next.trim_start_matches(' ');
            taken = 0;
        }
        lines.push(rest);
        taken = 0;
    }
    lines
}

/// A line before and after the space at which it is broken; `None` if it stays whole. Reads no more of the line than the
/// first part.
fn split(line: &str, width: usize) -> Option<(&str, &str)> {
    let (mut used, mut last, mut is_after_word) = (0, None, false);
    for (at, character) in line.char_indices() {
        if character == ' ' && is_after_word {
            last = Some(at);
        }
        is_after_word |= character != ' ';
        used += character.width().unwrap_or(0);
        if used > width
            && let Some(last) = last
        {
            // Spaces at the end of the line need no new one.
            return line.split_at_checked(last).filter(|(_, rest)| !rest.trim_matches(' ').is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_broken_at_spaces() {
        for (text, taken, width, expected) in [
            ("", 0, 10, &[""][..]),
            ("a bb ccc dddd", 0, 8, &["a bb ccc", "dddd"]),
            ("a bb ccc dddd", 4, 8, &["a bb", "ccc dddd"]),
            ("a bb\nccc dddd", 0, 8, &["a bb", "ccc dddd"]),
            ("  a   b", 0, 4, &["  a", "b"]),
            ("a    ", 0, 2, &["a    "]),
            ("https://example.org/long b", 0, 8, &["https://example.org/long", "b"]),
            ("a https://example.org/long b", 0, 8, &["a", "https://example.org/long", "b"]),
            ("日本 語 日本", 0, 7, &["日本 語", "日本"]),
            ("a b", 9, 4, &["a", "b"]),
            ("a b", 0, 0, &["a", "b"]),
        ] {
            assert_eq!(wrap(text, taken, width), expected, "{text:?} {taken} {width}");
        }
    }

    #[test]
    fn a_long_line_takes_time_in_proportion() {
        let words = "word ".repeat(400_000);
        assert_eq!(wrap(&words, 0, 40).len(), 50_000);
        assert_eq!(wrap(&"x".repeat(2_000_000), 0, 40).len(), 1);
    }
}
