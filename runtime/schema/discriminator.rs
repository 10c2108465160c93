//! Discriminators of schemas that others inherit from: {discriminator} next to neither `oneOf` nor `anyOf`, and
//! `discriminator` of RAML types. A value of such a schema has to match the schema that its property selects.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::resolve::Target;
use crate::schema::{Schemas, reference};

/// Maximum number of schemas that a discriminator selects from.
const MAX_SUBTYPES: usize = 500;

/// The discriminators found so far.
#[derive(Debug, Default)]
pub(super) struct Discriminators<'a> {
    /// The schemas that follow a discriminator, by their number; `None` where there is none.
    dispatched: HashMap<usize, Option<Value>>,
    /// The schemas that inherit from each, by the reference to it. Collected when first needed.
    heirs: Option<HashMap<&'a str, Vec<&'a str>>>,
}

impl<'a> Discriminators<'a> {
    pub(super) fn is_known(&self, number: usize) -> bool {
        self.dispatched.contains_key(&number)
    }

    pub(super) fn has(&self, number: usize) -> bool {
        self.dispatched.get(&number).is_some_and(Option::is_some)
    }

    pub(super) fn add(&mut self, number: usize, schema: Option<Value>) {
        self.dispatched.insert(number, schema);
    }

    /// The schemas that follow discriminators, for `$defs`.
    pub(super) fn take_dispatched(&mut self) -> Map<String, Value> {
        let mut all: Vec<(usize, Value)> =
            self.dispatched.drain().filter_map(|(number, schema)| Some((number, schema?))).collect();
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(number, schema)| (number.to_string(), schema)).collect()
    }

    /// The property and the reference for each of its values.
    pub(super) fn read(&mut self, target: Target<'a>, schemas: &'a Schemas) -> Option<(String, Vec<(Value, String)>)> {
        let fields = target.json.as_object()?;
        let discriminator = fields.get("discriminator")?;
        if fields.contains_key("oneOf") || fields.contains_key("anyOf") {
            return None;
        }
        let property = discriminator.get("propertyName")?.as_str()?.to_owned();
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let mut subtypes: Vec<(Value, String)> = Vec::new();
        for (value, reference) in mapping.into_iter().flatten() {
            if let Some(reference) = reference.as_str() {
                subtypes.push((Value::from(value.as_str()), reference.to_owned()));
            }
        }
        let Some(name) = target.name else { return Some((property, subtypes)) };
        let heirs = self.heirs.get_or_insert_with(|| heirs(schemas));
        let mut open = vec![name];
        let mut at = 0;
        while let Some(name) = open.get(at).copied()
            && open.len() < MAX_SUBTYPES
        {
            at += 1;
            for heir in heirs.get(reference(name).as_str()).into_iter().flatten() {
                if !open.contains(heir) {
                    open.push(heir);
                }
            }
        }
        for heir in open.iter().skip(1) {
            let own = reference(heir);
            if !subtypes.iter().any(|(value, known)| *known == own || value == *heir) {
                subtypes.push((Value::from(*heir), own));
            }
        }
        Some((property, subtypes))
    }
}

/// The names of the schemas that have a reference in their `allOf`, by that reference.
fn heirs(schemas: &Schemas) -> HashMap<&str, Vec<&str>> {
    let mut heirs: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, schema) in schemas.iter() {
        let parts = schema.json().and_then(|json| json.get("allOf")?.as_array());
        for part in parts.into_iter().flatten() {
            if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
                heirs.entry(reference).or_default().push(name);
            }
        }
    }
    heirs
}

/// The schema `number`, and for each value of `property` the schema with its number.
pub(super) fn dispatch(number: usize, property: &str, subtypes: Vec<(Value, usize)>) -> Value {
    let mut all = vec![json!({ "$ref": format!("#/$defs/{number}") })];
    for (value, subtype) in subtypes {
        all.push(json!({
            "if": { "properties": { property: { "const": value } }, "required": [property] },
            "then": { "$ref": format!("#/$defs/{subtype}") },
        }));
    }
    json!({ "allOf": all })
}
