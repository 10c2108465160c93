//! Diagnostics of data types.

use crate::raml::shape::expression::Wanted;
use crate::rules;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::quote::quote_each;
use apinb_text::source::span::Location;

/// A diagnostic of a data type.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TypeDiagnostic {
    /// Invalid syntax in a type expression. The location is where `wanted` was expected.
    #[error("invalid type `{expression}`: {wanted}")]
    Expression { location: Location, expression: String, wanted: Wanted },
    /// Types that inherit from one another in a cycle. `chain` starts and ends with the repeated type.
    #[error("a type inherits from itself: {}", quote_each(chain, " → "))]
    Cycle { location: Location, chain: Vec<String> },
    /// Parent types that have no common values.
    #[error("no value is both {first} and {second}")]
    Disjoint { location: Location, first: &'static str, second: &'static str },
    /// A facet that allows more than the inherited one.
    #[error("`{facet}: {own}` allows more than the inherited {inherited}")]
    Wider { location: Location, facet: String, own: String, inherited: String },
    /// A lower bound above the upper bound.
    #[error("`{lower}` is above `{upper}`")]
    EmptyRange { location: Location, lower: &'static str, upper: &'static str },
    /// A property whose type does not restrict the type of the inherited property.
    #[error("`{name}` cannot be {own}: the inherited property is {inherited}")]
    Overridden { location: Location, name: String, own: String, inherited: String },
    /// An optional property that is required in a parent type.
    #[error("`{name}` cannot be optional: the inherited property is required")]
    Optional { location: Location, name: String },
    /// Facets or properties in addition to a JSON or XML schema.
    #[error("`{key}` cannot be added to a type that is a JSON or XML schema")]
    External { location: Location, key: String },
    /// A JSON or XML schema as the type of a property, item, member, parameter or header.
    #[error("the type of {place} cannot be a JSON or XML schema")]
    Misplaced { location: Location, place: &'static str },
    /// A subtype without a facet that `parent` requires.
    #[error("missing facet `{facet}`, which `{parent}` requires")]
    MissingFacet { location: Location, facet: String, parent: String },
}

impl Diagnostic for TypeDiagnostic {
    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Expression { .. } => &rules::INVALID_TYPE_EXPRESSION,
            Self::Cycle { .. } => &rules::TYPE_CYCLE,
            Self::Disjoint { .. } => &rules::DISJOINT_TYPES,
            Self::Wider { .. } => &rules::WIDER_FACET,
            Self::EmptyRange { .. } => &rules::EMPTY_RANGE,
            Self::Overridden { .. } => &rules::OVERRIDDEN_PROPERTY,
            Self::Optional { .. } => &rules::OPTIONAL_PROPERTY,
            Self::External { .. } => &rules::FACET_OF_SCHEMA,
            Self::Misplaced { .. } => &rules::MISPLACED_SCHEMA,
            Self::MissingFacet { .. } => &rules::MISSING_FACET,
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
            | Self::Misplaced { location, .. }
            | Self::MissingFacet { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Expression { .. } => "Use a name, `name[]`, `name?`, `name | name`, or these in parentheses.",
            Self::Cycle { .. } => "Remove one of these; a type may contain itself only as a property or an item.",
            Self::Disjoint { .. } => "Inherit from types of one kind, or use a union: `one | other`.",
            Self::Wider { .. } => "Restrict it; apinb uses the inherited value.",
            Self::EmptyRange { .. } => "Swap them.",
            Self::Overridden { .. } => "Restrict the inherited type; apinb uses the inherited property.",
            Self::Optional { .. } => "Remove the `?` or `required: false`.",
            Self::External { .. } => "Write it in the schema, or declare a RAML type.",
            Self::Misplaced { .. } => "Declare a RAML type for it.",
            Self::MissingFacet { facet, .. } => return Some(format!("Add `{facet}: …`.")),
        };
        Some(text.to_owned())
    }
}
