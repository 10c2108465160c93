//! `apinb check`.

use apinb_check::needs::needs;
use apinb_record::check::{Needs, VERSION};
use apinb_record::redact::Redact as _;
use apinb_text::secret::redactor::Redactor;

use crate::cli::arguments::CheckArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::github::GitHub;
use crate::cli::jobs::resolve::resolve;
use crate::cli::jobs::unused;
use crate::cli::sarif::FindingReports;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::Consent;

pub(in crate::cli) fn check(arguments: &CheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let config = resolve(&arguments.as_run(), Consent::Local)?;
    unused::refuse(&config.provided, &config.jobs, arguments.allow_unused, streams)?;
    unused::warn(&unused::of_projects(&config.jobs), streams)?;
    streams.stderr.write(&config.notes(false))?;
    let reports = FindingReports::new(&arguments.report, arguments.json, config.read)?;
    let redactor = Redactor::default();
    for job in &config.jobs {
        job.register_secrets(&redactor);
    }
    let notebooks = config.jobs.iter().map(|job| needs(job, arguments.online)).collect();
    let mut needs = Needs { version: VERSION, mocked: arguments.mock, notebooks };
    needs.redact(&redactor);
    let github = GitHub::detect();
    let annotations = github.as_ref().map(|github| github.annotations_of_check(&needs)).unwrap_or_default();
    if arguments.json {
        streams.stdout.write_json(&needs)?;
        streams.stderr.write_commands(&annotations)?;
    } else {
        let out = reports.text(streams);
        out.write(&apinb_report::needs::text(&needs, out.width(), out.color))?;
        out.write_commands(&annotations)?;
    }
    reports.write(streams, |log| log.check(&needs))?;
    Ok(if needs.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if needs.has_errors() {
        Exit::Failed
    } else {
        Exit::Passed
    })
}
