//! apinb runs API notebooks: markdown files whose JavaScript cells explore a live web API.
//!
//! In reading order: [`cli`] turns the command line, `apinb.toml` and the environment into jobs, `run` drives each
//! notebook through the engine and makes its record. `export` reads notebooks without running them, `port` proposes an
//! `apinb.toml` with which existing notebooks run. Checks and reports are crates of their own.
//! Only the command line is public: tests and benchmarks use it.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod cli;
pub mod export;
mod import;
mod port;
mod repl;
mod run;
