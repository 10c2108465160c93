//! A notebook for `apinb export`, without running any of it: its text, and the calls that its text makes.
//!
//! Drawing is left to the reports. Nothing is fetched unless that was asked for, and nothing is printed.

pub mod requests;

use apinb_analysis::analyse;
use apinb_check::definitions::Clients;
use apinb_project::job::Job;
use apinb_project::reading::notebook::{Unreadable, read, site};
use apinb_project::reading::parts;
use apinb_record::part::NotebookText;
use apinb_record::plan::RequestPlan;
use apinb_record::request::{Body, PlannedCall, Requests};
use apinb_record::value::{Piece, UnknownPiece};
use apinb_text::secret::redactor::Redactor;

/// The text of a job's notebook, without secrets.
///
/// # Errors
/// When it cannot be read.
pub fn text(job: &Job, redactor: &Redactor) -> Result<NotebookText, Unreadable> {
    let notebook = read(&job.name, &job.location)?;
    Ok(NotebookText {
        path: redactor.redact(&job.name).into_owned(),
        title: notebook.title().map(|title| redactor.redact(title).into_owned()),
        parts: parts::of(&notebook, redactor),
    })
}

/// The calls of a job's notebook, without secrets. `online`: definitions may be fetched.
///
/// # Errors
/// When it cannot be read.
pub fn calls(job: &Job, online: bool, redactor: &Redactor) -> Result<Requests, Unreadable> {
    let notebook = read(&job.name, &job.location)?;
    let analysis = analyse(&notebook);
    let mut settings = job.settings.clone();
    settings.site = site(&notebook);
    let clients = Clients::load(job, &settings, &analysis, online);
    let known = requests::KnownClients {
        definitions: clients.read().collect(),
        base_uris: settings.base_uris.iter().map(|(client, uri)| (client.as_str(), uri.to_string())).collect(),
    };
    let mut found = requests::requests(&notebook, &analysis, &known);
    redact(redactor, &mut found);
    Ok(found)
}

/// Takes the secrets out of every text.
fn redact(redactor: &Redactor, requests: &mut Requests) {
    let hide = |text: &mut String| *text = redactor.redact(text).into_owned();
    let pieces = |pieces: &mut Vec<Piece>| {
        for piece in pieces {
            match piece {
                Piece::Literal(text) | Piece::Unknown(UnknownPiece { source: text, .. }) => hide(text),
            }
        }
    };
    hide(&mut requests.path);
    requests.title.iter_mut().for_each(hide);
    for input in &mut requests.inputs {
        hide(&mut input.text);
        input.default.iter_mut().for_each(hide);
    }
    requests.servers.iter_mut().for_each(|server| pieces(&mut server.uri));
    for request in &mut requests.requests {
        hide(&mut request.label);
        hide(&mut request.written);
        let Ok(call) = &mut request.call else { continue };
        let PlannedCall { client: _, method: _, plan, own_server: _, body, notes } = call;
        let RequestPlan { server, path, query, headers, content_type: _ } = plan;
        pieces(server);
        pieces(path);
        query.iter_mut().for_each(pieces);
        headers.iter_mut().for_each(|(_, value)| pieces(value));
        notes.iter_mut().for_each(hide);
        match body {
            None => {}
            Some(Body::Text(text)) => pieces(text),
            Some(Body::Form(fields) | Body::Multipart(fields)) => {
                fields.iter_mut().for_each(|(_, value)| pieces(value));
            }
        }
    }
}
