//! A schema, and the named schemas of a definition.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use apinb_text::source::deferred::Text;

use apinb_text::source::span::Location;

use crate::error::SchemaError;
use crate::neighbor::{Neighbor, Neighbors};
use crate::origin::{Sources, TextOrigin};

/// Maximum number of documents that the `$ref`s of one document lead to.
const MAX_NEIGHBORS: usize = 500;

/// A schema. Clones share it.
#[derive(Clone, Debug)]
pub struct Schema(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) held: Held,
    /// See [`Schema::sample`].
    pub(super) sample: OnceLock<Option<Value>>,
}

/// Finds the documents beside a text.
type Found = Option<Arc<dyn Neighbors>>;

#[derive(Debug)]
pub(super) enum Held {
    /// Text of the definition, parsed on first use. `at`: the JSON pointer to the part that is the schema. `found`: the
    /// documents that its `$ref`s lead to, found on first use.
    Text {
        text: Text,
        at: String,
        json: OnceLock<Option<Value>>,
        neighbors: Option<Arc<dyn Neighbors>>,
        found: OnceLock<HashMap<String, (String, Schema)>>,
        /// For a schema with source positions.
        origin: Option<TextOrigin>,
    },
    /// JSON Schema 2020-12.
    Json(Value),
}

impl Schema {
    /// A schema that is text of the definition: JSON Schema of any draft, or XML Schema.
    ///
    /// In a `$ref`, `#…` is a part of this text, and a plain name is one of [`Schemas`].
    #[must_use]
    pub fn from_text(text: Text) -> Self {
        Self::from_text_at(text, "")
    }

    /// A part of such a text: `fragment` is its JSON pointer. Its `$ref`s are relative to the whole text.
    #[must_use]
    pub fn from_text_at(text: Text, fragment: &str) -> Self {
        let at = fragment.trim_start_matches('#').trim_end_matches('/').to_owned();
        Self::of(Held::Text { text, at, json: OnceLock::new(), neighbors: None, found: OnceLock::new(), origin: None })
    }

    /// This schema, whose `$ref`s may lead to the documents beside it. Call it before the schema is used.
    #[must_use]
    pub fn beside(self, neighbors: Arc<dyn Neighbors>) -> Self {
        self.with_text(|_, origin| (Some(neighbors), origin))
    }

    /// This schema with the source positions of its keywords. `location`: where its text is written, or included. Call it
    /// before the schema is used.
    #[must_use]
    pub fn with_origin(self, sources: &Arc<Sources>, location: Location) -> Self {
        self.with_text(|neighbors, _| (neighbors, Some(TextOrigin { sources: Arc::clone(sources), location })))
    }

    fn with_text(&self, change: impl FnOnce(Found, Option<TextOrigin>) -> (Found, Option<TextOrigin>)) -> Self {
        match &self.0.held {
            Held::Text { text, at, neighbors, origin, .. } => {
                let (neighbors, origin) = change(neighbors.clone(), origin.clone());
                let (text, at) = (text.clone(), at.clone());
                Self::of(Held::Text { text, at, json: OnceLock::new(), neighbors, found: OnceLock::new(), origin })
            }
            Held::Json(_) => self.clone(),
        }
    }

    /// The schema in the document at `reference`, and the name of that document.
    pub(super) fn neighbor(&self, reference: &str) -> Option<(&str, &Self)> {
        let Held::Text { neighbors: Some(neighbors), found, origin, .. } = &self.0.held else { return None };
        let all = || self.document().map(|document| neighbors_of(document, &**neighbors, origin.as_ref()));
        let found = found.get_or_init(|| all().unwrap_or_default());
        found.get(reference).map(|(name, schema)| (name.as_str(), schema))
    }

    /// JSON Schema 2020-12. Each `$ref` must be a [`reference()`], optionally extended by a JSON pointer.
    #[must_use]
    pub fn from_json(mut schema: Value) -> Self {
        shrink(&mut schema);
        Self::of(Held::Json(schema))
    }

    fn of(held: Held) -> Self {
        Self(Arc::new(Shared { held, sample: OnceLock::new() }))
    }

    /// Identifies the schema and its clones, as long as one of them exists.
    #[must_use]
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Whether it is a clone of `other`.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The JSON Schema; `None` for a text that is not a JSON object.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.document()?.pointer(self.at()).filter(|part| part.is_object() || part.is_boolean())
    }

    /// Whether the schema itself has this word anywhere, not counting the schemas that it refers to.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        match &self.0.held {
            Held::Json(value) => has_key(value, word),
            Held::Text { text, .. } => text.as_str().contains(word),
        }
    }

    /// The reason why a text is not a schema; `None` for a JSON Schema, XML, and a text that cannot be read.
    #[must_use]
    pub fn fault(&self) -> Option<SchemaError> {
        let Held::Text { text, at, .. } = &self.0.held else { return None };
        if self.json().is_some() || !text.is_readable() || text.as_str().trim_start().starts_with('<') {
            return None;
        }
        // A text without content describes nothing.
        if text.as_str().trim().is_empty() {
            return None;
        }
        Some(match serde_json::from_str::<Value>(text.as_str()) {
            Err(error) => SchemaError::Invalid { message: format!("not valid JSON: {error}") },
            Ok(value) if value.is_object() => SchemaError::Reference { reference: format!("#{at}") },
            Ok(_) => SchemaError::Invalid { message: "a schema is a JSON object".to_owned() },
        })
    }

    /// The JSON of the whole text.
    pub(super) fn document(&self) -> Option<&Value> {
        match &self.0.held {
            Held::Json(value) => Some(value),
            Held::Text { text, json, origin, .. } => {
                let read = || {
                    let mut schema = serde_json::from_str(text.as_str()).ok().filter(Value::is_object)?;
                    if let Some(origin) = origin {
                        origin.annotate(&mut schema, text);
                    }
                    Some(schema)
                };
                json.get_or_init(read).as_ref()
            }
        }
    }

    /// The JSON pointer to the part that is the schema.
    pub(super) fn at(&self) -> &str {
        match &self.0.held {
            Held::Json(_) => "",
            Held::Text { at, .. } => at,
        }
    }

    /// The text of the definition. Indented JSON if the schema was not text, or is only a part of one.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0.held {
            Held::Json(value) => Cow::Owned(format!("{value:#}")),
            Held::Text { text, at, .. } => match self.json().filter(|_| !at.is_empty()) {
                Some(part) => Cow::Owned(format!("{part:#}")),
                None => Cow::Borrowed(text.as_str()),
            },
        }
    }
}

/// A `$ref` to a schema in [`Schemas`]: a JSON pointer (RFC 6901) as a URI fragment.
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

/// The named schemas of a definition, in order of insertion.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    all: Vec<(String, Schema)>,
    by_name: HashMap<String, usize>,
}

impl Schemas {
    /// The schema with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Schema> {
        let (_, schema) = self.all.get(*self.by_name.get(name)?)?;
        Some(schema)
    }

    /// The schema with this name, and its name with the lifetime of `self`.
    pub(super) fn entry(&self, name: &str) -> Option<(&str, &Schema)> {
        let (name, schema) = self.all.get(*self.by_name.get(name)?)?;
        Some((name, schema))
    }

    /// Adds a schema. It replaces an earlier schema with the same name, and keeps that one's position.
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

    /// Names and schemas, in order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.all.iter().map(|(name, schema)| (name.as_str(), schema))
    }

    /// The number of named schemas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are no named schemas.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Whether an object in a JSON value has this key.
fn has_key(json: &Value, key: &str) -> bool {
    match json {
        Value::Array(items) => items.iter().any(|item| has_key(item, key)),
        Value::Object(fields) => fields.contains_key(key) || fields.values().any(|value| has_key(value, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Releases the spare capacity of the arrays and strings of a JSON value, recursively.
fn shrink(json: &mut Value) {
    match json {
        Value::Array(items) => {
            items.shrink_to_fit();
            items.iter_mut().for_each(shrink);
        }
        Value::Object(fields) => {
            fields.values_mut().for_each(shrink);
            // A new string has no spare capacity.
            *fields = std::mem::take(fields).into_iter().collect();
        }
        Value::String(text) => text.shrink_to_fit(),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The readable documents that the `$ref`s in `document` lead to, by the reference without its fragment.
fn neighbors_of(
    document: &Value,
    neighbors: &dyn Neighbors,
    origin: Option<&TextOrigin>,
) -> HashMap<String, (String, Schema)> {
    let mut references = HashSet::new();
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let place = fields.get("$ref").and_then(Value::as_str).map(place);
                references.extend(place.filter(|place| !place.is_empty() && !place.contains(':')));
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let found = references.into_iter().take(MAX_NEIGHBORS).filter_map(|reference| {
        let Neighbor { name, text, neighbors } = neighbors.find(reference)?;
        let schema = Schema::from_text(text).beside(neighbors);
        let schema = match origin {
            Some(TextOrigin { sources, location }) => schema.with_origin(sources, location.clone()),
            None => schema,
        };
        schema.json().is_some().then(|| (reference.to_owned(), (name, schema)))
    });
    found.collect()
}

/// A reference without its fragment.
fn place(reference: &str) -> &str {
    reference.split_once('#').map_or(reference, |(place, _)| place)
}
