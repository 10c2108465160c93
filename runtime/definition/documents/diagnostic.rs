//! Diagnostics that definitions of every language have.

use crate::rules;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::quote::quote_each;
use apinb_text::source::loader::LoadError;
use apinb_text::source::span::Location;

/// What is wrong with a document, whatever its language.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentDiagnostic {
    /// The root document cannot be read.
    #[error("cannot read the definition")]
    Unreadable {
        #[source]
        cause: LoadError,
    },
    /// The root document is something else.
    #[error("expected an API definition, found {found}")]
    NotADefinition { location: Location, found: Found },
    /// The root document is written in a version that is not supported.
    #[error("unsupported version `{version}`")]
    UnsupportedVersion { location: Location, version: String },
    /// An included document cannot be read.
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
    /// A limit was reached.
    #[error("{limit}")]
    Limit { location: Location, limit: Limit },
    /// A key that means nothing in its map. `suggestion` is a known key that is close.
    #[error("unknown key `{key}` in {within}")]
    UnknownKey { location: Location, key: String, within: &'static str, suggestion: Option<String> },
    /// A required key is absent.
    #[error("missing `{key}` in {within}")]
    MissingKey { location: Location, key: &'static str, within: &'static str },
    /// A value that its key does not allow.
    #[error("invalid value `{value}` for `{key}`")]
    InvalidValue { location: Location, key: String, value: String, expected: String },
    /// A schema, trait, resource type or security scheme that is used but not declared. `suggestion` is a declared name
    /// that is close.
    #[error("unknown {kind} `{name}`")]
    UnknownName { location: Location, kind: &'static str, name: String, suggestion: Option<String> },
    /// The description of a parameter that the URI does not have.
    #[error("`{uri}` has no parameter `{name}`")]
    UnusedUriParameter { location: Location, name: String, uri: String },
    /// An example, a default or a facet that its type does not allow.
    #[error("invalid {subject}: {cause}")]
    InvalidExample { location: Location, subject: &'static str, cause: String },
    /// A schema that no value can be checked with.
    #[error("cannot check values against this type: {cause}")]
    UnusableSchema { location: Location, cause: String },
}

/// A limit that keeps a hostile document from filling memory or running for hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Limit {
    /// Bytes of all documents together.
    #[error("the definition and its includes are larger than {0} bytes")]
    TotalBytes(usize),
    /// Documents read.
    #[error("the definition includes more than {0} documents")]
    Documents(usize),
    /// Documents that include one another in a row.
    #[error("more than {0} nested includes")]
    Chain(usize),
    /// Levels of nesting.
    #[error("more than {0} levels of nesting")]
    Depth(u32),
    /// Nodes, after aliases, resource types and traits are expanded.
    #[error("aliases, resource types and traits expand to more than {0} values")]
    Nodes(u64),
    /// Bytes of the texts of the finished definition.
    #[error("schemas, examples and descriptions expand to more than {0} bytes")]
    TextBytes(u64),
    /// Diagnostics reported.
    #[error("more than {0} diagnostics; the rest is not listed")]
    Diagnostics(usize),
}

/// The content of a document that is not a definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Found {
    /// Nothing but white space.
    #[error("an empty document")]
    Nothing,
    /// A web page.
    #[error("an HTML page")]
    Html,
    /// Another kind of XML.
    #[error("an XML document")]
    Xml,
    /// JSON that is not a parsed definition.
    #[error("JSON without the `title` and `resources` of a parsed definition")]
    OtherJson,
    /// A piece of RAML that others include: its name.
    #[error("a RAML fragment (`{0}`), which only other definitions can include")]
    Fragment(String),
    /// Anything else: its first line, shortened.
    #[error("a text that starts with `{0}`")]
    Text(String),
}

impl Diagnostic for DocumentDiagnostic {
    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Unreadable { .. } => &rules::UNREADABLE,
            Self::NotADefinition { .. } => &rules::NOT_A_DEFINITION,
            Self::UnsupportedVersion { .. } => &rules::UNSUPPORTED_VERSION,
            Self::Include { .. } => &rules::UNREADABLE_INCLUDE,
            Self::IncludeCycle { .. } => &rules::INCLUDE_CYCLE,
            Self::Limit { .. } => &rules::LIMIT,
            Self::UnknownKey { .. } => &rules::UNKNOWN_KEY,
            Self::MissingKey { .. } => &rules::MISSING_KEY,
            Self::InvalidValue { .. } => &rules::INVALID_VALUE,
            Self::UnknownName { .. } => &rules::UNKNOWN_NAME,
            Self::UnusedUriParameter { .. } => &rules::UNUSED_URI_PARAMETER,
            Self::InvalidExample { .. } => &rules::INVALID_EXAMPLE,
            Self::UnusableSchema { .. } => &rules::UNUSABLE_SCHEMA,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Unreadable { .. } => None,
            Self::NotADefinition { location, .. }
            | Self::UnsupportedVersion { location, .. }
            | Self::Include { location, .. }
            | Self::IncludeCycle { location, .. }
            | Self::Limit { location, .. }
            | Self::UnknownKey { location, .. }
            | Self::MissingKey { location, .. }
            | Self::InvalidValue { location, .. }
            | Self::UnknownName { location, .. }
            | Self::UnusedUriParameter { location, .. }
            | Self::InvalidExample { location, .. }
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
            Self::InvalidExample { subject: "example", .. } => "Fix it, or set `strict: false` beside its `value`.",
            Self::InvalidExample { .. } => "Fix it.",
            Self::UnusableSchema { .. } => "Fix the type.",
        };
        Some(text.to_owned())
    }
}
