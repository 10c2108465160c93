//! Translates the schema dialects of 2.0 and 3.0 to JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::openapi::version::Version;

/// Translates the keywords of a schema to JSON Schema 2020-12, in place.
pub(super) fn translate(version: Version, schema: &mut Map<String, Value>) {
    // The value of `$dynamicRef` is already a reference to a named schema.
    if let Some(target) = schema.remove("$dynamicRef")
        && !schema.contains_key("$ref")
    {
        schema.insert("$ref".to_owned(), target);
    }
    exclusive(schema, "minimum", "exclusiveMinimum");
    exclusive(schema, "maximum", "exclusiveMaximum");
    if version == Version::V2 {
        schema.remove("collectionFormat");
        if schema.get("type").is_some_and(|kind| kind == "file") {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("binary"));
        }
    }
    // {example} of a schema is deprecated in 3.1 but still in use.
    if let Some(example) = schema.remove("example")
        && !schema.contains_key("examples")
    {
        schema.insert("examples".to_owned(), Value::Array(vec![example]));
    }
    if !schema.get("examples").is_none_or(Value::is_array) {
        schema.remove("examples");
    }
    if matches!(schema.get("items"), Some(Value::Array(_))) {
        // 2020-12 has another keyword for a list of schemas.
        let items = schema.remove("items").unwrap_or_default();
        schema.entry("prefixItems").or_insert(items);
        if let Some(others) = schema.remove("additionalItems") {
            schema.insert("items".to_owned(), others);
        }
    }
    if version < Version::V31 {
        let extension = version == Version::V2 && schema.get("x-nullable") == Some(&Value::Bool(true));
        if schema.remove("nullable") == Some(Value::Bool(true)) || extension {
            nullable(schema);
        }
    }
}

/// `exclusiveMinimum: true` with `minimum: 1` becomes `exclusiveMinimum: 1`.
fn exclusive(schema: &mut Map<String, Value>, limit: &str, exclusive: &str) {
    let Some(Value::Bool(is_exclusive)) = schema.get(exclusive).cloned() else { return };
    schema.remove(exclusive);
    if is_exclusive && let Some(value) = schema.remove(limit) {
        schema.insert(exclusive.to_owned(), value);
    }
}

/// {nullable}. It adds `null` to {type}. Without a type it has no effect according to 3.0.3, but authors use it next to
/// `allOf` with the same intention, so it is applied there as well.
fn nullable(schema: &mut Map<String, Value>) {
    match schema.get_mut("type") {
        Some(Value::String(kind)) => {
            let kinds = json!([kind, "null"]);
            schema.insert("type".to_owned(), kinds);
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
        }
        Some(_) => {}
        None => {
            const APPLICATORS: [&str; 4] = ["allOf", "anyOf", "oneOf", "enum"];
            let mut value = Map::new();
            for keyword in APPLICATORS {
                if let Some(applied) = schema.remove(keyword) {
                    value.insert(keyword.to_owned(), applied);
                }
            }
            if !value.is_empty() {
                schema.insert("anyOf".to_owned(), json!([value, {"type": "null"}]));
            }
        }
    }
}
