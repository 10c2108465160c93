//! From a call of a client to its request: its URL, its headers, and the type that its body has.

pub mod body;
pub mod error;
pub mod inputs;
pub mod plan;
pub mod query;
pub mod server;
mod style;
