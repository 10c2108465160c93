//! Merges fields, converts types, and replaces ids.

use serde_json::{Map, Number, Value};

/// The fields of a JSON object.
pub(crate) type Fields = Map<String, Value>;

/// Merges `upper` into `lower`: objects field by field; any other value, including arrays, is replaced.
pub(crate) fn overlay(lower: &mut Fields, upper: &Fields) {
    for (name, value) in upper {
        match (lower.get_mut(name), value) {
            (Some(Value::Object(below)), Value::Object(above)) => overlay(below, above),
            (Some(below), _) => *below = value.clone(),
            (None, _) => {
                lower.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Converts the strings of a form to the types of the example's fields: `12` to a number.
pub(crate) fn adopt_types(fields: &mut Fields, example: &Fields) {
    for (name, value) in fields {
        if let (Value::String(text), Some(model)) = (&*value, example.get(name))
            && let Some(typed) = typed_like(model, text)
        {
            *value = typed;
        }
    }
}

/// Parses `text` as the type of `model`; `None` if that fails, or if the type is not a number or boolean.
pub(crate) fn typed_like(model: &Value, text: &str) -> Option<Value> {
    match model {
        Value::Number(_) => text.parse::<Number>().ok().map(Value::Number),
        Value::Bool(_) => text.parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// The text of a scalar in a path or query; `None` for objects, arrays and null.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Replaces `old` by `new` in fields that contain addresses (`url`, `href`, `self`, `html_url`, …). Replaces only whole
/// words.
pub(crate) fn replace_id_in_addresses(fields: &mut Fields, old: &str, new: &str) {
    if old.is_empty() || old == new {
        return;
    }
    for (name, value) in fields {
        match value {
            Value::String(text) if is_address(name) => *text = replace_word(text, old, new),
            Value::Object(inner) => replace_id_in_addresses(inner, old, new),
            _ => {}
        }
    }
}

fn is_address(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "self" || ["url", "uri", "href", "link"].iter().any(|ending| name.ends_with(ending))
}

fn replace_word(text: &str, old: &str, new: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(old) {
        replaced.push_str(before);
        let bounded = !replaced.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        replaced.push_str(if bounded { new } else { old });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// The approximate size of a value in the store, in bytes.
pub(crate) fn weight(value: &Value) -> usize {
    const NODE: usize = 64;
    match value {
        Value::String(text) => NODE + text.len(),
        Value::Array(items) => items.iter().map(weight).fold(NODE, usize::saturating_add),
        Value::Object(fields) => weight_of_fields(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => NODE,
    }
}

/// The approximate size of fields in the store, in bytes.
pub(crate) fn weight_of_fields(fields: &Fields) -> usize {
    let each = fields.iter().map(|(name, value)| name.len().saturating_add(weight(value)));
    each.fold(64, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fields, adopt_types, overlay, replace_id_in_addresses};

    fn fields(value: &Value) -> Fields {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn objects_are_merged_field_by_field() {
        let mut lower = fields(&json!({"a": 1, "b": {"x": 1, "y": 2}, "c": [1, 2], "d": {"z": 1}}));
        overlay(&mut lower, &fields(&json!({"b": {"y": 3}, "c": [9], "d": null, "e": "new"})));
        assert_eq!(Value::Object(lower), json!({"a": 1, "b": {"x": 1, "y": 3}, "c": [9], "d": null, "e": "new"}));
    }

    #[test]
    fn form_texts_take_the_types_of_the_example() {
        let mut given = fields(&json!({"pages": "12", "open": "true", "name": "5", "bad": "x", "other": "1"}));
        adopt_types(&mut given, &fields(&json!({"pages": 1, "open": false, "name": "n", "bad": 1})));
        assert_eq!(Value::Object(given), json!({"pages": 12, "open": true, "name": "5", "bad": "x", "other": "1"}));
    }

    #[test]
    fn urls_contain_the_new_id() {
        let mut given = fields(&json!({
            "url": "https://x.example/users/35/35.json?v=135", "name": "35", "links": {"self": "/35", "n": 35}
        }));
        replace_id_in_addresses(&mut given, "35", "36");
        assert_eq!(
            Value::Object(given),
            json!({"url": "https://x.example/users/36/36.json?v=135", "name": "35", "links": {"self": "/36", "n": 35}})
        );
    }
}
