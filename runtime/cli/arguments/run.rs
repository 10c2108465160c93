//! The arguments of `apinb run`.

use clap::{Args, ValueHint};

use super::GivenArguments;

/// `apinb run`.
#[derive(Clone, Debug, Default, Args)]
pub struct RunArguments {
    /// The notebooks; of a folder all that have code cells, in all its folders; a URL, a gist's page too; `-` reads one from stdin
    #[arg(required = true, value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Send all calls to stand-ins made from the definitions, and answer prompts with made-up values
    #[arg(long)]
    pub mock: bool,
    /// Stop at the first cell that fails; the rest is skipped
    #[arg(long, overrides_with = "keep_going")]
    pub fail_fast: bool,
    /// Go on after a cell that fails: what is done without `--fail-fast`, which it takes back
    #[arg(long)]
    pub keep_going: bool,

    /// Run again whenever a notebook, a definition, a script or `apinb.toml` changes, until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
    /// Run notebooks from the web without asking, and let them call any host
    #[arg(short, long)]
    pub yes: bool,
    /// Run so many notebooks at once, or as many as the machine has processors: `auto`
    #[arg(short, long, value_name = "N|auto", value_hint = ValueHint::Other)]
    pub jobs: Option<String>,

    /// What of them runs.
    #[command(flatten)]
    pub choice: ChoiceArguments,

    /// Run them once for each row of a table: CSV whose first line names the columns, a JSON list of objects, or TOML with `[[row]]`; a column answers as `--input` does, and goes before it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "From outside")]
    pub inputs: Option<String>,
    /// What they are given.
    #[command(flatten)]
    pub given: GivenArguments,
    /// Open no browser: show the address of a sign-in page, and take the one that it leads to
    #[arg(long, help_heading = "From outside")]
    pub no_browser: bool,

    /// Write a report: `har`, `html`, `ipynb`, `json`, `junit`, `md` or `tap`; `json=-` writes it to stdout and nothing else there
    #[arg(long, value_name = "KIND=FILE", value_hint = ValueHint::Other, help_heading = "Display")]
    pub report: Vec<String>,
    /// Show failures and the summary only
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Display")]
    pub quiet: bool,
    /// Show results and calls in full
    #[arg(short, long, help_heading = "Display")]
    pub verbose: bool,
}

/// What of the notebooks runs.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What runs")]
pub struct ChoiceArguments {
    /// Run these cells only: numbers and ranges (`5`, `0-3,7`), the text of a heading, or a pattern with `*` and `?`
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub only: Vec<String>,
    /// Skip the cells before these
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub from: Option<String>,
    /// Skip the cells after these
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub until: Option<String>,
    /// Run the I-th of N parts of the notebooks, for several machines: `1/3`, `2/3`, `3/3`
    #[arg(long, value_name = "I/N", value_hint = ValueHint::Other)]
    pub shard: Option<String>,
}
