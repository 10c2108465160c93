//! The folders that definitions may include files from.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// The files that definitions may include.
#[derive(Debug, Default, Args)]
pub struct ReadArguments {
    /// Let definitions include files below this folder too [default: those of their project]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    allow_read: Vec<PathBuf>,
}

impl ReadArguments {
    /// The folders.
    #[must_use]
    pub fn folders(&self) -> &[PathBuf] {
        &self.allow_read
    }
}
