//! The properties of a schema that only requests have: `writeOnly` (JSON Schema, OpenAPI).

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::convert::Converter;
use crate::sample::facts::Facts;
use crate::sample::sampler::Sampler;
use crate::schema::{Schema, Schemas};

/// Maximum nesting of values, and number of distinct schemas, that are searched.
const MAX_DEPTH: usize = 48;
const MAX_NODES: usize = 20_000;

/// The `writeOnly` properties of a schema, at any depth.
#[derive(Clone, Debug, Default)]
pub struct WriteOnly {
    /// Schemas of values, the root first; recursive schemas refer to one another. Empty if nothing is `writeOnly`.
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    is_write_only: bool,
    properties: HashMap<String, usize>,
    additional: Option<usize>,
    items: Option<usize>,
}

impl Schema {
    /// The `writeOnly` properties of the schema, of the schemas that it refers to and of all alternatives.
    #[must_use]
    pub fn write_only(&self, schemas: &Schemas) -> WriteOnly {
        let Ok(converter) = Converter::lenient(self, schemas) else { return WriteOnly::default() };
        let mut sampler = Sampler::new(converter);
        sampler.start();
        let Ok(root) = sampler.converter.root() else { return WriteOnly::default() };
        let mut search = Search { sampler, nodes: Vec::new(), known: HashMap::new() };
        search.node(&root, 0);
        let nodes = search.nodes;
        if nodes.iter().any(|node| node.is_write_only) { WriteOnly { nodes } } else { WriteOnly::default() }
    }
}

impl WriteOnly {
    /// Removes these properties from a value.
    pub fn remove_from(&self, value: &mut Value) {
        self.remove(value, 0);
    }

    /// Removes these properties from the fields of an object.
    pub fn remove_from_fields(&self, fields: &mut Map<String, Value>) {
        self.remove_in(fields, 0);
    }

    fn remove(&self, value: &mut Value, node: usize) {
        match value {
            Value::Object(fields) => self.remove_in(fields, node),
            Value::Array(items) => {
                if let Some(inner) = self.nodes.get(node).and_then(|node| node.items) {
                    items.iter_mut().for_each(|item| self.remove(item, inner));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn remove_in(&self, fields: &mut Map<String, Value>, node: usize) {
        let Some(node) = self.nodes.get(node) else { return };
        let of = |name: &String| node.properties.get(name).copied().or(node.additional);
        let is_write_only = |inner: usize| self.nodes.get(inner).is_some_and(|inner| inner.is_write_only);
        fields.retain(|name, _| !of(name).is_some_and(is_write_only));
        for (name, value) in fields {
            if let Some(inner) = of(name) {
                self.remove(value, inner);
            }
        }
    }
}

struct Search<'a> {
    sampler: Sampler<'a>,
    nodes: Vec<Node>,
    /// The nodes of schemas, by their text.
    known: HashMap<String, usize>,
}

impl Search<'_> {
    fn node(&mut self, schema: &Value, depth: usize) -> Option<usize> {
        if depth > MAX_DEPTH || self.nodes.len() >= MAX_NODES || !schema.is_object() {
            return None;
        }
        let text = schema.to_string();
        if let Some(known) = self.known.get(&text) {
            return Some(*known);
        }
        let number = self.nodes.len();
        self.known.insert(text, number);
        self.nodes.push(Node::default());
        let mut facts = Facts::default();
        self.sampler.gather_all(schema, &mut facts);
        let mut node =
            Node { is_write_only: facts.fields.get("writeOnly") == Some(&Value::Bool(true)), ..Node::default() };
        if let Some(Value::Object(properties)) = facts.fields.remove("properties") {
            for (name, schema) in properties {
                if let Some(inner) = self.node(&schema, depth + 1) {
                    node.properties.insert(name, inner);
                }
            }
        }
        node.additional = facts.fields.get("additionalProperties").and_then(|schema| self.node(schema, depth + 1));
        node.items = facts.fields.get("items").and_then(|schema| self.node(schema, depth + 1));
        if let Some(place) = self.nodes.get_mut(number) {
            *place = node;
        }
        Some(number)
    }
}
