//! Secrets: which names announce one, and how they are removed from text.

mod decode;
mod forms;
pub mod names;
pub mod redactor;
