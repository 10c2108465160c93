//! The escapes that texts are decoded from: percent-encoding, JSON, JavaScript, C and shells, HTML, and the line breaks
//! within encoded text.

use crate::secret::forms::Alphabet;

/// A line break in base64, base32 or hexadecimal digits follows at least so many letters: a word of a text has fewer.
const SHORTEST_LINE: usize = 32;

/// The bytes that an escape stands for.
pub(super) struct Plain {
    bytes: [u8; 4],
    length: usize,
}

impl Plain {
    const NOTHING: Self = Self { bytes: [0; 4], length: 0 };

    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn character(character: char) -> Self {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Where the next escape may begin.
pub(super) fn next(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| BEGINS.get(usize::from(*byte)) == Some(&true))
}

/// Whether an escape may begin with a byte. A table takes half the time of comparisons.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
static BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    begins[b'%' as usize] = true;
    begins[b'\\' as usize] = true;
    begins[b'&' as usize] = true;
    begins[b'=' as usize] = true;
    begins[b'\r' as usize] = true;
    begins[b'\n' as usize] = true;
    begins
};

/// The escape that `text` begins with after `before`, and its length.
pub(super) fn escape(before: &[u8], text: &[u8]) -> Option<(Plain, usize)> {
    match text {
        [b'%', digits @ ..] => Some((Plain::byte(hexadecimal_byte(digits)?), 3)),
        [b'\\', rest @ ..] => {
            let (plain, length) = backslash(rest)?;
            Some((plain, length + 1))
        }
        [b'&', rest @ ..] => {
            let (plain, length) = reference(rest)?;
            Some((plain, length + 1))
        }
        // The soft line break of quoted-printable.
        [b'=', rest @ ..] => Some((Plain::NOTHING, line_break(rest)? + 1)),
        _ => Some((Plain::NOTHING, wrap(before, text)?)),
    }
}

fn backslash(text: &[u8]) -> Option<(Plain, usize)> {
    match text {
        [b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((Plain::character(char::from_u32(hexadecimal(rest.get(..length)?)?)?), length + 3))
        }
        [b'u', digits @ ..] => {
            let unit = hexadecimal(digits.get(..4)?)?;
            if let Some(character) = char::from_u32(unit) {
                return Some((Plain::character(character), 5));
            }
            let [b'\\', b'u', low @ ..] = digits.get(4..10)? else { return None };
            let units = [u16::try_from(unit).ok()?, u16::try_from(hexadecimal(low)?).ok()?];
            Some((Plain::character(char::decode_utf16(units).next()?.ok()?), 11))
        }
        [b'U', digits @ ..] => Some((Plain::character(char::from_u32(hexadecimal(digits.get(..8)?)?)?), 9)),
        [b'x', ..] => byte_or_character(text, |text| match text {
            [b'x', digits @ ..] => Some((hexadecimal_byte(digits)?, 3)),
            _ => None,
        }),
        [b'0'..=b'7', ..] => byte_or_character(text, octal),
        [b'b', ..] => Some((Plain::byte(8), 1)),
        [b'f', ..] => Some((Plain::byte(12), 1)),
        [b'n', ..] => Some((Plain::byte(b'\n'), 1)),
        [b'r', ..] => Some((Plain::byte(b'\r'), 1)),
        [b't', ..] => Some((Plain::byte(b'\t'), 1)),
        [b'\r' | b'\n', ..] => Some((Plain::NOTHING, line_break(text)?)),
        // A shell, and regular expressions, escape all of these.
        [byte, ..] if byte.is_ascii_punctuation() || *byte == b' ' => Some((Plain::byte(*byte), 1)),
        _ => None,
    }
}

/// The byte that follows a backslash as one to three octal digits, and their number.
fn octal(text: &[u8]) -> Option<(u8, usize)> {
    let mut value = 0_u32;
    let mut length = 0;
    for digit in text.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')) {
        let longer = value * 8 + u32::from(digit - b'0');
        if longer > 0xFF {
            break;
        }
        value = longer;
        length += 1;
    }
    (length > 0).then_some((u8::try_from(value).ok()?, length))
}

/// The bytes of a character of UTF-8, each escaped by a backslash, as C and shells write it; else, as JavaScript
/// understands it, the character whose number is the first byte.
fn byte_or_character(text: &[u8], read: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Option<(Plain, usize)> {
    let (first, mut length) = read(text)?;
    let single = (Plain::character(char::from(first)), length);
    let width = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some(single),
    };
    let mut plain = Plain::byte(first);
    for _ in 1..width {
        let next = text.get(length..).and_then(|rest| rest.strip_prefix(b"\\")).and_then(&read);
        let (Some((byte, more)), Some(place)) = (next, plain.bytes.get_mut(plain.length)) else { return Some(single) };
        *place = byte;
        plain.length += 1;
        length += more + 1;
    }
    if std::str::from_utf8(plain.as_bytes()).is_ok() { Some((plain, length)) } else { Some(single) }
}

/// The character reference of HTML that follows `&`. Parsers also accept numbers and the oldest names without `;`.
fn reference(text: &[u8]) -> Option<(Plain, usize)> {
    if let [b'#', rest @ ..] = text {
        let (start, digits, radix) = match rest {
            [b'x' | b'X', digits @ ..] => (2, digits, 16),
            _ => (1, rest, 10),
        };
        let count = digits.iter().take(8).take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let number = std::str::from_utf8(digits.get(..count)?).ok()?;
        let character = char::from_u32(u32::from_str_radix(number, radix).ok()?)?;
        let end = start + count;
        return Some((Plain::character(character), end + usize::from(text.get(end) == Some(&b';'))));
    }
    let count = text.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = text.get(..count)?;
    if text.get(count) == Some(&b';')
        && let Some((_, character)) = NAMED.iter().find(|(known, _)| known.as_bytes() == name)
    {
        return Some((Plain::character(*character), count + 1));
    }
    // Most often it is the `&` of a query or a form.
    if !matches!(name.first(), Some(b'a' | b'A' | b'l' | b'L' | b'g' | b'G' | b'q' | b'Q' | b'n')) {
        return None;
    }
    let old = |known: &&(&str, char)| name.starts_with(known.0.as_bytes());
    NAMED.iter().take(OLD_NAMES).find(old).map(|(known, character)| (Plain::character(*character), known.len()))
}

/// The first names in [`NAMED`] count without `;`, too.
const OLD_NAMES: usize = 9;

/// The named character references of ASCII, from the list of the HTML standard.
const NAMED: [(&str, char); 45] = [
    ("amp", '&'),
    ("AMP", '&'),
    ("lt", '<'),
    ("LT", '<'),
    ("gt", '>'),
    ("GT", '>'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("nbsp", '\u{a0}'),
    ("apos", '\''),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("equals", '='),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// The length of a line break between two lines of encoded text, with the indentation of the next line.
fn wrap(before: &[u8], text: &[u8]) -> Option<usize> {
    let broken = line_break(text)?;
    let indentation = text.get(broken..)?.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let length = broken + indentation;
    let is_letter = |byte: &u8| Alphabet::Base64.has(*byte);
    let goes_on = text.get(length).is_some_and(is_letter);
    let line = before.get(before.len().checked_sub(SHORTEST_LINE)?..)?;
    (goes_on && line.iter().rev().all(is_letter)).then_some(length)
}

fn line_break(text: &[u8]) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

fn hexadecimal_byte(digits: &[u8]) -> Option<u8> {
    let &[high, low, ..] = digits else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
