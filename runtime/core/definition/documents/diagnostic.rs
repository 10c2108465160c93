//! Diagnostics that definitions of every language have.

use crate::definition::codes;
use crate::text::diagnostic::{Diagnostic, Severity};
use crate::text::display::truncate::arrows;
use crate::text::source::loader::LoadError;
use crate::text::source::span::Location;

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
    #[error("this is not an API definition but {found}")]
    NotADefinition { location: Location, found: Found },
    /// The root document is written in a version that is not supported.
    #[error("`{version}` is not supported yet")]
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
    #[error("a cycle of includes: {}", arrows(chain))]
    IncludeCycle { location: Location, chain: Vec<String> },
    /// A limit was reached.
    #[error("{limit}")]
    Limit { location: Location, limit: Limit },
    /// A key that means nothing in its map. `suggestion` is a known key that is close.
    #[error("unknown key `{key}` in {within}")]
    UnknownKey { location: Location, key: String, within: &'static str, suggestion: Option<String> },
    /// A required key is absent.
    #[error("{within} has no `{key}`")]
    MissingKey { location: Location, key: &'static str, within: &'static str },
    /// A value that its key does not allow.
    #[error("`{key}` cannot be `{value}`")]
    InvalidValue { location: Location, key: String, value: String, expected: String },
    /// A schema, trait, resource type or security scheme that is used but not declared. `suggestion` is a declared name
    /// that is close.
    #[error("there is no {kind} `{name}`")]
    UnknownName { location: Location, kind: &'static str, name: String, suggestion: Option<String> },
    /// The description of a parameter that the URI does not have.
    #[error("`{uri}` has no parameter `{name}`")]
    UnusedUriParameter { location: Location, name: String, uri: String },
    /// An example, a default or a facet that its type does not allow.
    #[error("this {subject} is not valid: {cause}")]
    InvalidExample { location: Location, subject: &'static str, cause: String },
    /// A schema that no value can be checked with.
    #[error("this type cannot be used to check a value: {cause}")]
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
    #[error("more than {0} documents that include one another")]
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
    #[error("more than {0} faults; the others are not listed")]
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
    fn severity(&self) -> Severity {
        match self {
            Self::MissingKey { .. }
            | Self::UnusedUriParameter { .. }
            | Self::InvalidExample { .. }
            | Self::UnusableSchema { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreadable { .. } => codes::UNREADABLE,
            Self::NotADefinition { .. } => codes::NOT_A_DEFINITION,
            Self::UnsupportedVersion { .. } => codes::UNSUPPORTED_VERSION,
            Self::Include { .. } => codes::UNREADABLE_INCLUDE,
            Self::IncludeCycle { .. } => codes::INCLUDE_CYCLE,
            Self::Limit { .. } => codes::LIMIT,
            Self::UnknownKey { .. } => codes::UNKNOWN_KEY,
            Self::MissingKey { .. } => codes::MISSING_KEY,
            Self::InvalidValue { .. } => codes::INVALID_VALUE,
            Self::UnknownName { .. } => codes::UNKNOWN_NAME,
            Self::UnusedUriParameter { .. } => codes::UNUSED_URI_PARAMETER,
            Self::InvalidExample { .. } => codes::INVALID_EXAMPLE,
            Self::UnusableSchema { .. } => codes::UNUSABLE_SCHEMA,
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
                "the address may need a login, or lead to a page about the definition; \
                 take the address of the RAML file itself"
            }
            Self::NotADefinition { .. } => {
                "a definition starts with `#%RAML 1.0` or `#%RAML 0.8`, or says `openapi: 3…` or `swagger: \"2.0\"`"
            }
            Self::UnsupportedVersion { .. } => "RAML 0.8 and 1.0, and OpenAPI 2.0, 3.0 and 3.1 are read",
            Self::IncludeCycle { .. } => "remove one of these includes; this one was taken as empty",
            Self::Limit { limit, .. } => match limit {
                Limit::Diagnostics(_) => "mend the first ones and check again",
                _ => "what is beyond the limit was left out",
            },
            Self::MissingKey { key: "title", .. } => "write `title: …` below the first line",
            Self::MissingKey { .. } => "add it",
            Self::InvalidValue { expected, .. } => return Some(format!("it can be {expected}")),
            Self::UnknownKey { suggestion: Some(name), .. } | Self::UnknownName { suggestion: Some(name), .. } => {
                return Some(format!("did you mean `{name}`?"));
            }
            Self::UnknownKey { .. } => "the key was left out",
            Self::UnknownName { kind: "type", .. } => "declare it in the root's `types`, or name a library's",
            Self::UnknownName { kind: "schema", .. } => {
                "declare it in the root's `schemas`, or write the schema itself"
            }
            Self::UnknownName { .. } => "declare it in the root document, or check its spelling",
            Self::UnusedUriParameter { name, .. } => {
                return Some(format!("write `{{{name}}}` in the URI, or remove it"));
            }
            Self::InvalidExample { subject: "example", .. } => "mend it, or say `strict: false` beside its `value`",
            Self::InvalidExample { .. } => "mend it",
            Self::UnusableSchema { .. } => "mend the type",
        };
        Some(text.to_owned())
    }
}
