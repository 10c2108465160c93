//! Checks examples, defaults and facets against their types. This takes longer than loading the definition, so it runs
//! only on request.

use std::collections::HashSet;

use serde_json::Value;

use apinb_schema::error::SchemaError;
use apinb_schema::schema::{Schema, Schemas};
use apinb_schema::validator::Validator;
use apinb_text::source::deferred::Text;
use apinb_text::source::span::Location;

use crate::documents::diagnostic::DocumentDiagnostic;
use apinb_text::display::truncate::excerpt;

/// Total number of schema nodes that the checks may visit. Once it is spent, the remaining values stay unchecked.
const MAX_EFFORT: usize = 2_000_000;
/// The minimum cost of a check, in schema nodes.
const LEAST_EFFORT: usize = 200;
/// Maximum nesting of a schema when its nodes are counted.
const MAX_DEPTH: u32 = 200;

/// A schema, and the values that must conform to it.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) schema: Schema,
    pub(crate) values: Vec<CheckedValue>,
}

#[derive(Debug)]
pub(crate) struct CheckedValue {
    /// As JSON, for an object or array.
    pub(crate) text: Text,
    /// An object, array or unquoted scalar. An unquoted scalar may be a number or a boolean.
    pub(crate) plain: bool,
    pub(crate) subject: Subject,
    pub(crate) location: Location,
    /// Whether a part of it is an include that cannot be read: what is left says nothing about the value.
    pub(crate) is_incomplete: bool,
}

/// The kind of a [`CheckedValue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Example,
    Default,
    Facet,
    /// Not a value: only checks that the schema is usable.
    Schema,
}

impl Subject {
    fn noun(self) -> &'static str {
        match self {
            Self::Example => "example",
            Self::Default => "default",
            Self::Facet => "facet",
            Self::Schema => "schema",
        }
    }
}

/// Checks the values and returns a diagnostic for each invalid one.
pub(crate) fn diagnostics(checks: &[Check], schemas: &Schemas) -> Vec<DocumentDiagnostic> {
    let mut diagnostics = Vec::new();
    let mut left = MAX_EFFORT;
    // Reports an invalid schema only at its first use.
    let mut reported = HashSet::new();
    for check in checks {
        let mut known = HashSet::new();
        let mut effort = LEAST_EFFORT;
        match check.schema.json() {
            Some(schema) => reach(schema, schemas, &mut known, 0, &mut effort, left),
            // XML Schema is not supported.
            None => continue,
        }
        left = left.saturating_sub(effort);
        if left == 0 {
            break;
        }
        let validator = check.schema.validator(schemas);
        // A document that cannot be read is reported as such.
        for value in check.values.iter().filter(|value| !value.is_incomplete && value.text.is_readable()) {
            match &validator {
                Ok(_) if value.subject == Subject::Schema => {}
                Ok(validator) => diagnostics.extend(value.diagnostic(validator)),
                Err(SchemaError::Invalid { message }) => {
                    if reported.insert(message.clone()) {
                        let (location, cause) = (value.location.clone(), message.clone());
                        diagnostics.push(DocumentDiagnostic::UnusableSchema { location, cause });
                    }
                }
                // Loading has reported unresolved references; a schema beyond the limits is not an error.
                Err(_) => {}
            }
        }
    }
    diagnostics
}

/// Adds the number of nodes of a schema, and of all schemas that it refers to, to `effort`. Stops at `most`.
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

impl CheckedValue {
    /// A diagnostic about an invalid value. A scalar that parses as JSON is valid if either the JSON value or its text
    /// is; in the latter case a diagnostic says so.
    fn diagnostic(&self, validator: &Validator) -> Option<DocumentDiagnostic> {
        let cause = match self.violation(validator) {
            Ok(()) => return None,
            Err(Violation::OtherNotation(value)) => {
                return other_notation(self.location.clone(), self.subject.noun(), self.text.as_str().trim(), &value);
            }
            Err(Violation::Invalid(cause)) => cause,
        };
        let may_be_lax = self.subject == Subject::Example;
        let (location, subject) = (self.location.clone(), self.subject.noun());
        Some(DocumentDiagnostic::InvalidExample { location, subject, cause, may_be_lax })
    }

    fn violation(&self, validator: &Validator) -> Result<(), Violation> {
        let text = self.text.as_str();
        let trimmed = text.trim();
        let parsed = serde_json::from_str::<Value>(trimmed);
        let is_structure = trimmed.starts_with(['{', '[']);
        let as_json = parsed.as_ref().ok().filter(|value| self.plain || value.is_object() || value.is_array());
        let first = match (as_json, &parsed) {
            (Some(value), _) => match violations(validator, value) {
                None => return Ok(()),
                Some(first) => first,
            },
            (None, Err(error)) if is_structure => format!("not valid JSON: {error}"),
            (None, _) => String::new(),
        };
        let Some(as_text) = violations(validator, &Value::from(text)) else {
            let scalar = as_json.filter(|value| value.is_number() || value.is_boolean());
            return scalar.map_or(Ok(()), |value| Err(Violation::OtherNotation(value.clone())));
        };
        // An XML example of a type that is not a string.
        if trimmed.starts_with('<') {
            return Ok(());
        }
        if !first.is_empty() {
            return Err(Violation::Invalid(first));
        }
        let quoted = parsed.is_ok_and(|value| !value.is_string());
        let cause = if quoted { format!("{as_text} (a quoted value is a string)") } else { as_text };
        Err(Violation::Invalid(cause))
    }
}

enum Violation {
    /// The value is a number or a boolean, but its text is valid.
    OtherNotation(Value),
    Invalid(String),
}

/// The diagnostic about `written`, the number or boolean `value`, that is read as a string.
fn other_notation(
    location: Location,
    subject: &'static str,
    written: &str,
    value: &Value,
) -> Option<DocumentDiagnostic> {
    let found = scalar_noun(value)?;
    let (right, written) = (Value::from(written).to_string(), excerpt(written));
    Some(DocumentDiagnostic::OtherNotation { location, subject, written, found, expected: "a string", right })
}

/// The kind of a scalar in messages; none for other values.
pub(crate) fn scalar_noun(value: &Value) -> Option<&'static str> {
    match value {
        Value::Number(_) => Some("a number"),
        Value::Bool(_) => Some("a boolean"),
        Value::String(_) => Some("a string"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The first violation of a value and the number of further ones; none for a valid value.
fn violations(validator: &Validator, value: &Value) -> Option<String> {
    let violations = validator.validate(value).ok()?;
    let first = violations.first()?;
    let mut text = match first.pointer.as_str() {
        "" => first.message.clone(),
        pointer => format!("at `{pointer}`, {}", first.message),
    };
    match violations.len() {
        1 => {}
        2 => text += ", and 1 more violation",
        count => text += &format!(", and {} more violations", count - 1),
    }
    Some(text)
}
