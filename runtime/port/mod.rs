//! The `apinb.toml` with which existing notebooks run: it says which definitions their clients mean and what a
//! person has to give.
//!
//! It runs nothing and writes nothing; the command does both with what comes out of here.

pub mod candidates;
mod choose;
pub mod page;
pub mod plan;
pub mod ported;
mod questions;
