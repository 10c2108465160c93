//! Secrets: the names that announce one, the handles that stand for them, their hosts, and redaction.

mod base32;
pub mod bound;
mod cut;
mod decode;
mod escapes;
mod fingerprint;
mod forms;
pub mod handle;
mod index;
pub mod mask;
pub mod names;
pub mod redactor;
