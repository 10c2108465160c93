//! Makes an invalid value valid by means of a model.

use std::collections::HashSet;

use serde_json::Value;

use crate::validator::Validator;

/// Maximum number of rounds: a replaced part may have been hiding others.
const MAX_ROUNDS: usize = 4;

/// A schema, and a value whose valid parts replace the invalid parts of others.
#[derive(Debug)]
pub struct Repair {
    validator: Validator,
    model: Value,
    /// The pointers to the invalid parts of the model, with `*` for indices.
    invalid: HashSet<String>,
}

impl Repair {
    /// `None` if validating the model takes too long.
    #[must_use]
    pub fn new(validator: Validator, model: Value) -> Option<Self> {
        let (culprits, _) = validator.culprits(&model).ok()?;
        let invalid = culprits.iter().map(|pointer| any_index(&model, pointer)).collect();
        Some(Self { validator, model, invalid })
    }

    /// Replaces the invalid parts of `value` by those of the model; parts that it does not have are removed, and required
    /// ones added. A part that is invalid in the model as well stays. The result may still be invalid where the parts
    /// depend on each other.
    pub fn apply(&self, value: &mut Value) {
        for _ in 0..MAX_ROUNDS {
            let Ok((culprits, _)) = self.validator.culprits(value) else { return };
            let mut is_changed = false;
            for culprit in culprits {
                if !self.invalid.contains(&any_index(value, &culprit)) {
                    is_changed |= replace(value, &self.model, &culprit);
                }
            }
            if !is_changed {
                return;
            }
        }
    }
}

/// A pointer into `root` with `*` for every index.
fn any_index(root: &Value, pointer: &str) -> String {
    let mut at = Some(root);
    let segments = pointer.split('/').skip(1).map(|segment| match at {
        Some(Value::Array(items)) => {
            at = segment.parse::<usize>().ok().and_then(|index| items.get(index));
            "*"
        }
        other => {
            at = other.and_then(|value| value.get(segment.replace("~1", "/").replace("~0", "~")));
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Replaces the part of `value` at a JSON pointer by that of `model`. False if nothing changes.
fn replace(value: &mut Value, model: &Value, pointer: &str) -> bool {
    let Some((above, last)) = pointer.rsplit_once('/') else { return complete(value, Some(model)) };
    let right = part(model, pointer);
    if let Some(there) = value.pointer_mut(pointer) {
        if complete(there, right) {
            return true;
        }
        if let Some(right) = right {
            let is_changed = there != right;
            there.clone_from(right);
            return is_changed;
        }
    }
    match value.pointer_mut(above) {
        Some(Value::Object(fields)) => fields.shift_remove(&last.replace("~1", "/").replace("~0", "~")).is_some(),
        Some(Value::Array(items)) => match last.parse::<usize>() {
            Ok(index) if index < items.len() => {
                items.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// Adds the fields of an object that it lacks. False if there are none.
fn complete(value: &mut Value, model: Option<&Value>) -> bool {
    let (Value::Object(fields), Some(Value::Object(model))) = (value, model) else { return false };
    let missing: Vec<_> = model.iter().filter(|(name, _)| !fields.contains_key(*name)).collect();
    for (name, value) in &missing {
        fields.insert((*name).clone(), (*value).clone());
    }
    !missing.is_empty()
}

/// The part of `model` at a JSON pointer. An item that it does not have is like its first one.
fn part<'m>(model: &'m Value, pointer: &str) -> Option<&'m Value> {
    let mut part = model;
    for token in pointer.split('/').skip(1) {
        part = match part {
            Value::Object(fields) => fields.get(&token.replace("~1", "/").replace("~0", "~"))?,
            Value::Array(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)).or(items.first())?,
            _ => return None,
        };
    }
    Some(part)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Repair;
    use crate::schema::{Schema, Schemas};

    fn check(schema: &Value, value: &Value, model: &Value, expected: &Value) {
        let schema = Schema::from_json(schema.clone());
        let repair = Repair::new(schema.validator(&Schemas::default()).unwrap(), model.clone()).unwrap();
        let mut repaired = value.clone();
        repair.apply(&mut repaired);
        assert_eq!(repaired, *expected, "{value}");
    }

    #[test]
    fn invalid_parts_are_replaced() {
        let item = json!({"type": "object", "required": ["id"], "additionalProperties": false, "properties": {
            "id": {"type": "string"}, "size": {"type": ["integer", "null"]}, "tags": {"type": "array", "items": {"type": "string"}}}});
        let model = json!({"id": "a", "size": null, "tags": ["x"]});
        let table = [
            (json!({"id": "b", "size": 3}), json!({"id": "b", "size": 3})),
            (json!({"id": 5, "size": "big"}), json!({"id": "a", "size": null})),
            (json!({"id": "b", "tags": ["y", 7]}), json!({"id": "b", "tags": ["y", "x"]})),
            (json!({"id": "b", "other": 1, "size": 2}), json!({"id": "b", "size": 2})),
        ];
        for (value, expected) in &table {
            check(&item, value, &model, expected);
        }
        check(
            &json!({"type": "array", "items": item}),
            &json!([{"id": "b"}, {"id": "c", "tags": 7}, {"size": 1}]),
            &json!([model]),
            &json!([{"id": "b"}, {"id": "c", "tags": ["x"]}, {"size": 1, "id": "a", "tags": ["x"]}]),
        );
    }

    #[test]
    fn parts_that_are_invalid_in_the_model_stay() {
        let schema = json!({"properties": {"items": {"items": {"properties": {
            "state": {"enum": ["open"]}, "due": {"type": "string"}}}}}});
        let model = json!({"items": [{"state": "open", "due": null}]});
        let value = json!({"items": [{"due": 1, "state": "new"}, {"due": null, "state": 2}]});
        let expected = json!({"items": [{"due": 1, "state": "open"}, {"due": null, "state": "open"}]});
        check(&schema, &value, &model, &expected);
    }
}
