//! Cassettes: the recorded traffic of a notebook as files that people read, and which recorded interaction answers a
//! request.
//!
//! [`apinb_record::cassette`] has the content of the files, [`folder`] makes a [`cassette::Cassette`] of the files of a folder and back.
//! File names are made in [`names`]. [`operations`] finds the operation of a request, `comparable.rs` and `content.rs` read
//! what of a request is compared, `difference.rs` compares it, [`player`] chooses the interaction that answers a request, and
//! `miss.rs` explains why none does. [`recorder`] makes a cassette of the exchanges of a run, without secrets
//! (`placeholders.rs`) and personal data (`samples.rs`).
//! [`exchange`] and [`wiremock`] have the interactions in the forms of others, [`scan`] finds
//! secrets in files, [`drift`] compares live responses with recorded ones.
//!
//! Invariants: no I/O; a cassette comes from strangers: no content makes reading it panic, hang, or name a file outside
//! of its folder.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod body;
pub mod cassette;
mod comparable;
mod content;
pub mod difference;
pub mod drift;
pub mod error;
pub mod exchange;
pub mod folder;
pub mod ignore;
pub mod live;
pub mod miss;
pub mod names;
pub mod operations;
pub mod path;
pub mod placeholders;
pub mod player;
pub mod recorder;
mod samples;
pub mod scan;
pub mod shape;
mod tokens;
pub mod wiremock;
mod xml;

#[cfg(test)]
mod tests;
