//! The arguments of `apinb contract`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::read::ReadArguments;
use super::report::CoverageArguments;
use crate::cli::examples;

/// `apinb contract`.
#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    /// Hold recorded calls against the definitions of their APIs; exit code 1 if they differ
    #[command(after_help = examples::CONTRACT_CHECK)]
    Check(ContractCheckArguments),
}

/// `apinb contract check`.
#[derive(Debug, Args)]
pub struct ContractCheckArguments {
    /// Recorded calls: HTTP archives (HAR) of a browser, a proxy or `apinb run --report har=FILE`
    #[arg(required = true, value_name = "HAR", value_hint = ValueHint::FilePath)]
    pub traffic: Vec<PathBuf>,
    /// Definition of the API that was called: a file or a URL
    #[arg(long, required = true, value_name = "DEFINITION", value_hint = ValueHint::FilePath)]
    pub definition: Vec<String>,
    #[command(flatten)]
    pub options: CheckOptions,
}

/// How calls are held against definitions, wherever they were recorded.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// Check the calls below this URL, instead of those below the base URI of the definition
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_uri: Option<String>,
    /// Set the severity of a rule: `error`, `warning`, `note` or `off`
    #[arg(long, value_name = "RULE=SEVERITY", value_hint = ValueHint::Other)]
    pub rule: Vec<String>,
    /// Do not fail because of the findings in this file; it need not exist
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Write all findings to the file of `--baseline`, and remove those that no longer occur
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,
    /// Fail because of findings that are at least this serious [default: error]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    #[command(flatten)]
    pub coverage: CoverageArguments,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub read: ReadArguments,
}

/// The least serious findings because of which a check fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    #[default]
    Error,
    Warning,
}
