//! Converts one schema, keyword by keyword.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;
use crate::tree::value::boolean;
use apinb_schema::origin::ORIGIN;

use crate::openapi::context::Context;
use crate::openapi::reference::reference_of;
use crate::openapi::schema::example::{self, ValueKind};
use crate::openapi::schema::{dialect, discriminator, names};
use crate::openapi::version::Version;

/// Converts a schema to JSON Schema 2020-12. `in_place`: it applies to the same value as the enclosing named schema.
pub(super) fn value(cx: &mut Context<'_, '_>, node: &Rc<Node>, in_place: bool) -> Value {
    if !cx.documents.spend_nodes(1, node.location) {
        return Value::Bool(true);
    }
    match &node.kind {
        NodeKind::Null => Value::Object(Map::new()),
        NodeKind::Scalar { text, plain: true } if boolean(text.as_str()).is_some() => {
            Value::Bool(boolean(text.as_str()).unwrap_or(true))
        }
        NodeKind::Mapping(entries) => {
            let Some((reference, location)) = reference_of(node) else { return schema_of(cx, entries, in_place) };
            let target = names::reference_to(cx, &reference, location, in_place);
            // Before 3.1, keys next to a `$ref` are ignored.
            let others: Vec<Entry> = match cx.version {
                Version::V31 | Version::V32 => entries.iter().filter(|entry| &*entry.key != "$ref").cloned().collect(),
                Version::V2 | Version::V30 => Vec::new(),
            };
            match (target, schema_of(cx, &others, in_place)) {
                (Some(target), Value::Object(others)) => {
                    let mut schema = Map::from_iter([("$ref".to_owned(), Value::String(target))]);
                    schema.extend(others);
                    schema.extend(cx.documents.origin(entries).map(|origin| (ORIGIN.to_owned(), origin)));
                    Value::Object(schema)
                }
                (_, others) => others,
            }
        }
        _ => {
            cx.documents.wrong_kind("schema", node, "a map");
            Value::Bool(true)
        }
    }
}

/// The schema with these keywords.
pub(crate) fn schema_of(cx: &mut Context<'_, '_>, entries: &[Entry], in_place: bool) -> Value {
    let mut schema = Map::new();
    for entry in entries {
        if let Some(value) = with_values(cx, entries, entry).or_else(|| keyword(cx, entry, in_place)) {
            schema.insert(entry.key.to_string(), value);
        }
    }
    dialect::translate(cx.version, &mut schema);
    if let Some(entry) = entries.iter().find(|entry| &*entry.key == "discriminator") {
        discriminator::apply(cx, entry, &mut schema);
    }
    schema.extend(cx.documents.origin(entries).map(|origin| (ORIGIN.to_owned(), origin)));
    Value::Object(schema)
}

/// The value of a keyword that holds values of the schema's type, if the schema has one type.
fn with_values(cx: &mut Context<'_, '_>, entries: &[Entry], entry: &Entry) -> Option<Value> {
    let subject = match &*entry.key {
        "example" | "examples" => "example",
        "default" => "default",
        "const" | "enum" => "value",
        _ => return None,
    };
    ValueKind::of(entries)?;
    let own = Node::mapping(entry.location, entries.to_vec());
    match (&*entry.key, &entry.value.kind) {
        ("examples" | "enum", NodeKind::Sequence(items)) if !items.is_empty() => {
            Some(items.iter().map(|item| example::value(cx, &own, item, subject)).collect())
        }
        ("examples" | "enum", _) => None,
        _ => Some(example::value(cx, &own, &entry.value, subject)),
    }
}

fn keyword(cx: &mut Context<'_, '_>, entry: &Entry, in_place: bool) -> Option<Value> {
    match &*entry.key {
        // Every `$ref` leads to a named schema, so these keywords have no further use.
        "$id" | "$schema" | "$anchor" | "$dynamicAnchor" | "$vocabulary" | "$defs" | "definitions" => None,
        // The target does not depend on the dynamic scope.
        "$dynamicRef" => {
            let reference = cx.text(entry)?;
            names::reference_to(cx, &reference, entry.value.location, in_place).map(Value::String)
        }
        "allOf" | "anyOf" | "oneOf" => list(cx, entry, in_place),
        "prefixItems" => list(cx, entry, false),
        "not" | "if" | "then" | "else" => Some(value(cx, &entry.value, in_place)),
        "items" if matches!(entry.value.kind, NodeKind::Sequence(_)) => list(cx, entry, false),
        "items"
        | "additionalProperties"
        | "additionalItems"
        | "contains"
        | "propertyNames"
        | "contentSchema"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Some(value(cx, &entry.value, false)),
        "properties" | "patternProperties" => map(cx, entry, false),
        "dependentSchemas" => map(cx, entry, in_place),
        "type" => kind(cx, entry),
        "required" | "enum" => items(cx, entry),
        "minimum" | "maximum" | "multipleOf" => checked(cx, entry, "a number", Value::is_number),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            checked(cx, entry, "a non-negative integer", |value| {
                value.is_u64() || value.as_f64().is_some_and(|count| count >= 0.0)
            })
        }
        "exclusiveMinimum" | "exclusiveMaximum" => {
            checked(cx, entry, "a number (before 3.1: `true` or `false`)", |value| {
                value.is_number() || value.is_boolean()
            })
        }
        "uniqueItems" | "nullable" | "readOnly" | "writeOnly" | "deprecated" => cx.boolean(entry).map(Value::Bool),
        "pattern" | "format" | "title" | "description" => cx.text(entry).map(Value::String),
        _ => Some(value::json(cx.documents, &entry.value)),
    }
}

fn list(cx: &mut Context<'_, '_>, entry: &Entry, in_place: bool) -> Option<Value> {
    let items = cx.documents.list(&entry.key, &entry.value).iter().map(|item| value(cx, item, in_place));
    Some(items.collect::<Vec<_>>()).filter(|items| !items.is_empty()).map(Value::Array)
}

fn map(cx: &mut Context<'_, '_>, entry: &Entry, in_place: bool) -> Option<Value> {
    let schemas = cx.documents.map(&entry.key, &entry.value).iter();
    Some(Value::Object(schemas.map(|entry| (entry.key.to_string(), value(cx, &entry.value, in_place))).collect()))
}

/// {required} and {enum}: a list, of strings for the former. Before draft 4 of JSON Schema, `required` was a boolean.
fn items(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Value> {
    if !matches!(entry.value.kind, NodeKind::Sequence(_)) {
        cx.documents.wrong_kind(&entry.key, &entry.value, "a list");
        return None;
    }
    match &*entry.key {
        "required" => Some(Value::Array(cx.texts(entry).into_iter().map(Value::String).collect())),
        _ => Some(value::json(cx.documents, &entry.value))
            .filter(|values| values.as_array().is_some_and(|values| !values.is_empty())),
    }
}

fn checked(
    cx: &mut Context<'_, '_>,
    entry: &Entry,
    expected: &'static str,
    fits: impl FnOnce(&Value) -> bool,
) -> Option<Value> {
    let value = value::json(cx.documents, &entry.value);
    if fits(&value) {
        return Some(value);
    }
    match entry.value.as_str() {
        Some(text) => cx.documents.invalid(&entry.key, text, entry.value.location, expected),
        None => cx.documents.wrong_kind(&entry.key, &entry.value, expected),
    }
    None
}

/// {type}, which may be a list in 3.1.
fn kind(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Value> {
    let names: Vec<(String, &Node)> = match &entry.value.kind {
        NodeKind::Sequence(items) => {
            if cx.version < Version::V31 {
                cx.documents.wrong_kind(&entry.key, &entry.value, "a string");
            }
            items.iter().filter_map(|item| Some((cx.documents.text(&entry.key, item)?, &**item))).collect()
        }
        // An unquoted `null` names the null type.
        NodeKind::Null if cx.version >= Version::V31 => vec![("null".to_owned(), &*entry.value)],
        _ => vec![(cx.text(entry)?, &*entry.value)],
    };
    let mut known: Vec<Value> = Vec::new();
    for (name, node) in names {
        match (name.as_str(), cx.version) {
            ("string" | "number" | "integer" | "boolean" | "array" | "object", _)
            | ("null", Version::V31 | Version::V32)
            | ("file", Version::V2) => known.push(Value::String(name)),
            _ => cx.documents.invalid(
                &entry.key,
                &name,
                node.location,
                "`string`, `number`, `integer`, `boolean`, `array` or `object`",
            ),
        }
    }
    match known.len() {
        0 => None,
        1 => known.pop(),
        _ => Some(Value::Array(known)),
    }
}
