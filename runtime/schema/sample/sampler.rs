//! The state of generating one sample: the choices, the rest of its budgets, and the current value.

use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::Value;

use crate::convert::{Converter, number as target_number};
use crate::sample::choices::Choices;
use crate::sample::pattern;

/// Below this depth only required and scalar properties are generated.
const SOFT_DEPTH: usize = 6;
/// Maximum number of values in one sample, so that schemas that fan out stay small.
const MAX_VALUES: usize = 5_000;
/// Maximum number of schema values that one try may visit, counted at each visit.
const MAX_STEPS: usize = 300_000;
/// Maximum length of the strings in one sample, in characters.
const MAX_CHARACTERS: usize = 1 << 20;

/// Generates values.
pub(super) struct Sampler<'a> {
    pub(super) converter: Converter<'a>,
    pub(super) targets: HashMap<usize, Option<Rc<Value>>>,
    pub(super) patterns: HashMap<String, Option<Regex>>,
    pub(super) choices: Choices,
    /// Whether to leave out all optional parts.
    pub(super) is_minimal: bool,
    pub(super) values_left: usize,
    pub(super) steps_left: usize,
    pub(super) characters_left: usize,
}

/// The position of a value in the sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    /// A JSON pointer.
    pub(super) pointer: String,
    /// The name of its property.
    pub(super) name: String,
    pub(super) depth: usize,
    /// Distinguishes it from others that must differ.
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

    /// Starts a try.
    pub(super) fn start(&mut self) {
        self.values_left = MAX_VALUES;
        self.steps_left = MAX_STEPS;
        self.characters_left = MAX_CHARACTERS;
        self.choices.start();
    }

    /// The number of schema values that this try has visited.
    pub(super) fn steps(&self) -> usize {
        MAX_STEPS - self.steps_left
    }

    /// The target of `#/$defs/NUMBER`; none if it cannot be converted.
    pub(super) fn target(&mut self, reference: &str) -> Option<(usize, Rc<Value>)> {
        let number = target_number(reference)?;
        let converter = &mut self.converter;
        let target = self.targets.entry(number).or_insert_with(|| converter.target(number).ok().map(Rc::new));
        Some((number, Rc::clone(target.as_ref()?)))
    }

    /// Counts visited values; false beyond the budget.
    pub(super) fn step(&mut self, count: usize) -> bool {
        self.steps_left = self.steps_left.saturating_sub(count);
        self.steps_left > 0
    }

    /// Whether to generate required parts only, at that depth.
    pub(super) fn is_short(&self, depth: usize) -> bool {
        self.is_minimal || depth >= SOFT_DEPTH || self.values_left < MAX_VALUES / 10
    }

    /// The compiled pattern; none if it cannot be compiled.
    pub(super) fn pattern(&mut self, pattern: &str) -> Option<&Regex> {
        if !self.patterns.contains_key(pattern) {
            let compiled = if self.step(pattern.len()) { pattern::compiled(pattern) } else { None };
            self.patterns.insert(pattern.to_owned(), compiled);
        }
        self.patterns.get(pattern)?.as_ref()
    }
}

/// Whether a value for it is scalar.
pub(super) fn is_simple(schema: &Value) -> bool {
    let parts = ["$ref", "properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "if"];
    parts.iter().all(|word| schema.get(*word).is_none())
}
