//! The arguments of `apinb run`.

use apinb_report::ReportKind;
use apinb_text::display::quote::quote_series;
use clap::{Args, ValueEnum, ValueHint};

use super::overrides::OverrideArguments;
use crate::cli::settings::flags::SettingFlags;
use crate::cli::settings::table::{CONTRACT_HEADING, OVERRIDES};

/// `apinb run`.
#[derive(Clone, Debug, Default, Args)]
pub struct RunArguments {
    /// Notebooks, or folders to search for notebooks; URLs, also of gists; `-` reads one from stdin
    #[arg(required = true, value_name = "NOTEBOOK", value_hint = ValueHint::AnyPath)]
    pub notebooks: Vec<String>,

    /// Send all calls to mock servers made from the definitions, and answer prompts with generated values; a call to any
    /// other host fails, or with `known` goes there
    #[arg(long, value_name = "all|known", num_args = 0..=1, require_equals = true, default_missing_value = "all", hide_possible_values = true)]
    pub mock: Option<MockMode>,
    /// Record the calls in the cassette beside the notebook, if all cells pass; with `always`, whether they pass or not;
    /// with `missing`, replay what is recorded and record the rest
    #[arg(long, value_name = "always|missing", num_args = 0..=1, require_equals = true, default_missing_value = "record", value_parser = ["record", "always", "missing"], hide_possible_values = true, conflicts_with = "mock")]
    pub record: Option<String>,
    /// Replay the recorded calls of the cassette beside the notebook, without any network; a call that is not recorded
    /// fails its cell
    #[arg(long, conflicts_with_all = ["mock", "record"])]
    pub replay: bool,
    /// Run live, and compare the responses with the cassette beside the notebook; requests that may change something are
    /// replayed
    #[arg(long, conflicts_with_all = ["mock", "record", "replay"])]
    pub drift: bool,
    /// Send requests that may change something, too, and compare their responses
    #[arg(long, requires = "drift")]
    pub drift_writes: bool,
    /// Report values that differ, too
    #[arg(long, requires = "drift")]
    pub drift_values: bool,
    /// End a notebook at its first failed cell, and skip the rest of it; with `all`, of all notebooks
    #[arg(long, value_name = "all", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = ["true", "all"], hide_possible_values = true, overrides_with = "keep_going")]
    pub fail_fast: Option<String>,
    /// Continue after a failed cell (default; overrides `--fail-fast`)
    #[arg(long)]
    pub keep_going: bool,

    /// Fail a cell if the notebook does not read the status of one of its responses of 400 or more
    #[arg(long)]
    pub fail_on_status: bool,

    /// Hold the calls against the definitions of their APIs: `warn` reports differences, `fail` also fails the run because
    /// of them, `off` does not check; without a value `fail` [default: warn, with `--mock` off]
    #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "fail", value_parser = ["warn", "fail", "off"], hide_possible_values = true, help_heading = CONTRACT_HEADING)]
    pub contract: Option<String>,
    /// Write all differences to a file; those in it do not fail later runs [default: `apinb.contract.json` beside
    /// `apinb.toml`, else in the working directory]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "", value_hint = ValueHint::FilePath, help_heading = CONTRACT_HEADING)]
    pub contract_baseline: Option<String>,

    /// Count how much of the definitions is covered, also by mocked calls
    #[arg(long, help_heading = CONTRACT_HEADING)]
    pub coverage: bool,
    /// Fail if less is covered, in percent: `operations=80,statuses=50`
    #[arg(long, value_name = "KIND=PERCENT,…", value_hint = ValueHint::Other, help_heading = CONTRACT_HEADING)]
    pub coverage_min: Option<String>,

    /// Run again whenever a notebook, a definition, a script or `apinb.toml` changes, until Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
    /// Run remote notebooks without asking, and let them call any host
    #[arg(short, long)]
    pub yes: bool,
    /// Number of notebooks to run in parallel; `auto` uses all CPUs [default: 1]
    #[arg(short, long, value_name = "N|auto", value_hint = ValueHint::Other)]
    pub jobs: Option<String>,

    /// Which notebooks run.
    #[command(flatten)]
    pub notebook_choice: NotebookChoice,
    /// Which cells run.
    #[command(flatten)]
    pub choice: ChoiceArguments,

    /// Run once for each row of a table: CSV with the names of columns in its first line, a JSON list of objects, or TOML
    /// with `[[row]]`; a column answers prompts like `--input`, and overrides it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = OVERRIDES)]
    pub inputs: Option<String>,
    /// Warn about flags and columns that name a client, input or script that no notebook has, instead of failing
    #[arg(long, help_heading = OVERRIDES)]
    pub allow_unused: bool,
    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
    /// Write the checksums of all scripts and modules that are loaded from the web into `apinb.lock`
    #[arg(long, help_heading = OVERRIDES)]
    pub update_lock: bool,
    /// Print the sign-in URL instead of opening a browser, and prompt for the URL that it leads to
    #[arg(long, help_heading = OVERRIDES)]
    pub no_browser: bool,

    /// Run notebooks in processes that keep all their rights, on a system that refuses to restrict them
    #[arg(long)]
    pub no_sandbox: bool,

    /// The reports to write.
    #[arg(long, help = report_help(&ReportKind::ALL), value_name = "KIND=FILE", value_hint = ValueHint::Other, help_heading = "Display")]
    pub report: Vec<String>,
    /// Replace a report file that apinb did not write, or write through a symbolic link
    #[arg(long, help_heading = "Display", requires = "report")]
    pub force: bool,
    /// Write events to stdout as they happen, one JSON object on each line; other output goes to stderr
    #[arg(long, help_heading = "Display")]
    pub json: bool,
    /// Show only failures and the summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Display")]
    pub quiet: bool,
    /// Show results and calls in full
    #[arg(short, long, help_heading = "Display")]
    pub verbose: bool,
}

impl RunArguments {
    /// The flags of settings, with those that only a run has.
    #[must_use]
    pub(crate) fn setting_flags(&self) -> SettingFlags {
        let NotebookChoice { exclude, include, .. } = &self.notebook_choice;
        let flags = exclude.iter().fold(self.overrides.flags.clone(), |flags, glob| flags.with("exclude", glob));
        let flags = include.iter().fold(flags, |flags, glob| flags.with("include", glob));
        let flags = if self.fail_on_status { flags.with("fail-on-status", "true") } else { flags };
        let flags = match (self.record.as_deref(), self.replay) {
            (Some("record"), _) => flags.with("record", "record"),
            (Some(which), _) => flags.with("record", format!("record-{which}").as_str()),
            (None, true) => flags.with("record", "replay"),
            (None, false) if self.drift => flags.with(
                "record",
                match (self.drift_writes, self.drift_values) {
                    (false, false) => "drift",
                    (true, false) => "drift-writes",
                    (false, true) => "drift-values",
                    (true, true) => "drift-writes-values",
                },
            ),
            (None, false) => flags,
        };
        let flags = self.contract.iter().fold(flags, |flags, mode| flags.with("contract", mode.as_str()));
        let flags = if self.counts_coverage() { flags.with("coverage", "true") } else { flags };
        let baseline = self.contract_baseline.as_deref().filter(|file| !file.is_empty());
        let flags = baseline.into_iter().fold(flags, |flags, file| flags.with("contract-baseline", file));
        match (&self.fail_fast, self.keep_going) {
            (Some(what), _) => flags.with("fail-fast", what.as_str()),
            (None, true) => flags.with("fail-fast", "false"),
            (None, false) => flags,
        }
    }

    /// Whether something needs the coverage.
    fn counts_coverage(&self) -> bool {
        let is_coverage = |report: &String| report.split_once('=').is_some_and(|(kind, _)| kind == "coverage");
        self.coverage || self.coverage_min.is_some() || self.report.iter().any(is_coverage)
    }
}

/// Which calls of a mocked run go to mock servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MockMode {
    /// All: a host that no definition describes may not be called.
    All,
    /// Those for hosts that a definition describes.
    Known,
}

/// Which notebooks run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct NotebookChoice {
    /// Skip these files of a folder, as well as those of `exclude` in `apinb.toml`: `drafts/**`, `*.draft.md`
    #[arg(long, value_name = "GLOB", value_hint = ValueHint::Other)]
    pub exclude: Vec<String>,
    /// Run these files of a folder too, which are skipped because of their names: `README.md`
    #[arg(long, value_name = "GLOB", value_hint = ValueHint::Other)]
    pub include: Vec<String>,
    /// Run only notebooks with this tag in their front matter, or another one of several
    #[arg(long, value_name = "TAG", value_hint = ValueHint::Other)]
    pub tag: Vec<String>,
    /// Skip notebooks with this tag
    #[arg(long, value_name = "TAG", value_hint = ValueHint::Other)]
    pub skip_tag: Vec<String>,
    /// Let a folder without notebooks, a notebook without cells, and a selection without a match pass, with a warning
    #[arg(long)]
    pub allow_empty: bool,
}

/// Which cells run, and which shard of the notebooks.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct ChoiceArguments {
    /// Run only these cells: numbers and ranges (`5`, `0-3,7`), the text of a heading, or a pattern with `*` and `?`
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub only: Vec<String>,
    /// Skip the cells before these
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub from: Option<String>,
    /// Skip the cells after these
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other)]
    pub until: Option<String>,
    /// Run the I-th of N shards of the notebooks, to split them among machines: `1/3`, `2/3`, `3/3`
    #[arg(long, value_name = "I/N", value_hint = ValueHint::Other)]
    pub shard: Option<String>,
}

/// The help of `--report`, with the kinds that there are.
pub(super) fn report_help(kinds: &[ReportKind]) -> String {
    let names = quote_series(kinds.iter().map(|kind| kind.name()), "or");
    format!("Write a report: {names}; `json=-` writes it to stdout, and nothing else there")
}
