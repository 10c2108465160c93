//! Validates and generates values by one kind of schema for RAML types, OpenAPI schemas, JSON Schema and XML Schema.
//!
//! Everything but XML Schema is JSON Schema. JSON Schema of a definition keeps its draft; schemas that a reader makes
//! from RAML types or OpenAPI schemas are in draft 2020-12, and refer to named schemas by
//! [`schema::reference`]. [`schema::Schema::validate`] validates values by any draft, and
//! [`schema::Schema::sample`] generates one.
//!
//! Invariant: nothing is fetched, and no schema or value makes a validation hang or overflow the stack. The documents
//! that a text comes from are unknown here.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod breadth;
mod convert;
mod dialect;
mod effort;
pub mod error;
mod format;
mod resolve;
mod sample;
pub mod schema;
#[cfg(test)]
mod tests;
pub mod validator;
pub mod violation;
