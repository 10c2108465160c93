//! Checks examples, defaults and facets against their types. This takes longer than loading the definition, so it runs
//! only on request.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use apinb_schema::error::SchemaError;
use apinb_schema::schema::{Schema, Schemas};
use apinb_schema::validator::Validator;
use apinb_text::diagnostic::Severity;
use apinb_text::source::deferred::Text;
use apinb_text::source::span::Location;

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::tree::value;
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
    /// An object, array or unquoted scalar. An unquoted number or boolean is not a string.
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
    /// The example of a RAML 0.8 body, which need not conform.
    Illustration,
    Default,
    Facet,
    Enum,
    Annotation,
    /// Not a value: only checks that the schema is usable.
    Schema,
}

impl Subject {
    /// How serious a violation is.
    fn severity(self) -> Severity {
        if self == Self::Illustration { Severity::Warning } else { Severity::Error }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Example | Self::Illustration => "example",
            Self::Default => "default",
            Self::Facet => "facet",
            Self::Enum => "`enum` value",
            Self::Annotation => "annotation",
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
    // A template contributes the same value at each of its uses.
    let mut found = HashSet::new();
    for check in checks {
        let mut known = HashSet::new();
        let mut effort = LEAST_EFFORT;
        match check.schema.json() {
            Some(schema) => reach(schema, schemas, &mut known, 0, &mut effort, left),
            // XML Schema is not supported.
            None => {
                if let Some(cause) = check.schema.fault() {
                    let declared = check.values.iter().filter(|value| value.subject == Subject::Schema);
                    let declared = declared.map(|value| value.location.clone());
                    diagnostics.extend(
                        declared
                            .map(|location| DocumentDiagnostic::UnusableSchema { location, cause: cause.to_string() }),
                    );
                }
                continue;
            }
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
                Ok(validator) => {
                    let new = value.diagnostic(validator).filter(|diagnostic| {
                        let at = (Arc::as_ptr(&value.location.file), value.location.span);
                        found.insert((at, diagnostic.to_string()))
                    });
                    diagnostics.extend(new);
                }
                // Nothing is fetched for a schema.
                Err(SchemaError::Reference { reference }) if reference.contains("://") => {}
                Err(error @ (SchemaError::Invalid { .. } | SchemaError::Reference { .. })) => {
                    let cause = match error {
                        SchemaError::Invalid { message } => message.clone(),
                        error => error.to_string(),
                    };
                    if reported.insert(cause.clone()) {
                        let location = value.location.clone();
                        diagnostics.push(DocumentDiagnostic::UnusableSchema { location, cause });
                    }
                }
                // A schema beyond the limits is not an error.
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
    /// A diagnostic about an invalid value. A quoted text that is a JSON object, array or string is valid if either the
    /// JSON value or the text is. An unquoted number or boolean where a string is required is read as that.
    fn diagnostic(&self, validator: &Validator) -> Option<DocumentDiagnostic> {
        let cause = match self.violation(validator) {
            Ok(()) => return None,
            Err(Violation::OtherNotation(value)) => return self.other_notation(&value),
            Err(Violation::Invalid(cause)) => cause,
        };
        let may_be_lax = self.subject == Subject::Example;
        let (location, subject, severity) = (self.location.clone(), self.subject.noun(), self.subject.severity());
        Some(DocumentDiagnostic::InvalidExample { location, subject, cause, may_be_lax, severity })
    }

    fn violation(&self, validator: &Validator) -> Result<(), Violation> {
        let text = self.text.as_str();
        let trimmed = text.trim();
        let is_structure = trimmed.starts_with(['{', '[']);
        if self.plain && !is_structure {
            return unquoted_violation(validator, text);
        }
        let parsed = serde_json::from_str::<Value>(trimmed);
        let as_json = parsed.as_ref().ok().filter(|value| value.is_object() || value.is_array() || value.is_string());
        let first = match (as_json, &parsed) {
            (Some(value), _) => match violations(validator, value) {
                None => return Ok(()),
                Some(first) => first,
            },
            (None, Err(error)) if is_structure => format!("not valid JSON: {error}"),
            (None, _) => String::new(),
        };
        let Some(as_text) = violations(validator, &Value::from(text)) else { return Ok(()) };
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

    /// The diagnostic about the number or boolean `value`, which is read as a string.
    fn other_notation(&self, value: &Value) -> Option<DocumentDiagnostic> {
        let found = scalar_noun(value)?;
        let written = self.text.as_str().trim();
        Some(DocumentDiagnostic::OtherNotation {
            location: self.location.clone(),
            subject: self.subject.noun(),
            written: excerpt(written),
            found,
            expected: "a string",
            right: Value::from(written).to_string(),
            severity: self.subject.severity(),
        })
    }
}

fn unquoted_violation(validator: &Validator, text: &str) -> Result<(), Violation> {
    let value = value::unquoted(text);
    let Some(cause) = violations(validator, &value) else { return Ok(()) };
    let is_text_valid = |text: &str| violations(validator, &Value::from(text)).is_none();
    match value {
        // An absent value is an empty string, too.
        Value::Null if is_text_valid("") => Ok(()),
        Value::Number(_) | Value::Bool(_) if is_text_valid(text) => Err(Violation::OtherNotation(value)),
        _ => Err(Violation::Invalid(cause)),
    }
}

enum Violation {
    /// The value is a number or a boolean, but its text is valid.
    OtherNotation(Value),
    Invalid(String),
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
