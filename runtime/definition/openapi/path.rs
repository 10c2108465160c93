//! {paths}: each path becomes a resource, each operation a method.

use std::collections::{HashMap, HashSet, hash_map};
use std::rc::Rc;

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::limits::MODEL_NODES;
use crate::model::{Method, Parameter, Resource, Server, shrink};
use crate::tree::node::{Entry, NodeLocation};
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::excerpt;
use apinb_text::web::uri;
use apinb_text::web::verb::Verb;

use crate::openapi::body::joined;
use crate::openapi::context::Context;
use crate::openapi::diagnostic::OpenApiDiagnostic;
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
    let Some(entry) = &cx.followed(entry, "`paths`") else { return resources };
    let mut seen: HashMap<String, &str> = HashMap::new();
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
        match seen.entry(without_names(&entry.key)) {
            hash_map::Entry::Vacant(first) => {
                first.insert(&entry.key);
            }
            hash_map::Entry::Occupied(first) => {
                let subject =
                    format!("path `{}`: it matches what `{}` matches", excerpt(&entry.key), excerpt(first.get()));
                cx.duplicate(subject, "Remove one, or combine their operations.", entry.location);
            }
        }
        let mut read = resource(cx, entry);
        read.iter_mut().for_each(shrink::resource);
        resources.extend(read);
    }
    resources
}

/// A path without the names of its parameters.
fn without_names(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default();
    parts.fold(first.to_owned(), |text, part| text + "{" + part.split_once('}').map_or(part, |(_, rest)| rest))
}

fn resource(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Resource> {
    let location = Some(cx.documents.locate(entry.location));
    let mut resource = Resource { path: entry.key.to_string(), location, ..Resource::default() };
    let item = cx.completed(&entry.value)?;
    let mut shared = Shared { parameters: Vec::new(), servers: Vec::new() };
    let mut summary = None;
    let mut operations: Vec<(&Entry, Verb)> = Vec::new();
    let entries = cx.documents.map(&entry.key, &item);
    resource.annotations = cx.annotations(entries);
    for part in entries {
        match &*part.key {
            "parameters" => shared.parameters = parameters(cx, part),
            "servers" if cx.version != Version::V2 => shared.servers = server::servers(cx, part),
            "summary" => summary = cx.text(part),
            "description" => resource.description = cx.text(part),
            "$ref" => {}
            "additionalOperations" if cx.version >= Version::V32 => operations.extend(other_operations(cx, part)),
            key if verb(cx.version, key).is_some() => operations.extend(verb(cx.version, key).map(|verb| (part, verb))),
            _ => {
                let known: Vec<&str> = Verb::OPENAPI.map(Verb::name).into_iter().chain(KEYS).collect();
                cx.unknown_key(part, "a path item", &known);
            }
        }
    }
    resource.description = joined(summary, resource.description.take());
    let mut in_path: Vec<Parameter> = Vec::new();
    take_path_parameters(&shared.parameters, &mut in_path);
    let mut declared = Vec::new();
    for (part, verb) in operations {
        if !cx.spend(part.location) {
            break;
        }
        let Some(followed) = &cx.followed(part, "an operation") else { continue };
        let (method, own) = method(cx, followed, verb, &shared);
        take_path_parameters(&own, &mut in_path);
        resource.methods.push(method);
        declared.push((part.location, own));
    }
    check_path_parameters(cx, entry, &shared.parameters, &declared);
    resource.uri_parameters = with_tags(cx, entry, in_path);
    Some(resource)
}

/// The method of a key of a path item.
fn verb(version: Version, key: &str) -> Option<Verb> {
    let of_3_2 = Some(Verb::Query).filter(|query| version >= Version::V32 && key == query.name());
    of_3_2.or_else(|| Verb::OPENAPI.into_iter().find(|verb| verb.name() == key))
}

/// {additionalOperations}: by methods in upper case.
fn other_operations<'n>(cx: &mut Context<'_, '_>, entry: &'n Entry) -> Vec<(&'n Entry, Verb)> {
    let mut operations = Vec::new();
    for part in cx.documents.map(&entry.key, &entry.value) {
        match Verb::from_method(&part.key).filter(|verb| *verb != Verb::Connect) {
            Some(verb) => operations.push((part, verb)),
            None => {
                let help = "apinb has the methods that OpenAPI 3.2 names; it ignores others.";
                cx.ignored("additionalOperations", help, part.location);
            }
        }
    }
    operations
}

/// Reports the parameters of a path that no operation declares, once, and those that only some do.
fn check_path_parameters(
    cx: &mut Context<'_, '_>,
    entry: &Entry,
    shared: &[RequestParameter],
    operations: &[(NodeLocation, Vec<RequestParameter>)],
) {
    let declares = |all: &[RequestParameter], name: &str| {
        all.iter().any(|one| one.goes_into == In::Path && one.parameter.name == name)
    };
    let mut seen: HashSet<&str> = HashSet::new();
    for name in uri::parameters(&entry.key).filter(|name| seen.insert(name) && !declares(shared, name)) {
        if !cx.documents.spend_nodes(operations.len(), entry.location) {
            return;
        }
        let without: Vec<_> = operations.iter().filter(|(_, own)| !declares(own, name)).collect();
        let places: Vec<NodeLocation> = match without.len() == operations.len() {
            true => without.first().map(|_| entry.location).into_iter().collect(),
            false => without.iter().map(|(location, _)| *location).collect(),
        };
        for place in places {
            let (location, name) = (cx.documents.locate(place), excerpt(name));
            cx.documents.report(OpenApiDiagnostic::UndeclaredPathParameter { location, name });
        }
    }
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
            "operationId" => {
                method.display_name = cx.text(part);
                if let Some(name) = &method.display_name
                    && !cx.operations.insert(name.clone())
                {
                    let subject = format!("`operationId` `{}`", excerpt(name));
                    cx.duplicate(subject, "Give each operation a name of its own.", part.value.location);
                }
            }
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
        None if cx.version < Version::V31 => cx.documents.missing("responses", "an operation", entry.location),
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
            In::QueryString => method.query_string = parameter.schema,
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
        cx.documents.report(DocumentDiagnostic::UnusedUriParameter {
            location,
            name,
            uri,
            severity: Severity::Warning,
        });
        all.push(parameter);
    }
    all
}
