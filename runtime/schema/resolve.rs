//! Resolves the `$ref`s of a schema to parts of the same text, to named schemas, to schemas with an `$id`, and to the
//! documents beside it.
//!
//! Fetches nothing. [`crate::convert`] converts the targets.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use crate::dialect::Dialect;
use crate::error::SchemaError;
use crate::schema::{Held, Schema, Schemas};

/// The base URI of a text without one.
const NO_BASE: &str = "json-schema:///";

/// The documents of a schema, and the parts that its `$ref`s lead to.
pub(super) struct References<'a> {
    schemas: &'a Schemas,
    documents: Vec<Document<'a>>,
    by_name: HashMap<&'a str, usize>,
    by_neighbor: HashMap<&'a str, usize>,
    targets: Vec<Target<'a>>,
    by_place: HashMap<(usize, String), usize>,
    by_id: Option<HashMap<String, usize>>,
}

/// The schema of a text that is not JSON. It allows any value.
static ANYTHING: Value = Value::Bool(true);

/// A schema in a text of the definition, or one that a reader created.
struct Document<'a> {
    schema: &'a Schema,
    /// The name of a named schema.
    name: Option<&'a str>,
    json: &'a Value,
    /// The JSON pointer to the part that the schema's name refers to.
    at: &'a str,
    dialect: Dialect,
    is_text: bool,
    /// Collected when the first `$ref` needs them.
    ids: Option<Ids>,
}

/// The target of a `$ref`.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) document: usize,
    pub(super) json: &'a Value,
    /// The name, if it is a whole named schema.
    pub(super) name: Option<&'a str>,
}

impl<'a> References<'a> {
    /// Starts with `schema` as document 0.
    pub(super) fn new(schema: &'a Schema, schemas: &'a Schemas) -> Result<Self, SchemaError> {
        let mut references = Self {
            schemas,
            documents: Vec::new(),
            by_name: HashMap::new(),
            by_neighbor: HashMap::new(),
            targets: Vec::new(),
            by_place: HashMap::new(),
            by_id: None,
        };
        schema.json().ok_or(SchemaError::NotJson)?;
        references.add(schema, None);
        Ok(references)
    }

    /// The root schema.
    pub(super) fn root(&self) -> Option<Target<'a>> {
        let document = self.documents.first()?;
        Some(Target { document: 0, json: document.json.pointer(document.at)?, name: None })
    }

    /// The draft of a document.
    pub(super) fn dialect(&self, document: usize) -> Dialect {
        self.documents.get(document).map_or(Dialect::Unsaid, |document| document.dialect)
    }

    /// The target with a number returned by [`Self::resolve`].
    pub(super) fn target(&self, number: usize) -> Option<Target<'a>> {
        self.targets.get(number).copied()
    }

    /// The number of targets so far.
    pub(super) fn len(&self) -> usize {
        self.targets.len()
    }

    /// The number of the target of `reference` in `document`.
    pub(super) fn resolve(&mut self, document: usize, reference: &str) -> Option<usize> {
        let (place, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = decoded(fragment);
        let is_text = self.documents.get(document)?.is_text;
        if place.is_empty()
            && !is_text
            && let Some(found) = self.named_by_pointer(&fragment)
        {
            return Some(found);
        }
        if place.is_empty() {
            return self.place(document, "", &fragment);
        }
        let named = self.named(place).or_else(|| self.named(&decoded(place)));
        if let Some(named) = named {
            return self.part(named, &fragment);
        }
        self.by_uri(document, place, &fragment).or_else(|| self.by_path(document, place, &fragment))
    }

    /// Resolves a path to a document beside the one with the reference.
    fn by_path(&mut self, document: usize, place: &str, fragment: &str) -> Option<usize> {
        let (name, schema) = self.documents.get(document)?.schema.neighbor(place)?;
        let number = match self.by_neighbor.get(name) {
            Some(known) => *known,
            None => {
                let number = self.add(schema, None);
                self.by_neighbor.insert(name, number);
                number
            }
        };
        self.place(number, "", fragment)
    }

    /// Resolves `/$defs/NAME/…` in a schema created by a reader, where NAME is a named schema.
    fn named_by_pointer(&mut self, pointer: &str) -> Option<usize> {
        let rest = pointer.strip_prefix("/$defs/")?;
        let (name, rest) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let name = name.replace("~1", "/").replace("~0", "~");
        let named = self.named(&name)?;
        self.part(named, rest)
    }

    /// A part of a named schema.
    fn part(&mut self, document: usize, fragment: &str) -> Option<usize> {
        let at = self.documents.get(document)?.at;
        self.place(document, at, fragment)
    }

    fn named(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.by_name.get(name) {
            return Some(*known);
        }
        let (name, schema) = self.schemas.entry(name)?;
        let number = self.add(schema, Some(name));
        self.by_name.insert(name, number);
        Some(number)
    }

    /// Resolves a URI: an `$id` in the same text, or the `$id` of a named schema.
    fn by_uri(&mut self, document: usize, place: &str, fragment: &str) -> Option<usize> {
        let ids = self.ids(document)?;
        let uris = ids.bases.iter().filter_map(|base| base.join(place).ok());
        let uris: Vec<String> = uris.map(|uri| uri.as_str().trim_end_matches('#').to_owned()).collect();
        let pointer = uris.iter().find_map(|uri| ids.places.get(uri)).cloned();
        if let Some(pointer) = pointer {
            return self.place(document, &pointer, fragment);
        }
        let by_id = self.ids_of_named();
        let other = uris.iter().find_map(|uri| by_id.get(uri)).copied()?;
        self.place(other, "", fragment)
    }

    /// Resolves `fragment` (a JSON pointer or an anchor) below `above` (a JSON pointer).
    fn place(&mut self, document: usize, above: &str, fragment: &str) -> Option<usize> {
        let pointer = match fragment.is_empty() || fragment.starts_with('/') {
            true => format!("{above}{fragment}"),
            false => self.ids(document)?.anchors.get(fragment)?.clone(),
        };
        if let Some(known) = self.by_place.get(&(document, pointer.clone())) {
            return Some(*known);
        }
        let of = self.documents.get(document)?;
        let (json, name) = (of.json.pointer(&pointer)?, of.name.filter(|_| of.at == pointer));
        if !json.is_object() && !json.is_boolean() {
            return None;
        }
        let number = self.targets.len();
        self.targets.push(Target { document, json, name });
        self.by_place.insert((document, pointer), number);
        Some(number)
    }

    /// The named schemas.
    pub(super) fn schemas(&self) -> &'a Schemas {
        self.schemas
    }

    fn add(&mut self, schema: &'a Schema, name: Option<&'a str>) -> usize {
        let json = schema.document().unwrap_or(&ANYTHING);
        let is_text = matches!(&schema.0.held, Held::Text { .. });
        let dialect = if is_text { Dialect::of(json) } else { Dialect::Draft202012 };
        let at = if schema.document().is_some() { schema.at() } else { "" };
        self.documents.push(Document { schema, name, json, at, dialect, is_text, ids: None });
        self.documents.len() - 1
    }

    fn ids(&mut self, document: usize) -> Option<&Ids> {
        let document = self.documents.get_mut(document)?;
        Some(document.ids.get_or_insert_with(|| Ids::of(document.json)))
    }

    /// The named schemas, by the `$id` of their text.
    fn ids_of_named(&mut self) -> &HashMap<String, usize> {
        if self.by_id.is_none() {
            let schemas = self.schemas;
            let mut by_id = HashMap::new();
            for (name, schema) in schemas.iter() {
                let Some(uri) = schema.document().and_then(id).and_then(|id| Url::parse(id).ok()) else { continue };
                if let Some(number) = self.named(name) {
                    by_id.entry(uri.as_str().trim_end_matches('#').to_owned()).or_insert(number);
                }
            }
            self.by_id = Some(by_id);
        }
        self.by_id.get_or_insert_default()
    }
}

/// The `$id`s and anchors of a text.
#[derive(Default)]
struct Ids {
    /// The base URIs for relative `$ref`s, outermost first.
    bases: Vec<Url>,
    /// JSON pointers by URI.
    places: HashMap<String, String>,
    /// JSON pointers by anchor.
    anchors: HashMap<String, String>,
}

impl Ids {
    fn of(root: &Value) -> Self {
        let mut ids = Self::default();
        let mut open = vec![(root, String::new(), Url::parse(NO_BASE).ok())];
        ids.bases.extend(id(root).is_none().then(|| Url::parse(NO_BASE).ok()).flatten());
        while let Some((value, pointer, mut base)) = open.pop() {
            if let Value::Object(fields) = value {
                if let Some(id) = id(value) {
                    match id.strip_prefix('#') {
                        Some(anchor) => drop(ids.anchors.entry(anchor.to_owned()).or_insert(pointer.clone())),
                        None => base = ids.add(id, base, &pointer),
                    }
                }
                for word in ["$anchor", "$dynamicAnchor"] {
                    if let Some(anchor) = fields.get(word).and_then(Value::as_str) {
                        ids.anchors.entry(anchor.to_owned()).or_insert(pointer.clone());
                    }
                }
                for (name, value) in fields.iter().filter(|(_, value)| value.is_object() || value.is_array()) {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    open.push((value, format!("{pointer}/{name}"), base.clone()));
                }
            } else if let Value::Array(values) = value {
                for (at, value) in values.iter().enumerate().filter(|(_, value)| value.is_object()) {
                    open.push((value, format!("{pointer}/{at}"), base.clone()));
                }
            }
        }
        ids
    }

    fn add(&mut self, id: &str, base: Option<Url>, pointer: &str) -> Option<Url> {
        let Some(uri) = base.as_ref().and_then(|base| base.join(id).ok()) else { return base };
        let text = uri.as_str().trim_end_matches('#').to_owned();
        self.places.entry(text).or_insert_with(|| pointer.to_owned());
        // Each `$ref` is resolved against each base, so their number is limited.
        if self.bases.len() < 16 && !self.bases.contains(&uri) {
            self.bases.push(uri.clone());
        }
        Some(uri)
    }
}

/// `$id`, or `id` in drafts 3 and 4.
fn id(schema: &Value) -> Option<&str> {
    schema.get("$id").or_else(|| schema.get("id")).and_then(Value::as_str)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
