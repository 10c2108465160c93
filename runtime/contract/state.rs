//! What is remembered from call to call.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

/// Maximum number of resources, and of bodies with their shapes, that are remembered.
const MAX_RESOURCES: usize = 50_000;
const MAX_SHAPES: usize = 2_000;
/// Maximum number of paths in a shape, and their depth.
const MAX_PATHS: usize = 2_000;
const MAX_DEPTH: usize = 12;

/// What the calls so far have shown.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The URLs of resources that a call created, without query.
    created: HashSet<String>,
    deleted: HashSet<String>,
    /// The shapes of responses, by operation, status and media type.
    shapes: HashMap<String, Shape>,
}

/// The paths of a value, with the types that each has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) paths: BTreeMap<String, BTreeSet<&'static str>>,
}

impl State {
    pub(crate) fn create(&mut self, url: &str) {
        self.deleted.remove(url);
        if self.created.len() < MAX_RESOURCES {
            self.created.insert(url.to_owned());
        }
    }

    pub(crate) fn delete(&mut self, url: &str) {
        self.created.remove(url);
        if self.deleted.len() < MAX_RESOURCES {
            self.deleted.insert(url.to_owned());
        }
    }

    pub(crate) fn is_created(&self, url: &str) -> bool {
        self.created.contains(url)
    }

    pub(crate) fn is_deleted(&self, url: &str) -> bool {
        self.deleted.contains(url)
    }

    /// The shape of all values so far with this key, including `value`.
    pub(crate) fn observe(&mut self, key: String, value: &Value) -> Option<&Shape> {
        if self.shapes.len() >= MAX_SHAPES && !self.shapes.contains_key(&key) {
            return None;
        }
        let shape = self.shapes.entry(key).or_default();
        shape.add(value, "$", 0);
        Some(shape)
    }
}

impl Shape {
    pub(crate) fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(value, "$", 0);
        shape
    }

    fn add(&mut self, value: &Value, path: &str, depth: usize) {
        if depth > MAX_DEPTH || self.paths.len() >= MAX_PATHS && !self.paths.contains_key(path) {
            return;
        }
        self.paths.entry(path.to_owned()).or_default().insert(type_of(value));
        match value {
            Value::Array(items) => {
                // Many items have one shape.
                items.iter().take(50).for_each(|item| self.add(item, &format!("{path}[*]"), depth + 1));
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| self.add(value, &format!("{path}.{name}"), depth + 1));
            }
            _ => {}
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
