//! Secrets: the names that announce one, and redaction.

mod decode;
mod forms;
pub mod names;
pub mod redactor;
