//! The arguments of `apinb check`.

use clap::{Args, ValueHint};

use super::{GivenArguments, RunArguments};

/// `apinb check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArguments {
    /// The notebooks; of a folder all that have code cells, in all its folders; `-` reads one from stdin
    #[arg(required = true, value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Say what a mocked run needs
    #[arg(long)]
    pub mock: bool,
    /// Read definitions from the web too; only files are read otherwise
    #[arg(long)]
    pub online: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,

    /// What they are given.
    #[command(flatten)]
    pub given: GivenArguments,
}

impl CheckArguments {
    /// The run that is spoken of.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: self.notebooks.clone(),
            mock: self.mock,
            given: self.given.clone(),
            ..RunArguments::default()
        }
    }
}
