//! A notebook to run, with its settings: what answers its questions, which definitions and scripts it means, and which
//! files and URLs it may read.
//!
//! Everything that runs, checks, exports or ports a notebook starts from a [`job::Job`]. Nothing here knows V8 or the
//! command line, and nothing is printed.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod cassette;
pub mod contract;
pub mod job;
pub mod output;
pub mod overrides;
pub mod reading;
pub mod saving;
mod serialized;
pub mod settings;
pub mod trust;
