//! Whether a schema has keywords that mark properties.

use serde_json::Value;

/// Whether a schema, or one within it, has a keyword that marks properties.
pub(super) fn has_flags(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => {
            let is_flag = |word: &String| matches!(word.as_str(), "readOnly" | "writeOnly" | "deprecated");
            fields.keys().any(is_flag) || fields.values().any(has_flags)
        }
        Value::Array(items) => items.iter().any(has_flags),
        _ => false,
    }
}
