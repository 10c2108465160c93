//! The commands: each takes its arguments and returns an exit code.

pub(super) mod auth;
pub(super) mod cache;
pub(super) mod cassette;
pub(super) mod check;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod contract;
pub(super) mod definition;
pub(super) mod export;
pub(super) mod man;
pub(super) mod mock;
pub(super) mod new;
pub(super) mod port;
pub(super) mod repl;
pub(super) mod report;
pub(super) mod rules;
pub(super) mod run;
pub(super) mod trust;

mod agreement;
mod load;
mod watch;
