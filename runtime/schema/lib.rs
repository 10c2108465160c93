//! What a value has to be: one kind of schema for RAML types, OpenAPI schemas, JSON Schema and XML Schema.
//!
//! Everything but XML Schema is JSON Schema. What a definition has written as JSON Schema stays in its own draft; what a
//! reader makes of a RAML type or an OpenAPI schema is in draft 2020-12, and refers to the named ones by
//! [`schema::reference`]. [`schema::Schema::validate`] checks values, in whichever draft, and
//! [`schema::Schema::sample`] makes one.
//!
//! Invariant: nothing is fetched, and no schema or value makes a check hang or overflow the stack. Which
//! documents a text comes from is unknown here.

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
