//! The arguments of `apinb port`.

use clap::{Args, ValueHint};

use super::RunArguments;

/// `apinb port`.
#[derive(Clone, Debug, Default, Args)]
pub struct PortArguments {
    /// Folders with notebooks, and notebooks; each folder gets its `apinb.toml`
    #[arg(required = true, value_name = "FOLDER|NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write over an `apinb.toml` that says something else
    #[arg(long, conflicts_with = "dry_run")]
    pub force: bool,
    /// Do not run the notebooks on the mock
    #[arg(long)]
    pub no_run: bool,
    /// Let the mocked runs call the web: scripts and definitions that are not here
    #[arg(long, conflicts_with = "no_run")]
    pub online: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

impl PortArguments {
    /// The run on the mock.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments { notebooks: self.notebooks.clone(), mock: true, ..RunArguments::default() }
    }
}
