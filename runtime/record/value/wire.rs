//! Values as `js/prelude/22_call.js` hands them over: as JSON that JavaScript made.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::planned::{Fields, PlannedValue};

/// The format of `js/prelude/22_call.js`: `null`; `false` for undefined; a string; `[text, json]` for any other
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

impl PlannedValue {
    /// The fields of an object; one may be undefined.
    #[must_use]
    pub fn fields(&self) -> Option<Fields> {
        match self {
            Self::Object(fields) => Some(fields.clone()),
            Self::Json(raw) if raw.starts_with('{') => object_fields(raw),
            _ => None,
        }
    }

    /// The value of a key of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        self.fields()?.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

fn object_fields(raw: &str) -> Option<Fields> {
    let RawFields(fields) = serde_json::from_str(&well_formed(raw)).ok()?;
    Some(fields.into_iter().map(|(name, value)| (name, from_json(value.get()))).collect())
}

fn from_json(raw: &str) -> PlannedValue {
    match raw.as_bytes().first() {
        Some(b'"') => PlannedValue::Text(string(raw)),
        Some(b'{') => PlannedValue::Json(raw.to_owned()),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
            PlannedValue::List(items.iter().map(|item| from_json(item.get())).collect())
        }
        _ if raw == "null" => PlannedValue::Null,
        _ => PlannedValue::Scalar { text: raw.to_owned(), json: raw.to_owned() },
    }
}

/// The text of a JSON string.
pub(super) fn string(raw: &str) -> String {
    serde_json::from_str(&well_formed(raw)).unwrap_or_default()
}

/// JSON in which lone surrogates, which a Rust string cannot hold, are replaced by U+FFFD.
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
        // Of JavaScript's escapes, only those of lone surrogates and control characters have six characters.
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

/// The fields of an object in their order, unparsed.
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
    use super::{PlannedValue, well_formed};
    use crate::piece::known_text;

    #[test]
    fn values_of_a_run_are_deserialized() {
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
}
