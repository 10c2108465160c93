//! Loads API definitions: turns a RAML or OpenAPI document, and all documents it includes, into one [`model`] of the
//! API.
//!
//! The caller reads files and URLs and passes a [`Loader`](apinb_text::source::loader::Loader). This crate does not
//! know how clients use the model.
//!
//! Each module depends only on those before it: `limits` and [`rules`], [`model`], `tree`; `syntax` parses text to a
//! tree, [`routing`] finds resources by path and [`overview`] lists them; [`documents`] manages the documents of a
//! definition; `raml` and `openapi` read trees; [`load`](mod@load) chooses between them.
//!
//! Invariants: no definition makes loading panic, hang, overflow the stack or exceed `limits`. An error is reported and
//! never prevents reading the rest. Nothing here does I/O.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod documents;
mod limits;
pub mod load;
pub mod model;
mod openapi;
pub mod overview;
mod raml;
pub mod routing;
pub mod rules;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;
