//! The state of making one sample: what was chosen, what is left of its budgets, and where a value goes.

use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::Value;

use crate::convert::{Converter, number as target_number};
use crate::sample::choices::Choices;
use crate::sample::pattern;

/// Below this depth only what is required is made, and what has no parts.
const SOFT_DEPTH: usize = 6;
/// Values in one sample, so that schemas that fan out stay small.
const MAX_VALUES: usize = 5_000;
/// Values in the JSON of schemas that one try may look at, each time that it does.
const MAX_STEPS: usize = 300_000;
/// Characters of the texts in one sample.
const MAX_CHARACTERS: usize = 1 << 20;

/// Makes values.
pub(super) struct Sampler<'a> {
    pub(super) converter: Converter<'a>,
    pub(super) targets: HashMap<usize, Option<Rc<Value>>>,
    pub(super) patterns: HashMap<String, Option<Regex>>,
    pub(super) choices: Choices,
    /// Whether to leave out all that may be.
    pub(super) is_minimal: bool,
    pub(super) values_left: usize,
    pub(super) steps_left: usize,
    pub(super) characters_left: usize,
}

/// Where a value goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    /// A JSON pointer.
    pub(super) pointer: String,
    /// The property it is for.
    pub(super) name: String,
    pub(super) depth: usize,
    /// Tells it from others that must not be the same.
    pub(super) seed: usize,
}

impl Seat {
    pub(super) fn property(&self, name: &str) -> Self {
        let pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
        Self { pointer, name: name.to_owned(), depth: self.depth + 1, seed: self.seed }
    }

    pub(super) fn item(&self, index: usize, seed: usize) -> Self {
        Self { pointer: format!("{}/{index}", self.pointer), name: self.name.clone(), depth: self.depth + 1, seed }
    }
}

impl<'a> Sampler<'a> {
    pub(super) fn new(converter: Converter<'a>) -> Self {
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

    /// Begins one try.
    pub(super) fn start(&mut self) {
        self.values_left = MAX_VALUES;
        self.steps_left = MAX_STEPS;
        self.characters_left = MAX_CHARACTERS;
        self.choices.start();
    }

    /// What this try has looked at so far.
    pub(super) fn steps(&self) -> usize {
        MAX_STEPS - self.steps_left
    }

    /// What `#/$defs/NUMBER` leads to; none for what cannot be read.
    pub(super) fn target(&mut self, reference: &str) -> Option<(usize, Rc<Value>)> {
        let number = target_number(reference)?;
        let converter = &mut self.converter;
        let target = self.targets.entry(number).or_insert_with(|| converter.target(number).ok().map(Rc::new));
        Some((number, Rc::clone(target.as_ref()?)))
    }

    /// Counts what is looked at; false when it was too much.
    pub(super) fn step(&mut self, count: usize) -> bool {
        self.steps_left = self.steps_left.saturating_sub(count);
        self.steps_left > 0
    }

    /// Whether to make no more than must be, at that depth.
    pub(super) fn is_short(&self, depth: usize) -> bool {
        self.is_minimal || depth >= SOFT_DEPTH || self.values_left < MAX_VALUES / 10
    }

    /// The pattern, ready to match; none for one that cannot be used.
    pub(super) fn pattern(&mut self, pattern: &str) -> Option<&Regex> {
        if !self.patterns.contains_key(pattern) {
            let compiled = if self.step(pattern.len()) { pattern::compiled(pattern) } else { None };
            self.patterns.insert(pattern.to_owned(), compiled);
        }
        self.patterns.get(pattern)?.as_ref()
    }
}

/// Whether a value for it has no parts.
pub(super) fn is_simple(schema: &Value) -> bool {
    let parts = ["$ref", "properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "if"];
    parts.iter().all(|word| schema.get(*word).is_none())
}
