//! The arguments of `apinb new`.

use clap::{Args, ValueHint};

use super::read::ReadArguments;

/// `apinb new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// Definition to make a notebook from: a file or a URL
    #[arg(value_name = "DEFINITION", value_hint = ValueHint::FilePath, required_unless_present = "project")]
    pub definition: Option<String>,
    /// Write the notebook to this file, `-` for stdout [default: the name of the definition with `.md`, in the working
    /// directory]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "project")]
    pub output: Option<String>,
    /// Write a project to this folder: `apinb.toml`, a first notebook, and a workflow for GitHub Actions
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".", value_hint = ValueHint::DirPath)]
    pub project: Option<String>,
    /// The files that the definition may include.
    #[command(flatten)]
    pub read: ReadArguments,
}
