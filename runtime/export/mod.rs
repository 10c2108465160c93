//! A notebook for `apinb export`, without running any of it: its text, and the calls that its text makes.
//!
//! Drawing is left to the reports. Nothing is fetched unless that was asked for, and nothing is printed.

pub mod requests;

use apinb_analysis::analyse;
use apinb_check::definitions::Clients;
use apinb_project::job::Job;
use apinb_project::reading::notebook::{Unreadable, apply_front_matter, read};
use apinb_project::reading::parts;
use apinb_record::part::NotebookText;
use apinb_record::redact::Redact as _;
use apinb_record::request::Requests;
use apinb_text::secret::redactor::Redactor;

/// The text of a job's notebook, without secrets.
///
/// # Errors
/// When it cannot be read.
pub fn text(job: &Job, redactor: &Redactor) -> Result<NotebookText, Unreadable> {
    let notebook = read(&job.name, &job.location)?;
    let title = notebook.title().map(str::to_owned);
    let mut text = NotebookText { path: job.name.clone(), title, parts: parts::of(&notebook) };
    text.redact(redactor);
    Ok(text)
}

/// The calls of a job's notebook, without secrets. `online`: definitions may be fetched.
///
/// # Errors
/// When it cannot be read.
pub fn calls(job: &Job, online: bool, redactor: &Redactor) -> Result<Requests, Unreadable> {
    let notebook = read(&job.name, &job.location)?;
    let analysis = analyse(&notebook);
    let mut settings = job.settings.clone();
    apply_front_matter(&notebook, &mut settings);
    let clients = Clients::load(job, &settings, &analysis, online);
    let known = requests::KnownClients {
        definitions: clients.read().collect(),
        base_uris: settings.base_uris.iter().map(|(client, uri)| (client.as_str(), uri.to_string())).collect(),
    };
    let mut found = requests::requests(&notebook, &analysis, &known);
    found.redact(redactor);
    Ok(found)
}
