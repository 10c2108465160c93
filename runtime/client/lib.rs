//! Maps the resources of an API to the properties of its JavaScript client: names, functions and URL templates.
//!
//! This crate is pure: it determines property names and the paths that they refer to. The JavaScript of the client and
//! the engine convert values and send requests; reports render explanations.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod children;
pub mod completion;
pub mod explain;
pub mod locate;
pub mod method;
pub mod missing;
pub mod names;
pub mod position;
pub mod request;
pub mod search;
pub mod segment;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod walk;
