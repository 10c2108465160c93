//! `apinb contract check`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_contract::ContractCheck;
use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::exchange::Exchange;
use apinb_contract::har::{self, HarError};
use apinb_contract::severities::{LevelError, Severities};
use apinb_files::bounded;
use apinb_project::contract::RuleSeverity;
use apinb_project::reading::root::VirtualFiles;
use apinb_record::contract::ContractMode;
use apinb_record::contract::coverage::Measure;
use apinb_record::redact::Redact as _;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::secret::redactor::Redactor;
use url::Url;

use super::load::usable_with_origins;
use crate::cli::arguments::{CheckOptions, ContractCheckArguments, ContractCommand, FailOn, OverrideArguments};
use crate::cli::contract;
use crate::cli::coverage::{self, CoverageMinimum};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::github::GitHub;
use crate::cli::jobs::outputs::InputFiles;
use crate::cli::sarif::{FindingReports, WITH_COVERAGE, files};
use crate::cli::settings::job::{here, load_layers};
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::table::CONTRACT_FAIL_ON;
use crate::cli::streams::Streams;

/// Maximum size of an HTTP archive, in bytes.
const MAX_TRAFFIC: u64 = 512 << 20;

/// Why a check cannot be made.
#[derive(Debug, thiserror::Error)]
enum ContractProblem {
    #[error("`{path}` is not an HTTP archive{}: {cause}", at(.cause))]
    Traffic { path: String, cause: HarError },
    #[error("`{path}` has text that is not UTF-8")]
    Encoding { path: String },
    #[error("expected `RULE=SEVERITY` after `--rule`, got `{text}`")]
    NoSeverity { text: String },
    #[error(transparent)]
    Level(#[from] LevelError),
    #[error("`--base-uri` expects an HTTP URL, got `{text}`")]
    BaseUri { text: String },
}

/// Where a text is wrong: ` (line 3, column 5)`.
fn at(error: &HarError) -> String {
    match error {
        HarError::Invalid { line, column, .. } => format!(" (line {line}, column {column})"),
        HarError::TooManyCalls => String::new(),
    }
}

impl Diagnostic for ContractProblem {
    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Traffic { .. } | Self::Encoding { .. } => {
                "Export an HTTP archive (HAR, version 1.2) with its contents, such as with the developer tools of a browser."
                    .to_owned()
            }
            Self::NoSeverity { .. } => "Use `--rule response-header=off`, for example.".to_owned(),
            Self::Level(error) => error.help(),
            Self::BaseUri { .. } => "Use `--base-uri http://localhost:8080/api`, for example.".to_owned(),
        })
    }
}

pub(in crate::cli) fn contract(command: &ContractCommand, streams: Streams) -> Result<Exit, Failure> {
    let ContractCommand::Check(arguments) = command;
    check(arguments, streams)
}

fn check(arguments: &ContractCheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let mut exchanges = Vec::new();
    for path in &arguments.traffic {
        exchanges.extend(read_traffic(path)?);
    }
    let definitions = arguments.definition.clone();
    hold(CallCheck { exchanges, definitions, options: &arguments.options, read: &arguments.traffic }, streams)
}

/// Recorded calls that are held against definitions.
pub(super) struct CallCheck<'a> {
    pub(super) exchanges: Vec<Exchange>,
    /// Files or URLs.
    pub(super) definitions: Vec<String>,
    pub(super) options: &'a CheckOptions,
    /// The files of the calls, which no report replaces.
    pub(super) read: &'a [PathBuf],
}

/// Checks the calls, prints the findings, and writes the reports and the baseline.
///
/// # Errors
/// When an option, a definition or a file cannot be used.
pub(super) fn hold(check: CallCheck<'_>, streams: Streams) -> Result<Exit, Failure> {
    let CallCheck { exchanges, definitions, options: arguments, read } = check;
    let (severities, fails_on_warnings) = settings(arguments)?;
    let base_uri = arguments.base_uri.as_deref();
    if let Some(text) = base_uri.filter(|text| !is_http(text)) {
        return Err(Failure::unusable(ContractProblem::BaseUri { text: text.to_owned() }));
    }
    let beside = read.iter().chain(&arguments.baseline).cloned().chain(files(&definitions));
    let read = InputFiles::new(&[], beside);
    let reports = FindingReports::new(&arguments.coverage.reports(), arguments.json, &WITH_COVERAGE, read)?;
    let minimum = CoverageMinimum::of_flag(arguments.coverage.coverage_min.as_deref())?;
    let mut check =
        ContractCheck::new(severities, arguments.coverage.coverage || minimum.is_some() || reports.have_coverage());
    for place in &definitions {
        let definition = usable_with_origins(place, arguments.read.folders())?;
        let bases = base_uri.map_or_else(Bases::declared, Bases::only);
        check.add(Arc::new(Api::new(definition, place.clone())), bases);
    }
    exchanges.iter().for_each(|exchange| check.check(exchange));
    let mut contract = check.finish();
    if let Some(path) = arguments.baseline.as_deref() {
        contract::compare(&mut contract, path, arguments.update_baseline)?;
    }
    contract::conclude(&mut contract, ContractMode::Fail, fails_on_warnings);
    contract.redact(&Redactor::default());
    let github = GitHub::detect();
    let annotations = github.as_ref().map(|github| github.annotations_of_contract(&contract)).unwrap_or_default();
    if arguments.json {
        streams.stdout.write_json(&contract)?;
        streams.stderr.write_commands(&annotations)?;
    } else {
        let out = reports.text(streams);
        out.write(&apinb_report::contract::text(&contract, Some(out.page_width()), out.color))?;
        out.write_commands(&annotations)?;
    }
    reports.write(streams, &contract.coverage, |log| log.contract(&contract))?;
    let is_covered = coverage::is_reached(minimum.as_ref(), &contract.coverage, Measure::Called, streams)?;
    Ok(if contract.fails() || !is_covered { Exit::Failed } else { Exit::Passed })
}

/// The severities and whether warnings fail, by the flags and the `apinb.toml` of the working directory.
fn settings(arguments: &CheckOptions) -> Result<(Severities, bool), Failure> {
    let (here, overrides) = (here()?, OverrideArguments::default());
    let layers = load_layers(true, &here, &overrides, &[], &here, &VirtualFiles::default())?.layers;
    let mut problems = Vec::new();
    let of_file = contract::severities(&layers, &mut problems);
    let by_file = layers.value(&CONTRACT_FAIL_ON, &mut problems).unwrap_or_default();
    if !problems.is_empty() {
        return Err(Failure::unusable_problems(problems));
    }
    let severities = severities(&of_file, &arguments.rule).map_err(Failure::unusable)?;
    Ok((severities, arguments.fail_on.map_or(by_file, |fail_on| fail_on == FailOn::Warning)))
}

fn severities(of_file: &[RuleSeverity], rules: &[String]) -> Result<Severities, ContractProblem> {
    let mut severities = Severities::default();
    for RuleSeverity { operation, rule, severity } in of_file {
        severities.set(rule, severity, operation.as_deref())?;
    }
    for text in rules {
        let (rule, level) = text.split_once('=').ok_or_else(|| ContractProblem::NoSeverity { text: text.clone() })?;
        severities.set(rule.trim(), level.trim(), None)?;
    }
    Ok(severities)
}

fn is_http(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn read_traffic(path: &Path) -> Result<Vec<Exchange>, Failure> {
    let name = path.display().to_string();
    let bytes = bounded::bytes(path, MAX_TRAFFIC).map_err(|cause| unreadable(path, cause))?;
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::unusable(ContractProblem::Encoding { path: name.clone() }))?;
    har::read(&text).map_err(|cause| Failure::unusable(ContractProblem::Traffic { path: name, cause }))
}

fn unreadable(path: &Path, cause: io::Error) -> Failure {
    Failure::unusable(UsageProblem::Unreadable { path: path.display().to_string(), cause })
}
