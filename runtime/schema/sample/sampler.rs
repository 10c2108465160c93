//! The state while a sample is generated: its choices, its budgets, and the current position.

use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::Value;

use crate::convert::{Converter, number as target_number};
use crate::sample::choices::Choices;
use crate::sample::pattern;

/// From this depth on, only required and scalar properties are generated.
const SOFT_DEPTH: usize = 6;
/// Maximum number of values in one sample. It limits schemas that fan out.
const MAX_VALUES: usize = 5_000;
/// Maximum number of schema values that one try may visit, including repeated visits.
const MAX_STEPS: usize = 300_000;
/// Maximum length of the strings in one sample, in characters.
const MAX_CHARACTERS: usize = 1 << 20;

/// Generates values.
pub(super) struct Sampler<'a> {
    pub(super) converter: Converter<'a>,
    pub(super) targets: HashMap<usize, Option<Rc<Value>>>,
    pub(super) patterns: HashMap<String, Option<Regex>>,
    pub(super) choices: Choices,
    /// Whether to omit all optional parts.
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
    /// The name of the nearest enclosing property.
    pub(super) name: String,
    pub(super) depth: usize,
    /// Distinguishes values that must differ.
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

    pub(super) fn start(&mut self) {
        self.values_left = MAX_VALUES;
        self.steps_left = MAX_STEPS;
        self.characters_left = MAX_CHARACTERS;
        self.choices.start();
    }

    /// The number of schema values visited by this try.
    pub(super) fn steps(&self) -> usize {
        MAX_STEPS - self.steps_left
    }

    /// The target of `#/$defs/NUMBER`; `None` if it cannot be converted.
    pub(super) fn target(&mut self, reference: &str) -> Option<(usize, Rc<Value>)> {
        let number = target_number(reference)?;
        let converter = &mut self.converter;
        let target = self.targets.entry(number).or_insert_with(|| converter.target(number).ok().map(Rc::new));
        Some((number, Rc::clone(target.as_ref()?)))
    }

    /// Counts visited schema values; false once the budget is spent.
    pub(super) fn step(&mut self, count: usize) -> bool {
        self.steps_left = self.steps_left.saturating_sub(count);
        self.steps_left > 0
    }

    /// Whether to generate only required parts at this depth.
    pub(super) fn is_short(&self, depth: usize) -> bool {
        self.is_minimal || depth >= SOFT_DEPTH || self.values_left < MAX_VALUES / 10
    }

    /// The compiled pattern; `None` if it is invalid or too large.
    pub(super) fn pattern(&mut self, pattern: &str) -> Option<&Regex> {
        if !self.patterns.contains_key(pattern) {
            let compiled = if self.step(pattern.len()) { pattern::compiled(pattern) } else { None };
            self.patterns.insert(pattern.to_owned(), compiled);
        }
        self.patterns.get(pattern)?.as_ref()
    }
}

/// Whether the schema describes scalar values.
pub(super) fn is_simple(schema: &Value) -> bool {
    let parts = ["$ref", "properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "if"];
    parts.iter().all(|word| schema.get(*word).is_none())
}
