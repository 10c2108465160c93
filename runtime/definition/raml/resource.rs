//! "Resources and Nested Resources", "Methods": converts the tree, with templates applied, to the model.

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::limits::{MAX_DEPTH, MODEL_NODES};
use crate::model::{Method, Resource, SecurityRequirement, shrink};
use crate::raml::diagnostic::RamlDiagnostic;
use crate::tree::node::{Entry, Node};
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;
use apinb_text::web::verb::Verb;

use crate::raml::annotations::Target;
use crate::raml::body::{bodies, responses};
use crate::raml::context::Context;
use crate::raml::language::Version;
use crate::raml::parameter::{parameters, with_tags};
use crate::raml::security::secured_by;
use crate::raml::{apply, http, types, uri};

const KEYS: [&str; 7] = ["displayName", "description", "type", "is", "securedBy", "uriParameters", "baseUriParameters"];
const METHOD_KEYS: [&str; 9] = [
    "description",
    "headers",
    "queryParameters",
    "body",
    "responses",
    "securedBy",
    "protocols",
    "baseUriParameters",
    "is",
];

const METHOD_KEYS_10: [&str; 10] = [
    "displayName",
    "description",
    "headers",
    "queryParameters",
    "queryString",
    "body",
    "responses",
    "securedBy",
    "protocols",
    "is",
];

/// Reads the resource of a key that starts with `/`, and its nested resources. `parent` is the path of the parent
/// resource.
pub(super) fn resource(cx: &mut Context<'_, '_>, entry: &Entry, parent: &str, depth: u32) -> Option<Resource> {
    if depth > MAX_DEPTH {
        cx.documents.too_deep(entry.location);
        return None;
    }
    let full_path = format!("{parent}{}", entry.key);
    if !cx.documents.spend_nodes(MODEL_NODES, entry.location)
        || !cx.documents.spend_text(full_path.len(), entry.location)
    {
        return None;
    }
    cx.fragment(entry.location, &entry.value, None);
    uri::check_template(cx, "resource", &entry.key, entry.location);
    if !cx.paths.insert(full_path.clone()) && !cx.any_keys {
        let (location, path) = (cx.documents.locate(entry.location), excerpt(&full_path));
        cx.documents.report(RamlDiagnostic::DuplicateResource { location, path });
    }
    cx.documents.map(&entry.key, &entry.value);
    cx.user = entry.value.location.file;
    let applied = apply::applied(cx, &entry.value, &full_path);
    let location = Some(cx.documents.locate(entry.location));
    let mut resource = Resource { path: entry.key.to_string(), location, ..Resource::default() };
    let mut own_security = None;
    let mut uri_parameters = (Vec::new(), Node::null(entry.location));
    let mut nested = Vec::new();
    for part in applied.resource.entries() {
        match &*part.key {
            "displayName" => resource.display_name = cx.text(part),
            "description" => resource.description = cx.text(part),
            "securedBy" => own_security = Some(secured_by(cx, part)),
            "uriParameters" => {
                uri::check_values(cx, &part.value);
                uri_parameters = (parameters(cx, &part.key, &part.value, true), part.value.clone());
            }
            "baseUriParameters" => {
                cx.raml08_syntax(&part.key, part.location, true, "only the root describes parameters of the base URI");
                resource.base_uri_parameters = parameters(cx, &part.key, &part.value, true);
            }
            _ if cx.is_annotation(part) => {}
            key if key.starts_with('/') => nested.push(part),
            _ => unknown(cx, part),
        }
    }
    resource.annotations = cx.annotations(&applied.resource, &[Target::Resource]);
    resource.uri_parameters = with_tags(cx, &entry.key, uri_parameters.0, &uri_parameters.1);
    for (verb, location, node) in &applied.methods {
        if !cx.documents.spend_nodes(MODEL_NODES, *location) {
            break;
        }
        if matches!(verb, Verb::Trace | Verb::Connect) {
            let instead = "the methods are `get`, `patch`, `put`, `post`, `delete`, `head` and `options`";
            cx.raml08_syntax(verb.name(), *location, false, instead);
        }
        let mut method = method(cx, *verb, node, own_security.as_ref());
        method.location = Some(cx.documents.locate(*location));
        resource.methods.push(method);
    }
    resource.resources =
        nested.into_iter().filter_map(|part| self::resource(cx, part, &full_path, depth + 1)).collect();
    shrink::resource(&mut resource);
    Some(resource)
}

fn unknown(cx: &mut Context<'_, '_>, entry: &Entry) {
    if cx.any_keys || cx.documents.is_full() {
        return;
    }
    let known = KEYS.into_iter().chain(Verb::RAML.map(Verb::name));
    let suggestion = suggest(entry.key.trim_end_matches('?'), known).map(str::to_owned);
    let (location, key) = (cx.documents.locate(entry.location), excerpt(&entry.key));
    cx.documents.report(DocumentDiagnostic::UnknownKey { location, key, within: "a resource", suggestion });
}

/// Reads a method to which its traits were applied.
pub(super) fn method(
    cx: &mut Context<'_, '_>,
    verb: Verb,
    node: &Node,
    resource_security: Option<&Vec<SecurityRequirement>>,
) -> Method {
    let mut method = Method { verb, ..Method::default() };
    for part in cx.documents.map(verb.name(), node) {
        match &*part.key {
            "displayName" if cx.is_10() => method.display_name = cx.text(part),
            "description" => method.description = cx.text(part),
            "headers" => method.headers = parameters(cx, &part.key, &part.value, cx.is_10()),
            "queryParameters" => method.query_parameters = parameters(cx, &part.key, &part.value, cx.is_10()),
            "queryString" if cx.is_10() => {
                method.query_string = types::query_string(cx, part, false).schema;
            }
            "baseUriParameters" => {
                cx.raml08_syntax(&part.key, part.location, true, "only the root describes parameters of the base URI");
                method.base_uri_parameters = parameters(cx, &part.key, &part.value, true);
            }
            "body" => method.bodies = bodies(cx, part, &[Target::RequestBody, Target::TypeDeclaration]),
            "responses" => method.responses = responses(cx, part),
            "protocols" => method.protocols = http::protocols(cx, part),
            "securedBy" => method.secured_by = Some(secured_by(cx, part)),
            _ if cx.is_annotation(part) => {}
            _ => match cx.version {
                Version::V08 => cx.unknown_key(part, "a method", &METHOD_KEYS),
                Version::V10 => cx.unknown_key(part, "a method", &METHOD_KEYS_10),
            },
        }
    }
    if let (Some(one), Some(_), true) = (node.entry("queryString"), node.entry("queryParameters"), cx.is_10()) {
        let location = cx.documents.locate(one.location);
        let (key, other) = (one.key.to_string(), "queryParameters");
        cx.documents.report(RamlDiagnostic::ExclusiveKeys { location, key, other });
    }
    method.annotations = cx.annotations(node, &[Target::Method]);
    method.body_required = !method.bodies.is_empty();
    method.secured_by = method.secured_by.take().or_else(|| resource_security.cloned());
    method
}
