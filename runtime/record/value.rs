//! A value of JavaScript as text: one that a run has, or one that was read in a notebook and not evaluated, so that
//! parts of it may be unknown.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use apinb_text::web::escape::{Escape, escape};

/// The fields of an object, in their order.
pub type Fields = Vec<(String, PlannedValue)>;

/// A value that a call is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PlannedValue {
    /// `undefined`.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A string.
    Text(String),
    /// Any other value that is one text.
    Scalar {
        /// As it stands in a URL.
        text: String,
        /// As it stands in JSON.
        json: String,
    },
    /// An array.
    List(Vec<Self>),
    /// An object that was read in a notebook.
    Object(Fields),
    /// An object of a run: the JSON that JavaScript itself made of it.
    Json(String),
    /// What is known only when the cell runs: its source text, on one line.
    Unknown(String),
    /// A function that was read in a notebook.
    Function,
    /// Texts that are put together: `` `a${b}` ``, `'a' + b`.
    Joined(Vec<Self>),
}

/// A value as `js/prelude/22_call.js` writes it: `null`; `false` for undefined; a string; `[text, json]` for any other
/// scalar, the second only where it differs; `{"list": […]}`; `{"json": …}` for an object.
impl<'de> Deserialize<'de> for PlannedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = PlannedValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value of a call")
            }

            fn visit_unit<E: Error>(self) -> Result<PlannedValue, E> {
                Ok(PlannedValue::Null)
            }

            fn visit_bool<E: Error>(self, _undefined: bool) -> Result<PlannedValue, E> {
                Ok(PlannedValue::Undefined)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<PlannedValue, E> {
                Ok(PlannedValue::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut scalar: A) -> Result<PlannedValue, A::Error> {
                let text: String = scalar.next_element()?.unwrap_or_default();
                let json = scalar.next_element()?.unwrap_or_else(|| text.clone());
                Ok(PlannedValue::Scalar { text, json })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PlannedValue, A::Error> {
                match map.next_key::<&str>()? {
                    Some("list") => map.next_value().map(PlannedValue::List),
                    Some("json") => {
                        let json: Box<RawValue> = map.next_value()?;
                        Ok(PlannedValue::Json(json.get().to_owned()))
                    }
                    _ => Err(A::Error::custom("neither a list nor an object")),
                }
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that is escaped as its position wants it.
    Literal(String),
    /// A value that only a run knows.
    Unknown(UnknownPiece),
}

/// A value that only a run knows, and how it becomes text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPiece {
    /// The source text of its expression.
    pub source: String,
    /// What JSON there is around it.
    pub json: JsonPosition,
    /// How it is escaped after that.
    pub escape: Escape,
}

/// What JSON there is around an unknown value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonPosition {
    /// None: the value is text.
    None,
    /// It is a value of its own.
    Value,
    /// It is a part of a string.
    String,
}

impl Piece {
    /// Escaped.
    #[must_use]
    pub fn escaped(self, how: Escape) -> Self {
        match self {
            Self::Literal(text) => Self::Literal(escape(&text, how)),
            Self::Unknown(unknown) => Self::Unknown(UnknownPiece { escape: how, ..unknown }),
        }
    }

    /// The value of this expression as it is.
    #[must_use]
    pub fn unknown(source: &str) -> Self {
        Self::Unknown(UnknownPiece { source: source.to_owned(), json: JsonPosition::None, escape: Escape::None })
    }
}

/// Adds a literal to pieces of text.
pub fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Literal(last)) => last.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}

/// Adds pieces of text to others.
pub fn append(pieces: &mut Vec<Piece>, more: Vec<Piece>) {
    if pieces.is_empty() {
        *pieces = more;
        return;
    }
    for piece in more {
        match piece {
            Piece::Literal(text) => push_literal(pieces, &text),
            unknown @ Piece::Unknown(_) => pieces.push(unknown),
        }
    }
}

/// The text of pieces of which all are known.
#[must_use]
pub fn known_text(pieces: &[Piece]) -> Option<Cow<'_, str>> {
    match pieces {
        [] => Some(Cow::Borrowed("")),
        [Piece::Literal(text)] => Some(Cow::Borrowed(text)),
        _ => pieces
            .iter()
            .map(|piece| if let Piece::Literal(text) = piece { Some(text.as_str()) } else { None })
            .collect(),
    }
}

impl PlannedValue {
    /// As it stands in a URL or a form: nothing for null and undefined; arrays and objects as JSON.
    #[must_use]
    pub fn text(&self) -> Vec<Piece> {
        match self {
            Self::Undefined | Self::Null => Vec::new(),
            Self::Text(text) | Self::Scalar { text, .. } => literal(text),
            Self::Json(raw) => match raw.starts_with('"').then(|| string(raw)) {
                Some(text) => literal(&text),
                None => literal(raw),
            },
            Self::List(_) | Self::Object(_) => self.json(),
            Self::Unknown(source) => vec![Piece::unknown(source)],
            Self::Function => vec![Piece::unknown("function")],
            Self::Joined(parts) => concat(parts, Self::string),
        }
    }

    /// As `String(value)` gives it.
    #[must_use]
    pub fn string(&self) -> Vec<Piece> {
        match self {
            Self::Undefined => literal("undefined"),
            Self::Null => literal("null"),
            Self::List(items) => {
                let mut pieces = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    push_literal(&mut pieces, if index > 0 { "," } else { "" });
                    if !item.is_nullish() {
                        append(&mut pieces, item.string());
                    }
                }
                pieces
            }
            Self::Object(_) => literal("[object Object]"),
            Self::Json(raw) if raw.starts_with('{') => literal("[object Object]"),
            _ => self.text(),
        }
    }

    /// As `JSON.stringify` gives it.
    #[must_use]
    pub fn json(&self) -> Vec<Piece> {
        match self {
            Self::Undefined | Self::Null | Self::Function => literal("null"),
            Self::Text(text) => literal(&json_string(text)),
            Self::Scalar { json, .. } | Self::Json(json) => literal(if json.is_empty() { "null" } else { json }),
            Self::Unknown(source) => vec![unknown_json(source, JsonPosition::Value)],
            Self::Joined(parts) => {
                let mut pieces = literal("\"");
                for piece in concat(parts, Self::string) {
                    match piece {
                        Piece::Literal(text) => {
                            let text = json_string(&text);
                            push_literal(&mut pieces, text.get(1..text.len().saturating_sub(1)).unwrap_or_default());
                        }
                        Piece::Unknown(unknown) => pieces.push(unknown_json(&unknown.source, JsonPosition::String)),
                    }
                }
                push_literal(&mut pieces, "\"");
                pieces
            }
            Self::List(items) => {
                let mut pieces = literal("[");
                for (index, item) in items.iter().enumerate() {
                    push_literal(&mut pieces, if index > 0 { "," } else { "" });
                    append(&mut pieces, item.json());
                }
                push_literal(&mut pieces, "]");
                pieces
            }
            Self::Object(fields) => {
                let mut pieces = literal("{");
                let fields = fields.iter().filter(|(_, value)| !matches!(value, Self::Undefined | Self::Function));
                for (index, (name, value)) in fields.enumerate() {
                    push_literal(&mut pieces, if index > 0 { "," } else { "" });
                    push_literal(&mut pieces, &json_string(name));
                    push_literal(&mut pieces, ":");
                    append(&mut pieces, value.json());
                }
                push_literal(&mut pieces, "}");
                pieces
            }
        }
    }

    /// The items of an array.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The fields of an object; one may be undefined.
    #[must_use]
    pub fn fields(&self) -> Option<Fields> {
        match self {
            Self::Object(fields) => Some(fields.clone()),
            Self::Json(raw) if raw.starts_with('{') => {
                let RawFields(fields) = serde_json::from_str(&well_formed(raw)).ok()?;
                Some(fields.into_iter().map(|(name, value)| (name, Self::from_json(value.get()))).collect())
            }
            _ => None,
        }
    }

    /// The value of a key, where it is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        self.fields()?.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Whether it is null or undefined.
    #[must_use]
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Null | Self::Undefined)
    }

    /// Whether there is nothing in it: null, undefined, an array of such.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::List(items) => items.iter().all(Self::is_blank),
            value => value.is_nullish(),
        }
    }

    /// A value of a run, of its JSON.
    fn from_json(raw: &str) -> Self {
        match raw.as_bytes().first() {
            Some(b'"') => Self::Text(string(raw)),
            Some(b'{') => Self::Json(raw.to_owned()),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
                Self::List(items.iter().map(|item| Self::from_json(item.get())).collect())
            }
            _ if raw == "null" => Self::Null,
            _ => Self::Scalar { text: raw.to_owned(), json: raw.to_owned() },
        }
    }
}

impl From<Value> for PlannedValue {
    fn from(value: Value) -> Self {
        let scalar = |text: String| Self::Scalar { json: text.clone(), text };
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => scalar(value.to_string()),
            Value::Number(number) => match (number.is_f64(), number.as_f64()) {
                (true, Some(float)) => scalar(number_text(float)),
                _ => scalar(number.to_string()),
            },
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(key, value)| (key, value.into())).collect();
                Self::Object(merge_fields(Fields::new(), fields))
            }
        }
    }
}

/// `over` over `under`, as an object of JavaScript has them: keys that are indices come first, in their order; a key
/// that is there already keeps its position.
#[must_use]
pub fn merge_fields(under: Fields, over: Fields) -> Fields {
    let mut fields = under;
    for (name, value) in over {
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => fields.push((name, value)),
        }
    }
    // Sorting keeps the order of what is equal.
    fields.sort_by_key(|(name, _)| index(name).map_or(u64::MAX, u64::from));
    fields
}

/// The array index that a key is (ECMA-262, "array index").
fn index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok()?;
    (index < u32::MAX && index.to_string() == name).then_some(index)
}

/// A finite number as JavaScript writes it (ECMA-262, `Number::toString`).
fn number_text(number: f64) -> String {
    let shortest = format!("{number:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let sign = if mantissa.starts_with('-') && number != 0.0 { "-" } else { "" };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // Where the point stands among the digits.
    let point = exponent + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let (before, after) = digits.split_at(usize::try_from(point.clamp(0, count)).unwrap_or_default());
    match point {
        1..=21 if point >= count => format!("{sign}{digits}{}", zeros(point - count)),
        1..=21 => format!("{sign}{before}.{after}"),
        -5..=0 => format!("{sign}0.{}{digits}", zeros(-point)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{point}{rest}e{exponent:+}")
        }
    }
}

fn literal(text: &str) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece::Literal(text.to_owned())] }
}

fn unknown_json(source: &str, json: JsonPosition) -> Piece {
    Piece::Unknown(UnknownPiece { source: source.to_owned(), json, escape: Escape::None })
}

fn concat(parts: &[PlannedValue], text: impl Fn(&PlannedValue) -> Vec<Piece>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in parts {
        append(&mut pieces, text(part));
    }
    pieces
}

fn json_string(text: &str) -> String {
    Value::from(text).to_string()
}

/// The text of a string of JSON.
fn string(raw: &str) -> String {
    serde_json::from_str(&well_formed(raw)).unwrap_or_default()
}

/// JSON in which halves of surrogate pairs, which are not text, are replaced.
fn well_formed(raw: &str) -> Cow<'_, str> {
    if !raw.contains("\\ud") {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let half = |escape: &str, of: [&str; 4]| of.iter().any(|half| escape.starts_with(&format!("\\ud{half}")));
        let high = half(escape, ["8", "9", "a", "b"]);
        let is_pair = high && escape.get(6..).is_some_and(|low| half(low, ["c", "d", "e", "f"]));
        // JavaScript writes a half as `\ud800`, and nothing else as an escape of six characters but control characters.
        let length = if is_pair {
            12
        } else if escape.starts_with("\\u") {
            6
        } else {
            2
        };
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        text.push_str(if escape.starts_with("\\ud") && !is_pair { "\\ufffd" } else { escape });
        rest = after;
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The fields of an object, in their order and as they are written.
struct RawFields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for RawFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = RawFields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawFields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(RawFields(fields))
            }
        }

        deserializer.deserialize_map(Read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PlannedValue, known_text, merge_fields, number_text, well_formed};

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-7, "1.5e-7"),
            (1e20, "100000000000000000000"),
            (12_345_678_901_234_567_890.0, "12345678901234567000"),
            (1e21, "1e+21"),
            (-1.25e22, "-1.25e+22"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123.456, "123.456"),
        ] {
            assert_eq!(number_text(number), expected);
        }
    }

    #[test]
    fn values_have_a_text_a_string_and_json() {
        let check = |value: PlannedValue, text: &str, string: &str, json: &str| {
            for (pieces, expected) in [(value.text(), text), (value.string(), string), (value.json(), json)] {
                assert_eq!(known_text(&pieces).unwrap(), expected, "{value:?}");
            }
        };
        check(PlannedValue::Undefined, "", "undefined", "null");
        check(json!(null).into(), "", "null", "null");
        check(json!("a\"b").into(), "a\"b", "a\"b", r#""a\"b""#);
        check(json!(1e21).into(), "1e+21", "1e+21", "1e+21");
        check(json!([1, null, ["a"]]).into(), r#"[1,null,["a"]]"#, "1,,a", r#"[1,null,["a"]]"#);
        check(json!({ "b": true, "a": 1 }).into(), r#"{"b":true,"a":1}"#, "[object Object]", r#"{"b":true,"a":1}"#);
        check(PlannedValue::Json(r#""http:\/\/x""#.to_owned()), "http://x", "http://x", r#""http:\/\/x""#);
        check(PlannedValue::Json("{}".to_owned()), "{}", "[object Object]", "{}");
        check(PlannedValue::Json(String::new()), "", "", "null");
    }

    #[test]
    fn values_of_a_run_are_read() {
        let text = r#"[null, false, "a", ["5"], ["NaN", "null"], {"list": ["a", {"json": {"b":1e+21}}]}]"#;
        let values: Vec<PlannedValue> = serde_json::from_str(text).unwrap();
        let scalar = |text: &str, json: &str| PlannedValue::Scalar { text: text.to_owned(), json: json.to_owned() };
        let object = PlannedValue::Json(r#"{"b":1e+21}"#.to_owned());
        let expected = [
            PlannedValue::Null,
            PlannedValue::Undefined,
            PlannedValue::Text("a".to_owned()),
            scalar("5", "5"),
            scalar("NaN", "null"),
            PlannedValue::List(vec![PlannedValue::Text("a".to_owned()), object]),
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn fields_of_a_run_keep_their_order_and_their_numbers() {
        let value = PlannedValue::Json(r#"{"b":1e+21,"a":{"c":[1]},"\ud800":"\ud83d\ude00\udc00"}"#.to_owned());
        let fields = value.fields().unwrap();
        let texts: Vec<(&str, String)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), known_text(&value.text()).unwrap().into_owned()))
            .collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(texts, [("b", "1e+21"), ("a", r#"{"c":[1]}"#), ("\u{fffd}", "\u{1f600}\u{fffd}")]);
        assert_eq!(well_formed(r#""\\ud800 \u0001""#), r#""\\ud800 \u0001""#);
    }

    #[test]
    fn merged_fields_are_in_the_order_of_an_object() {
        let fields = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), PlannedValue::Null)).collect();
        let merged = merge_fields(fields(&["b", "10", "a"]), fields(&["c", "2", "b", "01"]));
        let names: Vec<&str> = merged.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["2", "10", "b", "a", "c", "01"]);
    }
}
