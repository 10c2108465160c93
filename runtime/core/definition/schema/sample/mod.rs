//! A value made from a schema: an example where the definition has none.
//!
//! The first try takes the first of everything that may be chosen: an example that the schema declares, the first
//! alternative, every property. When the check ([`super::validator`]) finds that it is not valid, the choice nearest
//! to what is wrong is made differently ([`choices`]), until it is valid or there were tries enough. The same schema
//! gives the same value.

mod choices;
mod facts;
mod list;
mod number;
mod object;
mod pattern;
mod text;

use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::convert::{Converter, number as target_number};
use super::{Schema, Schemas};
use choices::Choices;
use facts::Facts;

/// How deep a value may be.
const MAX_DEPTH: usize = 24;
/// Below this depth only what is required is made, and what has no parts.
const SOFT_DEPTH: usize = 6;
/// Values in one sample, so that schemas that fan out stay small.
const MAX_VALUES: usize = 5_000;
/// Values in the JSON of schemas that one try may look at, each time that it does.
const MAX_STEPS: usize = 300_000;
/// Characters of the texts in one sample.
const MAX_CHARACTERS: usize = 1 << 20;
/// Tries with all that may be there, and tries with no more than must; and what those of a kind may look at together, in
/// making and in checking. Where there is a valid value, a few tries find it; the rest is for where there is none.
const MAX_TRIES: usize = 32;
const MAX_TRIED_STEPS: usize = 100_000;
const MAX_TRIED_WORK: u64 = 100_000;
/// Alternatives of one choice.
const MAX_ALTERNATIVES: usize = 64;
/// Different values for the same simple schema.
const VARIANTS: usize = 4;

impl Schema {
    /// A value as the schema wants it, from its declared examples where they are valid; none when it is no JSON Schema.
    /// `schemas` are those of its definition. It is made when it is first asked for.
    ///
    /// Where no valid value is found, since there is none or it is too hard to find, it is as near as could be had.
    #[must_use]
    pub fn sample(&self, schemas: &Schemas) -> Option<Value> {
        self.0.sample.get_or_init(|| self.make_sample(schemas)).clone()
    }

    fn make_sample(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        let first = sampler.attempt(&root);
        let Ok(validator) = self.validator(schemas) else { return Some(first) };
        let mut value = first.clone();
        // All that may be there, and then no more than must.
        for is_minimal in [false, true] {
            if is_minimal {
                sampler.is_minimal = true;
                sampler.choices = Choices::default();
                value = sampler.attempt(&root);
            }
            let (mut steps, mut work) = (0, 0);
            for _ in 0..MAX_TRIES {
                let Ok((culprits, more)) = validator.culprits(&value) else { break };
                if culprits.is_empty() {
                    return Some(value);
                }
                steps += MAX_STEPS - sampler.steps_left;
                work += more;
                if steps > MAX_TRIED_STEPS || work > MAX_TRIED_WORK || !sampler.choices.change(&culprits) {
                    break;
                }
                value = sampler.attempt(&root);
            }
        }
        Some(first)
    }

    /// The first try of [`Self::sample`], without a look whether it is valid: for what only needs to know its shape.
    #[must_use]
    pub fn sketch(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        Some(sampler.attempt(&root))
    }
}

/// Makes values.
struct Sampler<'a> {
    converter: Converter<'a>,
    targets: HashMap<usize, Option<Rc<Value>>>,
    patterns: HashMap<String, Option<Regex>>,
    choices: Choices,
    /// Whether to leave out all that may be.
    is_minimal: bool,
    values_left: usize,
    steps_left: usize,
    characters_left: usize,
}

/// Where a value goes.
#[derive(Clone, Debug, Default)]
struct Seat {
    /// A JSON pointer.
    pointer: String,
    /// The property it is for.
    name: String,
    depth: usize,
    /// Tells it from others that must not be the same.
    seed: usize,
}

impl Seat {
    fn property(&self, name: &str) -> Self {
        let pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
        Self { pointer, name: name.to_owned(), depth: self.depth + 1, seed: self.seed }
    }

    fn item(&self, index: usize, seed: usize) -> Self {
        Self { pointer: format!("{}/{index}", self.pointer), name: self.name.clone(), depth: self.depth + 1, seed }
    }
}

impl<'a> Sampler<'a> {
    fn new(converter: Converter<'a>) -> Self {
        Self {
            converter,
            targets: HashMap::new(),
            patterns: HashMap::new(),
            choices: Choices::default(),
            is_minimal: false,
            values_left: 0,
            steps_left: 0,
            characters_left: 0,
        }
    }

    fn attempt(&mut self, root: &Value) -> Value {
        self.values_left = MAX_VALUES;
        self.steps_left = MAX_STEPS;
        self.characters_left = MAX_CHARACTERS;
        self.choices.start();
        self.value(root, &Seat::default())
    }

    /// What `#/$defs/NUMBER` leads to; none for what cannot be read.
    fn target(&mut self, reference: &str) -> Option<(usize, Rc<Value>)> {
        let number = target_number(reference)?;
        let converter = &mut self.converter;
        let target = self.targets.entry(number).or_insert_with(|| converter.target(number).ok().map(Rc::new));
        Some((number, Rc::clone(target.as_ref()?)))
    }

    /// Counts what is looked at; false when it was too much.
    fn step(&mut self, count: usize) -> bool {
        self.steps_left = self.steps_left.saturating_sub(count);
        self.steps_left > 0
    }

    /// Whether to make no more than must be, at that depth.
    fn is_short(&self, depth: usize) -> bool {
        self.is_minimal || depth >= SOFT_DEPTH || self.values_left < MAX_VALUES / 10
    }

    /// A value for a schema.
    fn value(&mut self, schema: &Value, seat: &Seat) -> Value {
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

    /// A value where nothing is said but, perhaps, what it must not be.
    fn anything(&mut self, seat: &Seat) -> Value {
        let text = if seat.seed == 0 { "text".to_owned() } else { format!("text{}", seat.seed) };
        let mut values = vec![json!({}), json!(text), json!(1 + seat.seed), json!(true), Value::Null, json!([])];
        if seat.seed > 0 {
            values.swap(0, 1);
        }
        let pick = self.choices.pick(&seat.pointer, values.len());
        values.swap_remove(pick.min(5))
    }

    /// Adds one of each group of alternatives, and what conditions add, to the facts.
    fn decide(&mut self, facts: &mut Facts, seat: &Seat) {
        self.depend(facts);
        for _ in 0..MAX_ALTERNATIVES {
            if let Some(mut alternatives) = facts.groups.pop() {
                alternatives.truncate(MAX_ALTERNATIVES);
                let is_short = self.is_short(seat.depth);
                // A sort is stable: in their order, but nothing first when short of room, and last otherwise.
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

    /// Adds the schemas of `dependentSchemas` whose property will be there.
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

    /// The pattern, ready to match; none for one that cannot be used.
    fn pattern(&mut self, pattern: &str) -> Option<&Regex> {
        if !self.patterns.contains_key(pattern) {
            let compiled = if self.step(pattern.len()) { pattern::compiled(pattern) } else { None };
            self.patterns.insert(pattern.to_owned(), compiled);
        }
        self.patterns.get(pattern)?.as_ref()
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| *kind == "null" || *kind == json!(["null"]))
        || schema.get("const") == Some(&Value::Null)
        || schema.get("enum") == Some(&json!([null]))
}

/// Whether a value for it has no parts.
fn is_simple(schema: &Value) -> bool {
    let parts = ["$ref", "properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "if"];
    parts.iter().all(|word| schema.get(*word).is_none())
}
