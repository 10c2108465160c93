//! Source text: where it came from, how messages about it look, and what of it must not be shown.
//!
//! The vocabulary of the whole program. What a text means (a notebook, a definition, a record) is left to the crates
//! that read it.
//!
//! Invariant: nothing here does I/O, and no other crate of the workspace is known.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod diagnostic;
pub mod display;
pub mod javascript;
pub mod secret;
pub mod source;
pub mod web;
