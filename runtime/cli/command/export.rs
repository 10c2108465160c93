//! `apinb export`.

use std::path::Path;

use apinb_report::curl::script::{is_script, script};
use apinb_report::{ReportKind, Syntax};
use apinb_text::secret::redactor::Redactor;

use crate::cli::arguments::{ExportArguments, Form};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::jobs::outputs::Output;
use crate::cli::jobs::resolve::resolve;
use crate::cli::jobs::unused;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::Consent;
use crate::export;
use crate::run::GENERATOR;

pub(in crate::cli) fn export(arguments: &ExportArguments, streams: Streams) -> Result<Exit, Failure> {
    if Path::new(&arguments.notebook).is_dir() {
        let help = "Name one notebook.".to_owned();
        let value = arguments.notebook.clone();
        return Err(Failure::unusable(UsageProblem::Unfit { value, what: "is a folder", help }));
    }
    let config = resolve(&arguments.as_run(), Consent::Local)?;
    unused::refuse(&config.provided, &config.jobs, arguments.allow_unused, streams)?;
    let output = match arguments.output.as_deref() {
        None | Some("-") => None,
        Some(path) => Some(Output { path: Path::new(path), force: arguments.force, is_own: marks(arguments.to) }),
    };
    if let Some(output) = &output {
        output.check(&config.read).map_err(Failure::unusable)?;
    }
    let redactor = Redactor::default();
    let mut text = String::new();
    let syntax = match arguments.to {
        Form::Curl | Form::Md => Syntax::Text,
        Form::Html => Syntax::Markup,
        Form::Ipynb => Syntax::Json,
    };
    // There is one: that of the one name.
    for job in &config.jobs {
        job.register_secrets(&redactor);
        let notebook = || export::text(job, &redactor).map_err(Failure::unusable);
        text.push_str(&match arguments.to {
            Form::Curl => {
                let calls = export::calls(job, arguments.online, &redactor).map_err(Failure::unusable)?;
                script(&calls, GENERATOR)
            }
            Form::Html => apinb_report::export::html(&notebook()?, GENERATOR),
            Form::Ipynb => apinb_report::export::ipynb(&notebook()?)?,
            Form::Md => apinb_report::export::markdown(&notebook()?),
        });
    }
    match output {
        None => streams.stdout.write_document(syntax, &text)?,
        Some(output) => {
            output.write(&config.read, |file| file.write_all(text.as_bytes())).map_err(Failure::unusable)?;
        }
    }
    Ok(Exit::Passed)
}

/// Recognizes an earlier export by its beginning. Markdown without results has no mark.
fn marks(form: Form) -> fn(&str) -> bool {
    match form {
        Form::Curl => is_script,
        Form::Html => ReportKind::Html.marks(),
        Form::Ipynb => ReportKind::Ipynb.marks(),
        Form::Md => |_| false,
    }
}
