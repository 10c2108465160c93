//! Generates a value for a schema: decides between its alternatives, then selects a generator by type.

use serde_json::{Map, Value, json};

use crate::sample::facts::Facts;
use crate::sample::number;
use crate::sample::sampler::{Sampler, Seat, is_simple};

/// Maximum nesting of a value.
const MAX_DEPTH: usize = 24;
/// Maximum number of alternatives per choice.
const MAX_ALTERNATIVES: usize = 64;
/// Maximum number of distinct values for the same scalar schema.
const VARIANTS: usize = 4;

impl Sampler<'_> {
    /// Tries to generate a value for `root`.
    pub(super) fn attempt(&mut self, root: &Value) -> Value {
        self.start();
        self.value(root, &Seat::default())
    }

    /// Generates a value for a schema.
    pub(super) fn value(&mut self, schema: &Value, seat: &Seat) -> Value {
        if seat.depth > MAX_DEPTH || self.values_left == 0 {
            return Value::Null;
        }
        self.values_left -= 1;
        let mut facts = Facts::default();
        self.gather(schema, &mut facts);
        let mut declared = facts.declared();
        let pick = self.choices.pick(&seat.pointer, declared.len() + 1);
        if pick < declared.len() && seat.seed == 0 {
            return declared.swap_remove(pick);
        }
        self.decide(&mut facts, seat);
        if let Some(values) = facts.fields.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty()) {
            let pick = self.choices.pick(&seat.pointer, values.len().min(MAX_ALTERNATIVES));
            return values.get((pick + seat.seed) % values.len()).cloned().unwrap_or_default();
        }
        let kinds = facts.kinds();
        if kinds.is_empty() {
            return self.anything(seat);
        }
        let pick = self.choices.pick(&seat.pointer, kinds.len());
        match kinds.get(pick).map_or("", String::as_str) {
            "object" => self.object(&facts, seat),
            "array" => self.list(&facts.fields, seat),
            "string" => {
                let variant = seat.seed + self.choices.pick(&seat.pointer, VARIANTS);
                Value::String(self.text(&facts.fields, &seat.name, variant))
            }
            kind @ ("integer" | "number") => {
                let variant = seat.seed + self.choices.pick(&seat.pointer, VARIANTS);
                number::number(&facts.fields, kind == "integer", variant)
            }
            "boolean" => Value::Bool((seat.seed + self.choices.pick(&seat.pointer, 2)).is_multiple_of(2)),
            _ => Value::Null,
        }
    }

    /// A value without constraints, except possibly `not`.
    fn anything(&mut self, seat: &Seat) -> Value {
        let text = if seat.seed == 0 { "text".to_owned() } else { format!("text{}", seat.seed) };
        let mut values = vec![json!({}), json!(text), json!(1 + seat.seed), json!(true), Value::Null, json!([])];
        if seat.seed > 0 {
            values.swap(0, 1);
        }
        let pick = self.choices.pick(&seat.pointer, values.len());
        values.swap_remove(pick.min(5))
    }

    /// Adds one alternative of each group, and the consequences of conditions, to the facts.
    fn decide(&mut self, facts: &mut Facts, seat: &Seat) {
        self.depend(facts);
        for _ in 0..MAX_ALTERNATIVES {
            if let Some(mut alternatives) = facts.groups.pop() {
                alternatives.truncate(MAX_ALTERNATIVES);
                let is_short = self.is_short(seat.depth);
                // The sort is stable: alternatives keep their order, but null is first when space is short, and last
                // otherwise.
                alternatives.sort_by_key(|schema| match (is_short, is_null(schema), is_simple(schema)) {
                    (true, true, _) => 0,
                    (true, false, true) => 1,
                    (true, false, false) => 2,
                    (false, is_null, _) => u8::from(is_null),
                });
                let pick = self.choices.pick(&seat.pointer, alternatives.len());
                if let Some(chosen) = alternatives.get(pick) {
                    self.gather(chosen, facts);
                }
            } else if let Some(condition) = facts.conditions.pop() {
                let branches = match self.choices.pick(&seat.pointer, 2) {
                    0 => [condition.if_true, condition.then],
                    _ => [None, condition.otherwise],
                };
                for branch in branches.into_iter().flatten() {
                    self.gather(&branch, facts);
                }
            } else {
                break;
            }
            self.depend(facts);
        }
    }

    /// Adds the `dependentSchemas` of properties that the value will have.
    fn depend(&mut self, facts: &mut Facts) {
        let Some(Value::Object(schemas)) = facts.fields.remove("dependentSchemas") else { return };
        let mut later = Map::new();
        for (name, schema) in schemas {
            if facts.has_property(&name) {
                self.gather(&schema, facts);
            } else {
                later.insert(name, schema);
            }
        }
        if !later.is_empty() {
            facts.add("dependentSchemas", &Value::Object(later));
        }
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| *kind == "null" || *kind == json!(["null"]))
        || schema.get("const") == Some(&Value::Null)
        || schema.get("enum") == Some(&json!([null]))
}
