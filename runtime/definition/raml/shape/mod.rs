//! RAML 1.0 data types once they are read, as data and as JSON Schema.
//!
//! [`base`] knows the built-in types, [`bounds`] their limits, [`data_type`] is a type with its facets, [`emit`] writes its JSON Schema,
//! [`expression`] parses `Cat | Dog[]`, and [`types`] collects the types of a definition. Reading declarations is left to
//! [`raml::types`](crate::raml::types).

pub(crate) mod base;
pub(crate) mod bounds;
pub(crate) mod data_type;
pub(crate) mod emit;
pub(crate) mod expression;
pub(crate) mod types;
