//! Draws run records: for people at a terminal, for programs as JSON. Everything shown comes from the record; nothing
//! here knows how a run is made. Explanations of a client and what `apinb check` found are drawn here too, and they are plain data in the same way.

pub mod explanation;
pub mod json;
pub mod needs;
pub mod terminal;

mod call;
mod layout;
