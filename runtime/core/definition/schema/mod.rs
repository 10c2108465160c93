//! What a value has to be: one kind of schema for RAML types, OpenAPI schemas, JSON Schema and XML Schema.
//!
//! Everything but XML Schema is JSON Schema. What a definition has written as JSON Schema stays in its own draft; what a
//! reader makes of a RAML type or an OpenAPI schema is in draft 2020-12, and refers to the named ones by [`reference`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::text::Text;

/// A schema; a clone is another handle on it.
#[derive(Clone, Debug)]
pub struct Schema(Arc<Held>);

#[derive(Debug)]
enum Held {
    /// As the definition wrote it; parsed when first asked.
    Text { text: Text, json: OnceLock<Option<Value>> },
    /// JSON Schema 2020-12.
    Json(Value),
}

impl Schema {
    /// A schema that the definition wrote: JSON Schema of any draft, or XML Schema.
    ///
    /// In a `$ref`, `#…` is a place in this text, and a bare name is one of [`Schemas`].
    #[must_use]
    pub fn from_text(text: Text) -> Self {
        Self(Arc::new(Held::Text { text, json: OnceLock::new() }))
    }

    /// JSON Schema 2020-12 in which each `$ref` is a [`reference`], with more of a JSON pointer behind it where needed.
    #[must_use]
    pub fn from_json(schema: Value) -> Self {
        Self(Arc::new(Held::Json(schema)))
    }

    /// The JSON Schema; none for a text that is no JSON object.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        match &*self.0 {
            Held::Json(value) => Some(value),
            Held::Text { text, json } => {
                json.get_or_init(|| serde_json::from_str(text.as_str()).ok().filter(Value::is_object)).as_ref()
            }
        }
    }

    /// The text as written, else the JSON Schema with indentation.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &*self.0 {
            Held::Json(value) => Cow::Owned(format!("{value:#}")),
            Held::Text { text, .. } => Cow::Borrowed(text.as_str()),
        }
    }
}

/// The `$ref` that names a schema of [`Schemas`]: a JSON pointer (RFC 6901) in the form of a URI fragment.
#[must_use]
pub fn reference(name: &str) -> String {
    let mut reference = "#/$defs/".to_owned();
    for byte in name.replace('~', "~0").replace('/', "~1").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => reference.push(byte as char),
            _ => reference.push_str(&format!("%{byte:02X}")),
        }
    }
    reference
}

/// The named schemas of a definition, in their order.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    all: Vec<(String, Schema)>,
    by_name: HashMap<String, usize>,
}

impl Schemas {
    /// The schema of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Schema> {
        let (_, schema) = self.all.get(*self.by_name.get(name)?)?;
        Some(schema)
    }

    /// Gives a name to a schema; a later one replaces the first, in its place.
    pub fn insert(&mut self, name: impl Into<String>, schema: Schema) {
        let name = name.into();
        match self.by_name.get(&name).and_then(|at| self.all.get_mut(*at)) {
            Some((_, known)) => *known = schema,
            None => {
                self.by_name.insert(name.clone(), self.all.len());
                self.all.push((name, schema));
            }
        }
    }

    /// Names and schemas, in the order in which the names were first given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.all.iter().map(|(name, schema)| (name.as_str(), schema))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Schema, Schemas, reference};
    use crate::definition::text::Text;

    #[test]
    fn references_are_pointers_in_a_fragment() {
        for (name, expected) in
            [("User", "#/$defs/User"), ("lib.User", "#/$defs/lib.User"), ("a/b~c é", "#/$defs/a~1b~0c%20%C3%A9")]
        {
            assert_eq!(reference(name), expected);
        }
    }

    #[test]
    fn a_text_is_json_when_it_is_an_object() {
        for (text, expected) in [
            (r#"{"type": "string"}"#, Some(json!({"type": "string"}))),
            ("[1]", None),
            ("<xs:schema/>", None),
            ("", None),
        ] {
            let schema = Schema::from_text(Text::from(text));
            assert_eq!(schema.json(), expected.as_ref(), "{text}");
            assert_eq!(schema.text(), text);
        }
    }

    #[test]
    fn a_later_schema_of_a_name_takes_the_place_of_the_first() {
        let mut schemas = Schemas::default();
        for (name, title) in [("a", "1"), ("b", "2"), ("a", "3")] {
            schemas.insert(name, Schema::from_json(json!({"title": title})));
        }
        let all: Vec<_> = schemas.iter().map(|(name, schema)| (name, schema.json().cloned())).collect();
        assert_eq!(all, [("a", Some(json!({"title": "3"}))), ("b", Some(json!({"title": "2"})))]);
        assert!(schemas.get("c").is_none());
    }
}
