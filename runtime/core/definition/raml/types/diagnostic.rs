//! Diagnostics of data types.

use crate::definition::codes;
use crate::definition::raml::shape::expression::Wanted;
use crate::text::diagnostic::{Diagnostic, Severity};
use crate::text::display::truncate::arrows;
use crate::text::source::span::Location;

/// What is wrong with a data type.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TypeDiagnostic {
    /// A text that is not a type expression. The location is that of the part where `wanted` is required.
    #[error("`{expression}` is no type: {wanted}")]
    Expression { location: Location, expression: String, wanted: Wanted },
    /// Types that inherit from one another in a cycle. `chain` starts and ends with the repeated type.
    #[error("a type inherits from itself: {}", arrows(chain))]
    Cycle { location: Location, chain: Vec<String> },
    /// Base types that have no value in common.
    #[error("nothing can be {first} and {second} at once")]
    Disjoint { location: Location, first: &'static str, second: &'static str },
    /// A facet that allows more than the inherited one.
    #[error("`{facet}` of {own} allows more than that of the type it is based on, {inherited}")]
    Wider { location: Location, facet: String, own: String, inherited: String },
    /// A lower bound above the upper one.
    #[error("`{lower}` is above `{upper}`")]
    EmptyRange { location: Location, lower: &'static str, upper: &'static str },
    /// A property whose type does not restrict that of the inherited property.
    #[error("`{name}` cannot be {own}: in the type it is inherited from it is {inherited}")]
    Overridden { location: Location, name: String, own: String, inherited: String },
    /// An inherited required property that is declared optional.
    #[error("`{name}` cannot be optional: the type it is inherited from requires it")]
    Optional { location: Location, name: String },
    /// Facets or properties beside a JSON or XML schema.
    #[error("`{key}` cannot be added to a type that is a JSON or XML schema")]
    External { location: Location, key: String },
    /// A subtype without a facet that `parent` declares as required.
    #[error("the facet `{facet}`, which `{parent}` asks for, is not given")]
    MissingFacet { location: Location, facet: String, parent: String },
}

impl Diagnostic for TypeDiagnostic {
    fn severity(&self) -> Severity {
        match self {
            Self::MissingFacet { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Expression { .. } => codes::INVALID_TYPE_EXPRESSION,
            Self::Cycle { .. } => codes::TYPE_CYCLE,
            Self::Disjoint { .. } => codes::DISJOINT_TYPES,
            Self::Wider { .. } => codes::WIDER_FACET,
            Self::EmptyRange { .. } => codes::EMPTY_RANGE,
            Self::Overridden { .. } => codes::OVERRIDDEN_PROPERTY,
            Self::Optional { .. } => codes::OPTIONAL_PROPERTY,
            Self::External { .. } => codes::FACET_OF_SCHEMA,
            Self::MissingFacet { .. } => codes::MISSING_FACET,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Expression { location, .. }
            | Self::Cycle { location, .. }
            | Self::Disjoint { location, .. }
            | Self::Wider { location, .. }
            | Self::EmptyRange { location, .. }
            | Self::Overridden { location, .. }
            | Self::Optional { location, .. }
            | Self::External { location, .. }
            | Self::MissingFacet { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Expression { .. } => "a type is a name, `name[]`, `name?`, `name | name`, or these in parentheses",
            Self::Cycle { .. } => "remove one of these; a type may have itself as a property or an item",
            Self::Disjoint { .. } => "inherit from types of one kind, or say `one | other`",
            Self::Wider { .. } => "a type that is based on another can only allow less; what is inherited holds",
            Self::EmptyRange { .. } => "exchange them",
            Self::Overridden { .. } => "it may only be narrowed; what is inherited holds",
            Self::Optional { .. } => "remove the `?` or `required: false`",
            Self::External { .. } => "write it into the schema itself, or declare a RAML type",
            Self::MissingFacet { facet, .. } => return Some(format!("write `{facet}: …`")),
        };
        Some(text.to_owned())
    }
}
