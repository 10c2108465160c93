//! `apinb export`.

use std::path::Path;

use apinb_files::whole::{self, Options};
use apinb_report::curl::script::script;
use apinb_text::secret::redactor::Redactor;

use crate::cli::arguments::{ExportArguments, Form};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::jobs::resolve::resolve;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::Consent;
use crate::export;

/// The generator that exports name.
const GENERATOR: &str = concat!("apinb ", env!("CARGO_PKG_VERSION"));

pub(in crate::cli) fn export(arguments: &ExportArguments, streams: Streams) -> Result<Exit, Failure> {
    if Path::new(&arguments.notebook).is_dir() {
        let help = "Name one notebook.".to_owned();
        let value = arguments.notebook.clone();
        return Err(Failure::unusable(UsageProblem::Unfit { value, what: "is a folder", help }));
    }
    let config = resolve(&arguments.as_run(), Consent::Local)?;
    let redactor = Redactor::default();
    let mut text = String::new();
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
    match arguments.output.as_deref() {
        None | Some("-") => streams.stdout.write(&text)?,
        Some(path) => {
            let unwritable = |cause| Failure::unusable(UsageProblem::Unwritable { path: path.to_owned(), cause });
            whole::write(Path::new(path), text.as_bytes(), Options::OUTPUT).map_err(unwritable)?;
        }
    }
    Ok(Exit::Passed)
}
