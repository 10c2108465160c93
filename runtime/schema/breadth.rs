//! Estimates the work of compiling a schema before it begins.
//!
//! The alternatives of `anyOf` and `oneOf` are compared with each other, and `unevaluatedProperties` considers all
//! subschemas for the same value; both follow `$ref`s, so that a large schema counts as often as it is referenced.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::convert::number;
use crate::error::SchemaError;

/// Maximum nesting of `$ref`s and schemas for the same value.
const MAX_DEPTH: usize = 256;
/// Maximum size of all alternatives of a schema together.
const MAX_BREADTH: u64 = 1_000_000;

/// Rejects a schema, as [`crate::convert`] returns it, that would take too long to compile.
pub(super) fn check(schema: &Value) -> Result<(), SchemaError> {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let total = Breadths { definitions, known: HashMap::new() }.total(schema)?;
    if total > MAX_BREADTH { Err(SchemaError::TooMuchWork) } else { Ok(()) }
}

struct Breadths<'a> {
    definitions: Option<&'a Map<String, Value>>,
    /// The breadth of each schema, by its address.
    known: HashMap<*const Value, u64>,
}

impl<'a> Breadths<'a> {
    /// The breadth of all schemas in `value` that have alternatives.
    fn total(&mut self, value: &'a Value) -> Result<u64, SchemaError> {
        match value {
            Value::Object(fields) => {
                let counts = |word: &str| matches!(word, "anyOf" | "oneOf") || word.starts_with("unevaluated");
                let mut total = if fields.keys().any(|word| counts(word)) { self.of(value, 0)? } else { 0 };
                for inner in fields.values() {
                    total = total.saturating_add(self.total(inner)?);
                }
                Ok(total)
            }
            Value::Array(values) => {
                values.iter().try_fold(0_u64, |total, value| Ok(total.saturating_add(self.total(value)?)))
            }
            _ => Ok(0),
        }
    }

    /// The size of a schema and of those it references for the same value.
    fn of(&mut self, schema: &'a Value, depth: usize) -> Result<u64, SchemaError> {
        let Value::Object(fields) = schema else { return Ok(1) };
        if let Some(known) = self.known.get(&std::ptr::from_ref(schema)) {
            return Ok(*known);
        }
        if depth > MAX_DEPTH {
            return Err(SchemaError::TooMuchWork);
        }
        // A cyclic reference counts once.
        self.known.insert(schema, 1);
        let mut breadth = 1_u64;
        for (word, value) in fields {
            let more = match (word.as_str(), value) {
                ("$ref", Value::String(reference)) => {
                    let target = number(reference).and_then(|number| self.definitions?.get(&number.to_string()));
                    target.map_or(Ok(0), |target| self.of(target, depth + 1))?
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    let mut sum = 0_u64;
                    for schema in schemas {
                        sum = sum.saturating_add(self.of(schema, depth + 1)?);
                    }
                    sum
                }
                ("dependentSchemas", Value::Object(schemas)) => {
                    let mut sum = 0_u64;
                    for schema in schemas.values() {
                        sum = sum.saturating_add(self.of(schema, depth + 1)?);
                    }
                    sum
                }
                ("if" | "then" | "else" | "not", _) => self.of(value, depth + 1)?,
                (_, Value::Object(values)) if word != "$defs" => values.len() as u64,
                (_, Value::Array(values)) => values.len() as u64,
                _ => 1,
            };
            breadth = breadth.saturating_add(more);
        }
        self.known.insert(schema, breadth);
        Ok(breadth)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::check;
    use crate::error::SchemaError;

    #[test]
    fn every_reference_counts() {
        let large: Map<String, Value> = (0..2_000).map(|number| (number.to_string(), json!({}))).collect();
        for (word, refused) in [("anyOf", true), ("oneOf", true), ("allOf", false)] {
            let schema =
                json!({word: vec![json!({"$ref": "#/$defs/0"}); 2_000], "$defs": {"0": {"properties": large}}});
            assert_eq!(check(&schema), if refused { Err(SchemaError::TooMuchWork) } else { Ok(()) }, "{word}");
        }
        let schema = json!({"anyOf": [{"$ref": "#/$defs/0"}], "$defs": {"0": {"anyOf": [{"$ref": "#/$defs/0"}]}}});
        assert_eq!(check(&schema), Ok(()));
    }
}
