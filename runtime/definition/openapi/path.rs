//! {paths}: each path becomes a resource, each operation a method.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::limits::MODEL_NODES;
use crate::model::{Method, Parameter, Resource, Server, shrink};
use crate::tree::node::{Entry, Node};
use apinb_text::display::truncate::excerpt;
use apinb_text::web::uri;
use apinb_text::web::verb::Verb;

use crate::openapi::body::joined;
use crate::openapi::context::Context;
use crate::openapi::parameter::{merged, parameters};
use crate::openapi::request_parameter::{In, RequestParameter};
use crate::openapi::version::Version;
use crate::openapi::{body, response, security, server};

/// The keys of a path item, except methods.
const KEYS: [&str; 5] = ["parameters", "summary", "description", "servers", "$ref"];
const METHOD_KEYS: [&str; 12] = [
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];
const METHOD_KEYS_2: [&str; 12] = [
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "consumes",
    "produces",
    "responses",
    "schemes",
    "deprecated",
    "security",
];

/// The parts of a path item that apply to all its operations.
struct Shared {
    parameters: Vec<RequestParameter>,
    servers: Vec<Server>,
}

/// The resources of {paths}.
pub(super) fn resources(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Resource> {
    let mut resources = Vec::new();
    for entry in cx.documents.map(&entry.key, &entry.value) {
        if entry.key.starts_with("x-") {
            continue;
        }
        if !cx.spend(entry.location) || !cx.documents.spend_text(entry.key.len(), entry.location) {
            break;
        }
        if !entry.key.starts_with('/') {
            cx.documents.invalid("paths", &entry.key, entry.location, "a path that starts with `/`");
            continue;
        }
        let mut read = resource(cx, entry);
        read.iter_mut().for_each(shrink::resource);
        resources.extend(read);
    }
    resources
}

fn resource(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Resource> {
    let location = Some(cx.documents.locate(entry.location));
    let mut resource = Resource { path: entry.key.to_string(), location, ..Resource::default() };
    let item = item(cx, &entry.value)?;
    let mut shared = Shared { parameters: Vec::new(), servers: Vec::new() };
    let mut summary = None;
    let entries = cx.documents.map(&entry.key, &item);
    resource.annotations = cx.annotations(entries);
    for part in entries {
        match &*part.key {
            "parameters" => shared.parameters = parameters(cx, part),
            "servers" if cx.version != Version::V2 => shared.servers = server::servers(cx, part),
            "summary" => summary = cx.text(part),
            "description" => resource.description = cx.text(part),
            "$ref" => {}
            key if Verb::callable(key).is_some() => {}
            _ => {
                let known: Vec<&str> = Verb::CALLABLE.map(Verb::name).into_iter().chain(KEYS).collect();
                cx.unknown_key(part, "a path item", &known);
            }
        }
    }
    resource.description = joined(summary, resource.description.take());
    let mut in_path: Vec<Parameter> = Vec::new();
    take_path_parameters(&shared.parameters, &mut in_path);
    for (part, verb) in entries.iter().filter_map(|part| Some((part, Verb::callable(&part.key)?))) {
        if !cx.spend(part.location) {
            break;
        }
        let (method, own) = method(cx, part, verb, &shared);
        take_path_parameters(&own, &mut in_path);
        resource.methods.push(method);
    }
    resource.uri_parameters = with_tags(cx, entry, in_path);
    Some(resource)
}

/// Resolves the `$ref` of a path item; keys next to the `$ref` take precedence.
fn item(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    if node.get("$ref").is_none() {
        return Some(Rc::clone(node));
    }
    let beside: Vec<Entry> = node.entries().iter().filter(|entry| &*entry.key != "$ref").cloned().collect();
    let Some(target) = cx.object(node) else {
        return (!beside.is_empty()).then(|| Node::mapping(node.location, beside));
    };
    if beside.is_empty() {
        return Some(target);
    }
    let known: HashSet<Rc<str>> = beside.iter().map(|entry| Rc::clone(&entry.key)).collect();
    let others = target.entries().iter().filter(|entry| !known.contains(&entry.key)).cloned();
    if !cx.documents.spend_nodes(target.entries().len(), node.location) {
        return Some(target);
    }
    let entries = beside.into_iter().chain(others).collect();
    Some(Node::mapping(node.location, entries))
}

/// The method of an operation, and the operation's own parameters.
fn method(cx: &mut Context<'_, '_>, entry: &Entry, verb: Verb, shared: &Shared) -> (Method, Vec<RequestParameter>) {
    let location = Some(cx.documents.locate(entry.location));
    let mut method = Method { verb, location, ..Method::default() };
    let is_version_2 = cx.version == Version::V2;
    let (mut summary, mut own, mut servers) = (None, Vec::new(), None);
    let (mut consumes, mut produces) = (Rc::clone(&cx.consumes), Rc::clone(&cx.produces));
    let entries = cx.documents.map(&entry.key, &entry.value);
    method.annotations = cx.annotations(entries);
    for part in entries {
        match &*part.key {
            "operationId" => method.display_name = cx.text(part),
            "summary" => summary = cx.text(part),
            "description" => method.description = cx.text(part),
            "deprecated" => method.deprecated = cx.boolean(part).unwrap_or_default(),
            "parameters" => own = parameters(cx, part),
            "security" => method.secured_by = Some(security::requirements(cx, part)),
            "requestBody" if !is_version_2 => {
                (method.bodies, method.body_required) = body::request_body(cx, part);
            }
            "servers" if !is_version_2 => servers = Some(server::servers(cx, part)),
            "consumes" if is_version_2 => consumes = cx.texts(part).into(),
            "produces" if is_version_2 => produces = cx.texts(part).into(),
            "schemes" if is_version_2 => method.protocols = server::protocols(cx, part),
            "tags" | "externalDocs" | "responses" => {}
            "callbacks" if !is_version_2 => {}
            _ => cx.unknown_key(part, "an operation", if is_version_2 { &METHOD_KEYS_2 } else { &METHOD_KEYS }),
        }
    }
    method.description = joined(summary, method.description.take());
    match entry.value.entry("responses") {
        Some(part) => method.responses = response::responses(cx, part, &produces),
        None if cx.version != Version::V31 => cx.documents.missing("responses", "an operation", entry.location),
        None => {}
    }
    let inherited = if servers.is_none() { shared.servers.len() } else { 0 };
    if !cx.documents.spend_nodes((inherited + shared.parameters.len()) * MODEL_NODES, entry.location) {
        return (method, own);
    }
    method.servers = servers.unwrap_or_else(|| shared.servers.clone());
    let all = merged(shared.parameters.clone(), own.clone());
    if is_version_2 {
        let (whole, fields) = body::taken(&all);
        method.body_required = whole.iter().chain(&fields).any(|parameter| parameter.required);
        method.bodies = body::of_version_2(cx, entry.location, whole, &fields, &consumes);
    }
    for RequestParameter { goes_into, parameter } in all {
        match goes_into {
            In::Query => method.query_parameters.push(parameter),
            In::Header => method.headers.push(parameter),
            In::Cookie => method.cookies.push(parameter),
            In::Path | In::Body | In::FormData => {}
        }
    }
    (method, own)
}

/// Adds path parameters. Those of the path item precede those of its operations.
fn take_path_parameters(from: &[RequestParameter], all: &mut Vec<Parameter>) {
    let in_path = from.iter().filter(|one| one.goes_into == In::Path).map(|one| &one.parameter);
    all.extend(in_path.cloned());
}

/// The parameters of a path: one for each parameter in the template, in order, declared or not; then the declared ones
/// that the path does not contain, which are reported.
fn with_tags(cx: &mut Context<'_, '_>, entry: &Entry, declared: Vec<Parameter>) -> Vec<Parameter> {
    let mut order: Vec<String> = Vec::new();
    let mut by_name: HashMap<String, Parameter> = HashMap::new();
    for parameter in declared {
        by_name.entry(parameter.name.clone()).or_insert_with(|| {
            order.push(parameter.name.clone());
            parameter
        });
    }
    let mut all = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for tag in uri::parameters(&entry.key) {
        if !seen.insert(tag) || !cx.spend(entry.location) {
            continue;
        }
        let undeclared = || Parameter { name: tag.to_owned(), required: true, ..Parameter::default() };
        all.push(by_name.remove(tag).unwrap_or_else(undeclared));
    }
    for parameter in order.iter().filter_map(|name| by_name.remove(name)) {
        let location = parameter.location.clone().unwrap_or_else(|| cx.documents.locate(entry.location));
        let (name, uri) = (excerpt(&parameter.name), excerpt(&entry.key));
        cx.documents.report(DocumentDiagnostic::UnusedUriParameter { location, name, uri });
        all.push(parameter);
    }
    all
}
