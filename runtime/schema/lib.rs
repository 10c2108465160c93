//! Validates and generates values. One type of schema covers RAML types, OpenAPI schemas, JSON Schema and XML Schema.
//!
//! Everything but XML Schema is JSON Schema. JSON Schema in a definition keeps its draft; the schemas that the readers
//! create from RAML types and OpenAPI schemas use draft 2020-12, and refer to named schemas by [`schema::reference`].
//! [`schema::Schema::validate`] validates a value against a schema of any draft, and [`schema::Schema::sample`]
//! generates one.
//!
//! Invariants: this crate fetches nothing, and no schema or value makes validation hang or overflow the stack.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod breadth;
mod convert;
mod dialect;
pub mod direction;
mod discriminator;
mod effort;
pub mod error;
mod flags;
mod format;
pub mod located;
pub mod marks;
pub mod neighbor;
pub mod origin;
pub mod properties;
pub mod repair;
mod resolve;
mod sample;
pub mod schema;
#[cfg(test)]
mod tests;
mod typed;
pub mod validator;
pub mod violation;
mod xsd;

pub use sample::write_only;
