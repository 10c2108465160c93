//! Turns a call of a client into a request: URL, headers, and the media type of the body.

pub mod body;
pub mod error;
pub mod inputs;
pub mod made_up;
pub mod plan;
pub mod protocol;
pub mod query;
pub mod server;
mod style;
