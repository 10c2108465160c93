//! API definitions: from the text of a RAML or OpenAPI document, and what it includes, to one [`model`] of the API.
//!
//! Reading files and URLs is left to the caller, which passes a [`Loader`](apinb_text::source::loader::Loader). What a
//! client makes of a model is not known here.
//!
//! Each part knows only those before it: `limits` and [`rules`], [`model`], `tree`; `syntax` turns text into a tree,
//! [`routing`] finds resources by path and [`overview`] lists them; [`documents`] holds the documents of a definition;
//! `raml` and `openapi` read trees; [`load`](mod@load) chooses between them.
//!
//! Invariant: no definition makes loading panic, hang, overflow the stack or exceed `limits`, and what is wrong with it is
//! reported, never a reason to give up on the rest. Nothing here does I/O.

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
