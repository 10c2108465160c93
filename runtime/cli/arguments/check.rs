//! The arguments of `apinb check`.

use clap::{Args, ValueHint};

use super::overrides::OverrideArguments;
use super::report::CoverageArguments;
use super::run::{MockMode, NotebookChoice, RunArguments};
use crate::cli::settings::table::OVERRIDES;

/// `apinb check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArguments {
    /// Notebooks, or folders to search for notebooks; `-` reads one from stdin
    #[arg(required = true, value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Check what a run with `--mock` needs
    #[arg(long)]
    pub mock: bool,
    /// Load definitions from the web too, not only from files
    #[arg(long)]
    pub online: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The coverage to count, and the reports to write.
    #[command(flatten)]
    pub coverage: CoverageArguments,

    /// Which notebooks are checked.
    #[command(flatten)]
    pub notebook_choice: NotebookChoice,
    /// Check what a run with these rows of inputs needs (CSV, JSON or TOML)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = OVERRIDES)]
    pub inputs: Option<String>,
    /// Warn about flags and columns that name a client, input or script that no notebook has, instead of failing
    #[arg(long, help_heading = OVERRIDES)]
    pub allow_unused: bool,
    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
}

impl CheckArguments {
    /// The run whose needs are checked.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: self.notebooks.clone(),
            mock: self.mock.then_some(MockMode::All),
            notebook_choice: self.notebook_choice.clone(),
            inputs: self.inputs.clone(),
            overrides: self.overrides.clone(),
            ..RunArguments::default()
        }
    }
}
