//! Calls as curl commands for a POSIX shell: those that were made, and those that a notebook makes.

pub mod call;
pub mod script;
