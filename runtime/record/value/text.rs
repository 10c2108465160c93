//! Values as text, as JavaScript converts them.

use serde_json::Value;

use super::planned::{Fields, PlannedValue, merge_fields};
use super::wire::string;
use crate::piece::{JsonPosition, Piece, UnknownPiece, append, push_literal};
use apinb_text::web::escape::Escape;

impl PlannedValue {
    /// The text in a URL or a form: empty for null and undefined, JSON for arrays and objects.
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

    /// `String(value)`.
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

    /// `JSON.stringify(value)`, with `null` for undefined.
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

/// A finite number as JavaScript writes it (ECMA-262, `Number::toString`).
fn number_text(number: f64) -> String {
    let shortest = format!("{number:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let sign = if mantissa.starts_with('-') && number != 0.0 { "-" } else { "" };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // The number of digits before the point.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PlannedValue, number_text};
    use crate::piece::known_text;

    #[test]
    fn numbers_are_formatted_as_in_javascript() {
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
}
