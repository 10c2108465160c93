//! What is wrong with a value, in words.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Characters of a value, a pattern or a list in a message.
const MAX_EXCERPT: usize = 60;
/// Characters of a pointer.
const MAX_POINTER: usize = 500;
/// Names and values that a message lists.
const MAX_LISTED: usize = 8;

/// A place where a value is not what its schema says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the value: a JSON pointer (RFC 6901), empty for all of it.
    pub pointer: String,
    /// The keyword that says otherwise, in draft 2020-12: `required`, `type`, `minimum`.
    pub keyword: String,
    /// What is wrong, in words: "`7` is not of type `string`".
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
        let pointer = cut(error.instance_path().as_str(), MAX_POINTER);
        if matches!(error.kind(), ValidationErrorKind::FalseSchema) {
            // The keyword whose value is `false`.
            let keyword = error.schema_path().as_str().rsplit('/').next().unwrap_or_default().to_owned();
            let message = match keyword.as_str() {
                "additionalProperties" | "unevaluatedProperties" => "there must be no properties".to_owned(),
                _ => message(error),
            };
            return Self { pointer, keyword, message };
        }
        Self { pointer, keyword: error.kind().keyword().to_owned(), message: message(error) }
    }
}

/// The places that `error` blames: of properties that should not be there, the properties.
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
        ValidationErrorKind::Type { .. } => {
            // "… is not of type "string"", "… is not of types "integer", "null"": the words say which.
            let words = error.masked().to_string();
            let kinds = words.split_once(" is not of ").map_or("", |(_, kinds)| kinds).replace('"', "`");
            format!("{value} is not of {kinds}")
        }
        ValidationErrorKind::Required { property } => format!("{} is missing", excerpt(property)),
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!("{} must not be there", list(unexpected.iter().map(|name| quoted(name))))
        }
        ValidationErrorKind::AdditionalItems { limit } => format!("there are more than {limit} items"),
        ValidationErrorKind::UnevaluatedItems { .. } => "there are more items than may be".to_owned(),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            format!("{value} is none of {}", list(options.iter().map(excerpt)))
        }
        ValidationErrorKind::Constant { expected_value } => format!("{value} is not {}", excerpt(expected_value)),
        ValidationErrorKind::Minimum { limit } => format!("{value} is less than {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("{value} is more than {limit}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("{value} is not more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("{value} is not less than {limit}"),
        ValidationErrorKind::MultipleOf { multiple_of } => format!("{value} is no multiple of {multiple_of}"),
        ValidationErrorKind::MinLength { limit } => format!("{value} has fewer than {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("{value} has more than {limit} characters"),
        ValidationErrorKind::MinItems { limit } => format!("there are fewer than {limit} items"),
        ValidationErrorKind::MaxItems { limit } => format!("there are more than {limit} items"),
        ValidationErrorKind::MinProperties { limit } => format!("there are fewer than {limit} properties"),
        ValidationErrorKind::MaxProperties { limit } => format!("there are more than {limit} properties"),
        ValidationErrorKind::UniqueItems => "two items are the same".to_owned(),
        ValidationErrorKind::Contains => "no item is as one has to be".to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("{value} does not match {}", quoted(pattern)),
        ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. } => {
            format!("whether {value} matches its pattern cannot be said")
        }
        ValidationErrorKind::Format { format } => format!("{value} is not in the format {}", quoted(format)),
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            format!("{value} is none of the things that it may be")
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => format!("{value} is more than one of the things it may be"),
        ValidationErrorKind::Not { .. } => format!("{value} is what it must not be"),
        ValidationErrorKind::FalseSchema => format!("{value} must not be there"),
        ValidationErrorKind::PropertyNames { error } => format!("the name of a property: {}", message(error)),
        _ => cut(&error.masked().to_string(), 2 * MAX_EXCERPT),
    }
}

/// A value in a message: structures by their kind only.
fn excerpt(value: &Value) -> String {
    match value {
        Value::Object(_) => "the object".to_owned(),
        Value::Array(_) => "the list".to_owned(),
        Value::String(text) => quoted(text),
        other => format!("`{other}`"),
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", cut(text, MAX_EXCERPT))
}

fn list(mut all: impl Iterator<Item = String>) -> String {
    let listed: Vec<String> = all.by_ref().take(MAX_LISTED).collect();
    let more = if all.next().is_some() { ", …" } else { "" };
    listed.join(", ") + more
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
