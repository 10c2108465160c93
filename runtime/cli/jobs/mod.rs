//! What runs: which notebooks, with which rows of inputs, and which reports are written.
//!
//! The values that a job is given are those of [`super::settings`].

pub mod notebooks;
pub mod reports;
pub mod resolve;
pub mod web;

mod rows;
