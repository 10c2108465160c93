//! What GitHub Actions shows of a run: an annotation for each failure, and a job summary.
//!
//! Its runner reads commands out of whatever a program prints, on stdout and on stderr. What comes from a notebook must
//! not become one: [`commands`] says how commands are written, stopped and taken for text.

pub mod annotations;
pub mod commands;
pub mod summary;
