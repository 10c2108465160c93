//! The reports of commands that find diagnostics and run nothing.

use clap::{Args, ValueHint};

/// The reports to write.
#[derive(Clone, Debug, Default, Args)]
pub struct ReportArguments {
    /// Write a report: `sarif=FILE` for code scanning; `sarif=-` writes it to stdout, and nothing else there
    #[arg(long, value_name = "KIND=FILE", value_hint = ValueHint::Other)]
    pub report: Vec<String>,
    /// Replace a report file that apinb did not write, or write through a symbolic link
    #[arg(long, requires = "report")]
    pub force: bool,
}
