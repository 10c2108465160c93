//! Decodes escapes, and maps positions back to the original text.

use std::ops::Range;

/// A text with percent escapes, JSON and JavaScript escapes and HTML character references resolved.
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
        let mut decoded = Self { bytes: Vec::new(), escapes: Vec::new() };
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'%' | b'\\' | b'&')) {
            let (before, from) = rest.split_at_checked(at)?;
            decoded.bytes.extend_from_slice(before);
            let start = decoded.bytes.len();
            let original_length = match escape(from) {
                Some((Character::Byte(byte), length)) => {
                    decoded.bytes.push(byte);
                    length
                }
                Some((Character::Char(character), length)) => {
                    decoded.bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    length
                }
                None => {
                    let (first, others) = from.split_first()?;
                    decoded.bytes.push(*first);
                    rest = others;
                    continue;
                }
            };
            let length = decoded.bytes.len() - start;
            let original_at = text.len() - from.len();
            decoded.escapes.push(Escape { at: start, length, original_at, original_length });
            rest = from.get(original_length..)?;
        }
        decoded.bytes.extend_from_slice(rest);
        (!decoded.escapes.is_empty()).then_some(decoded)
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

enum Character {
    Byte(u8),
    Char(char),
}

/// The escape that `text` begins with, and its length.
fn escape(text: &[u8]) -> Option<(Character, usize)> {
    match text {
        [b'%', digits @ ..] => Some((Character::Byte(u8::try_from(hexadecimal(digits.get(..2)?)?).ok()?), 3)),
        [b'\\', b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((Character::Char(char::from_u32(hexadecimal(rest.get(..length)?)?)?), length + 4))
        }
        [b'\\', b'u', digits @ ..] => {
            let unit = hexadecimal(digits.get(..4)?)?;
            if let Some(character) = char::from_u32(unit) {
                return Some((Character::Char(character), 6));
            }
            let [b'\\', b'u', low @ ..] = digits.get(4..10)? else { return None };
            let units = [u16::try_from(unit).ok()?, u16::try_from(hexadecimal(low)?).ok()?];
            Some((Character::Char(char::decode_utf16(units).next()?.ok()?), 12))
        }
        [b'\\', b'x', digits @ ..] => Some((Character::Char(char::from_u32(hexadecimal(digits.get(..2)?)?)?), 4)),
        [b'\\', letter, ..] => {
            let character = match letter {
                b'b' => '\x08',
                b'f' => '\x0c',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'"' | b'\'' | b'`' | b'\\' | b'/' => char::from(*letter),
                _ => return None,
            };
            Some((Character::Char(character), 2))
        }
        [b'&', rest @ ..] => {
            let length = rest.iter().take(9).position(|byte| *byte == b';')?;
            let character = match rest.get(..length)? {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hexadecimal(digits)?)?,
                [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
                _ => return None,
            };
            Some((Character::Char(character), length + 2))
        }
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::Decoded;

    fn check(text: &str, expected: &str) {
        let decoded = Decoded::new(text.as_bytes()).map(|decoded| String::from_utf8_lossy(&decoded.bytes).into_owned());
        assert_eq!(decoded.as_deref().unwrap_or(text), expected);
    }

    #[test]
    fn every_kind_of_escape_is_decoded() {
        check("a%41%c3%A9%2", "aAé%2");
        check(r#"\"\\\/\n\t\u00e9\ud83d\ude00\x41\u{1f600}\'"#, "\"\\/\n\té😀A😀'");
        check("&amp;&lt;&#39;&#x27;&quot;&apos;&#128512;", "&<''\"'😀");
    }

    #[test]
    fn invalid_escapes_are_unchanged() {
        for text in
            ["", "plain", "%", "%zz", "%+1", "\\", "\\u12", "\\ud83d", "\\u{110000}", "&", "&x;", "&#;", "&#xffffffff;"]
        {
            check(text, text);
        }
    }

    #[test]
    fn ranges_map_to_the_original_text() {
        let text = "ab%63d\\u00e9f";
        let decoded = Decoded::new(text.as_bytes()).expect("escapes");
        for (range, expected) in
            [(0..2, "ab"), (1..3, "b%63"), (2..4, "%63d"), (4..6, "\\u00e9"), (3..7, "d\\u00e9f"), (6..7, "f")]
        {
            assert_eq!(&text[decoded.origin(&range)], expected);
        }
    }
}
