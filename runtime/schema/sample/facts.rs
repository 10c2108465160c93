//! Combines a schema with the schemas that apply to the same value (`$ref`, `allOf`, a chosen alternative).

use serde_json::{Map, Value, json};

/// Maximum number of names in `required`, and of comparisons between two `enum`s.
const MAX_REQUIRED: usize = 1_000;
const MAX_COMPARED: usize = 1_000_000;

/// All constraints of a value.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The merged keywords. `const` becomes an `enum` with one value; `type` and `pattern` become lists.
    pub(super) fields: Map<String, Value>,
    /// Groups of alternatives that are not decided yet.
    pub(super) groups: Vec<Vec<Value>>,
    /// Conditions that are not decided yet.
    pub(super) conditions: Vec<Condition>,
    /// The numbers of the `$ref` targets already added: each is added once.
    pub(super) followed: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) if_true: Option<Value>,
    pub(super) then: Option<Value>,
    pub(super) otherwise: Option<Value>,
}

impl Facts {
    /// The declared examples and defaults, likeliest first.
    pub(super) fn declared(&self) -> Vec<Value> {
        let one = |word: &str| self.fields.get(word).cloned();
        let examples = self.fields.get("examples").and_then(Value::as_array);
        let mut declared: Vec<Value> =
            one("example").into_iter().chain(examples.into_iter().flatten().cloned()).collect();
        declared.extend(one("default"));
        declared.truncate(8);
        declared
    }

    /// The allowed types, null last. Without `type`, the types that other keywords imply; empty if unknown.
    pub(super) fn kinds(&self) -> Vec<String> {
        if let Some(kinds) = self.fields.get("type").and_then(Value::as_array) {
            let mut kinds: Vec<String> = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            kinds.sort_by_key(|kind| kind == "null");
            return kinds;
        }
        const IMPLIED: [(&str, &[&str]); 4] = [
            (
                "object",
                &[
                    "properties",
                    "required",
                    "additionalProperties",
                    "patternProperties",
                    "minProperties",
                    "maxProperties",
                    "propertyNames",
                    "dependentRequired",
                    "dependentSchemas",
                    "unevaluatedProperties",
                ],
            ),
            ("array", &["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"]),
            ("string", &["pattern", "minLength", "maxLength", "format"]),
            ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let told = IMPLIED.iter().filter(|(_, words)| words.iter().any(|word| self.fields.contains_key(*word)));
        told.map(|(kind, _)| (*kind).to_owned()).collect()
    }

    /// Whether the value has this property when all optional properties are included.
    pub(super) fn has_property(&self, name: &str) -> bool {
        let is_named = |name: &str| {
            let properties = self.fields.get("properties");
            properties.is_some_and(|properties| properties.get(name).is_some()) || self.is_required(name)
        };
        let asks = |names: &Value| names.as_array().is_some_and(|names| names.iter().any(|known| known == name));
        let dependent = self.fields.get("dependentRequired").and_then(Value::as_object);
        is_named(name) || dependent.is_some_and(|all| all.iter().any(|(key, names)| is_named(key) && asks(names)))
    }

    /// Whether the property is required.
    pub(super) fn is_required(&self, name: &str) -> bool {
        self.fields.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|n| n == name))
    }

    /// Adds a keyword. The result is the intersection with an existing value.
    pub(super) fn add(&mut self, word: &str, value: &Value) {
        let (word, value) = match (word, value) {
            ("const", _) => ("enum", json!([value])),
            ("type" | "pattern", Value::String(_)) => (word, json!([value])),
            _ => (word, value.clone()),
        };
        let Some(known) = self.fields.get_mut(word) else {
            let value = match value {
                Value::Array(mut names) if word == "required" => {
                    names.truncate(MAX_REQUIRED);
                    Value::Array(names)
                }
                value => value,
            };
            self.fields.insert(word.to_owned(), value);
            return;
        };
        match (word, known, value) {
            ("enum", Value::Array(known), Value::Array(values))
                if known.len().saturating_mul(values.len()) <= MAX_COMPARED =>
            {
                known.retain(|value| values.contains(value));
            }
            ("type", Value::Array(known), Value::Array(kinds)) => narrow(known, &kinds),
            ("required" | "examples" | "pattern", Value::Array(known), Value::Array(values)) => {
                for value in values.into_iter().take(MAX_REQUIRED) {
                    if known.len() < MAX_REQUIRED && !known.contains(&value) {
                        known.push(value);
                    }
                }
            }
            (
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" | "minContains",
                known,
                value,
            ) => {
                *known = if value.as_f64() > known.as_f64() { value } else { known.take() };
            }
            (
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" | "maxContains",
                known,
                value,
            ) => {
                *known = if value.as_f64() < known.as_f64() { value } else { known.take() };
            }
            ("multipleOf", known, value) => *known = common_multiple(known, value),
            ("uniqueItems" | "writeOnly", known, value) => *known = json!(*known == true || value == true),
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(known), Value::Object(schemas)) => {
                for (name, schema) in schemas {
                    let both = match known.remove(&name) {
                        Some(known) => both(known, schema),
                        None => schema,
                    };
                    known.insert(name, both);
                }
            }
            ("dependentRequired", Value::Object(known), Value::Object(names)) => known.extend(names),
            ("items" | "additionalProperties" | "contains" | "propertyNames", known, value) => {
                *known = both(known.take(), value);
            }
            ("prefixItems", Value::Array(known), Value::Array(schemas)) => {
                for (at, schema) in schemas.into_iter().enumerate() {
                    match known.get_mut(at) {
                        Some(known) => *known = both(known.take(), schema),
                        None => known.push(schema),
                    }
                }
            }
            // The first one wins; validation checks the others.
            _ => {}
        }
    }
}

/// The intersection of two schemas.
fn both(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (Value::Bool(true), one) | (one, Value::Bool(true)) => one,
        // Extends the existing list instead of nesting lists.
        (Value::Object(mut one), other) if one.len() == 1 && one.get("allOf").is_some_and(Value::is_array) => {
            if let Some(Value::Array(all)) = one.get_mut("allOf") {
                all.push(other);
            }
            Value::Object(one)
        }
        (one, other) => json!({ "allOf": [one, other] }),
    }
}

/// Keeps the types of `known` that `kinds` contains; an integer is a number.
fn narrow(known: &mut Vec<Value>, kinds: &[Value]) {
    let has = |kinds: &[Value], kind: &str| kinds.iter().any(|known| known == kind);
    let is_integer = has(known, "integer") && has(kinds, "number") || has(known, "number") && has(kinds, "integer");
    let is_integer = is_integer && !(has(known, "number") && has(kinds, "number"));
    known.retain(|kind| kinds.contains(kind));
    if is_integer && !has(known, "integer") {
        known.push(json!("integer"));
    }
}

fn common_multiple(one: &Value, other: Value) -> Value {
    let (Some(a), Some(b)) = (one.as_u64(), other.as_u64()) else {
        return if other.as_f64() > one.as_f64() { other } else { one.clone() };
    };
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    a.checked_div(divisor).and_then(|part| part.checked_mul(b)).map_or(other, |multiple| json!(multiple))
}
