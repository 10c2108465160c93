//! Violations of a schema, and their messages.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use apinb_text::display::quote::quote;
use apinb_text::display::truncate::truncate;

/// Maximum length of a value, a pattern or a list in a message, in characters.
const MAX_EXCERPT: usize = 60;
/// Maximum length of a pointer, in characters.
const MAX_POINTER: usize = 500;
/// Maximum number of names and values in a message.
const MAX_LISTED: usize = 8;

/// A violation of a schema by a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The JSON pointer (RFC 6901) to the invalid part; empty for the whole value.
    pub pointer: String,
    /// The violated keyword, in draft 2020-12: `required`, `type`, `minimum`.
    pub keyword: String,
    /// For example "`7` is not of type `string`".
    pub message: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.message),
            pointer => write!(f, "`{pointer}`: {}", self.message),
        }
    }
}

impl Violation {
    pub(super) fn of(error: &ValidationError<'_>) -> Self {
        let pointer = truncate(error.instance_path().as_str(), MAX_POINTER);
        if matches!(error.kind(), ValidationErrorKind::FalseSchema) {
            // The keyword whose value is `false`.
            let keyword = error.schema_path().as_str().rsplit('/').next().unwrap_or_default().to_owned();
            let message = match keyword.as_str() {
                "additionalProperties" | "unevaluatedProperties" => "no properties are allowed".to_owned(),
                _ => message(error),
            };
            return Self { pointer, keyword, message };
        }
        Self { pointer, keyword: error.kind().keyword().to_owned(), message: message(error) }
    }
}

/// The pointers to the parts that are wrong: for unexpected properties, the properties.
pub(super) fn places(error: &ValidationError<'_>) -> Vec<String> {
    let here = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let name = |name: &String| format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
            unexpected.iter().map(name).collect()
        }
        _ => vec![here.to_owned()],
    }
}

fn message(error: &ValidationError<'_>) -> String {
    let value = excerpt(error.instance());
    match error.kind() {
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => format!("{value} is not of type `{one}`"),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(several) } => {
            format!("{value} is not of types {}", list(several.iter().map(quote)))
        }
        ValidationErrorKind::Required { property } => format!("{} is missing", excerpt(property)),
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let names = list(unexpected.iter().map(|name| quote_excerpt(name)));
            format!("{names} {} not allowed", if unexpected.len() == 1 { "is" } else { "are" })
        }
        ValidationErrorKind::AdditionalItems { limit } => format!("more than {limit} items"),
        ValidationErrorKind::UnevaluatedItems { .. } => "too many items".to_owned(),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            format!("{value} is not one of {}", list(options.iter().map(excerpt)))
        }
        ValidationErrorKind::Constant { expected_value } => format!("{value} is not {}", excerpt(expected_value)),
        ValidationErrorKind::Minimum { limit } => format!("{value} is less than {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("{value} is more than {limit}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("{value} is not more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("{value} is not less than {limit}"),
        ValidationErrorKind::MultipleOf { multiple_of } => format!("{value} is not a multiple of {multiple_of}"),
        ValidationErrorKind::MinLength { limit } => format!("{value} has fewer than {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("{value} has more than {limit} characters"),
        ValidationErrorKind::MinItems { limit } => format!("fewer than {limit} items"),
        ValidationErrorKind::MaxItems { limit } => format!("more than {limit} items"),
        ValidationErrorKind::MinProperties { limit } => format!("fewer than {limit} properties"),
        ValidationErrorKind::MaxProperties { limit } => format!("more than {limit} properties"),
        ValidationErrorKind::UniqueItems => "two items are equal".to_owned(),
        ValidationErrorKind::Contains => "no item matches `contains`".to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("{value} does not match {}", quote_excerpt(pattern)),
        ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. } => {
            format!("cannot determine whether {value} matches its pattern")
        }
        ValidationErrorKind::Format { format } => format!("{value} is not in the format {}", quote_excerpt(format)),
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            format!("{value} does not match any of the allowed schemas")
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            format!("{value} matches more than one of the allowed schemas")
        }
        ValidationErrorKind::Not { .. } => format!("{value} matches a schema that `not` forbids"),
        ValidationErrorKind::FalseSchema => format!("{value} is not allowed"),
        ValidationErrorKind::PropertyNames { error } => format!("invalid property name: {}", message(error)),
        _ => truncate(&error.masked().to_string(), 2 * MAX_EXCERPT),
    }
}

/// A value in a message; objects and arrays only by their type.
fn excerpt(value: &Value) -> String {
    match value {
        Value::Object(_) => "the object".to_owned(),
        Value::Array(_) => "the list".to_owned(),
        Value::String(text) => quote_excerpt(text),
        other => quote(other),
    }
}

/// The name of a property in a message.
pub(super) fn name_excerpt(name: &str) -> String {
    quote_excerpt(name)
}

fn quote_excerpt(text: &str) -> String {
    quote(truncate(text, MAX_EXCERPT))
}

fn list(mut all: impl Iterator<Item = String>) -> String {
    let listed: Vec<String> = all.by_ref().take(MAX_LISTED).collect();
    let more = if all.next().is_some() { ", …" } else { "" };
    listed.join(", ") + more
}
