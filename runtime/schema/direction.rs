//! Validators for one direction: a `readOnly` property is required of responses only, a `writeOnly` one of requests only.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::convert::{Converter, number};
use crate::error::SchemaError;
use crate::schema::{Schema, Schemas};
use crate::validator::Validator;

/// Maximum number of `$ref`s that are followed to find the properties of a schema.
const MAX_FOLLOWED: usize = 64;

/// Who receives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Request,
    Response,
}

impl Direction {
    /// The keyword of properties that only the other direction has.
    pub(super) fn excluded(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}

impl Schema {
    /// Compiles the schema for values of this direction. A discriminator selects the schema that a value has to match.
    ///
    /// # Errors
    /// If the schema cannot be used: see [`SchemaError`].
    pub fn directed_validator(&self, schemas: &Schemas, direction: Direction) -> Result<Validator, SchemaError> {
        let mut converter = Converter::discriminating(self, schemas)?;
        let mut schema = converter.whole()?;
        let definitions = schema.get("$defs").cloned().unwrap_or_default();
        let definitions = definitions.as_object().cloned().unwrap_or_default();
        let optional = Optional { keyword: direction.excluded(), definitions: &definitions };
        optional.relax(&mut schema, &HashSet::new());
        if let Some(Value::Object(all)) = schema.get_mut("$defs") {
            all.values_mut().for_each(|schema| optional.relax(schema, &HashSet::new()));
        }
        let named = definitions.keys().filter_map(|key| key.parse().ok());
        let names = named.filter_map(|number| Some((number, converter.name(number)?.to_owned()))).collect();
        let root = schemas.iter().find(|(_, named)| self.is_same(named)).map(|(name, _)| name.to_owned());
        Ok(Validator::new(schema)?.named(names, root))
    }
}

struct Optional<'d> {
    keyword: &'static str,
    definitions: &'d Map<String, Value>,
}

impl Optional<'_> {
    /// Removes the names of excluded properties from each `required`. `above`: those of the schema that this one is a part
    /// of.
    fn relax(&self, schema: &mut Value, above: &HashSet<String>) {
        let mut excluded = above.clone();
        self.gather(schema, &mut excluded, &mut 0);
        let Value::Object(fields) = schema else { return };
        if let Some(Value::Array(names)) = fields.get_mut("required") {
            names.retain(|name| !name.as_str().is_some_and(|name| excluded.contains(name)));
        }
        let none = HashSet::new();
        for (word, value) in fields.iter_mut() {
            match (word.as_str(), value) {
                ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                    parts.iter_mut().for_each(|part| self.relax(part, &excluded));
                }
                ("then" | "else", part) => self.relax(part, &excluded),
                ("dependentSchemas", Value::Object(parts)) => {
                    parts.values_mut().for_each(|part| self.relax(part, &excluded));
                }
                ("properties" | "patternProperties", Value::Object(inner)) => {
                    inner.values_mut().for_each(|inner| self.relax(inner, &none));
                }
                ("prefixItems", Value::Array(inner)) => inner.iter_mut().for_each(|inner| self.relax(inner, &none)),
                ("items" | "additionalProperties" | "unevaluatedProperties" | "contains", inner) => {
                    self.relax(inner, &none);
                }
                _ => {}
            }
        }
    }

    /// Collects the excluded properties of a schema and of its parts.
    fn gather(&self, schema: &Value, excluded: &mut HashSet<String>, followed: &mut usize) {
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.is_excluded(property, &mut 0) {
                excluded.insert(name.clone());
            }
        }
        if let Some(target) = self.target(schema, followed) {
            self.gather(target, excluded, followed);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.gather(part, excluded, followed);
        }
    }

    fn is_excluded(&self, property: &Value, followed: &mut usize) -> bool {
        if property.get(self.keyword) == Some(&Value::Bool(true)) {
            return true;
        }
        let parts = property.get("allOf").and_then(Value::as_array);
        self.target(property, followed).is_some_and(|target| self.is_excluded(target, followed))
            || parts.into_iter().flatten().any(|part| self.is_excluded(part, followed))
    }

    fn target(&self, schema: &Value, followed: &mut usize) -> Option<&Value> {
        *followed += 1;
        if *followed > MAX_FOLLOWED {
            return None;
        }
        self.definitions.get(&number(schema.get("$ref")?.as_str()?)?.to_string())
    }
}
