//! The arguments of `apinb report`.

use apinb_report::ReportKind;
use clap::{Args, Subcommand, ValueHint};

use super::run::report_help;
use crate::cli::examples;

/// `apinb report`.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Make one report of several, such as those of the shards of a run
    #[command(after_help = examples::REPORT_MERGE)]
    Merge(MergeArguments),
}

/// `apinb report merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Reports of `apinb run --report json=FILE`; `-` reads one from stdin
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// The reports to write.
    #[arg(long, required = true, help = report_help(&ReportKind::ALL), value_name = "KIND=FILE", value_hint = ValueHint::Other)]
    pub report: Vec<String>,
    /// Replace a report file that apinb did not write, or write through a symbolic link
    #[arg(long)]
    pub force: bool,
    /// Fail if less of the definitions is covered, in percent: `operations=80,statuses=50`
    #[arg(long, value_name = "KIND=PERCENT,…", value_hint = ValueHint::Other)]
    pub coverage_min: Option<String>,
}
