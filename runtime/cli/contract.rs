//! What the findings about calls mean: the settings of their check, the file with the known ones, and which of them fail.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use apinb_contract::baseline::{Baseline, BaselineError};
use apinb_files::{bounded, whole};
use apinb_project::contract::{ContractGroup, ContractSettings, RuleSeverity};
use apinb_project::reading::root::display_name;
use apinb_record::contract::merge::merged;
use apinb_record::contract::{Contract, ContractMode};
use apinb_record::position::FilePosition;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;

use super::coverage;
use super::failure::Failure;
use super::settings::layers::{Layers, Problems};
use super::settings::problem::UsageProblem;
use super::settings::table::{
    CONTRACT_BASELINE, CONTRACT_COVERAGE, CONTRACT_FAIL_ON, CONTRACT_MODE, CONTRACT_OPERATION_RULE, CONTRACT_RULE,
};
use super::streams::Streams;

/// The name of the file with the known findings where no setting names another one.
const BASELINE: &str = "apinb.contract.json";

/// Maximum size of that file, in bytes.
const MAX_BASELINE: u64 = 64 << 20;

/// The file with the known findings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{path}`{}: {cause}", at(.cause))]
struct UnusableBaseline {
    path: String,
    cause: BaselineError,
}

/// Where a text is wrong: ` (line 3, column 5)`.
fn at(error: &BaselineError) -> String {
    match error {
        BaselineError::Invalid { line, column, .. } => format!(" (line {line}, column {column})"),
        BaselineError::Version { .. } => String::new(),
    }
}

impl Diagnostic for UnusableBaseline {
    fn help(&self) -> Option<String> {
        Some("Remove the file and write it again, or name another one.".to_owned())
    }
}

/// The settings of the check of a notebook's calls, whose `apinb.toml` is in `folder`; `None` if they are neither
/// checked nor counted for the coverage. `is_asked`: they are checked also where that is not the default.
pub(super) fn settings(
    layers: &Layers,
    folder: &Path,
    mock: bool,
    is_asked: bool,
    problems: &mut Problems,
) -> Option<ContractSettings> {
    let default = match mock && !is_asked {
        true => ContractMode::Off,
        false => ContractMode::Warn,
    };
    let mode = layers.value(&CONTRACT_MODE, problems).unwrap_or(default);
    let counts_coverage = layers.value(&CONTRACT_COVERAGE, problems).unwrap_or_default();
    let settings = ContractSettings {
        group: ContractGroup {
            mode,
            fails_on_warnings: layers.value(&CONTRACT_FAIL_ON, problems).unwrap_or_default(),
            baseline: layers.value(&CONTRACT_BASELINE, problems).unwrap_or_else(|| folder.join(BASELINE)),
        },
        severities: severities(layers, problems),
        counts_coverage,
    };
    (mode != ContractMode::Off || counts_coverage).then_some(settings)
}

/// The severities of rules, those of all operations first.
pub(super) fn severities(layers: &Layers, problems: &mut Problems) -> Vec<RuleSeverity> {
    let mut severities = Vec::new();
    for setting in [&CONTRACT_RULE, &CONTRACT_OPERATION_RULE] {
        for names in layers.names(setting) {
            let Some(assignment) = layers.strongest(setting, names) else { continue };
            match (assignment.parse(setting), names) {
                (Ok(severity), [rule]) => {
                    severities.push(RuleSeverity { operation: None, rule: rule.clone(), severity });
                }
                (Ok(severity), [operation, rule]) => {
                    severities.push(RuleSeverity { operation: Some(operation.clone()), rule: rule.clone(), severity });
                }
                (Ok(_), _) => {}
                (Err(problem), _) => problems.push(problem),
            }
        }
    }
    severities
}

/// The contract of a run: what each group finds, compared with its known findings. `writes`: all findings become known,
/// which a line on stderr says.
///
/// # Errors
/// When a file with known findings cannot be read or written.
pub(super) fn of_run(
    contracts: BTreeMap<ContractGroup, Contract>,
    writes: bool,
    streams: Streams,
) -> Result<Option<Contract>, Failure> {
    let mut concluded = Vec::new();
    for (group, mut contract) in contracts {
        let ContractGroup { mode, fails_on_warnings, baseline } = group;
        if mode != ContractMode::Off {
            compare(&mut contract, &baseline, writes)?;
            if writes {
                let (known, path) = (pluralize(contract.findings.len(), "known difference"), display_name(&baseline));
                streams.stderr.write(&escape_controls(&format!("{path}: {known}\n")))?;
            }
        }
        conclude(&mut contract, mode, fails_on_warnings);
        concluded.push(contract);
    }
    // By default a check that had nothing to check is not mentioned.
    Ok(merged(concluded).filter(|contract| contract.mode == ContractMode::Fail || !contract.is_empty()))
}

/// Compares the findings with those of the file at `path`, which need not exist. `writes`: writes it first.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn compare(contract: &mut Contract, path: &Path, writes: bool) -> Result<(), Failure> {
    let mut baseline = read(path)?;
    if writes {
        baseline = baseline.updated(contract);
        whole::write(path, baseline.write().as_bytes(), whole::Options::OUTPUT)
            .map_err(|cause| Failure::unusable(UsageProblem::Unwritable { path: display_name(path), cause }))?;
    }
    baseline.apply(contract);
    Ok(())
}

/// Decides which findings fail. Files below the working directory are shown from there on.
pub(super) fn conclude(contract: &mut Contract, mode: ContractMode, fails_on_warnings: bool) {
    contract.apply(mode, if fails_on_warnings { Severity::Warning } else { Severity::Error });
    let shorten = |position: &mut FilePosition| position.file = display_name(&PathBuf::from(&position.file));
    for place in contract.findings.iter_mut().filter_map(|finding| finding.definition.as_mut()) {
        shorten(&mut place.position);
        place.way.iter_mut().filter_map(|step| step.position.as_mut()).for_each(shorten);
    }
    coverage::shorten_files(&mut contract.coverage);
}

/// An absent file knows nothing.
fn read(path: &Path) -> Result<Baseline, Failure> {
    let text = match bounded::text(path, MAX_BASELINE) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Baseline::default()),
        Err(cause) => return Err(Failure::unusable(UsageProblem::Unreadable { path: display_name(path), cause })),
    };
    Baseline::read(&text).map_err(|cause| Failure::unusable(UnusableBaseline { path: display_name(path), cause }))
}
