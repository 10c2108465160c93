//! Source text: its origin, diagnostics about it, and redaction of secrets.
//!
//! The vocabulary of the whole program. The meaning of a text (a notebook, a definition, a record) is left to the
//! crates that read it.
//!
//! Invariant: no I/O, and no dependency on another crate of the workspace.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod diagnostic;
pub mod display;
pub mod io_error;
pub mod javascript;
pub mod secret;
pub mod source;
pub mod web;
