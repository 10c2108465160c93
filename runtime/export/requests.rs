//! The calls of a notebook as the requests that they send, as far as its text and the definitions say.
//!
//! What a run does in `js/prelude/22_call.js` with values is done here with what is written. What is not there (settings that
//! are made later, `beforeSend`, functions that call with their arguments) is left open or left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::check::uses::{Judge, Reached};
use apinb_analysis::model::{Analysis, Call, ClientUse, Step};
use apinb_core::client::method::MethodShape;
use apinb_core::client::request::server;
use apinb_definition::model::{Definition, EXTENSION_TAG, SecurityKind, SecurityScheme};
use apinb_notebook::model::Notebook;
use apinb_record::request::{Body, Credentials, Input, Piece, Request, Requests, Sent, Server, Template};
use apinb_text::web::uri;

/// What `encodeURIComponent` leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The definitions by the names of the clients, and the base URIs that are given from outside.
pub struct Given<'a> {
    /// Those that are at hand.
    pub definitions: BTreeMap<&'a str, &'a Arc<Definition>>,
    /// Without a tag.
    pub base_uris: BTreeMap<&'a str, String>,
}

/// The calls of `notebook`, of which `analysis` was made.
#[must_use]
pub fn requests(notebook: &Notebook, analysis: &Analysis, given: &Given<'_>) -> Requests {
    let mut judges: BTreeMap<&str, Judge> =
        given.definitions.iter().map(|(client, definition)| (*client, Judge::new(definition))).collect();
    let labels: Vec<String> = notebook.cells().map(|cell| notebook.label(cell)).collect();
    let mut found = Vec::new();
    for one in &analysis.uses {
        let Some(call) = one.call() else { continue };
        let settings = settings(analysis, call.client);
        let sent = match (judges.get_mut(call.client), given.definitions.get(call.client)) {
            (Some(judge), Some(definition)) => sent(one, &call, judge, definition, &settings, given),
            _ => Err(format!("its definition is not at hand: `--definition {}=FILE` names it", call.client)),
        };
        let label = labels.get(call.cell).cloned().unwrap_or_default();
        found.push(Request { cell: call.cell, label, written: written(&call), sent });
    }
    let called =
        |client: &str| found.iter().any(|request| request.sent.as_ref().is_ok_and(|sent| sent.client == client));
    let servers = given.definitions.iter().filter(|(client, _)| called(client)).map(|(client, definition)| Server {
        client: (*client).to_owned(),
        uri: match given.base_uris.get(client) {
            Some(uri) => vec![Piece::Literal(uri.trim_end_matches('/').to_owned())],
            None => server_uri(definition, &settings(analysis, client), None),
        },
        credentials: credentials(analysis, client, definition),
    });
    Requests {
        path: notebook.source.name().to_owned(),
        title: notebook.title().map(str::to_owned),
        inputs: inputs(analysis),
        servers: servers.collect(),
        requests: found,
    }
}

fn inputs(analysis: &Analysis) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for question in analysis.questions.iter().filter(|question| !question.confirm) {
        let Some(name) = question.variable.clone() else { continue };
        if !inputs.iter().any(|input| input.name == name) {
            let text = question.text.clone().unwrap_or_default();
            inputs.push(Input { name, text, default: question.default.clone() });
        }
    }
    inputs
}

/// What `API.createClient` gives to a client.
fn settings(analysis: &Analysis, client: &str) -> Template {
    let made = analysis.clients.iter().find(|one| one.name.as_deref() == Some(client));
    made.and_then(|client| client.settings.clone()).unwrap_or(Template::Object(Vec::new()))
}

/// `client.users.id(…).get`.
fn written(call: &Call<'_>) -> String {
    let mut text = call.client.to_owned();
    for step in call.chain {
        match step {
            Step::Name { name, .. } => text.extend([".", name]),
            Step::Call { arguments, .. } => text.push_str(if arguments.is_empty() { "()" } else { "(…)" }),
            Step::Unknown => text.push_str("[…]"),
        }
    }
    text.extend([".", call.method]);
    text
}

fn sent(
    one: &ClientUse,
    call: &Call<'_>,
    judge: &mut Judge,
    definition: &Definition,
    settings: &Template,
    given: &Given<'_>,
) -> Result<Sent, String> {
    let (path, method) = match call.chain {
        [Step::Call { arguments, .. }] => {
            let written = arguments.first().map(apinb_analysis::model::Argument::template);
            let parameters = arguments.get(1).map(apinb_analysis::model::Argument::template);
            (free_path(written.as_ref(), parameters.as_ref(), settings)?, None)
        }
        _ => {
            let reached = judge.reach(one)?;
            (path(&reached, settings), Some(reached.method))
        }
    };
    let verb = call.method.to_ascii_uppercase();
    let without_body = matches!(verb.as_str(), "GET" | "HEAD");
    let mut arguments = call.arguments.iter().map(apinb_analysis::model::Argument::template);
    if call.arguments.iter().any(|argument| argument.spread) {
        return Err("its arguments are known only when the cell runs".to_owned());
    }
    let given_first = arguments.next().filter(|one| !one.is_undefined() && *one != Template::Function);
    let options = arguments.next().filter(|one| !one.is_undefined() && *one != Template::Function);
    let null = |one: &Template| *one == Template::Value(serde_json::Value::Null);
    let (first, options) = (given_first.filter(|one| !null(one)), options.filter(|one| !null(one)));

    let mut notes = Vec::new();
    let mut query = Vec::new();
    for source in [settings.get("query"), options.as_ref().and_then(|one| one.get("query"))].into_iter().flatten() {
        add_fields(&mut query, &source, &mut notes);
    }
    if let Some(first) = first.as_ref().filter(|_| without_body) {
        add_fields(&mut query, first, &mut notes);
    }
    let mut headers = Vec::new();
    for source in [settings.get("headers"), options.as_ref().and_then(|one| one.get("headers"))].into_iter().flatten() {
        for (name, value) in source.fields().unwrap_or_default() {
            headers.retain(|(known, _): &(String, _)| !known.eq_ignore_ascii_case(&name));
            headers.push((name, value.pieces()));
        }
    }
    let wanted = if without_body { None } else { first };
    let wanted = wanted.or_else(|| options.as_ref()?.get("body").filter(|_| !without_body));
    let declared = method.as_ref().and_then(|method| method.content_type.clone());
    let body = wanted.map(|value| body(value, &mut headers, declared));
    if body.is_none() {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    if let Some(unknown) = options.as_ref().filter(|options| options.fields().is_none()) {
        notes.push(format!("its options are known only when the cell runs: {}", shown(unknown)));
    }
    let own = method.as_ref().filter(|method| method.server.is_some() || !method.base_uri_parameters.is_empty());
    let own = own.filter(|_| !given.base_uris.contains_key(call.client));
    let server = own.map(|method| server_uri(definition, settings, Some(method)));
    Ok(Sent { client: call.client.to_owned(), method: verb, server, path, query, headers, body, notes })
}

/// The pairs of a query.
fn add_fields(query: &mut Vec<(String, Vec<Piece>)>, source: &Template, notes: &mut Vec<String>) {
    match source {
        Template::Value(serde_json::Value::String(text)) => {
            for (name, value) in url::form_urlencoded::parse(text.trim_start_matches('?').as_bytes()) {
                query.push((name.into_owned(), vec![Piece::Literal(value.into_owned())]));
            }
        }
        _ => match source.fields() {
            Some(fields) => {
                for (name, value) in fields {
                    query.retain(|(known, _)| *known != name);
                    let items = match value {
                        Template::List(items) => items,
                        Template::Value(serde_json::Value::Array(items)) => {
                            items.into_iter().map(Template::Value).collect()
                        }
                        one => vec![one],
                    };
                    query.extend(items.iter().map(|item| (name.clone(), item.pieces())));
                }
            }
            None => notes.push(format!("its query is known only when the cell runs: {}", shown(source))),
        },
    }
}

/// The body in the media type that a call would send it in.
fn body(value: Template, headers: &mut Vec<(String, Vec<Piece>)>, declared: Option<String>) -> Body {
    let given = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let given = given.map(|(_, value)| match value.as_slice() {
        [Piece::Literal(text)] => text.clone(),
        _ => String::new(),
    });
    let is_raw = match &value {
        Template::Value(value) => !value.is_object() && !value.is_array(),
        Template::Text(_) => true,
        _ => false,
    };
    let kind = match (&given, is_raw) {
        (Some(kind), _) => kind.clone(),
        (None, true) => "text/plain;charset=UTF-8".to_owned(),
        (None, false) => declared.unwrap_or_else(|| "application/json".to_owned()),
    };
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fields = |value: &Template| {
        let fields = value.fields()?.into_iter();
        Some(fields.map(|(name, value)| (name, value.pieces())).collect::<Vec<_>>())
    };
    let body = match (essence.as_str(), fields(&value)) {
        _ if is_raw => Body::Text(value.pieces()),
        ("application/x-www-form-urlencoded", Some(fields)) => Body::Form(fields),
        ("multipart/form-data", Some(fields)) => Body::Multipart(fields),
        (kind, _) if kind.ends_with("json") => Body::Json(value),
        _ => Body::Text(value.pieces()),
    };
    // curl writes that of a form in parts, with its boundary.
    let by_curl = matches!(body, Body::Multipart(_));
    if by_curl {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    } else if given.is_none() {
        headers.push(("content-type".to_owned(), vec![Piece::Literal(kind)]));
    }
    body
}

/// The path of a method of the definition.
fn path(reached: &Reached, settings: &Template) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let literal = |at: usize| Piece::Literal(reached.method.literals.get(at).cloned().unwrap_or_default());
    pieces.push(literal(0));
    for (index, tag) in reached.method.tags.iter().enumerate() {
        let given = u32::try_from(index).ok().and_then(|index| reached.values.get(&index).cloned());
        let of_settings = || settings.get("uriParameters")?.get(&tag.name);
        if tag.name == EXTENSION_TAG {
            if let Some(value) = given.or_else(of_settings) {
                pieces.push(Piece::Literal(".".to_owned()));
                let mut text = encoded(value.pieces());
                if let Some(Piece::Literal(first)) = text.first_mut() {
                    *first = first.trim_start_matches('.').to_owned();
                }
                pieces.extend(text);
            }
        } else {
            let only = tag.only.clone().map(|only| Template::Value(only.into()));
            let value = given.or(only).or_else(of_settings);
            let open = || Template::Open(tag.name.clone());
            pieces.extend(encoded(value.unwrap_or_else(open).pieces()));
        }
        pieces.push(literal(index + 1));
    }
    pieces
}

/// Any path: `client('/users/{id}', {id: 5})`.
fn free_path(
    written: Option<&Template>,
    parameters: Option<&Template>,
    settings: &Template,
) -> Result<Vec<Piece>, String> {
    let Some(Template::Value(serde_json::Value::String(written))) = written else {
        return Err("its path is known only when the cell runs".to_owned());
    };
    let mut pieces = vec![Piece::Literal("/".to_owned())];
    pieces.extend(filled(written.trim_start_matches('/'), |tag| {
        let value = parameters.and_then(|one| one.get(tag)).or_else(|| settings.get("uriParameters")?.get(tag));
        match value {
            Some(value) => encoded(value.pieces()),
            None if tag == EXTENSION_TAG => Vec::new(),
            None => vec![Piece::Open(tag.to_owned())],
        }
    }));
    Ok(pieces)
}

/// The base URI; that of a method which has its own.
fn server_uri(definition: &Definition, settings: &Template, method: Option<&MethodShape>) -> Vec<Piece> {
    let server = method.and_then(|method| method.server.as_ref());
    let given = settings.get("baseUri").and_then(|uri| match uri {
        Template::Value(serde_json::Value::String(uri)) => Some(uri),
        _ => None,
    });
    let template = given.or_else(|| server.map(|server| server.uri.clone())).or_else(|| definition.base_uri.clone());
    let Some(template) = template.filter(|uri| !uri.is_empty() && (!uri.starts_with('/') || uri.starts_with("//")))
    else {
        return vec![Piece::Open("base URI".to_owned())];
    };
    let defaults = server::defaults(definition);
    let template = match template.split_once("://") {
        Some((scheme, _)) if !scheme.contains(['{', '/']) => template,
        _ => format!("{}://{}", server::protocol(definition), template.trim_start_matches('/')),
    };
    filled(template.trim_end_matches('/'), |tag| {
        if let Some(value) = settings.get("baseUriParameters").and_then(|one| one.get(tag)) {
            return encoded(value.pieces());
        }
        let of_method = method.and_then(|method| method.base_uri_parameters.get(tag));
        let of_server = server.and_then(|server| server.defaults.get(tag));
        match of_method.or(of_server).or_else(|| defaults.get(tag)) {
            Some(value) => encoded(vec![Piece::Literal(value.clone())]),
            None => vec![Piece::Open(tag.to_owned())],
        }
    })
}

/// `template` with what `value` gives in the place of each `{tag}`.
fn filled(template: &str, value: impl Fn(&str) -> Vec<Piece>) -> Vec<Piece> {
    let pieces = uri::pieces(template).into_iter().flat_map(|piece| match piece {
        uri::Piece::Literal(text) => vec![Piece::Literal(text.to_owned())],
        uri::Piece::Parameter(name) => value(name),
    });
    pieces.collect()
}

fn encoded(pieces: Vec<Piece>) -> Vec<Piece> {
    let encode = |piece| match piece {
        Piece::Literal(text) => Piece::Literal(utf8_percent_encode(&text, ENCODED).to_string()),
        open @ Piece::Open(_) => open,
    };
    pieces.into_iter().map(encode).collect()
}

fn shown(template: &Template) -> String {
    match template {
        Template::Open(source) => source.clone(),
        _ => "…".to_owned(),
    }
}

/// What a client signs in by: the scheme that the notebook names, else the first that the API asks for.
fn credentials(analysis: &Analysis, client: &str, definition: &Definition) -> Option<Credentials> {
    let sign_in = analysis.sign_ins.iter().find(|one| one.client.as_deref() == Some(client))?;
    let named = |name: &str| definition.security_schemes.iter().find(|scheme| scheme.name == name);
    let first = definition.secured_by.iter().flat_map(|one| &one.schemes).find_map(|one| named(&one.name));
    let scheme = match &sign_in.scheme {
        Some(name) => named(name)?,
        None => first.or_else(|| definition.security_schemes.first())?,
    };
    Some(credentials_of(scheme))
}

fn credentials_of(scheme: &SecurityScheme) -> Credentials {
    let names = |parameters: &[apinb_definition::model::Parameter]| {
        parameters.iter().map(|parameter| parameter.name.clone()).collect::<Vec<_>>()
    };
    match &scheme.kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => Credentials::Bearer,
        SecurityKind::Basic => Credentials::Basic,
        SecurityKind::Digest => Credentials::Digest,
        SecurityKind::OAuth1(_) => Credentials::Other("OAuth 1.0".to_owned()),
        SecurityKind::Other(_) => {
            Credentials::Named { headers: names(&scheme.headers), query: names(&scheme.query_parameters) }
        }
    }
}
