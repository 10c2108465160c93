//! "Named Parameters": URI and query parameters, headers, form fields; and the implicit parameters of a URI template.

use std::collections::{HashMap, HashSet};

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::limits::MODEL_NODES;
use crate::model::{Parameter, ParameterKind};
use crate::tree::node::{Node, NodeKind};
use crate::tree::value;
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::excerpt;
use apinb_text::web::uri;

use crate::raml::context::Context;
use crate::raml::{parameter_values, types};

const KEYS: [&str; 13] = [
    "displayName",
    "description",
    "type",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "example",
    "repeat",
    "required",
    "default",
];

/// The parameters declared under `key`. `required` is the default of `required`.
pub(super) fn parameters(cx: &mut Context<'_, '_>, key: &str, node: &Node, required: bool) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    if cx.is_10() {
        for entry in cx.documents.map(key, node) {
            if !cx.documents.spend_nodes(MODEL_NODES, entry.location) {
                break;
            }
            if !cx.is_annotation(entry) {
                parameters.push(types::parameter(cx, entry, required));
            }
        }
        cx.annotations(node, &[]);
        return parameters;
    }
    for entry in cx.documents.map(key, node) {
        // "Named Parameters With Multiple Types": a list has one description per type.
        let types = match &entry.value.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for one in types {
            if !cx.documents.spend_nodes(MODEL_NODES, entry.location) {
                return parameters;
            }
            let location = Some(cx.documents.locate(entry.location));
            parameters.push(Parameter { location, ..parameter(cx, &entry.key, one, required) });
        }
    }
    parameters
}

pub(super) fn parameter(cx: &mut Context<'_, '_>, name: &str, node: &Node, required: bool) -> Parameter {
    let mut parameter = Parameter { name: name.to_owned(), required, ..Parameter::default() };
    for entry in cx.documents.map(name, node) {
        match &*entry.key {
            "displayName" => parameter.display_name = cx.text(entry),
            "description" => parameter.description = cx.text(entry),
            "type" => {
                let expected = "`string`, `number`, `integer`, `date`, `boolean` or `file`";
                parameter.kind = cx.parsed(entry, expected, kind).unwrap_or_default();
            }
            "enum" => parameter.values = cx.texts(entry),
            "pattern" => parameter.pattern = cx.text(entry),
            "minLength" => parameter.min_length = cx.parsed(entry, "a non-negative integer", |text| text.parse().ok()),
            "maxLength" => parameter.max_length = cx.parsed(entry, "a non-negative integer", |text| text.parse().ok()),
            "minimum" => parameter.minimum = cx.parsed(entry, "a number", |text| text.parse().ok()),
            "maximum" => parameter.maximum = cx.parsed(entry, "a number", |text| text.parse().ok()),
            "example" => parameter.example = single(cx, &entry.value),
            "default" => parameter.default = single(cx, &entry.value),
            "repeat" => parameter.repeat = cx.parsed(entry, BOOLEAN, boolean).unwrap_or_default(),
            "required" => parameter.required = cx.parsed(entry, BOOLEAN, boolean).unwrap_or(required),
            _ => cx.unknown_key(entry, "a parameter", &KEYS),
        }
    }
    parameter_values::defer_check(cx, &parameter, node);
    parameter
}

const BOOLEAN: &str = "`true` or `false`";

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn kind(text: &str) -> Option<ParameterKind> {
    match text.to_ascii_lowercase().as_str() {
        "string" => Some(ParameterKind::String),
        "number" => Some(ParameterKind::Number),
        "integer" => Some(ParameterKind::Integer),
        "date" => Some(ParameterKind::Date),
        "boolean" => Some(ParameterKind::Boolean),
        "file" => Some(ParameterKind::File),
        _ => None,
    }
}

/// A scalar as text, any other value as JSON.
fn single(cx: &mut Context<'_, '_>, node: &Node) -> Option<String> {
    value::value_text(cx.documents, node).map(|text| text.as_str().to_owned())
}

/// The parameters of a URI: one for each parameter in the template, in order, declared or not; then the declared ones
/// that the URI does not contain, which are reported.
pub(super) fn with_tags(
    cx: &mut Context<'_, '_>,
    template: &str,
    described: Vec<Parameter>,
    node: &Node,
) -> Vec<Parameter> {
    let mut by_name: HashMap<String, Vec<Parameter>> = HashMap::new();
    let order: Vec<String> = described.iter().map(|parameter| parameter.name.clone()).collect();
    for parameter in described {
        by_name.entry(parameter.name.clone()).or_default().push(parameter);
    }
    let mut all: Vec<Parameter> = Vec::with_capacity(order.len());
    let mut seen: HashSet<&str> = HashSet::new();
    for tag in uri::parameters(template) {
        if !seen.insert(tag) || !cx.documents.spend_nodes(MODEL_NODES, node.location) {
            continue;
        }
        match by_name.remove(tag) {
            Some(own) => all.extend(own),
            None => all.push(Parameter { name: tag.to_owned(), required: true, ..Parameter::default() }),
        }
    }
    for name in order {
        if let Some(others) = by_name.remove(&name) {
            unused(cx, template, &name, node);
            all.extend(others);
        }
    }
    all
}

fn unused(cx: &mut Context<'_, '_>, uri: &str, name: &str, described: &Node) {
    if !cx.any_keys && !cx.documents.is_full() {
        let location = described.entry(name).map_or(described.location, |entry| entry.location);
        let location = cx.documents.locate(location);
        cx.documents.report(DocumentDiagnostic::UnusedUriParameter {
            location,
            name: excerpt(name),
            uri: excerpt(uri),
            severity: Severity::Error,
        });
    }
}
