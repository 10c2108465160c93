//! Source text: where it came from, how messages about it look, and what of it must not be shown.
//!
//! The vocabulary of the whole program. What the text means (a notebook, a definition, a record) is left to the modules
//! that read it.

pub mod diagnostic;
pub mod display;
pub mod javascript;
pub mod secret;
pub mod source;
pub mod web;
