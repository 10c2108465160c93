//! What can be wrong with a data type, and the words for it.

use crate::definition::raml::shape::expression::Wanted;
use crate::text::diagnostic::{Diagnostic, Severity};
use crate::text::source::span::Location;

/// A fault of a data type, or of a value that one describes.
#[derive(Debug, thiserror::Error)]
pub enum TypeFault {
    /// A text that should be a type expression.
    #[error("`{expression}` is no type: {wanted}")]
    Expression {
        /// Where in the expression.
        location: Location,
        /// The whole expression.
        expression: String,
        /// What has to be there.
        wanted: Wanted,
    },
    /// Types that inherit from one another in a circle.
    #[error("a type inherits from itself: {}", chain.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → "))]
    Cycle {
        /// What closes the circle.
        location: Location,
        /// The types, the repeated one first and last.
        chain: Vec<String>,
    },
    /// Types that have nothing in common, inherited together.
    #[error("nothing can be {first} and {second} at once")]
    Apart {
        /// The later one.
        location: Location,
        /// Of which kind the ones before are.
        first: &'static str,
        /// Of which kind this one is.
        second: &'static str,
    },
    /// A facet that allows more than the type it is based on does.
    #[error("`{facet}` of {own} allows more than that of the type it is based on, {inherited}")]
    Wider {
        /// The facet.
        location: Location,
        /// Its name.
        facet: String,
        /// Its value.
        own: String,
        /// What is inherited.
        inherited: String,
    },
    /// A lower bound above the upper one.
    #[error("`{lower}` is above `{upper}`")]
    Empty {
        /// Either of them.
        location: Location,
        /// The facet of the lower bound.
        lower: &'static str,
        /// The facet of the upper bound.
        upper: &'static str,
    },
    /// A property that is declared as something else than where it is inherited from.
    #[error("`{name}` cannot be {own}: in the type it is inherited from it is {inherited}")]
    Overridden {
        /// The property.
        location: Location,
        /// Its name.
        name: String,
        /// Its type here.
        own: String,
        /// Its type there.
        inherited: String,
    },
    /// A property that may be left out where it is inherited from it may not.
    #[error("`{name}` cannot be optional: the type it is inherited from requires it")]
    Optional {
        /// The property.
        location: Location,
        /// Its name.
        name: String,
    },
    /// Facets or properties beside a JSON schema or an XML schema.
    #[error("`{key}` cannot be added to a type that is a JSON or XML schema")]
    External {
        /// The facet.
        location: Location,
        /// Its name.
        key: String,
    },
    /// Keys of which only one can be there.
    #[error("`{key}` and `{other}` exclude each other")]
    Exclusive {
        /// The one that is left out.
        location: Location,
        /// Its name.
        key: String,
        /// The one that holds.
        other: &'static str,
    },
    /// A facet that the type's own definition asks its subtypes for.
    #[error("the facet `{facet}`, which `{parent}` asks for, is not given")]
    FacetMissing {
        /// The subtype.
        location: Location,
        /// The facet.
        facet: String,
        /// The type that asks.
        parent: String,
    },
    /// A value that is not what its type says.
    #[error("this {what} is not valid: {cause}")]
    Value {
        /// The value.
        location: Location,
        /// What it is: an example, a default, a facet.
        what: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// Types that no value can be checked with.
    #[error("this type cannot be used to check a value: {cause}")]
    Unusable {
        /// The value.
        location: Location,
        /// What is wrong with it.
        cause: String,
    },
}

impl Diagnostic for TypeFault {
    fn severity(&self) -> Severity {
        match self {
            Self::Value { .. } | Self::Unusable { .. } | Self::FacetMissing { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Expression { location, .. }
            | Self::Cycle { location, .. }
            | Self::Apart { location, .. }
            | Self::Wider { location, .. }
            | Self::Empty { location, .. }
            | Self::Overridden { location, .. }
            | Self::Optional { location, .. }
            | Self::External { location, .. }
            | Self::Exclusive { location, .. }
            | Self::FacetMissing { location, .. }
            | Self::Value { location, .. }
            | Self::Unusable { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Expression { .. } => "a type is a name, `name[]`, `name?`, `name | name`, or these in parentheses",
            Self::Cycle { .. } => "remove one of these; a type may have itself as a property or an item",
            Self::Apart { .. } => "inherit from types of one kind, or say `one | other`",
            Self::Wider { .. } => "a type that is based on another can only allow less; what is inherited holds",
            Self::Empty { .. } => "exchange them",
            Self::Overridden { .. } => "it may only be narrowed; what is inherited holds",
            Self::Optional { .. } => "remove the `?` or `required: false`",
            Self::External { .. } => "write it into the schema itself, or declare a RAML type",
            Self::Exclusive { .. } => "keep one of them",
            Self::FacetMissing { facet, .. } => return Some(format!("write `{facet}: …`")),
            Self::Value { what: "example", .. } => "mend it, or say `strict: false` beside its `value`",
            Self::Value { .. } => "mend it",
            Self::Unusable { .. } => "mend the type",
        };
        Some(text.to_owned())
    }
}
