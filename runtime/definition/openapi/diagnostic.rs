//! Diagnostics specific to OpenAPI.

use crate::rules;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::quote::quote_each;
use apinb_text::source::span::Location;

/// A diagnostic of an OpenAPI definition.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenApiDiagnostic {
    #[error("cannot resolve `$ref: {reference}`: {cause}")]
    Reference { location: Location, reference: String, cause: Unresolved },
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
    fn rule(&self) -> Option<&'static Rule> {
        let Self::Reference { cause, .. } = self;
        Some(match cause {
            Unresolved::Cycle { .. } => &rules::REFERENCE_CYCLE,
            Unresolved::Nothing { .. } | Unresolved::NoAnchor | Unresolved::NoTree => &rules::UNRESOLVED_REFERENCE,
        })
    }

    fn location(&self) -> Option<&Location> {
        let Self::Reference { location, .. } = self;
        Some(location)
    }

    fn help(&self) -> Option<String> {
        let Self::Reference { cause, .. } = self;
        let text = match cause {
            Unresolved::Nothing { suggestion: Some(name), .. } => return Some(format!("Did you mean `{name}`?")),
            Unresolved::Nothing { .. } | Unresolved::NoAnchor => "Check its spelling; apinb ignores the reference.",
            Unresolved::NoTree => "Refer to a YAML or JSON document; apinb ignores the reference.",
            Unresolved::Cycle { .. } => "Remove one of these references; apinb ignores this one.",
        };
        Some(text.to_owned())
    }
}
