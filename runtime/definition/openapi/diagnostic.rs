//! Diagnostics specific to OpenAPI.

use crate::rules;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::display::quote::quote_each;
use apinb_text::source::span::Location;

/// A diagnostic of an OpenAPI definition.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenApiDiagnostic {
    #[error("cannot resolve `$ref: {reference}`: {cause}")]
    Reference { location: Location, reference: String, cause: Unresolved },
    /// A `$ref` where OpenAPI allows none, which is followed.
    #[error("`$ref` in the place of {place}")]
    MisplacedReference { location: Location, place: &'static str },
    /// A key that is new in OpenAPI 3.2, in a document of an earlier version.
    #[error("unknown key `{key}` in {within}")]
    NewerKey { location: Location, key: String, within: &'static str },
    /// Something of OpenAPI 3.2 that apinb does not support.
    #[error("`{what}` of OpenAPI 3.2 is not supported")]
    Ignored { location: Location, what: &'static str, help: &'static str },
    /// A parameter of a path that is declared nowhere, or not by one of the operations.
    #[error("undeclared path parameter `{name}`")]
    UndeclaredPathParameter { location: Location, name: String },
    /// `subject` is declared before.
    #[error("duplicate {subject}")]
    Duplicate { location: Location, subject: String, help: &'static str },
}

/// The reason why a `$ref` cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// A segment of the JSON pointer does not exist. `suggestion` is a similar existing one.
    #[error("`{missing}` does not exist")]
    Nothing { missing: String, suggestion: Option<String> },
    /// No schema of the document has this `$anchor`.
    #[error("unknown `$anchor`")]
    NoAnchor,
    #[error("the document is neither YAML nor JSON")]
    NoTree,
    /// The reference leads back to itself. `chain` starts and ends with the repeated reference.
    #[error("cycle: {}", quote_each(chain, " → "))]
    Cycle { chain: Vec<String> },
}

impl Diagnostic for OpenApiDiagnostic {
    fn severity(&self) -> Severity {
        match self {
            Self::Ignored { .. } => Severity::Warning,
            _ => self.rule().map_or(Severity::Error, |rule| rule.severity),
        }
    }

    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Reference { cause: Unresolved::Cycle { .. }, .. } => &rules::REFERENCE_CYCLE,
            Self::Reference { .. } => &rules::UNRESOLVED_REFERENCE,
            Self::MisplacedReference { .. } => &rules::MISPLACED_REFERENCE,
            Self::NewerKey { .. } => &rules::UNKNOWN_KEY,
            Self::Ignored { .. } => &rules::UNSUPPORTED_VERSION,
            Self::UndeclaredPathParameter { .. } => &rules::UNDECLARED_PATH_PARAMETER,
            Self::Duplicate { .. } => &rules::DUPLICATE,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Reference { location, .. }
            | Self::MisplacedReference { location, .. }
            | Self::NewerKey { location, .. }
            | Self::Ignored { location, .. }
            | Self::UndeclaredPathParameter { location, .. }
            | Self::Duplicate { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let cause = match self {
            Self::Reference { cause, .. } => cause,
            Self::MisplacedReference { .. } => {
                return Some("apinb follows it, and others like it; other tools may not.".to_owned());
            }
            Self::UndeclaredPathParameter { .. } => {
                return Some("Add a parameter with `in: path` and `required: true`.".to_owned());
            }
            Self::NewerKey { .. } => return Some("It is new in OpenAPI 3.2: declare that version.".to_owned()),
            Self::Ignored { help, .. } | Self::Duplicate { help, .. } => return Some((*help).to_owned()),
        };
        let text = match cause {
            Unresolved::Nothing { suggestion: Some(name), .. } => return Some(format!("Did you mean `{name}`?")),
            Unresolved::Nothing { .. } | Unresolved::NoAnchor => "Check its spelling; apinb ignores the reference.",
            Unresolved::NoTree => "Refer to a YAML or JSON document; apinb ignores the reference.",
            Unresolved::Cycle { .. } => "Remove one of these references; apinb ignores this one.",
        };
        Some(text.to_owned())
    }
}
