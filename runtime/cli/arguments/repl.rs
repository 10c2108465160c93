//! The arguments of `apinb repl`.

use clap::{Args, ValueHint};

use super::overrides::OverrideArguments;
use super::run::{ChoiceArguments, MockMode, RunArguments};
use crate::cli::settings::table::OVERRIDES;

/// `apinb repl`.
#[derive(Clone, Debug, Default, Args)]
pub struct ReplArguments {
    /// Notebook whose cells run first: a file or a URL
    #[arg(value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebook: Option<String>,

    /// Run this code or command and exit; several run in order, until one fails
    #[arg(short, long, value_name = "CODE", value_hint = ValueHint::Other)]
    pub eval: Vec<String>,
    /// Send all calls to mock servers made from the definitions, and answer prompts with generated values; a call to any
    /// other host fails, or with `known` goes there
    #[arg(long, value_name = "all|known", num_args = 0..=1, require_equals = true, default_missing_value = "all", hide_possible_values = true)]
    pub mock: Option<MockMode>,
    /// Skip the notebook's cells after these: a number, the text of a heading, or a pattern with `*` and `?`
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other, requires = "notebook")]
    pub until: Option<String>,
    /// Run a remote notebook without asking, and let it call any host
    #[arg(short, long)]
    pub yes: bool,
    /// Do not save the history of this session
    #[arg(long)]
    pub no_history: bool,

    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
    /// Print the sign-in URL instead of opening a browser, and prompt for the URL that it leads to
    #[arg(long, help_heading = OVERRIDES)]
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
            overrides: self.overrides.clone(),
            no_browser: self.no_browser,
            ..RunArguments::default()
        }
    }
}
