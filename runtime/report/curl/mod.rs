//! Calls as curl commands for a POSIX shell: recorded calls, and the calls in the text of a notebook.

pub mod call;
pub mod script;
