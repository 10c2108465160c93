//! Secrets: the names that announce one, the handles that stand for them, their hosts, and redaction.

pub mod bound;
mod decode;
mod forms;
pub mod handle;
pub mod names;
pub mod redactor;
