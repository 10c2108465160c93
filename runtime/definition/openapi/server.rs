//! {servers}, and 2.0's {schemes}, {host} and {basePath}: the base URIs of an API.

use std::collections::{HashMap, HashSet};

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::model::{Parameter, Server};
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::excerpt;
use apinb_text::source::address::Address;
use apinb_text::web::uri;

use crate::openapi::context::Context;

const KEYS: [&str; 3] = ["url", "description", "variables"];
const VARIABLE_KEYS: [&str; 3] = ["enum", "default", "description"];

pub(super) fn servers(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Server> {
    let mut servers = Vec::new();
    let Some(entry) = &cx.followed(entry, "`servers`") else { return servers };
    for item in cx.documents.list(&entry.key, &entry.value) {
        if !cx.spend(item.location) {
            break;
        }
        servers.extend(server(cx, item));
    }
    servers
}

fn server(cx: &mut Context<'_, '_>, node: &Node) -> Option<Server> {
    let mut server = Server::default();
    let mut url = None;
    let mut variables: &[Entry] = &[];
    for entry in cx.documents.map("servers", node) {
        match &*entry.key {
            "url" => url = cx.text(entry),
            "description" => server.description = cx.text(entry),
            "variables" => variables = cx.documents.map(&entry.key, &entry.value),
            _ => cx.unknown_key(entry, "a server", &KEYS),
        }
    }
    let Some(url) = url else {
        cx.documents.missing("url", "a server", node.location);
        return None;
    };
    let described: Vec<Parameter> = variables.iter().map(|entry| variable(cx, entry)).collect();
    server.parameters = with_tags(cx, &url, described, variables);
    server.uri = absolute(cx, url.trim(), node.location);
    Some(server)
}

fn variable(cx: &mut Context<'_, '_>, entry: &Entry) -> Parameter {
    let location = Some(cx.documents.locate(entry.location));
    let mut parameter = Parameter { name: entry.key.to_string(), required: true, location, ..Parameter::default() };
    for part in cx.documents.map(&entry.key, &entry.value) {
        match &*part.key {
            "enum" => parameter.values = cx.texts(part),
            "default" => parameter.default = cx.text(part),
            "description" => parameter.description = cx.text(part),
            _ => cx.unknown_key(part, "a server variable", &VARIABLE_KEYS),
        }
    }
    if parameter.default.is_none() {
        cx.documents.missing("default", "a server variable", entry.location);
    }
    parameter
}

/// The parameters of `url`, in order, declared or not. Reports declared ones that the URL does not contain.
fn with_tags(cx: &mut Context<'_, '_>, url: &str, described: Vec<Parameter>, entries: &[Entry]) -> Vec<Parameter> {
    let mut by_name: HashMap<String, Parameter> =
        described.into_iter().map(|parameter| (parameter.name.clone(), parameter)).collect();
    let mut all: Vec<Parameter> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for tag in uri::parameters(url) {
        if !seen.insert(tag) {
            continue;
        }
        all.push(by_name.remove(tag).unwrap_or_else(|| Parameter {
            name: tag.to_owned(),
            required: true,
            ..Parameter::default()
        }));
    }
    for entry in entries.iter().filter(|entry| by_name.contains_key(&*entry.key)) {
        let location = cx.documents.locate(entry.location);
        let (name, uri) = (excerpt(&entry.key), excerpt(url));
        cx.documents.report(DocumentDiagnostic::UnusedUriParameter {
            location,
            name,
            uri,
            severity: Severity::Warning,
        });
    }
    all
}

/// Resolves a server's URL against the document in which it is written. In a file there is no host, so the URL stays
/// relative.
pub(super) fn absolute(cx: &Context<'_, '_>, url: &str, location: NodeLocation) -> String {
    if url.contains("://") || url.starts_with('{') {
        return url.to_owned();
    }
    let Some(Address::Url(document)) = cx.documents.address_of(location.file) else {
        return if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
    };
    if url.starts_with("//") {
        return format!("{}:{url}", document.scheme());
    }
    // A URL library would percent-encode the braces of parameters.
    let origin = document.origin().ascii_serialization();
    let folder = document.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if url.starts_with('/') { url.to_owned() } else { format!("{folder}/{url}") };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    format!("{origin}/{}", segments.join("/"))
}

/// 2.0: {schemes}, {host} and {basePath} as one URI; and the protocols.
pub(super) fn of_version_2(cx: &mut Context<'_, '_>, root: &Node) -> (Option<String>, Vec<String>) {
    let protocols = root.entry("schemes").map(|entry| protocols(cx, entry)).unwrap_or_default();
    let host = root.entry("host").and_then(|entry| cx.text(entry));
    let base_path = root.entry("basePath").and_then(|entry| cx.text(entry)).unwrap_or_default();
    let base_path = match base_path.trim().trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    };
    let document = match cx.documents.address_of(root.location.file) {
        Some(Address::Url(url)) => Some(url.clone()),
        _ => None,
    };
    let scheme = match (&document, protocols.first()) {
        _ if protocols.iter().any(|protocol| protocol == "HTTPS") => "https".to_owned(),
        (_, Some(protocol)) => protocol.to_ascii_lowercase(),
        (Some(document), None) => document.scheme().to_owned(),
        (None, None) => "https".to_owned(),
    };
    let host = host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty()).or_else(|| {
        let origin = document?.origin().ascii_serialization();
        origin.split_once("://").map(|(_, authority)| authority.to_owned())
    });
    let uri = match host {
        Some(host) => Some(format!("{scheme}://{host}{base_path}")),
        None => Some(base_path).filter(|path| !path.is_empty()),
    };
    (uri, protocols)
}

/// 2.0's {schemes} as upper-case protocols. WebSocket schemes are ignored, since a client cannot call them.
pub(super) fn protocols(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<String> {
    let mut protocols = Vec::new();
    let items = match &entry.value.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => cx.documents.list(&entry.key, &entry.value),
    };
    for item in items {
        match cx.documents.text(&entry.key, item).as_deref() {
            Some("http") => protocols.push("HTTP".to_owned()),
            Some("https") => protocols.push("HTTPS".to_owned()),
            Some("ws" | "wss") | None => {}
            Some(other) => cx.documents.invalid(&entry.key, other, item.location, "`http`, `https`, `ws` or `wss`"),
        }
    }
    protocols
}
