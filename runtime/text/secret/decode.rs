//! Decodes escapes, and maps positions back to the original text.

use std::ops::Range;

use crate::secret::escapes::{self, escape};

/// A text with its escapes resolved, and without the line breaks that encoders add.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    escapes: Vec<Escape>,
}

/// `length` decoded bytes at `at` replace `original_length` bytes at `original_at`.
struct Escape {
    at: usize,
    length: usize,
    original_at: usize,
    original_length: usize,
}

impl Decoded {
    /// Decodes `text` once; none if it has no escapes.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        // A text without escapes costs no memory.
        escapes::next(text)?;
        let mut decoded = Self { bytes: Vec::with_capacity(text.len()), escapes: Vec::new() };
        let mut rest = text;
        while let Some(at) = escapes::next(rest) {
            let (before, from) = rest.split_at_checked(at)?;
            decoded.bytes.extend_from_slice(before);
            let Some((plain, original_length)) = escape(&decoded.bytes, from) else {
                let (first, others) = from.split_first()?;
                decoded.bytes.push(*first);
                rest = others;
                continue;
            };
            let (at, original_at) = (decoded.bytes.len(), text.len() - from.len());
            match plain.as_bytes() {
                &[byte] => decoded.bytes.push(byte),
                bytes => decoded.bytes.extend_from_slice(bytes),
            }
            decoded.escapes.push(Escape { at, length: plain.as_bytes().len(), original_at, original_length });
            rest = from.get(original_length..)?;
        }
        decoded.bytes.extend_from_slice(rest);
        (!decoded.escapes.is_empty()).then_some(decoded)
    }

    /// The ranges in which a text of at most `longest` bytes ends that contains something decoded, in order; where two
    /// would overlap, one.
    pub(super) fn ends(&self, longest: usize) -> Vec<Range<usize>> {
        let mut ends: Vec<Range<usize>> = Vec::new();
        for escape in &self.escapes {
            let end = (escape.at + escape.length).saturating_add(longest).min(self.bytes.len());
            match ends.last_mut() {
                Some(last) if last.end >= escape.at => last.end = end,
                _ => ends.push(escape.at..end),
            }
        }
        ends
    }

    /// The range of the original text that the decoded bytes `range` come from.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let last = range.end.saturating_sub(1).max(range.start);
        self.origin_of(range.start).start..self.origin_of(last).end
    }

    fn origin_of(&self, at: usize) -> Range<usize> {
        let after = self.escapes.partition_point(|escape| escape.at <= at);
        let Some(escape) = after.checked_sub(1).and_then(|index| self.escapes.get(index)) else { return at..at + 1 };
        let past = escape.original_at + escape.original_length;
        match at.checked_sub(escape.at + escape.length) {
            None => escape.original_at..past,
            Some(further) => past + further..past + further + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decoded;

    fn check(text: &str, expected: &str) {
        let decoded = Decoded::new(text.as_bytes()).map(|decoded| String::from_utf8_lossy(&decoded.bytes).into_owned());
        assert_eq!(decoded.as_deref().unwrap_or(text), expected, "{text}");
    }

    #[test]
    fn every_kind_of_escape_is_decoded() {
        check("a%41%c3%A9%2", "aAé%2");
        check(r#"\"\\\/\n\t\u00e9\ud83d\ude00\x41\u{1f600}\'\U0001f600"#, "\"\\/\n\té😀A😀'😀");
        check("&amp;&lt;&#39;&#x27;&quot;&apos;&#128512;&plus;", "&<''\"'😀+");
        check("a&ampb &ltx &#39x &#x27;&#x27z &AMP", "a&b <x 'x ''z &");
        check(r"\101\60\0 \$a\ b\&\*", "A0\0 $a b&*");
        check(r"\xc3\xa9 \303\251 \xe9 \351\xc3", "é é é é\u{c3}");
        check("ab=\r\ncd=\nef \\\ngh", "abcdef gh");
    }

    #[test]
    fn line_breaks_within_encoded_text_are_removed() {
        let line = "QUJD".repeat(19);
        check(&format!("{line}\n{line}\r\n  {line}\n"), &format!("{line}{line}{line}\n"));
        check("a short line\nand another", "a short line\nand another");
        check(&format!("{line}\n\n{line}"), &format!("{line}\n\n{line}"));
        check(&format!("{line}\n"), &format!("{line}\n"));
    }

    #[test]
    fn invalid_escapes_are_unchanged() {
        for text in [
            "",
            "plain",
            "%",
            "%zz",
            "%+1",
            "\\",
            "\\u12",
            "\\ud83d",
            "\\u{110000}",
            "&",
            "&x;",
            "&#;",
            "&#x;",
            "=3D",
            "&#xffffffff;",
            "\\U1234",
            "\\q",
            "&plus",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn ranges_map_to_the_original_text() {
        let text = "ab%63d\\u00e9f=\ngh=\n%69";
        let decoded = Decoded::new(text.as_bytes()).expect("escapes");
        for (range, expected) in [
            (0..2, "ab"),
            (1..3, "b%63"),
            (2..4, "%63d"),
            (4..6, "\\u00e9"),
            (3..7, "d\\u00e9f"),
            (6..7, "f"),
            (6..8, "f=\ng"),
            (7..8, "g"),
            (8..10, "h=\n%69"),
            (9..10, "%69"),
        ] {
            assert_eq!(&text[decoded.origin(&range)], expected);
        }
    }

    #[test]
    fn texts_that_contain_something_decoded_end_after_it() {
        let decoded = Decoded::new(b"abc%41defghijk=\nlm%42").expect("escapes");
        assert_eq!(decoded.ends(3), [3..7, 12..15]);
        assert_eq!(decoded.ends(100), std::slice::from_ref(&(3..15)));
    }
}
