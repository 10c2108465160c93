//! Values that a definition gives as what its types allow: examples, defaults. They are checked when somebody asks,
//! since that takes longer than to load the definition.

use std::collections::HashSet;

use serde_json::Value;

use crate::definition::model::Definition;
use crate::definition::problem::Problem;
use crate::definition::raml::fault::TypeFault;
use crate::definition::schema::{Schema, SchemaError, Schemas, Validator};
use crate::text::source::deferred::Text;
use crate::text::source::span::Location;

/// How much is checked, in values of the schemas that each check needs; a definition with more keeps the rest
/// unchecked.
const MAX_EFFORT: usize = 2_000_000;
/// What a check costs in any case.
const LEAST_EFFORT: usize = 200;
/// How deep a schema is looked into.
const MAX_DEPTH: u32 = 200;

/// What a [`Given`] is called that only asks whether its schema can be used.
pub(crate) const PATTERN: &str = "pattern";

/// Values, and the schema of all of them.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) schema: Schema,
    pub(crate) values: Vec<Given>,
}

/// A value as a definition gives it.
#[derive(Debug)]
pub(crate) struct Given {
    /// A structure as JSON.
    pub(crate) text: Text,
    /// A structure, or a text without quotes, which may stand for a number or a boolean.
    pub(crate) plain: bool,
    /// What messages call it.
    pub(crate) what: &'static str,
    pub(crate) location: Location,
}

/// The faults of the values.
pub(crate) fn faults(checks: &[Check], definition: &Definition) -> Vec<Problem> {
    let mut faults = Vec::new();
    let mut left = MAX_EFFORT;
    // What is wrong with a schema is told where it first shows.
    let mut told = HashSet::new();
    for check in checks {
        let mut known = HashSet::new();
        let mut effort = LEAST_EFFORT;
        match check.schema.json() {
            Some(schema) => reach(schema, &definition.schemas, &mut known, 0, &mut effort, left),
            // XML Schema.
            None => continue,
        }
        left = left.saturating_sub(effort);
        if left == 0 {
            break;
        }
        let validator = check.schema.validator(&definition.schemas);
        for given in &check.values {
            let cause = match &validator {
                // Only the schema is to be checked.
                Ok(_) if given.what == PATTERN => None,
                Ok(validator) => given.fault(validator),
                Err(SchemaError::Invalid { message }) => {
                    if told.insert(message.clone()) {
                        let location = given.location.clone();
                        faults.push(Problem::Type(TypeFault::Unusable { location, cause: message.clone() }));
                    }
                    continue;
                }
                // A reference that leads nowhere was told where it stands; more than the limits allow is no fault.
                Err(_) => None,
            };
            if let Some(cause) = cause {
                let (location, what) = (given.location.clone(), given.what);
                faults.push(Problem::Type(TypeFault::Value { location, what, cause }));
            }
        }
    }
    faults
}

/// Adds about what a schema and all that it refers to count, up to `most`.
fn reach<'s>(
    value: &'s Value,
    schemas: &'s Schemas,
    known: &mut HashSet<&'s str>,
    depth: u32,
    effort: &mut usize,
    most: usize,
) {
    *effort += 1;
    if *effort >= most || depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| reach(item, schemas, known, depth + 1, effort, most)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(target) if key == "$ref" => {
                        let name = target.strip_prefix("#/$defs/").unwrap_or(target);
                        if known.insert(name)
                            && let Some(schema) = schemas.get(name).and_then(Schema::json)
                        {
                            reach(schema, schemas, known, depth + 1, effort, most);
                        }
                    }
                    _ => reach(value, schemas, known, depth + 1, effort, most),
                }
            }
        }
        _ => {}
    }
}

impl Given {
    /// What is wrong with it; of what it can be read as, one has to be right.
    fn fault(&self, validator: &Validator) -> Option<String> {
        let text = self.text.as_str();
        let trimmed = text.trim();
        let parsed = serde_json::from_str::<Value>(trimmed);
        let is_structure = trimmed.starts_with(['{', '[']);
        let as_json = parsed.as_ref().ok().filter(|value| self.plain || value.is_object() || value.is_array());
        let first = match as_json {
            Some(value) => told(validator, value)?,
            None if is_structure => format!("it is no JSON: {}", parsed.as_ref().err()?),
            None => String::new(),
        };
        let as_text = told(validator, &Value::from(text))?;
        // An example in XML, of a type that is no text.
        if trimmed.starts_with('<') {
            return None;
        }
        if !first.is_empty() {
            return Some(first);
        }
        let quoted = parsed.is_ok_and(|value| !value.is_string());
        Some(if quoted { format!("{as_text}: in quotes, it is a text") } else { as_text })
    }
}

/// The first thing wrong with a value, and how many more there are.
fn told(validator: &Validator, value: &Value) -> Option<String> {
    let violations = validator.validate(value).ok()?;
    let first = violations.first()?;
    let mut told = match first.pointer.as_str() {
        "" => first.message.clone(),
        pointer => format!("at `{pointer}`, {}", first.message),
    };
    match violations.len() {
        1 => {}
        2 => told += ", and 1 fault more",
        count => told += &format!(", and {} faults more", count - 1),
    }
    Some(told)
}
