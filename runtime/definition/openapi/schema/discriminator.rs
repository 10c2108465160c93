//! {discriminator}: the property that selects one of several schemas.
//!
//! The schema keeps it for tools that support it. Next to `oneOf` or `anyOf`, each alternative that is a `$ref` also
//! gets the property values that select it, which any validator understands.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::tree::node::{Entry, NodeKind};
use apinb_schema::schema::reference;

use crate::openapi::context::Context;
use crate::openapi::schema::names;

/// Applies the discriminator of `entry` to its schema.
pub(super) fn apply(cx: &mut Context<'_, '_>, entry: &Entry, schema: &mut Map<String, Value>) {
    // 2.0 has only the name of the property.
    if let Some(name) = entry.value.as_str() {
        schema.insert("discriminator".to_owned(), json!({ "propertyName": name }));
        return;
    }
    let Some(property) = entry.value.get("propertyName").and_then(|node| node.as_str()).map(str::to_owned) else {
        cx.documents.missing("propertyName", "a discriminator", entry.location);
        schema.remove("discriminator");
        return;
    };
    let values = mapping(cx, entry);
    for keyword in ["oneOf", "anyOf"] {
        for alternative in schema.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(target) = alternative.get("$ref").and_then(Value::as_str) else { continue };
            let count = values.get(target).map_or(1, Vec::len);
            if !cx.documents.spend_nodes(count, entry.location) {
                return;
            }
            let values = values.get(target).cloned().unwrap_or_else(|| name_of(cx, target).into_iter().collect());
            let Some(fields) = alternative.as_object_mut() else { continue };
            if !values.is_empty() && !fields.contains_key("properties") {
                fields.insert("properties".to_owned(), json!({ &property: { "enum": values } }));
                fields.insert("required".to_owned(), json!([property]));
            }
        }
    }
    if let Some(Value::Object(mapping)) = schema.get_mut("discriminator").and_then(|value| value.get_mut("mapping")) {
        for (target, names) in values {
            for name in names {
                mapping.insert(name, Value::String(target.clone()));
            }
        }
    }
}

/// The values that select each target in {discriminator.mapping}.
fn mapping(cx: &mut Context<'_, '_>, entry: &Entry) -> HashMap<String, Vec<String>> {
    let mut values: HashMap<String, Vec<String>> = HashMap::new();
    let Some(node) = entry.value.get("mapping") else { return values };
    let entries = match &node.kind {
        NodeKind::Mapping(entries) => entries.as_slice(),
        _ => cx.documents.map("mapping", node),
    };
    for entry in entries {
        let Some(text) = entry.value.as_str() else { continue };
        // The name of a schema, or a reference.
        let target = match names::is_declared(cx, text) {
            true => Some(reference(text)),
            false => names::reference_to(cx, text, entry.value.location, false),
        };
        values.entry(target.unwrap_or_default()).or_default().push(entry.key.to_string());
    }
    values.remove("");
    values
}

fn name_of(cx: &Context<'_, '_>, target: &str) -> Option<String> {
    names::named_by(cx, target).map(|name| name.to_string())
}
