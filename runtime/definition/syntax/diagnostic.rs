//! Diagnostics about the YAML or JSON of a document.

use crate::rules;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::source::span::Location;

/// An error in the syntax of a document, or in the kinds of its values.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SyntaxDiagnostic {
    /// A violation of YAML or JSON syntax.
    #[error("{message}")]
    Invalid { location: Location, message: String, consequence: Consequence },
    #[error("duplicate key `{key}`")]
    RepeatedKey { location: Location, key: String, severity: Severity },
    /// A value of the wrong kind, such as a map instead of a string.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongKind { location: Location, key: String, expected: &'static str, found: &'static str },
    #[error("unknown tag `{tag}`")]
    UnknownTag { location: Location, tag: String },
}

/// How parsing continued after a syntax error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// The intended meaning was clear; nothing is lost.
    Recovered,
    LineSkipped,
    RestSkipped,
}

impl Diagnostic for SyntaxDiagnostic {
    fn severity(&self) -> Severity {
        match self {
            Self::Invalid { consequence: Consequence::Recovered, .. } => Severity::Warning,
            Self::RepeatedKey { severity, .. } => *severity,
            // A misspelled include.
            Self::UnknownTag { tag, .. } if tag.starts_with("!include") => Severity::Error,
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
