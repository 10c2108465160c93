//! `apinb check`.

use apinb_core::needs::{Needs, VERSION};
use apinb_core::redact::Redactor;

use crate::check::needs;
use crate::cli::arguments::CheckArguments;
use crate::cli::config;
use crate::cli::exit::Exit;
use crate::cli::{Failure, Streams};
use crate::report;

pub(in crate::cli) fn check(arguments: &CheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let config = config::resolve(&arguments.as_run())?;
    let redactor = Redactor::default();
    for job in &config.jobs {
        job.hide(&redactor);
    }
    let notebooks = config.jobs.iter().map(|job| needs(job, arguments.online)).collect();
    let needs = Needs { version: VERSION, mocked: arguments.mock, notebooks };
    if arguments.json {
        let mut value = serde_json::to_value(&needs).map_err(std::io::Error::other)?;
        redactor.redact_json(&mut value);
        streams.stdout.write_json(&value)?;
    } else {
        streams.stdout.write(&redactor.redact(&report::needs::text(&needs, streams.stdout.colour)))?;
    }
    Ok(if needs.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if needs.faults() > 0 {
        Exit::Failed
    } else {
        Exit::Passed
    })
}
