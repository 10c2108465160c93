//! The arguments of `apinb repl`.

use clap::{Args, ValueHint};

use super::{ChoiceArguments, GivenArguments, RunArguments};

/// `apinb repl`.
#[derive(Clone, Debug, Default, Args)]
pub struct ReplArguments {
    /// A notebook, or its URL: its cells run first
    #[arg(value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebook: Option<String>,

    /// Run this code, or command, and leave; several run one after another, until one fails
    #[arg(short, long, value_name = "CODE", value_hint = ValueHint::Other)]
    pub eval: Vec<String>,
    /// Send all calls to stand-ins made from the definitions, and answer prompts with made-up values
    #[arg(long)]
    pub mock: bool,
    /// Skip the notebook's cells after these: a number, the text of a heading, or a pattern with `*` and `?`
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other, requires = "notebook")]
    pub until: Option<String>,
    /// Run a notebook from the web without asking, and let it call any host
    #[arg(short, long)]
    pub yes: bool,
    /// Keep nothing of what is entered for later sessions
    #[arg(long)]
    pub no_history: bool,

    /// What is given.
    #[command(flatten)]
    pub given: GivenArguments,
    /// Open no browser: show the address of a sign-in page, and take the one that it leads to
    #[arg(long, help_heading = "From outside")]
    pub no_browser: bool,
}

impl ReplArguments {
    /// The run of its notebook.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: self.notebook.iter().cloned().collect(),
            mock: self.mock,
            yes: self.yes,
            choice: ChoiceArguments { until: self.until.clone(), ..ChoiceArguments::default() },
            given: self.given.clone(),
            no_browser: self.no_browser,
            ..RunArguments::default()
        }
    }
}
