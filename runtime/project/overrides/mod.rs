//! Answers to a notebook's questions that are known before it runs.

pub mod inputs;
pub mod question;
pub mod value;
