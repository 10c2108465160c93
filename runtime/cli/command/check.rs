//! `apinb check`.

use apinb_core::needs::{Needs, VERSION};
use apinb_core::redact::Redactor;
use serde_json::Value;

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
    let text = if arguments.json {
        let mut value: Value = serde_json::to_value(&needs).map_err(std::io::Error::other)?;
        redact(&redactor, &mut value);
        let mut text = serde_json::to_string_pretty(&value).map_err(std::io::Error::other)?;
        text.push('\n');
        text
    } else {
        redactor.redact(&report::needs::text(&needs, streams.stdout.colour)).into_owned()
    };
    streams.stdout.write(&text)?;
    Ok(if needs.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if needs.faults() > 0 {
        Exit::Failed
    } else {
        Exit::Passed
    })
}

/// Takes the secrets out of every text.
pub(super) fn redact(redactor: &Redactor, value: &mut Value) {
    match value {
        Value::String(text) => *text = redactor.redact(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| redact(redactor, item)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| redact(redactor, entry)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
