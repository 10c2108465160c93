//! `apinb check`.

use apinb_check::needs::needs;
use apinb_record::check::{Needs, VERSION};
use apinb_report::github::commands;
use apinb_text::secret::redactor::Redactor;

use crate::cli::arguments::CheckArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::github::GitHub;
use crate::cli::jobs::resolve::resolve;
use crate::cli::streams::Streams;

pub(in crate::cli) fn check(arguments: &CheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let config = resolve(&arguments.as_run())?;
    let redactor = Redactor::default();
    for job in &config.jobs {
        job.register_secrets(&redactor);
    }
    let notebooks = config.jobs.iter().map(|job| needs(job, arguments.online)).collect();
    let needs = Needs { version: VERSION, mocked: arguments.mock, notebooks };
    let github = GitHub::detect();
    let annotations = github.as_ref().map(|github| github.annotations_of_check(&needs)).unwrap_or_default();
    let annotations = redactor.redact(&annotations);
    if arguments.json {
        let mut value = serde_json::to_value(&needs).map_err(std::io::Error::other)?;
        redactor.redact_json(&mut value);
        streams.stdout.write_json(&value)?;
        streams.stderr.write(&annotations)?;
    } else {
        let text = apinb_report::needs::text(&needs, streams.stdout.color);
        let text = redactor.redact(&text);
        let text = if github.is_some() { commands::inert(&text) } else { text };
        streams.stdout.write(&format!("{text}{annotations}"))?;
    }
    Ok(if needs.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if needs.faults() > 0 {
        Exit::Failed
    } else {
        Exit::Passed
    })
}
