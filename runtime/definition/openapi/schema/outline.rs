//! Extracts the parts of a schema that can be checked on text: the fields of a parameter besides its schema.

use std::collections::HashSet;
use std::rc::Rc;

use crate::model::{Parameter, ParameterKind};
use crate::tree::node::{Entry, Node, NodeKind};

use crate::openapi::context::Context;
use crate::openapi::reference::reference_of;

/// Maximum length of a chain of references to a schema with a type.
const MAX_STEPS: usize = 32;
/// Maximum number of schemas that a form combines.
const MAX_PARTS: usize = 1_000;

/// The schema that has the type: follows `$ref`, and an `allOf` with one item.
pub(in super::super) fn object_of(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Rc<Node> {
    let mut node = Rc::clone(node);
    for _ in 0..MAX_STEPS {
        let next = match reference_of(&node) {
            // An unresolved reference is reported when the schema itself is read.
            Some((reference, location)) => cx.target(&reference, location).map(|target| target.node),
            None if node.get("type").is_none() => match node.get("allOf").map(|all| &all.kind) {
                Some(NodeKind::Sequence(items)) if items.len() == 1 => items.first().cloned(),
                _ => None,
            },
            None => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// Fills in the fields of a parameter from the schema at `node`.
pub(in super::super) fn describe(cx: &mut Context<'_, '_>, node: &Rc<Node>, parameter: &mut Parameter) {
    let object = object_of(cx, node);
    parameter.kind = kind(&object);
    for entry in object.entries() {
        match &*entry.key {
            "description" if parameter.description.is_none() => parameter.description = cx.text(entry),
            "enum" => {
                if let NodeKind::Sequence(items) = &entry.value.kind
                    && cx.documents.spend_nodes(items.len(), entry.location)
                {
                    parameter.values = items.iter().filter_map(|item| cx.any_text(item)).collect();
                }
            }
            "const" => parameter.values = cx.any_text(&entry.value).into_iter().collect(),
            "pattern" => parameter.pattern = entry.value.as_str().map(str::to_owned),
            "minLength" => parameter.min_length = number(entry),
            "maxLength" => parameter.max_length = number(entry),
            "minimum" => parameter.minimum = number(entry),
            "maximum" => parameter.maximum = number(entry),
            "default" => parameter.default = cx.any_text(&entry.value),
            "example" if parameter.example.is_none() => parameter.example = cx.any_text(&entry.value),
            "examples" if parameter.example.is_none() => {
                if let NodeKind::Sequence(items) = &entry.value.kind {
                    parameter.example = items.first().and_then(|item| cx.any_text(item));
                }
            }
            "deprecated" => parameter.deprecated |= entry.value.as_str() == Some("true"),
            _ => {}
        }
    }
}

fn number<T: std::str::FromStr>(entry: &Entry) -> Option<T> {
    entry.value.as_str()?.trim().parse().ok()
}

/// The kind of values that a schema allows.
fn kind(schema: &Node) -> ParameterKind {
    let format = schema.get("format").and_then(|node| node.as_str()).unwrap_or_default();
    let name = match schema.get("type").map(|node| &node.kind) {
        Some(NodeKind::Scalar { text, .. }) => Some(text.as_str()),
        Some(NodeKind::Sequence(items)) => {
            let mut names = items.iter().filter_map(|item| item.as_str()).filter(|name| *name != "null");
            match (names.next(), names.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        }
        _ => None,
    };
    match name {
        Some("string") => match format {
            "date" | "date-time" | "time" => ParameterKind::Date,
            "binary" => ParameterKind::File,
            _ => ParameterKind::String,
        },
        Some("number") => ParameterKind::Number,
        Some("integer") => ParameterKind::Integer,
        Some("boolean") => ParameterKind::Boolean,
        Some("array") => ParameterKind::Array,
        Some("object") => ParameterKind::Object,
        Some("file") => ParameterKind::File,
        Some("null") => ParameterKind::Null,
        Some(_) | None if schema.get("properties").is_some() => ParameterKind::Object,
        Some(_) | None if schema.get("items").is_some() => ParameterKind::Array,
        Some(_) | None => ParameterKind::Any,
    }
}

/// The properties of an object, those of its `allOf` first, and the names of the required ones.
pub(super) fn properties(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> (Vec<Entry>, HashSet<Rc<str>>) {
    let mut found = Vec::new();
    let mut required = HashSet::new();
    let mut open = vec![Rc::clone(node)];
    let mut seen: HashSet<*const Node> = HashSet::new();
    while let Some(node) = open.pop() {
        let object = object_of(cx, &node);
        if !seen.insert(Rc::as_ptr(&object)) || seen.len() > MAX_PARTS {
            continue;
        }
        if let Some(NodeKind::Sequence(items)) = object.get("allOf").map(|all| &all.kind) {
            open.extend(items.iter().rev().take(MAX_PARTS).cloned());
        }
        let count = object.get("properties").map_or(0, |properties| properties.entries().len());
        let required_count = match object.get("required").map(|node| &node.kind) {
            Some(NodeKind::Sequence(items)) => items.len(),
            _ => 0,
        };
        if !cx.documents.spend_nodes(count + required_count, object.location) {
            break;
        }
        if let Some(NodeKind::Sequence(items)) = object.get("required").map(|node| &node.kind) {
            required.extend(items.iter().filter_map(|item| item.as_str().map(Rc::from)));
        }
        if let Some(properties) = object.get("properties") {
            found.extend(properties.entries().iter().cloned());
        }
    }
    (found, required)
}
