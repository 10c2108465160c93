//! The pure part of apinb: the client of an API definition.
//!
//! Invariant: nothing here does I/O or knows tokio, V8, reqwest or clap. Text comes in as strings, files that a
//! definition includes come through a [`apinb_text::source::loader::Loader`] that the caller passes in, and results go out as data.

pub mod client;
