//! RAML 1.0 data types, as data and as JSON Schema.
//!
//! [`base`] defines the built-in types, [`bounds`] their limits, [`data_type`] a type with its facets; [`emit`] writes
//! JSON Schema, [`expression`] parses `Cat | Dog[]`, and [`types`] collects the types of a definition.
//! [`raml::types`](crate::raml::types) reads declarations.

pub(crate) mod base;
pub(crate) mod bounds;
pub(crate) mod data_type;
pub(crate) mod emit;
pub(crate) mod expression;
pub(crate) mod types;
