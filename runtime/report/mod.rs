//! Draws run records: for people at a terminal, for programs as JSON. Everything shown comes from the record; nothing
//! here knows how a run is made.

pub mod json;
pub mod terminal;

mod call;
mod layout;
