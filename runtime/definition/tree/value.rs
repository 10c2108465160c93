//! Converts nodes to JSON, and to the text of an example.

use serde_json::{Map, Value};

use crate::tree::budget::Budget;
use crate::tree::node::{Node, NodeKind};
use apinb_text::source::deferred::Text;

/// The JSON value of a node; null once the budget is spent.
pub(crate) fn json<B: Budget>(budget: &mut B, node: &Node) -> Value {
    if !budget.spend_nodes(1, node.location) {
        return Value::Null;
    }
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Scalar { text, plain } => {
            let text = text.as_str();
            if !budget.spend_text(text.len(), node.location) {
                return Value::Null;
            }
            bare(text).filter(|_| *plain).unwrap_or_else(|| Value::String(text.to_owned()))
        }
        NodeKind::Sequence(items) => Value::Array(items.iter().map(|item| json(budget, item)).collect()),
        NodeKind::Mapping(entries) => {
            let entries = entries.iter().map(|entry| (entry.key.to_string(), json(budget, &entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        NodeKind::Include(path) => Value::String(path.to_string()),
    }
}

/// The text of a scalar unchanged, and any other node as indented JSON; `None` for null. Does not read a deferred
/// document.
pub(crate) fn value_text<B: Budget>(budget: &mut B, node: &Node) -> Option<Text> {
    match &node.kind {
        NodeKind::Null => None,
        NodeKind::Scalar { text, .. } => {
            let own = if text.is_document() { 0 } else { text.as_str().len() };
            budget.spend_text(own, node.location).then(|| text.to_model())
        }
        _ => {
            let value = json(budget, node);
            let text = serde_json::to_string_pretty(&value).ok()?;
            budget.spend_text(text.len(), node.location).then(|| Text::from(text))
        }
    }
}

/// A boolean of YAML 1.2's core schema.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The value of an unquoted scalar: null, a boolean, a number in JSON syntax, or else its text.
pub(crate) fn unquoted(text: &str) -> Value {
    if text == "null" {
        return Value::Null;
    }
    bare(text).unwrap_or_else(|| Value::from(text))
}

/// The boolean, or the number in JSON syntax, of an unquoted scalar; `None` for any other text.
pub(crate) fn bare(text: &str) -> Option<Value> {
    if let Some(flag) = boolean(text) {
        return Some(Value::Bool(flag));
    }
    // Most texts start with a letter and need no parsing.
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    serde_json::from_str(text).ok().filter(Value::is_number)
}
