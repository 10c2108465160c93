//! Values that are kept as they are: from nodes to JSON, and to the text that goes over the wire.

use serde_json::{Map, Value};

use crate::definition::model::Annotation;
use crate::definition::node::{Entry, Kind, Node};

use super::context::{Context, boolean};

impl Context<'_, '_> {
    /// A value as JSON; null where it would be too much.
    pub(super) fn json(&mut self, node: &Node) -> Value {
        if !self.documents.spend_nodes(1, node.place) {
            return Value::Null;
        }
        match &node.kind {
            Kind::Null => Value::Null,
            Kind::Scalar { text, plain } => {
                let text = text.as_str();
                if !self.documents.spend_text(text.len(), node.place) {
                    return Value::Null;
                }
                bare(text).filter(|_| *plain).unwrap_or_else(|| Value::String(text.to_owned()))
            }
            Kind::Sequence(items) => Value::Array(items.iter().map(|item| self.json(item)).collect()),
            Kind::Mapping(entries) => {
                let entries = entries.iter().map(|entry| (entry.key.to_string(), self.json(&entry.value)));
                Value::Object(entries.collect::<Map<_, _>>())
            }
            Kind::Include(path) => Value::String(path.to_string()),
        }
    }

    /// A single value as text, a structure as JSON; nothing is none.
    pub(super) fn any_text(&mut self, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Null => None,
            Kind::Scalar { .. } => self.item_text("", node),
            _ => {
                let text = self.json(node).to_string();
                self.documents.spend_text(text.len(), node.place).then_some(text)
            }
        }
    }

    /// {x-…}.
    pub(super) fn annotations(&mut self, entries: &[Entry]) -> Vec<Annotation> {
        let own = entries.iter().filter(|entry| entry.key.starts_with("x-"));
        own.map(|entry| Annotation { name: entry.key.to_string(), value: self.json(&entry.value) }).collect()
    }
}

/// What a text without quotes stands for when it is no text: a number as JSON writes it, or a boolean.
fn bare(text: &str) -> Option<Value> {
    if let Some(flag) = boolean(text) {
        return Some(Value::Bool(flag));
    }
    // Most texts start like words: they need not be parsed.
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    serde_json::from_str(text).ok().filter(Value::is_number)
}
