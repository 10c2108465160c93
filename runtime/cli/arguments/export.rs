//! The arguments of `apinb export`.

use clap::{Args, ValueEnum, ValueHint};

use super::overrides::OverrideArguments;
use super::run::RunArguments;
use crate::cli::settings::table::OVERRIDES;

/// `apinb export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArguments {
    /// Notebook: a file or a URL; `-` reads it from stdin
    #[arg(value_name = "NOTEBOOK", value_hint = ValueHint::FilePath)]
    pub notebook: String,

    /// Convert to `curl` (a shell script of its calls), `html`, `ipynb` or `md`
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub to: Form,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<String>,
    /// Replace a file that apinb did not write, or write through a symbolic link
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Load definitions from the web too, not only from files; for `curl`
    #[arg(long)]
    pub online: bool,

    /// Warn about flags that name a client, input or script that no notebook has, instead of failing
    #[arg(long, help_heading = OVERRIDES)]
    pub allow_unused: bool,
    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
}

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A script of curl commands.
    Curl,
    /// A page.
    Html,
    /// A Jupyter notebook.
    Ipynb,
    /// Markdown.
    Md,
}

impl ExportArguments {
    /// The run whose notebook is exported.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: vec![self.notebook.clone()],
            overrides: self.overrides.clone(),
            ..RunArguments::default()
        }
    }
}
