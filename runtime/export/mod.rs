//! A notebook for `apinb export`, without running any of it: its text, and the calls that its text makes.
//!
//! Drawing is left to the reports. Nothing is fetched unless that was asked for, and nothing is printed.

pub mod requests;

use apinb_analysis::analyse;
use apinb_http::hosts::Hosts;
use apinb_http::network::Network;
use apinb_record::part::NotebookText;
use apinb_record::request::{Body, Piece, Requests, Template};
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::secret::redactor::Redactor;
use serde_json::Value;

use crate::check::Clients;
use crate::run::job::Job;
use crate::run::parts;
use crate::run::reading::{Unreadable, read, site};

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
    let mut policy = job.network.clone();
    if !online {
        policy.hosts = Hosts::only([]);
    }
    let clients = match Network::start(policy) {
        Ok(network) => Clients::load(&settings, &network, &analysis, online),
        Err(error) => Clients::unreadable(&analysis, &with_causes(&error)),
    };
    let given = requests::Given {
        definitions: clients.read().collect(),
        base_uris: settings.base_uris.iter().map(|(client, uri)| (client.as_str(), uri.to_string())).collect(),
    };
    let mut found = requests::requests(&notebook, &analysis, &given);
    redact(redactor, &mut found);
    Ok(found)
}

/// Takes the secrets out of every text.
fn redact(redactor: &Redactor, requests: &mut Requests) {
    let hide = |text: &mut String| *text = redactor.redact(text).into_owned();
    let pieces = |pieces: &mut Vec<Piece>| {
        for piece in pieces {
            match piece {
                Piece::Literal(text) | Piece::Open(text) => hide(text),
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
        let Ok(sent) = &mut request.sent else { continue };
        sent.server.iter_mut().for_each(pieces);
        pieces(&mut sent.path);
        for (_, value) in sent.query.iter_mut().chain(&mut sent.headers) {
            pieces(value);
        }
        sent.notes.iter_mut().for_each(hide);
        match &mut sent.body {
            None => {}
            Some(Body::Text(text)) => pieces(text),
            Some(Body::Form(fields) | Body::Multipart(fields)) => {
                fields.iter_mut().for_each(|(_, value)| pieces(value));
            }
            Some(Body::Json(value)) => template(value, &hide),
        }
    }
}

fn template(value: &mut Template, hide: &dyn Fn(&mut String)) {
    match value {
        Template::Value(value) => literal(value, hide),
        Template::Open(source) => hide(source),
        Template::Function => {}
        Template::Text(parts) | Template::List(parts) => parts.iter_mut().for_each(|part| template(part, hide)),
        Template::Object(fields) => fields.iter_mut().for_each(|(_, value)| template(value, hide)),
    }
}

fn literal(value: &mut Value, hide: &dyn Fn(&mut String)) {
    match value {
        Value::String(text) => hide(text),
        Value::Array(items) => items.iter_mut().for_each(|item| literal(item, hide)),
        Value::Object(fields) => fields.values_mut().for_each(|value| literal(value, hide)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
