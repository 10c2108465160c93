//! From an API's resources to the properties of its JavaScript client: names, functions and URL templates.
//!
//! Pure: what a property is called and which path it stands for. Turning JavaScript values into text, and text into a
//! request, is left to the client's JavaScript and the engine; drawing an explanation to the reports.

pub mod base_uri;
pub mod explain;
pub mod locate;
pub mod method;
pub mod missing;
pub mod segment;
pub mod spot;
#[cfg(test)]
mod tests;
pub mod tree;
