//! The arguments of `apinb config`.

use clap::{Args, Subcommand, ValueHint};

use super::GivenArguments;
use crate::cli::examples;

/// `apinb config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// List every value that holds for a notebook, and where it comes from; secrets are masked
    #[command(after_help = examples::CONFIG_SHOW)]
    Show(Box<ShowArguments>),
    /// Print the JSON Schema of `apinb.toml`, for editors
    #[command(after_help = examples::CONFIG_SCHEMA)]
    Schema,
}

/// `apinb config show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The notebook, or its folder; the working directory without it
    #[arg(value_hint = ValueHint::AnyPath)]
    pub notebook: Option<String>,
    /// As `apinb run --mock` has it
    #[arg(long)]
    pub mock: bool,
    /// As JSON: a list of `{key, value, origin, from}`
    #[arg(long)]
    pub json: bool,
    /// What is given to the notebook.
    #[command(flatten)]
    pub given: GivenArguments,
}
