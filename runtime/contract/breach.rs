//! What a rule finds in one call.

use std::sync::Arc;

use apinb_definition::model::Parameter;
use apinb_record::contract::MessagePart;
use apinb_schema::located::{LocatedViolation, SchemaPlace};
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::prefix_bytes;
use apinb_text::secret::mask::MASK;
use apinb_text::secret::names::{is_secret_header, is_token_name};
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::span::Location;
use serde_json::Value;

use crate::path::{excerpt, has_secret, is_secret, json_path};

/// Maximum length of a text, in bytes, of which a finding shows the beginning.
const MAX_TEXT: usize = 4 << 10;

/// What a rule finds in one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breach {
    /// Set if it is less serious than its rule says.
    pub(crate) severity: Option<Severity>,
    /// With whole values, which are redacted and truncated when it becomes a finding.
    pub(crate) message: String,
    /// The message in place of one that quotes the value, if the value is a secret.
    pub(crate) masked: Option<String>,
    pub(crate) help: Option<String>,
    /// The part of the definition that it breaks.
    pub(crate) location: Option<Location>,
    /// The named types on the way to that part, outermost first.
    pub(crate) names: Vec<String>,
    /// Identifies that part, independent of its position.
    pub(crate) trail: String,
    pub(crate) value: Option<BreachValue>,
}

/// The part of a message that breaks the definition.
#[derive(Clone, Debug)]
pub(crate) struct BreachValue {
    pub(crate) part: MessagePart,
    pub(crate) path: String,
    /// The path with `[*]` for indices.
    pub(crate) any_path: String,
    pub(crate) content: BreachContent,
}

/// What a part of a message is.
#[derive(Clone, Debug)]
pub(crate) enum BreachContent {
    /// Nothing that is worth showing.
    Nothing,
    Secret,
    /// The beginning of a text.
    Text(String),
    /// A part of a body.
    Json {
        body: Arc<Value>,
        pointer: String,
    },
}

impl BreachContent {
    /// The content as a finding shows it: redacted, then truncated. `None` for nothing.
    pub(crate) fn excerpt(&self, redactor: &Redactor) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Secret => Some(MASK.to_owned()),
            Self::Text(text) => Some(crate::path::text_excerpt(text, redactor)),
            Self::Json { body, pointer } => excerpt(body, pointer, redactor),
        }
    }

    /// Whether a message must not quote it.
    pub(crate) fn is_secret(&self, redactor: &Redactor) -> bool {
        match self {
            Self::Nothing => false,
            Self::Secret => true,
            Self::Text(text) => redactor.redact(text).changed().is_some(),
            Self::Json { body, pointer } => {
                is_secret(pointer) && body.pointer(pointer).is_some()
                    || body.pointer(pointer).is_some_and(|value| has_secret(value, redactor))
            }
        }
    }
}

impl Breach {
    pub(crate) fn new(message: impl Into<String>, help: &str, trail: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.to_owned()), trail: trail.into(), ..Self::default() }
    }

    pub(crate) fn at(self, location: Option<&Location>) -> Self {
        Self { location: location.cloned(), ..self }
    }

    /// About a header, a parameter or the status.
    pub(crate) fn about(self, part: MessagePart, name: &str, text: Option<&str>) -> Self {
        let is_secret = part == MessagePart::Cookie || is_secret_header(name) || is_token_name(name);
        let content = match text {
            None => BreachContent::Nothing,
            Some(_) if is_secret => BreachContent::Secret,
            Some(text) => BreachContent::Text(prefix_bytes(text, MAX_TEXT).to_owned()),
        };
        let value = BreachValue { part, path: name.to_owned(), any_path: name.to_owned(), content };
        Self { value: Some(value), ..self }
    }

    /// About a part of a body.
    pub(crate) fn in_body(self, part: MessagePart, body: &Arc<Value>, pointer: &str) -> Self {
        let value = BreachValue {
            part,
            path: json_path(body, pointer, false),
            any_path: json_path(body, pointer, true),
            content: BreachContent::Json { body: Arc::clone(body), pointer: pointer.to_owned() },
        };
        Self { value: Some(value), ..self }
    }

    /// A violation of the schema of a body.
    pub(crate) fn of_body(
        violation: &LocatedViolation,
        part: MessagePart,
        body: &Arc<Value>,
        place: Place<'_>,
    ) -> Self {
        let compared = |message: String| match &violation.branch {
            Some(branch) => format!("{message} (compared with `{branch}`, the closest alternative)"),
            None => message,
        };
        let breach = Self::of_schema(compared(violation.message.clone()), &violation.keyword, &violation.place, place);
        let masked = compared(format!("the value breaks `{}` of its schema", violation.keyword));
        Self { masked: Some(masked), ..breach }.in_body(part, body, &violation.pointer)
    }

    /// A violation of the schema of a parameter or header.
    pub(crate) fn of_parameter(violation: &LocatedViolation, part: MessagePart, name: &str, place: Place<'_>) -> Self {
        let noun = part.noun();
        let message = format!("{noun} `{name}`: {}", violation.message);
        let masked = format!("{noun} `{name}` breaks `{}` of its schema", violation.keyword);
        Self { masked: Some(masked), ..Self::of_schema(message, &violation.keyword, &violation.place, place) }
    }

    fn of_schema(message: String, keyword: &str, schema: &SchemaPlace, place: Place<'_>) -> Self {
        let source = schema.source.as_deref().and_then(|source| place.sources?.location(source));
        Self {
            message,
            help: Some(help(keyword).to_owned()),
            location: source.or_else(|| place.fallback.cloned()),
            names: schema.names.clone(),
            trail: schema.trail.join("/"),
            ..Self::default()
        }
    }
}

/// Where the keywords of a schema are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) sources: Option<&'a apinb_schema::origin::Sources>,
    /// For keywords without a position.
    pub(crate) fallback: Option<&'a Location>,
}

impl Place<'_> {
    /// A mark's place in a schema.
    pub(crate) fn locate(self, schema: &SchemaPlace) -> Option<Location> {
        let source = schema.source.as_deref().and_then(|source| self.sources?.location(source));
        source.or_else(|| self.fallback.cloned())
    }
}

/// The place of a parameter.
pub(crate) fn parameter_trail(part: MessagePart, parameter: &Parameter) -> String {
    format!("{}:{}", part.noun(), parameter.name)
}

fn help(keyword: &str) -> &'static str {
    match keyword {
        "required" => "Send the property, or make it optional in the definition.",
        "type" => "Send a value of that type, or correct the type in the definition.",
        "additionalProperties" | "unevaluatedProperties" => "Add the property to the definition, or do not send it.",
        "enum" | "const" => "Add the value to the definition, or send one of those listed.",
        _ => "Correct the value, or the definition.",
    }
}
