//! Cassettes: the recorded traffic of a notebook as files that people read, and which recorded interaction answers a
//! request.
//!
//! [`apinb_record::cassette`] has the content of the files, [`folder`] makes a [`cassette::Cassette`] of the files of a folder and back.
//! File names are made in [`names`].
//!
//! Invariants: no I/O; a cassette comes from strangers: no content makes reading it panic, hang, or name a file outside
//! of its folder.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod body;
pub mod cassette;
pub mod error;
pub mod folder;
pub mod names;
pub mod shape;

#[cfg(test)]
mod tests;
