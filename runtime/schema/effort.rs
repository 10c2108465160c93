//! Counts the work of validating a value before validation begins.
//!
//! Schemas that reference each other can visit the same value exponentially often, or overflow the stack. This module
//! makes the same visits without validating anything, on schemas as [`crate::convert`] returns them, and stops when
//! there are too many. A schema is prepared once; counting is several times as fast as validating.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::convert::number;
use crate::error::SchemaError;

/// Maximum nesting of schemas and values. Validation recurses: each level takes some KB of stack.
const MAX_DEPTH: usize = 384;
/// Maximum work of one validation, in visits of a keyword: of any value, of a large one for each value that it contains,
/// and of the largest.
const MAX_WORK: u64 = 4_000_000;
const MAX_WORK_PER_VALUE: u64 = 48;
const MAX_TOTAL_WORK: u64 = 60_000_000;
/// The cost of a pattern with lookaround, which may be tried at many positions.
const LOOKAROUND_WORK: u64 = 500;

/// A schema, prepared for counting.
#[derive(Debug)]
pub(super) struct Effort {
    /// The schema itself is the first one.
    nodes: Vec<Node>,
}

/// A schema within a schema. Other schemas are indices.
#[derive(Debug, Default)]
struct Node {
    /// The visits of its own keywords.
    work: u64,
    pattern: Option<Pattern>,
    /// For the same value.
    parts: Vec<usize>,
    reference: Option<usize>,
    properties: HashMap<String, usize>,
    patterns: Vec<(Pattern, usize)>,
    /// For every property: `additionalProperties`, `unevaluatedProperties`.
    each_property: Vec<usize>,
    property_names: Option<usize>,
    first_items: Vec<usize>,
    items: Option<usize>,
    /// For every item: `contains`, `unevaluatedItems`.
    each_item: Vec<usize>,
    /// `unevaluated…` visits the same value again.
    is_double: bool,
}

#[derive(Clone, Copy, Debug)]
struct Pattern {
    looks_around: bool,
}

/// The schemas that are being visited for one value, innermost first.
#[derive(Clone, Copy)]
struct Above<'a> {
    node: usize,
    above: Option<&'a Above<'a>>,
}

/// Placeholder for property names, which are validated as well.
static NAME: Value = Value::Null;

impl Effort {
    /// Prepares a schema.
    pub(super) fn new(schema: &Value) -> Self {
        let mut preparation = Preparation::default();
        let definitions = schema.get("$defs").and_then(Value::as_object);
        preparation.index(schema);
        let mut nodes = Vec::new();
        while let Some(schema) = preparation.schemas.get(nodes.len()).copied() {
            nodes.push(preparation.node(schema, definitions));
        }
        Self { nodes }
    }

    /// The work of checking `instance`, in visits of a keyword.
    ///
    /// # Errors
    /// [`SchemaError::TooMuchWork`] if that is too much, or too deep.
    pub(super) fn of(&self, instance: &Value) -> Result<u64, SchemaError> {
        let mut count = Count { nodes: &self.nodes, work: 0, limit: MAX_WORK };
        let first = count.visit(0, instance, None, 0);
        if first.is_ok() || count.work <= MAX_WORK {
            return first.map(|()| count.work);
        }
        let values = values(instance, 0);
        let limit = values.saturating_mul(MAX_WORK_PER_VALUE).min(MAX_TOTAL_WORK);
        if limit <= MAX_WORK {
            return Err(SchemaError::TooMuchWork);
        }
        let mut count = Count { nodes: &self.nodes, work: 0, limit };
        count.visit(0, instance, None, 0).map(|()| count.work)
    }
}

/// The number of values in a value, itself included.
fn values(value: &Value, depth: usize) -> u64 {
    match value {
        _ if depth > MAX_DEPTH => 1,
        Value::Array(items) => items.iter().map(|item| values(item, depth + 1)).sum::<u64>() + 1,
        Value::Object(fields) => fields.values().map(|value| values(value, depth + 1)).sum::<u64>() + 1,
        _ => 1,
    }
}

#[derive(Default)]
struct Preparation<'s> {
    schemas: Vec<&'s Value>,
    /// The indices by address.
    known: HashMap<*const Value, usize>,
}

impl<'s> Preparation<'s> {
    fn index(&mut self, schema: &'s Value) -> usize {
        *self.known.entry(std::ptr::from_ref(schema)).or_insert_with(|| {
            self.schemas.push(schema);
            self.schemas.len() - 1
        })
    }

    fn node(&mut self, schema: &'s Value, definitions: Option<&'s Map<String, Value>>) -> Node {
        let mut node = Node { work: 1, ..Node::default() };
        let Value::Object(fields) = schema else { return node };
        for (word, value) in fields {
            node.work += 1;
            node.is_double |= word.starts_with("unevaluated");
            match (word.as_str(), value) {
                ("$ref", Value::String(reference)) => {
                    let target = number(reference).and_then(|number| definitions?.get(&number.to_string()));
                    node.reference = target.map(|target| self.index(target));
                }
                ("not" | "if" | "then" | "else", _) => node.parts.push(self.index(value)),
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    node.parts.extend(schemas.iter().map(|schema| self.index(schema)));
                }
                ("dependentSchemas", Value::Object(schemas)) => {
                    node.parts.extend(schemas.values().map(|schema| self.index(schema)));
                }
                ("enum" | "required", Value::Array(values)) => node.work += values.len() as u64,
                ("pattern", Value::String(pattern)) => node.pattern = Some(Pattern::new(pattern)),
                ("properties", Value::Object(all)) => {
                    node.properties = all.iter().map(|(name, schema)| (name.clone(), self.index(schema))).collect();
                }
                ("patternProperties", Value::Object(all)) => {
                    node.patterns = all.iter().map(|(name, schema)| (Pattern::new(name), self.index(schema))).collect();
                }
                ("additionalProperties" | "unevaluatedProperties", _) => node.each_property.push(self.index(value)),
                ("propertyNames", _) => node.property_names = Some(self.index(value)),
                ("prefixItems", Value::Array(schemas)) => {
                    node.first_items = schemas.iter().map(|schema| self.index(schema)).collect();
                }
                ("items", _) => node.items = Some(self.index(value)),
                ("contains" | "unevaluatedItems", _) => node.each_item.push(self.index(value)),
                _ => {}
            }
        }
        node
    }
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        Self { looks_around: pattern.contains("(?") || pattern.contains('\\') && pattern.contains('(') }
    }

    /// The work of matching a text of so many bytes.
    fn work(self, length: usize) -> u64 {
        let once = 1 + length as u64 / 16;
        if self.looks_around { once.saturating_mul(LOOKAROUND_WORK) } else { once }
    }
}

struct Count<'a> {
    nodes: &'a [Node],
    work: u64,
    limit: u64,
}

impl Count<'_> {
    fn visit(
        &mut self,
        index: usize,
        instance: &Value,
        above: Option<&Above<'_>>,
        depth: usize,
    ) -> Result<(), SchemaError> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let before = self.work;
        self.work = self.work.saturating_add(node.work);
        if let Some(pattern) = node.pattern {
            self.work += pattern.work(instance.as_str().map_or(0, str::len));
        }
        if depth > MAX_DEPTH || self.work > self.limit {
            return Err(SchemaError::TooMuchWork);
        }
        let here = Above { node: index, above };
        if let Some(target) = node.reference.filter(|target| !here.has(*target)) {
            self.visit(target, instance, Some(&here), depth + 1)?;
        }
        for part in &node.parts {
            self.visit(*part, instance, Some(&here), depth + 1)?;
        }
        match instance {
            Value::Object(values) => self.properties(node, values, depth + 1)?,
            Value::Array(values) => self.items(node, values, depth + 1)?,
            _ => {}
        }
        if node.is_double {
            self.work = self.work.saturating_add(self.work - before);
        }
        if self.work > self.limit { Err(SchemaError::TooMuchWork) } else { Ok(()) }
    }

    fn properties(&mut self, node: &Node, values: &Map<String, Value>, depth: usize) -> Result<(), SchemaError> {
        for (name, value) in values {
            self.work += 1;
            if let Some(schema) = node.properties.get(name) {
                self.visit(*schema, value, None, depth)?;
            }
            for (pattern, schema) in &node.patterns {
                self.work += pattern.work(name.len());
                self.visit(*schema, value, None, depth)?;
            }
            for schema in &node.each_property {
                self.visit(*schema, value, None, depth)?;
            }
            if let Some(schema) = node.property_names {
                self.visit(schema, &NAME, None, depth)?;
            }
        }
        Ok(())
    }

    fn items(&mut self, node: &Node, values: &[Value], depth: usize) -> Result<(), SchemaError> {
        for (at, value) in values.iter().enumerate() {
            self.work += 1;
            if let Some(schema) = node.first_items.get(at).copied().or(node.items) {
                self.visit(schema, value, None, depth)?;
            }
            for schema in &node.each_item {
                self.visit(*schema, value, None, depth)?;
            }
        }
        Ok(())
    }
}

impl Above<'_> {
    /// Whether a schema is being visited: the validator, too, ends a cycle for the same value.
    fn has(&self, node: usize) -> bool {
        self.node == node || self.above.is_some_and(|above| above.has(node))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::Effort;
    use crate::error::SchemaError;

    fn effort(schema: &Value, instance: &Value) -> Result<u64, SchemaError> {
        Effort::new(schema).of(instance)
    }

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

    #[test]
    fn a_large_value_may_take_more_work() {
        let item = json!({"required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"enum": [1, 2, 3]}}});
        let list = json!({"items": {"$ref": "#/$defs/0"}, "$defs": {"0": item}});
        let large: Value = (0..400_000).map(|number| json!({"a": number, "b": 1})).collect();
        assert!(effort(&list, &large).unwrap() > 4_000_000);
        let wide: Vec<Value> = (0..100).map(|n| json!({"const": n})).collect();
        assert_eq!(effort(&json!({"items": {"anyOf": wide}}), &large), Err(SchemaError::TooMuchWork));
    }
}
