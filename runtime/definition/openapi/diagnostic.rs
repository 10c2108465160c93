//! Diagnostics of OpenAPI alone.

use crate::rules;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::quote::quote_each;
use apinb_text::source::span::Location;

/// What is wrong with a definition in OpenAPI.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenApiDiagnostic {
    /// A `$ref` that cannot be resolved.
    #[error("cannot resolve `$ref: {reference}`: {cause}")]
    Reference { location: Location, reference: String, cause: Unresolved },
}

/// Why a `$ref` cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// A part of its JSON pointer does not exist. `suggestion` is one that exists, and is close.
    #[error("`{missing}` does not exist")]
    Nothing { missing: String, suggestion: Option<String> },
    /// Nothing in the document has that `$anchor`.
    #[error("unknown `$anchor`")]
    NoAnchor,
    /// The document is neither YAML nor JSON.
    #[error("the document is neither YAML nor JSON")]
    NoTree,
    /// It leads back to itself. `chain` starts and ends with the repeated reference.
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
