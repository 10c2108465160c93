//! Generates objects: named properties first, then further required ones.

use serde_json::{Map, Value, json};

use crate::sample::facts::Facts;
use crate::sample::pattern;
use crate::sample::sampler::{Sampler, Seat, is_simple};

/// Maximum number of properties generated for `minProperties`.
const MAX_ADDED: usize = 50;
/// Maximum number of patterns to match a property name against.
const MAX_PATTERNS: usize = 50;

impl Sampler<'_> {
    pub(super) fn object(&mut self, facts: &Facts, seat: &Seat) -> Value {
        let fields = &facts.fields;
        let whole = |word: &str| fields.get(word).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let mut object = Map::new();
        let is_short = self.is_short(seat.depth);
        let properties = fields.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            if self.values_left == 0 {
                break;
            }
            let child = seat.property(name);
            let is_wanted = facts.is_required(name)
                || *schema != false
                    && !self.is_minimal
                    && (!is_short || is_simple(schema))
                    && self.choices.pick(&child.pointer, 2) == 0;
            if is_wanted {
                let value = self.property(fields, name, &child);
                object.insert(name.clone(), value);
            }
        }
        let mut required = texts(fields.get("required"));
        let mut at = 0;
        while let Some(name) = required.get(at).cloned() {
            if !object.contains_key(&name) {
                let value = self.property(fields, &name, &seat.property(&name));
                object.insert(name, value);
            }
            at += 1;
            if at == required.len() {
                let named = object.keys().filter_map(|name| fields.get("dependentRequired")?.get(name));
                let named: Vec<String> = named.flat_map(|names| texts(Some(names))).collect();
                required.extend(named.into_iter().filter(|name| !object.contains_key(name)));
            }
        }
        if required.is_empty() {
            let named = object.keys().filter_map(|name| fields.get("dependentRequired")?.get(name));
            let missing: Vec<String> = named.flat_map(|names| texts(Some(names))).collect();
            for name in missing {
                if !object.contains_key(&name) {
                    let value = self.property(fields, &name, &seat.property(&name));
                    object.insert(name, value);
                }
            }
        }
        let most = whole("maxProperties").unwrap_or(usize::MAX);
        let least = whole("minProperties").unwrap_or(0).min(MAX_ADDED);
        let shown = usize::from(object.is_empty() && properties.is_none() && !is_short && is_map(fields));
        let shown = if least == 0 && shown > 0 { shown - self.choices.pick(&seat.pointer, 2) } else { shown };
        self.fill(&mut object, fields, least.max(shown.min(most)), seat);
        let mut last = object.len();
        while object.len() > most && last > 0 {
            last -= 1;
            let name = object.keys().nth(last).cloned().unwrap_or_default();
            if !facts.is_required(&name) {
                object.shift_remove(&name);
            }
        }
        Value::Object(object)
    }

    /// The value of a property.
    fn property(&mut self, fields: &Map<String, Value>, name: &str, seat: &Seat) -> Value {
        let schemas = |word: &str| fields.get(word).and_then(Value::as_object).into_iter().flatten();
        let named = fields.get("properties").and_then(|properties| properties.get(name));
        let mut all: Vec<&Value> = named.into_iter().collect();
        for (pattern, schema) in schemas("patternProperties").take(MAX_PATTERNS) {
            if self.pattern(pattern).is_some_and(|pattern| pattern.is_match(name)) {
                all.push(schema);
            }
        }
        match all.as_slice() {
            [] => self.value(fields.get("additionalProperties").unwrap_or(&Value::Bool(true)), seat),
            [one] => self.value(one, seat),
            several => self.value(&json!({ "allOf": several }), seat),
        }
    }

    /// Adds properties until there are `least`, with generated names if necessary.
    fn fill(&mut self, object: &mut Map<String, Value>, fields: &Map<String, Value>, least: usize, seat: &Seat) {
        // Adds the optional named properties first.
        for (name, schema) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if object.len() < least && *schema != false && !object.contains_key(name) && self.values_left > 0 {
                let value = self.property(fields, name, &seat.property(name));
                object.insert(name.clone(), value);
            }
        }
        let patterns = fields.get("patternProperties").and_then(Value::as_object);
        let pattern = patterns.and_then(|patterns| patterns.iter().find(|(_, schema)| **schema != false));
        for number in 0..2 * MAX_ADDED {
            if object.len() >= least || self.values_left == 0 {
                return;
            }
            let by_pattern = pattern.and_then(|(pattern, _)| pattern::text(pattern, 1, 100, number));
            let name = match (by_pattern, fields.get("propertyNames")) {
                (Some(name), _) => name,
                (None, Some(names)) => self.name(names, number),
                (None, None) if number == 0 => "key".to_owned(),
                (None, None) => format!("key{}", number + 1),
            };
            if !object.contains_key(&name) {
                let value = self.property(fields, &name, &seat.property(&name));
                object.insert(name, value);
            }
        }
    }

    /// A name that conforms to `propertyNames`.
    fn name(&mut self, schema: &Value, number: usize) -> String {
        let mut facts = Facts::default();
        self.gather(schema, &mut facts);
        if let Some(names) = facts.fields.get("enum").and_then(Value::as_array) {
            return names.get(number).and_then(Value::as_str).unwrap_or_default().to_owned();
        }
        self.text(&facts.fields, "key", number)
    }
}

/// Whether the object is a map: any property names, with the same schema.
fn is_map(fields: &Map<String, Value>) -> bool {
    let has = |word: &str| fields.get(word).is_some_and(|schema| schema.as_object().is_some_and(|s| !s.is_empty()));
    has("additionalProperties") || has("patternProperties")
}

fn texts(names: Option<&Value>) -> Vec<String> {
    let names = names.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}
