//! Estimates the maximum work of validating a value before validation begins.
//!
//! Schemas that reference each other can visit the same value exponentially often, or overflow the stack. This module
//! counts both, on schemas as [`crate::convert`] returns them. It visits each pair of a schema and a value once.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::convert::number;
use crate::error::SchemaError;

/// Maximum nesting of schemas and values. Validation recurses: each level takes some KB of stack.
const MAX_DEPTH: usize = 384;
/// Maximum number of pairs of a schema and a value.
const MAX_PAIRS: usize = 300_000;
/// Maximum work of one validation, in visits of a keyword.
const MAX_WORK: u64 = 4_000_000;
/// The cost of a pattern with lookaround, which may be tried at many positions.
const LOOKAROUND_WORK: u64 = 500;

/// The work of checking `instance` against `schema`, in visits of a keyword.
pub(super) fn effort(schema: &Value, instance: &Value) -> Result<u64, SchemaError> {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let (work, _) = Estimate { definitions, known: HashMap::new() }.of(schema, instance, 0)?;
    Ok(work)
}

struct Estimate<'a> {
    definitions: Option<&'a Map<String, Value>>,
    /// Work and height, by the addresses of schema and value.
    known: HashMap<(*const Value, *const Value), (u64, usize)>,
}

/// Placeholder for property names, which are validated as well.
static NAME: Value = Value::Null;

impl<'a> Estimate<'a> {
    fn of(&mut self, schema: &'a Value, instance: &'a Value, depth: usize) -> Result<(u64, usize), SchemaError> {
        let Value::Object(fields) = schema else { return Ok((1, 1)) };
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(instance));
        let known = self.known.get(&pair).copied();
        if depth + known.map_or(0, |(_, height)| height) > MAX_DEPTH || self.known.len() > MAX_PAIRS {
            return Err(SchemaError::TooMuchWork);
        }
        if let Some(known) = known {
            return Ok(known);
        }
        // The validator also detects a cyclic schema for the same value.
        self.known.insert(pair, (1, 1));
        let mut sum = Sum { work: 1, height: 0, depth: depth + 1 };
        for (word, value) in fields {
            self.keyword(word, value, instance, &mut sum)?;
        }
        match instance {
            Value::Object(values) => self.properties(fields, values, &mut sum)?,
            Value::Array(values) => self.items(fields, values, &mut sum)?,
            _ => {}
        }
        if fields.keys().any(|word| word.starts_with("unevaluated")) {
            sum.work = sum.work.saturating_mul(2);
        }
        if sum.work > MAX_WORK {
            return Err(SchemaError::TooMuchWork);
        }
        let known = (sum.work, sum.height + 1);
        self.known.insert(pair, known);
        Ok(known)
    }

    /// Adds the work of the keywords that apply to the same value.
    fn keyword(&mut self, word: &str, value: &'a Value, instance: &'a Value, sum: &mut Sum) -> Result<(), SchemaError> {
        sum.work += 1;
        match (word, value) {
            ("$ref", Value::String(reference)) => {
                let target = number(reference).and_then(|number| self.definitions?.get(&number.to_string()));
                self.add(target, instance, sum)
            }
            ("not" | "if" | "then" | "else", _) => self.add(Some(value), instance, sum),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter().try_for_each(|schema| self.add(Some(schema), instance, sum))
            }
            ("dependentSchemas", Value::Object(schemas)) => {
                schemas.values().try_for_each(|schema| self.add(Some(schema), instance, sum))
            }
            ("enum" | "required", Value::Array(values)) => {
                sum.work += values.len() as u64;
                Ok(())
            }
            ("pattern", Value::String(pattern)) => {
                sum.work += matching(pattern, instance.as_str().unwrap_or_default().len());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn properties(
        &mut self,
        fields: &'a Map<String, Value>,
        values: &'a Map<String, Value>,
        sum: &mut Sum,
    ) -> Result<(), SchemaError> {
        let schemas = |word: &str| fields.get(word).and_then(Value::as_object);
        let named = schemas("properties");
        for (name, value) in values {
            sum.work += 1;
            self.add(named.and_then(|named| named.get(name)), value, sum)?;
            for (pattern, schema) in schemas("patternProperties").into_iter().flatten() {
                sum.work += matching(pattern, name.len());
                self.add(Some(schema), value, sum)?;
            }
            self.add(fields.get("additionalProperties"), value, sum)?;
            self.add(fields.get("unevaluatedProperties"), value, sum)?;
            self.add(fields.get("propertyNames"), &NAME, sum)?;
        }
        Ok(())
    }

    fn items(&mut self, fields: &'a Map<String, Value>, values: &'a [Value], sum: &mut Sum) -> Result<(), SchemaError> {
        let first = fields.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (at, value) in values.iter().enumerate() {
            sum.work += 1;
            self.add(first.get(at).or_else(|| fields.get("items")), value, sum)?;
            self.add(fields.get("contains"), value, sum)?;
            self.add(fields.get("unevaluatedItems"), value, sum)?;
        }
        Ok(())
    }

    fn add(&mut self, schema: Option<&'a Value>, instance: &'a Value, sum: &mut Sum) -> Result<(), SchemaError> {
        let Some(schema) = schema else { return Ok(()) };
        let (work, height) = self.of(schema, instance, sum.depth)?;
        sum.work = sum.work.saturating_add(work);
        sum.height = sum.height.max(height);
        if sum.work > MAX_WORK { Err(SchemaError::TooMuchWork) } else { Ok(()) }
    }
}

struct Sum {
    work: u64,
    /// Nesting levels below this one.
    height: usize,
    /// Nesting levels above this one.
    depth: usize,
}

fn matching(pattern: &str, length: usize) -> u64 {
    let looks_around = pattern.contains("(?") || pattern.contains('\\') && pattern.contains('(');
    let once = 1 + length as u64 / 16;
    if looks_around { once.saturating_mul(LOOKAROUND_WORK) } else { once }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::effort;
    use crate::error::SchemaError;

    #[test]
    fn every_visit_counts() {
        let small = effort(&json!({"type": "string"}), &json!("a")).unwrap();
        let list = json!({"items": {"type": "string"}});
        let large = effort(&list, &json!(vec!["a"; 1000])).unwrap();
        assert!(large > 1000 * small && large < 10_000, "{small} {large}");
        assert!(effort(&json!({"pattern": "^(?=a)"}), &json!("a")).unwrap() > 100);
    }

    #[test]
    fn explosions_are_rejected() {
        let mut definitions = Map::new();
        for number in 0..40 {
            let next = json!({"$ref": format!("#/$defs/{}", number + 1)});
            definitions.insert(number.to_string(), json!({"allOf": [next, next]}));
        }
        definitions.insert("40".to_owned(), json!({}));
        let fan = json!({"$ref": "#/$defs/0", "$defs": definitions});
        assert_eq!(effort(&fan, &json!(1)), Err(SchemaError::TooMuchWork));

        let chain = (0..10_000).map(|n| (n.to_string(), json!({"$ref": format!("#/$defs/{}", n + 1)})));
        let chain = json!({"$ref": "#/$defs/0", "$defs": chain.collect::<Map<_, _>>()});
        assert_eq!(effort(&chain, &json!(1)), Err(SchemaError::TooMuchWork));

        let tree = json!({"$ref": "#/$defs/0", "$defs":
            {"0": {"properties": {"x": {"allOf": [{"$ref": "#/$defs/0"}, {"$ref": "#/$defs/0"}]}}}}});
        let nested = |levels| (0..levels).fold(json!(1), |value, _| json!({"x": value}));
        assert_eq!(effort(&tree, &nested(100)), Err(SchemaError::TooMuchWork));
        assert!(effort(&tree, &nested(8)).is_ok());

        let many: Vec<Value> = (0..5000).map(|n| json!({"const": n})).collect();
        let all = json!({"items": {"anyOf": many}});
        assert_eq!(effort(&all, &json!(vec![0; 5000])), Err(SchemaError::TooMuchWork));
    }

    #[test]
    fn cycles_end() {
        let cycle = json!({"$ref": "#/$defs/0", "$defs": {"0": {"not": {"$ref": "#/$defs/0"}}}});
        assert!(effort(&cycle, &json!(1)).is_ok());
    }
}
