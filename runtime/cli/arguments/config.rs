//! The arguments of `apinb config`.

use clap::{Args, Subcommand, ValueHint};

use super::overrides::OverrideArguments;
use crate::cli::examples;

/// `apinb config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// List the settings of a notebook and where each comes from; secrets are redacted
    #[command(after_help = examples::CONFIG_SHOW)]
    Show(Box<ShowArguments>),
    /// Print the JSON Schema of `apinb.toml`, for editors
    #[command(after_help = examples::CONFIG_SCHEMA)]
    Schema,
}

/// `apinb config show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Notebook, or its folder [default: the working directory]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub notebook: Option<String>,
    /// Show the settings of a run with `--mock`
    #[arg(long)]
    pub mock: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
}
