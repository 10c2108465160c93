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

/// The coverage to count, and the reports to write.
#[derive(Clone, Debug, Default, Args)]
pub struct CoverageArguments {
    /// Count how much of the definitions is covered
    #[arg(long)]
    pub coverage: bool,
    /// Fail if less is covered, in percent: `operations=80,statuses=50`
    #[arg(long, value_name = "KIND=PERCENT,…", value_hint = ValueHint::Other)]
    pub coverage_min: Option<String>,
    /// Write a report: `sarif=FILE` for code scanning, `coverage=FILE` with the coverage (`.json`, `.html`, `.lcov`);
    /// `sarif=-` writes it to stdout, and nothing else there
    #[arg(long, value_name = "KIND=FILE", value_hint = ValueHint::Other)]
    pub report: Vec<String>,
    /// Replace a report file that apinb did not write, or write through a symbolic link
    #[arg(long, requires = "report")]
    pub force: bool,
}

impl CoverageArguments {
    /// The reports alone.
    #[must_use]
    pub fn reports(&self) -> ReportArguments {
        ReportArguments { report: self.report.clone(), force: self.force }
    }
}
