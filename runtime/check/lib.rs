//! What notebooks need to run, and what is wrong with them, without running any cell.
//!
//! [`needs`] compares the analysis of a notebook with the definitions, scripts and answers that a run would use;
//! [`rules`] finds what is wrong there.
//! Nothing is asked or printed, and nothing is fetched unless the caller allows it.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod coverage;
pub mod definitions;
pub mod names;
pub mod needs;
mod position;
pub mod rules;
mod schemes;
pub mod sign_in_prompts;
pub mod uses;
