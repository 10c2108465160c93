//! Diagnostics about the YAML or JSON of a document.

use crate::rules;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::source::span::Location;

/// What is wrong with the text or the shape of a document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SyntaxDiagnostic {
    /// The text breaks a rule of YAML or JSON.
    #[error("{message}")]
    Invalid { location: Location, message: String, consequence: Consequence },
    /// One key twice in one map.
    #[error("duplicate key `{key}`")]
    RepeatedKey { location: Location, key: String },
    /// A map where a text is required, or the like.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongKind { location: Location, key: String, expected: &'static str, found: &'static str },
    /// A YAML tag without a meaning.
    #[error("unknown tag `{tag}`")]
    UnknownTag { location: Location, tag: String },
}

/// How reading went on after an error in YAML or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// The meaning was clear; nothing is lost.
    Recovered,
    LineSkipped,
    /// The rest of the document is skipped.
    RestSkipped,
}

impl Diagnostic for SyntaxDiagnostic {
    fn severity(&self) -> Severity {
        match self {
            Self::Invalid { consequence: Consequence::Recovered, .. } => Severity::Warning,
            _ => self.rule().map_or(Severity::Error, |rule| rule.severity),
        }
    }

    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Invalid { .. } => &rules::INVALID_SYNTAX,
            Self::RepeatedKey { .. } => &rules::REPEATED_KEY,
            Self::WrongKind { .. } => &rules::WRONG_KIND,
            Self::UnknownTag { .. } => &rules::UNKNOWN_TAG,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Invalid { location, .. }
            | Self::RepeatedKey { location, .. }
            | Self::WrongKind { location, .. }
            | Self::UnknownTag { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Invalid { consequence, .. } => match consequence {
                Consequence::Recovered => "Fix the line: apinb guessed the intended meaning.",
                Consequence::LineSkipped => "Fix the line; apinb skips it.",
                Consequence::RestSkipped => "Fix this line; apinb skips the rest of the document.",
            },
            Self::RepeatedKey { .. } => "Remove one; apinb merges both, and the later one wins where they differ.",
            Self::WrongKind { .. } => "Check the indentation of the lines below the key.",
            Self::UnknownTag { .. } => "Remove the tag; apinb reads the value without it.",
        };
        Some(text.to_owned())
    }
}
