//! The arguments of `apinb check`.

use clap::Args;

use super::RunArguments;

/// `apinb check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArguments {
    /// The notebooks; of a folder all that have code cells, in all its folders; `-` reads one from stdin
    #[arg(required = true, value_name = "NOTEBOOK")]
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

    /// Answer a prompt, as for `apinb run`
    #[arg(long, value_name = "KEY=VALUE", help_heading = "From outside")]
    pub input: Vec<String>,
    /// Take the definition of a client from elsewhere
    #[arg(long, value_name = "CLIENT=FILE|URL", help_heading = "From outside")]
    pub definition: Vec<String>,
    /// Set the base URI of a client: final, without `{tags}`
    #[arg(long, value_name = "CLIENT=URL", help_heading = "From outside")]
    pub base_uri: Vec<String>,
    /// Take a script that the notebook loads from a file
    #[arg(long, value_name = "URL=FILE", help_heading = "From outside")]
    pub script: Vec<String>,
}

impl CheckArguments {
    /// The run that is spoken of.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: self.notebooks.clone(),
            mock: self.mock,
            input: self.input.clone(),
            definition: self.definition.clone(),
            base_uri: self.base_uri.clone(),
            script: self.script.clone(),
            ..RunArguments::default()
        }
    }
}
