//! What apinb reports, as plain data. Each format that a program outside of apinb can read is a type in here, and every
//! report is drawn from these types.
//!
//! Making the data is left to the run, the check and the client; drawing it to the reports.
//!
//! Invariant: a record holds no secret. Its writer has redacted every text ([`redact`]).

pub mod call;
pub mod check;
pub mod error;
pub mod explanation;
pub mod finding;
mod message;
pub mod part;
pub mod piece;
pub mod plan;
pub mod port;
pub mod position;
pub mod redact;
pub mod request;
pub mod rule;
pub mod run;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod tree;
pub mod value;
