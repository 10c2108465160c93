//! The arguments of `apinb export`.

use clap::{Args, ValueEnum, ValueHint};

use super::{GivenArguments, RunArguments};

/// `apinb export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArguments {
    /// The notebook: a file, a URL; `-` reads it from stdin
    #[arg(value_name = "NOTEBOOK", value_hint = ValueHint::FilePath)]
    pub notebook: String,

    /// What it becomes: `curl` (a shell script of its calls), `html`, `ipynb` or `md`
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub to: Form,
    /// Write it to this file, whole or not at all, instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<String>,
    /// Read definitions from the web too, for `curl`; only files are read otherwise
    #[arg(long)]
    pub online: bool,

    /// What it is given.
    #[command(flatten)]
    pub given: GivenArguments,
}

/// What a notebook becomes.
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
    /// The run that is spoken of.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments { notebooks: vec![self.notebook.clone()], given: self.given.clone(), ..RunArguments::default() }
    }
}
