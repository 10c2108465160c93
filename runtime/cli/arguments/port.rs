//! The arguments of `apinb port`.

use clap::{Args, ValueHint};

use super::run::{MockMode, RunArguments};

/// `apinb port`.
#[derive(Clone, Debug, Default, Args)]
pub struct PortArguments {
    /// Notebooks, or folders with notebooks; each folder gets an `apinb.toml`
    #[arg(required = true, value_name = "FOLDER|NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Print what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Overwrite an `apinb.toml` that differs
    #[arg(long, conflicts_with = "dry_run")]
    pub force: bool,
    /// Do not run the notebooks on the mock server
    #[arg(long)]
    pub no_run: bool,
    /// Let the mocked runs load scripts and definitions from the web
    #[arg(long, conflicts_with = "no_run")]
    pub online: bool,
    /// Show the written files, each definition and each failed cell
    #[arg(short, long, conflicts_with = "json")]
    pub verbose: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl PortArguments {
    /// The run on the mock server.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments { notebooks: self.notebooks.clone(), mock: Some(MockMode::All), ..RunArguments::default() }
    }
}
