//! apinb runs API notebooks: markdown files whose JavaScript cells explore a live web API.
//!
//! In reading order: [`cli`] turns the command line, `apinb.toml` and the environment into jobs, `run` drives each
//! notebook through the engine and makes its record, `report` draws the record for people and programs. `check` and
//! `export` read notebooks without running them, `port` proposes an `apinb.toml` with which existing notebooks run.
//! Only the command line is public: tests and benchmarks use it.

pub mod check;
pub mod cli;
pub mod export;
mod port;
mod repl;
pub mod report;
mod run;
