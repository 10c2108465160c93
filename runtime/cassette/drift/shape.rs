//! The shape of a value: each place with the kinds of its values, all items of a list as one.

use std::collections::{BTreeMap, BTreeSet};

use apinb_text::display::truncate::truncate;
use serde_json::Value;

use super::difference::LONGEST;
use super::order::{Sorted, sorted};

/// How deep values are read, and how many places and values of a place are kept.
const DEEPEST: usize = 64;
const MOST_PLACES: usize = 20_000;
const MOST_SCALARS: usize = 2_000;

/// The shape of a value.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// By path, with `[*]` for any item.
    pub(super) places: BTreeMap<String, Place>,
    /// Whether there are more.
    pub(super) is_truncated: bool,
}

/// What is at a path.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) kinds: BTreeSet<&'static str>,
    /// The scalars as JSON.
    pub(super) scalars: BTreeSet<String>,
    /// Whether an object without the property is there, too.
    pub(super) is_optional: bool,
    /// The length of the longest list.
    pub(super) longest: Option<usize>,
    /// How its only list is sorted.
    pub(super) sorted: Option<Sorted>,
    /// The number of values, and of objects among them.
    count: usize,
    objects: usize,
    examples: BTreeMap<&'static str, String>,
}

impl Place {
    pub(super) fn is_only_null(&self) -> bool {
        self.kinds.iter().all(|kind| *kind == "null")
    }

    pub(super) fn example(&self) -> Option<String> {
        self.examples.values().next().cloned()
    }

    pub(super) fn example_of(&self, kind: &str) -> Option<String> {
        self.examples.get(kind).cloned()
    }
}

impl Shape {
    pub(super) fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        shape.add("$", value, 0);
        shape.mark_optional();
        shape
    }

    /// Whether what a path is a property or an item of is there.
    pub(super) fn has_parent(&self, path: &str) -> bool {
        parent(path).is_none_or(|parent| {
            self.places.get(parent).is_some_and(|place| match path.ends_with("[*]") {
                true => place.longest.is_some_and(|length| length > 0),
                false => place.kinds.contains("object"),
            })
        })
    }

    fn add(&mut self, path: &str, value: &Value, depth: usize) {
        if depth > DEEPEST || self.places.len() >= MOST_PLACES && !self.places.contains_key(path) {
            self.is_truncated = true;
            return;
        }
        let place = self.places.entry(path.to_owned()).or_default();
        let kind = kind(value);
        place.kinds.insert(kind);
        place.count += 1;
        place.objects += usize::from(value.is_object());
        if !place.examples.contains_key(kind) {
            place.examples.insert(kind, excerpt(value));
        }
        match value {
            Value::Array(items) => {
                let is_first = place.longest.is_none();
                place.longest = Some(place.longest.unwrap_or_default().max(items.len()));
                place.sorted = if is_first { sorted(items) } else { None };
                let path = format!("{path}[*]");
                items.iter().for_each(|item| self.add(&path, item, depth + 1));
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.add(&property(path, name), value, depth + 1);
                }
            }
            scalar => {
                if place.scalars.len() < MOST_SCALARS {
                    place.scalars.insert(scalar.to_string());
                }
            }
        }
    }

    /// Marks the properties that not all objects of a place have.
    fn mark_optional(&mut self) {
        let is_optional = |(path, place): (&String, &Place)| {
            let objects = self.places.get(parent(path)?)?.objects;
            (!path.ends_with("[*]") && place.count < objects).then(|| path.clone())
        };
        let optional: Vec<String> = self.places.iter().filter_map(is_optional).collect();
        for path in optional {
            self.places.entry(path).and_modify(|place| place.is_optional = true);
        }
    }
}

/// The path of a property.
pub(super) fn property(path: &str, name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_alphanumeric() || character == '_');
    if is_plain { format!("{path}.{name}") } else { format!("{path}[{}]", Value::from(name)) }
}

/// The path of the object or the list around.
pub(super) fn parent(path: &str) -> Option<&str> {
    if let Some(list) = path.strip_suffix("[*]") {
        return Some(list);
    }
    // The name of a property may have any character, but within quotes.
    if path.ends_with("\"]") {
        return path.rfind("[\"").and_then(|at| path.get(..at));
    }
    path.rsplit_once('.').map(|(parent, _)| parent)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn excerpt(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
        scalar => truncate(&scalar.to_string(), LONGEST),
    }
}
