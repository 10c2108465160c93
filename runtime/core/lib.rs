//! The pure part of apinb: what a notebook, an API definition and a run record are.
//!
//! Invariant: nothing here does I/O or knows tokio, V8, reqwest or clap. Text comes in as strings, files that a
//! definition includes come through a [`apinb_text::source::loader::Loader`] that the caller passes in, and results go out as data.

pub mod client;
pub mod definition;
