//! From a call of a client to its request: URL, headers, and media type of the body.

pub mod body;
pub mod error;
pub mod inputs;
pub mod plan;
pub mod query;
pub mod server;
mod style;
