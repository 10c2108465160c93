//! From an API's resources to the properties of its JavaScript client: names, functions and URL templates.
//!
//! Pure: what a property is called and which path it stands for. Turning JavaScript values into text, and text into a
//! request, is left to the client's JavaScript and the engine; drawing an explanation to the reports.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod children;
pub mod completion;
pub mod explain;
pub mod locate;
pub mod method;
pub mod missing;
pub mod names;
pub mod place;
pub mod request;
pub mod segment;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod walk;
