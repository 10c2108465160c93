//! Output for GitHub Actions: an annotation for each failure, and a job summary.
//!
//! The runner interprets commands in everything that a program prints on stdout and stderr. Text from a notebook must
//! not become a command: [`commands`] writes commands, stops them, and makes text inert.

pub mod annotations;
pub mod commands;
pub mod summary;
