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

/// Fields that say which entity a nested one is, in order of preference.
const NAMES: [&str; 9] = ["id", "name", "login", "slug", "key", "code", "username", "email", "value"];

/// Converts the fields that a client sends to the types that responses have, as `example` shows them. A field that cannot
/// be converted is dropped: the response keeps its example.
pub(crate) fn fit_all(fields: &mut Fields, example: &Fields) {
    fields.retain(|name, value| {
        let Some(model) = example.get(name) else { return true };
        match fit(value.take(), model) {
            Some(fitted) => {
                *value = fitted;
                true
            }
            None => false,
        }
    });
}

/// A value in the type of `model`: `"12"` is a number, a list of names is a list of entities with these names, and so on.
/// `None` if it cannot be converted.
pub(crate) fn fit(value: Value, model: &Value) -> Option<Value> {
    Some(match (model, value) {
        (Value::Null, value) | (_, value @ Value::Null) => value,
        (Value::Object(model), Value::Object(mut fields)) => {
            fit_all(&mut fields, model);
            Value::Object(fields)
        }
        (Value::Object(model), value @ (Value::String(_) | Value::Number(_))) => {
            let text = text_of(&value)?;
            Value::Object(named(model, &text)?)
        }
        (Value::Array(models), Value::Array(items)) => match models.first() {
            None => Value::Array(items),
            Some(Value::Object(model)) => {
                Value::Array(items.into_iter().filter_map(|item| entity(item, model)).collect())
            }
            Some(model) => Value::Array(items.into_iter().filter_map(|item| fit(item, model)).collect()),
        },
        (Value::Array(models), value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => {
            match models.first() {
                Some(Value::Object(model)) => Value::Array(vec![entity(value, model)?]),
                Some(model) => Value::Array(vec![fit(value, model)?]),
                None => Value::Array(vec![value]),
            }
        }
        (Value::Number(_), value @ Value::Number(_)) | (Value::Bool(_), value @ Value::Bool(_)) => value,
        (Value::Number(_) | Value::Bool(_), Value::String(text)) => typed_like(model, &text)?,
        (Value::String(_), value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => text_of(&value)?.into(),
        // An entity where its id or name is expected.
        (model, Value::Object(fields)) if !model.is_array() => {
            fit(NAMES.iter().find_map(|name| fields.get(*name).filter(|value| !value.is_object()).cloned())?, model)?
        }
        _ => return None,
    })
}

/// An item of a list of entities: an entity, or its id or name.
fn entity(item: Value, model: &Fields) -> Option<Value> {
    match item {
        Value::Object(mut fields) => {
            fit_all(&mut fields, model);
            let mut made = model.clone();
            overlay(&mut made, &fields);
            Some(Value::Object(made))
        }
        item => fit(item, &Value::Object(model.clone())),
    }
}

/// The entity like `model` whose id or name is `text`.
fn named(model: &Fields, text: &str) -> Option<Fields> {
    let (name, value) = NAMES.iter().find_map(|name| {
        let known = model.get(*name)?;
        let typed = if known.is_string() { Some(Value::from(text)) } else { typed_like(known, text) };
        Some(((*name).to_owned(), typed?))
    })?;
    let mut made = model.clone();
    made.insert(name, value);
    Some(made)
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

    use super::{Fields, fit_all, overlay, replace_id_in_addresses};

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
    fn what_is_sent_takes_the_types_of_the_example() {
        let check = |sent: Value, example: Value, expected: Value| {
            let mut given = fields(&sent);
            fit_all(&mut given, &fields(&example));
            assert_eq!(Value::Object(given), expected, "{sent} {example}");
        };
        check(
            json!({"pages": "12", "open": "true", "name": "5", "bad": "x", "other": "1", "none": {"a": 1}}),
            json!({"pages": 1, "open": false, "name": "n", "bad": 1, "none": null}),
            json!({"pages": 12, "open": true, "name": "5", "other": "1", "none": {"a": 1}}),
        );
        check(json!({"name": 5, "open": "no"}), json!({"name": "n", "open": true}), json!({"name": "5"}));
        // An entity by its id or name, and the other way round.
        check(
            json!({"owner": "ann"}),
            json!({"owner": {"login": "x", "admin": true}}),
            json!({"owner": {"login": "ann", "admin": true}}),
        );
        check(
            json!({"owner": 7}),
            json!({"owner": {"id": 1, "login": "x"}}),
            json!({"owner": {"id": 7, "login": "x"}}),
        );
        check(json!({"parent": {"id": "0"}}), json!({"parent": "9"}), json!({"parent": "0"}));
        check(json!({"owner": "ann"}), json!({"owner": {"age": 1}}), json!({}));
        check(
            json!({"labels": ["bug"]}),
            json!({"labels": [{"name": "x", "color": "f"}]}),
            json!({"labels": [{"name": "bug", "color": "f"}]}),
        );
        check(json!({"tags": "a"}), json!({"tags": ["x"]}), json!({"tags": ["a"]}));
        check(json!({"tags": {"a": 1}}), json!({"tags": ["x"]}), json!({}));
        check(json!({"size": {"w": "1"}}), json!({"size": {"w": 2, "h": 3}}), json!({"size": {"w": 1}}));
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
