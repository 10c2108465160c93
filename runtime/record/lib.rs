//! The data of all reports. Each public JSON format is a type of this crate, and every report is drawn from its types.
//!
//! The run, the check and the client fill these types; the reports draw them.
//!
//! Conventions of the JSON formats: snake_case; a field without a value is absent (`skip_serializing_if` on each
//! `Option`), a list is always present. The comments of the types and fields are the descriptions in the published
//! schemas (`docs/*.schema.json`), which `tests.rs` generates and checks.
//!
//! Invariant: a record holds no secret. Its writer has redacted every text ([`redact`]).

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod call;
pub mod cassette;
pub mod cassette_show;
pub mod check;
pub mod contract;
pub mod determinism;
pub mod drift;
pub mod error;
pub mod event;
pub mod explanation;
pub mod finding;
mod message;
pub mod part;
pub mod piece;
pub mod plan;
pub mod port;
pub mod position;
pub mod redact;
pub mod request;
pub mod rule;
pub mod run;
pub mod run_reader;
pub mod scan;
pub mod search;
pub mod sequence;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod tree;
pub mod trust;
pub mod value;
