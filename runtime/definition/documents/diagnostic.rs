//! Diagnostics common to definitions in all languages.

use crate::rules;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::display::quote::quote_each;
use apinb_text::source::loader::LoadError;
use apinb_text::source::span::Location;

/// A diagnostic that does not depend on the language of the definition.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentDiagnostic {
    #[error("cannot read the definition")]
    Unreadable {
        #[source]
        cause: LoadError,
    },
    /// The root document is not an API definition.
    #[error("expected an API definition, found {found}")]
    NotADefinition { location: Location, found: Found },
    #[error("unsupported version `{version}`")]
    UnsupportedVersion { location: Location, version: String },
    /// A later version of OpenAPI 3.
    #[error("`{version}` is read as OpenAPI 3.1")]
    NewerVersion { location: Location, version: String },
    #[error("cannot include `{reference}`")]
    Include {
        location: Location,
        reference: String,
        #[source]
        cause: LoadError,
    },
    /// A document includes itself. `chain` starts and ends with the repeated document.
    #[error("include cycle: {}", quote_each(chain, " → "))]
    IncludeCycle { location: Location, chain: Vec<String> },
    #[error("{limit}")]
    Limit { location: Location, limit: Limit },
    /// A key that the map does not allow. `suggestion` is a similar known key.
    #[error("unknown key `{key}` in {within}")]
    UnknownKey { location: Location, key: String, within: &'static str, suggestion: Option<String> },
    #[error("missing `{key}` in {within}")]
    MissingKey { location: Location, key: &'static str, within: &'static str, severity: Severity },
    #[error("invalid value `{value}` for `{key}`")]
    InvalidValue { location: Location, key: String, value: String, expected: String },
    /// A schema, trait, resource type or security scheme that is used but not declared. `suggestion` is a similar
    /// declared name.
    #[error("unknown {kind} `{name}`")]
    UnknownName { location: Location, kind: &'static str, name: String, suggestion: Option<String> },
    /// A parameter is described that the URI does not contain.
    #[error("`{uri}` has no parameter `{name}`")]
    UnusedUriParameter { location: Location, name: String, uri: String, severity: Severity },
    /// An example, default or facet that violates its type.
    ///
    /// `may_be_lax`: whether RAML's `strict: false` turns the check off.
    #[error("invalid {subject}: {cause}")]
    InvalidExample { location: Location, subject: &'static str, cause: String, may_be_lax: bool, severity: Severity },
    /// A scalar that is written as a value of another type than the one that it is read as.
    #[error("`{written}` is {found}, but the {subject} must be {expected}")]
    OtherNotation {
        location: Location,
        subject: &'static str,
        written: String,
        found: &'static str,
        expected: &'static str,
        /// The right notation.
        right: String,
        severity: Severity,
    },
    /// A schema that cannot be compiled to a validator.
    #[error("cannot check values against this type: {cause}")]
    UnusableSchema { location: Location, cause: String },
}

/// A limit that protects against definitions that would exhaust memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Limit {
    /// All documents together, in bytes.
    #[error("the definition and its includes are larger than {0} bytes")]
    TotalBytes(usize),
    #[error("the definition includes more than {0} documents")]
    Documents(usize),
    /// Nested includes.
    #[error("more than {0} nested includes")]
    Chain(usize),
    #[error("more than {0} levels of nesting")]
    Depth(u32),
    /// Nodes after expanding aliases, resource types and traits.
    #[error("aliases, resource types and traits expand to more than {0} values")]
    Nodes(u64),
    /// Text in the loaded definition, in bytes.
    #[error("schemas, examples and descriptions expand to more than {0} bytes")]
    TextBytes(u64),
    #[error("more than {0} diagnostics; the rest is not listed")]
    Diagnostics(usize),
}

/// The content of a document that is not a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Found {
    /// Only white space.
    #[error("an empty document")]
    Nothing,
    #[error("an HTML page")]
    Html,
    /// XML other than HTML.
    #[error("an XML document")]
    Xml,
    #[error("JSON without the `title` and `resources` of a parsed definition")]
    OtherJson,
    /// A RAML fragment that other definitions include, by its name.
    #[error("a RAML fragment (`{0}`), which only other definitions can include")]
    Fragment(String),
    /// Any other text, by its first line, shortened.
    #[error("a text that starts with `{0}`")]
    Text(String),
}

impl Diagnostic for DocumentDiagnostic {
    fn severity(&self) -> Severity {
        match self {
            Self::NewerVersion { .. } => Severity::Warning,
            Self::MissingKey { severity, .. }
            | Self::UnusedUriParameter { severity, .. }
            | Self::InvalidExample { severity, .. }
            | Self::OtherNotation { severity, .. } => *severity,
            _ => self.rule().map_or(Severity::Error, |rule| rule.severity),
        }
    }

    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Unreadable { .. } => &rules::UNREADABLE,
            Self::NotADefinition { .. } => &rules::NOT_A_DEFINITION,
            Self::UnsupportedVersion { .. } | Self::NewerVersion { .. } => &rules::UNSUPPORTED_VERSION,
            Self::Include { .. } => &rules::UNREADABLE_INCLUDE,
            Self::IncludeCycle { .. } => &rules::INCLUDE_CYCLE,
            Self::Limit { .. } => &rules::LIMIT,
            Self::UnknownKey { .. } => &rules::UNKNOWN_KEY,
            Self::MissingKey { .. } => &rules::MISSING_KEY,
            Self::InvalidValue { .. } => &rules::INVALID_VALUE,
            Self::UnknownName { .. } => &rules::UNKNOWN_NAME,
            Self::UnusedUriParameter { .. } => &rules::UNUSED_URI_PARAMETER,
            Self::InvalidExample { .. } | Self::OtherNotation { .. } => &rules::INVALID_EXAMPLE,
            Self::UnusableSchema { .. } => &rules::UNUSABLE_SCHEMA,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Unreadable { .. } => None,
            Self::NotADefinition { location, .. }
            | Self::UnsupportedVersion { location, .. }
            | Self::NewerVersion { location, .. }
            | Self::Include { location, .. }
            | Self::IncludeCycle { location, .. }
            | Self::Limit { location, .. }
            | Self::UnknownKey { location, .. }
            | Self::MissingKey { location, .. }
            | Self::InvalidValue { location, .. }
            | Self::UnknownName { location, .. }
            | Self::UnusedUriParameter { location, .. }
            | Self::InvalidExample { location, .. }
            | Self::OtherNotation { location, .. }
            | Self::UnusableSchema { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Unreadable { cause } | Self::Include { cause, .. } => return cause.help(),
            Self::NotADefinition { found: Found::Html, .. } => {
                "Use the address of the definition itself: this one may require a login, or lead to a page about it."
            }
            Self::NotADefinition { .. } => {
                "Start the definition with `#%RAML 1.0` or `#%RAML 0.8`, or declare `openapi: 3…` or `swagger: \"2.0\"`."
            }
            Self::UnsupportedVersion { .. } => "Use RAML 0.8 or 1.0, or OpenAPI 2.0, 3.0 or 3.1.",
            Self::IncludeCycle { .. } => "Remove one of these includes; apinb reads this one as empty.",
            Self::Limit { limit, .. } => match limit {
                Limit::Diagnostics(_) => "Fix the first ones and check again.",
                _ => "Split or shorten the definition; apinb ignores the rest.",
            },
            Self::MissingKey { key: "title", .. } => "Add `title: …` below the first line.",
            Self::MissingKey { .. } => "Add it.",
            Self::InvalidValue { expected, .. } => return Some(format!("Use {expected}.")),
            Self::UnknownKey { suggestion: Some(name), .. } | Self::UnknownName { suggestion: Some(name), .. } => {
                return Some(format!("Did you mean `{name}`?"));
            }
            Self::UnknownKey { .. } => "Check its spelling; apinb ignores it.",
            Self::UnknownName { kind: "type", .. } => {
                "Declare it under `types` in the root, or use a type of a library."
            }
            Self::UnknownName { kind: "schema", .. } => {
                "Declare it under `schemas` in the root, or write the schema here."
            }
            Self::UnknownName { .. } => "Declare it in the root document, or check its spelling.",
            Self::UnusedUriParameter { name, .. } => {
                return Some(format!("Add `{{{name}}}` to the URI, or remove the parameter."));
            }
            Self::NewerVersion { .. } => "apinb warns about each new part that it does not support.",
            Self::OtherNotation { right, .. } => return Some(format!("Write `{right}`; apinb reads it as that.")),
            Self::InvalidExample { may_be_lax: true, .. } => "Fix it, or set `strict: false` beside its `value`.",
            Self::InvalidExample { .. } => "Fix it.",
            Self::UnusableSchema { .. } => "Fix the type.",
        };
        Some(text.to_owned())
    }
}
