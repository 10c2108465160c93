//! The values of a text with their names and positions: those of JSON, and assignments (`name=value`) in any text.
//!
//! The reader of JSON accepts anything: a file that is half JSON is scanned as far as it goes.

use std::borrow::Cow;
use std::ops::Range;

use apinb_text::secret::names::is_secret_header;

use super::pattern::patterns;

/// A string or a number.
#[derive(Debug)]
pub(super) struct Value<'t> {
    /// The name of its property, or of the nearest one around it; of a pair of name and value, the name.
    pub(super) name: Cow<'t, str>,
    /// Decoded.
    pub(super) text: Cow<'t, str>,
    pub(super) is_number: bool,
    start: usize,
    /// Where a piece without escapes begins, in the decoded text and in the file; empty without escapes.
    pieces: Vec<(usize, usize)>,
}

impl Value<'_> {
    /// The range of the file that a range of the decoded text comes from.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        self.offset(range.start)..self.offset(range.end)
    }

    fn offset(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(decoded, _)| *decoded <= at);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((decoded, raw)) => raw + (at - decoded),
            None => self.start + at,
        }
    }
}

/// An open object or array.
#[derive(Debug, Default)]
struct Frame<'t> {
    is_object: bool,
    key: Option<Cow<'t, str>>,
    index: usize,
    /// The value of `name` in an object, and the first item of an array: the name of the value beside it.
    named: Option<Cow<'t, str>>,
}

/// How deep the reader of JSON goes.
const MAX_DEPTH: usize = 512;

/// Reads the values of a text.
#[derive(Debug)]
pub(super) struct Values<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Frame<'t>>,
    /// Whether the text is not JSON: it is one value.
    is_plain: bool,
}

impl<'t> Values<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let is_plain = !text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with(['{', '[', '"']);
        Self { text, at: 0, open: Vec::new(), is_plain }
    }

    /// The JSON path of the value that was returned last; none if the text is not JSON.
    pub(super) fn path(&self) -> Option<String> {
        if self.is_plain {
            return None;
        }
        let mut path = "$".to_owned();
        for frame in &self.open {
            match &frame.key {
                Some(key) if is_identifier(key) => path.push_str(&format!(".{key}")),
                Some(key) => path.push_str(&format!("[{}]", serde_json::Value::from(key.as_ref()))),
                None => path.push_str(&format!("[{}]", frame.index)),
            }
        }
        Some(path)
    }

    fn name(&self) -> Cow<'t, str> {
        if let Some(frame) = self.open.last() {
            let is_value = match frame.is_object {
                true => frame.key.as_deref() == Some("value"),
                false => frame.index == 1 && frame.named.as_deref().is_some_and(is_secret_header),
            };
            if let Some(name) = frame.named.as_ref().filter(|_| is_value) {
                return name.clone();
            }
        }
        self.open.iter().rev().find_map(|frame| frame.key.clone()).unwrap_or_default()
    }

    /// A string from after its opening quote.
    fn string(&mut self) -> Value<'t> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut has_escapes = false;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.text.len());
        self.at = end + 1;
        let raw = self.text.get(start..end).unwrap_or_default();
        let (text, pieces) = if has_escapes { decode(raw, start) } else { (Cow::Borrowed(raw), Vec::new()) };
        Value { name: Cow::Borrowed(""), text, is_number: false, start, pieces }
    }
}

impl<'t> Iterator for Values<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Value<'t>> {
        let text = self.text;
        if self.is_plain {
            let start = std::mem::replace(&mut self.at, text.len());
            return (start < text.len()).then(|| Value {
                name: Cow::Borrowed(""),
                text: Cow::Borrowed(text),
                is_number: false,
                start: 0,
                pieces: Vec::new(),
            });
        }
        while let Some(byte) = text.as_bytes().get(self.at) {
            let start = self.at;
            self.at += 1;
            match byte {
                b'{' | b'[' if self.open.len() < MAX_DEPTH => {
                    self.open.push(Frame { is_object: *byte == b'{', ..Frame::default() });
                }
                b'}' | b']' => {
                    self.open.pop();
                }
                b',' => {
                    if let Some(frame) = self.open.last_mut() {
                        frame.key = None;
                        frame.index += 1;
                    }
                }
                b'"' => {
                    let value = self.string();
                    let Some(frame) = self.open.last_mut() else { return Some(value) };
                    if frame.is_object && frame.key.is_none() {
                        frame.key = Some(value.text);
                        continue;
                    }
                    let is_name = match frame.is_object {
                        true => frame.key.as_deref() == Some("name"),
                        false => frame.index == 0,
                    };
                    if is_name {
                        frame.named = Some(value.text.clone());
                    }
                    return Some(Value { name: self.name(), ..value });
                }
                b'0'..=b'9' | b'-' => {
                    let rest = text.get(start..).unwrap_or_default();
                    let is_end = |character: char| !character.is_ascii_alphanumeric() && !"+-.".contains(character);
                    let number = rest.get(..rest.find(is_end).unwrap_or(rest.len())).unwrap_or_default();
                    self.at = start + number.len().max(1);
                    let (name, text) = (self.name(), Cow::Borrowed(number));
                    return Some(Value { name, text, is_number: true, start, pieces: Vec::new() });
                }
                _ => {}
            }
        }
        None
    }
}

/// Resolves the escapes of a string that begins at `start` of the file; an invalid one stays as it is.
fn decode(raw: &str, start: usize) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(raw.len());
    let mut pieces = vec![(0, start)];
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let (decoded, length) = escaped(escape);
        text.push(decoded);
        rest = escape.get(length..).unwrap_or_default();
        pieces.push((text.len(), start + raw.len() - rest.len()));
    }
    text.push_str(rest);
    (Cow::Owned(text), pieces)
}

/// The character of the escape at the start of a text, and the length of the escape.
fn escaped(text: &str) -> (char, usize) {
    let unit = |at: usize| u16::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let Some(kind) = text.get(1..).and_then(|text| text.chars().next()) else { return ('\\', 1) };
    match kind {
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        't' => ('\t', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'u' => {
            let Some(first) = unit(2) else { return ('\\', 1) };
            if let Some(character) = char::from_u32(u32::from(first)) {
                return (character, 6);
            }
            let second = text.get(6..8).filter(|mark| *mark == "\\u").and_then(|_| unit(8));
            let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
            pair.map_or(('\u{fffd}', 6), |character| (character, 12))
        }
        other => (other, 1 + other.len_utf8()),
    }
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

patterns! {
    assignment = r#"(?x) (?: ^ | [\s?&;,{"'<(\[|] ) ([A-Za-z_][A-Za-z0-9_.-]{1,60}) (?:\\?["'])? [\x20\t]? [=:>] [\x20\t]?
        (?:\\?["'])? ([^\s"'\\&;,<>{}()\[\]/][^\s"'\\&;,<>{}()\[\]]{3,512})"#;
}

/// The assignments in a text: the ranges of names and values. Parameters of a query, fields of a form, lines of an
/// environment file, attributes, elements of XML without children, properties of JSON within a string.
pub(super) fn assignments(text: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let captures = assignment().into_iter().flat_map(move |regex| regex.captures_iter(text));
    captures.filter_map(|captures| Some((captures.get(1)?.range(), captures.get(2)?.range())))
}

#[cfg(test)]
mod tests {
    use super::{Values, assignments};

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let mut values = Values::new(text);
        let mut found = Vec::new();
        while let Some(value) = values.next() {
            found.push((value.name.into_owned(), value.text.into_owned(), values.path().unwrap_or_default()));
        }
        let expected: Vec<_> =
            expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_have_names_and_paths() {
        check(
            r#"{"a": {"b c": ["x", 12, {"d": "y\"\n"}], "e": true}, "f": -1.5e3}"#,
            &[
                ("b c", "x", r#"$.a["b c"][0]"#),
                ("b c", "12", r#"$.a["b c"][1]"#),
                ("d", "y\"\n", r#"$.a["b c"][2].d"#),
                ("f", "-1.5e3", "$.f"),
            ],
        );
        check(
            r#"{"headers": [{"name": "Cookie", "value": "a"}, ["authorization", "b"], ["x", "y"]]}"#,
            &[
                ("name", "Cookie", "$.headers[0].name"),
                ("Cookie", "a", "$.headers[0].value"),
                ("headers", "authorization", "$.headers[1][0]"),
                ("authorization", "b", "$.headers[1][1]"),
                ("headers", "x", "$.headers[2][0]"),
                ("headers", "y", "$.headers[2][1]"),
            ],
        );
        check("plain: text", &[("", "plain: text", "")]);
        check("\"text\"", &[("", "text", "$")]);
    }

    #[test]
    fn broken_json_is_read_as_far_as_it_goes() {
        for text in ["{\"a", "{\"a\\", "[\"\\u12", "]]}}", "{\"a\": \"\\ud800\\u0041\"}", "{é", &"[".repeat(100_000)] {
            assert!(Values::new(text).count() < 3, "{text}");
        }
    }

    #[test]
    fn ranges_map_to_the_file() {
        let text = r#"{"a": "x\u00e9y\nsecret\\z"}"#;
        let value = Values::new(text).next().unwrap();
        let at = value.text.find("secret").unwrap();
        assert_eq!(&text[value.origin(&(at..at + 6))], "secret");
        let at = value.text.find("é").unwrap();
        assert_eq!(&text[value.origin(&(at..at + 2))].chars().count(), &6);
    }

    #[test]
    fn assignments_are_found_in_texts() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> = assignments(text).map(|(name, value)| (&text[name], &text[value])).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("client_secret=abcd&grant=x1234", &[("client_secret", "abcd"), ("grant", "x1234")]);
        check("https://a.b/c?api_key=abcd#x", &[("api_key", "abcd#x")]);
        check("API_KEY: \"abcd\"\npassword = 'efgh'", &[("API_KEY", "abcd"), ("password", "efgh")]);
        check(r#"{\"password\": \"abcd\"}"#, &[("password", "abcd")]);
        check("<password>abcd</password>", &[("password", "abcd")]);
        check("a=b", &[]);
    }
}
