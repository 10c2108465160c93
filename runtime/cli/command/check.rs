//! `apinb check`.

use std::collections::HashMap;

use apinb_check::coverage::CodeCoverage;
use apinb_check::needs::needs;
use apinb_project::job::Job;
use apinb_record::check::{Needs, VERSION};
use apinb_record::contract::coverage::Measure;
use apinb_record::redact::Redact as _;
use apinb_text::secret::redactor::Redactor;

use crate::cli::arguments::CheckArguments;
use crate::cli::coverage::{CoverageMinimum, is_reached, shorten_files};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::github::GitHub;
use crate::cli::jobs::resolve::resolve;
use crate::cli::jobs::unused;
use crate::cli::jobs::unused_settings::unused_settings;
use crate::cli::sarif::{FindingReports, WITH_COVERAGE};
use crate::cli::settings::job::here;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::Consent;

pub(in crate::cli) fn check(arguments: &CheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let run = arguments.as_run();
    let mut config = resolve(&run, Consent::Local)?;
    unused::refuse(&config.provided, &config.jobs, arguments.allow_unused, streams)?;
    let jobs = of_all_rows(std::mem::take(&mut config.jobs));
    unused::warn(&unused_settings(&jobs, &run.overrides, &here()?), streams)?;
    streams.stderr.write(&config.notes(false))?;
    let reports = FindingReports::new(&arguments.coverage.reports(), arguments.json, &WITH_COVERAGE, config.read)?;
    let redactor = Redactor::default();
    for job in &jobs {
        job.register_secrets(&redactor);
    }
    let minimum = CoverageMinimum::of_flag(arguments.coverage.coverage_min.as_deref())?;
    let is_counted = arguments.coverage.coverage || minimum.is_some() || reports.have_coverage();
    let mut code = is_counted.then(CodeCoverage::default);
    let notebooks = jobs.iter().map(|job| needs(job, arguments.online, code.as_mut())).collect();
    let mut needs = Needs { version: VERSION, mocked: arguments.mock, notebooks };
    needs.redact(&redactor);
    let mut coverage = code.map(|code| code.count()).unwrap_or_default();
    shorten_files(&mut coverage);
    coverage.redact(&redactor);
    let github = GitHub::detect();
    let annotations = github.as_ref().map(|github| github.annotations_of_check(&needs)).unwrap_or_default();
    if arguments.json {
        streams.stdout.write_json(&needs)?;
        streams.stderr.write_commands(&annotations)?;
    } else {
        let out = reports.text(streams);
        out.write(&apinb_report::needs::text(&needs, out.width(), out.color))?;
        for definition in coverage.iter().filter(|_| arguments.coverage.coverage) {
            out.write(&apinb_report::coverage::text(definition, Measure::Documented, out.page_width(), out.color))?;
        }
        out.write_commands(&annotations)?;
    }
    reports.write(streams, &coverage, |log| log.check(&needs))?;
    let is_covered = is_reached(minimum.as_ref(), &coverage, Measure::Documented, streams)?;
    Ok(if needs.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if needs.has_errors() || !is_covered {
        Exit::Failed
    } else {
        Exit::Passed
    })
}

/// One job for each notebook, with the columns of all rows.
fn of_all_rows(jobs: Vec<Job>) -> Vec<Job> {
    let mut merged: Vec<Job> = Vec::new();
    let mut indices: HashMap<String, usize> = HashMap::new();
    for job in jobs {
        let same = indices.get(&job.name).and_then(|index| merged.get_mut(*index)).filter(|_| job.row.is_some());
        let Some(first) = same else {
            indices.insert(job.name.clone(), merged.len());
            merged.push(job);
            continue;
        };
        let values = first.inputs.row_values.get_or_insert_default();
        for (column, value) in job.inputs.row_values.into_iter().flatten() {
            values.entry(column).or_insert(value);
        }
    }
    merged
}
