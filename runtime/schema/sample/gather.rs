//! Collects the constraints of a schema, and of the subschemas for the same value, in [`Facts`].

use serde_json::Value;

use crate::convert::count;
use crate::sample::facts::{Condition, Facts};
use crate::sample::sampler::Sampler;

/// Maximum nesting of schemas, including `$ref`s.
const MAX_NESTING: usize = 150;

/// Maximum number of groups of alternatives, and of conditions, of one value.
const MAX_GROUPS: usize = 256;

impl Sampler<'_> {
    /// Adds the constraints of `schema`.
    pub(super) fn gather(&mut self, schema: &Value, facts: &mut Facts) {
        self.gather_at(schema, facts, 0);
    }

    /// Adds the constraints of `schema`, of all its alternatives and of the consequences of its conditions.
    pub(super) fn gather_all(&mut self, schema: &Value, facts: &mut Facts) {
        self.gather(schema, facts);
        for _ in 0..MAX_GROUPS {
            if let Some(alternatives) = facts.groups.pop() {
                alternatives.iter().for_each(|alternative| self.gather(alternative, facts));
            } else if let Some(condition) = facts.conditions.pop() {
                let parts = [condition.if_true, condition.then, condition.otherwise];
                parts.iter().flatten().for_each(|part| self.gather(part, facts));
            } else {
                break;
            }
        }
    }

    fn gather_at(&mut self, schema: &Value, facts: &mut Facts, nesting: usize) {
        let Value::Object(fields) = schema else { return };
        if nesting > MAX_NESTING || !self.step(1) {
            return;
        }
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str)
            && let Some((number, target)) = self.target(reference)
            && !facts.followed.contains(&number)
        {
            facts.followed.push(number);
            self.gather_at(&target, facts, nesting + 1);
        }
        for schema in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.gather_at(schema, facts, nesting + 1);
        }
        for (word, value) in fields {
            if matches!(word.as_str(), "$ref" | "allOf" | "then" | "else" | "$defs") || !self.step(count(value)) {
                continue;
            }
            match (word.as_str(), value) {
                ("anyOf" | "oneOf", Value::Array(alternatives)) => facts.groups.push(alternatives.clone()),
                ("if", _) => facts.conditions.push(Condition {
                    if_true: Some(value.clone()),
                    then: fields.get("then").cloned(),
                    otherwise: fields.get("else").cloned(),
                }),
                (word, value) => facts.add(word, value),
            }
        }
    }
}
