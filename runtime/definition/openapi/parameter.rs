//! {parameter}: the parameters of path items and operations, with their {in}; and {header}.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::model::{Parameter, Style, StyleForm};
use crate::tree::node::{Entry, Node, NodeKind};
use apinb_schema::schema::Schema;
use apinb_text::display::truncate::excerpt;

use crate::openapi::context::Context;
use crate::openapi::request_parameter::{In, RequestParameter};
use crate::openapi::style::style;
use crate::openapi::version::Version;
use crate::openapi::{body, schema};

const KEYS: [&str; 13] = [
    "name",
    "in",
    "description",
    "required",
    "deprecated",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "schema",
    "content",
    "example",
    "examples",
];
/// Schema keywords that 2.0 has directly in a parameter or header.
const INLINE: [&str; 17] = [
    "type",
    "format",
    "items",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
    "x-nullable",
];

/// The parameters of a list. The last one wins among those with the same name and {in}.
pub(super) fn parameters(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<RequestParameter> {
    let mut all = Vec::new();
    let mut seen = HashSet::new();
    let Some(entry) = &cx.followed(entry, "`parameters`") else { return all };
    for item in cx.documents.list(&entry.key, &entry.value) {
        if !cx.spend(item.location) {
            break;
        }
        let Some(one) = cx.object(item).and_then(|node| parameter(cx, &node)) else { continue };
        // A request has one body, whatever its name.
        let name = if one.goes_into == In::Body { "" } else { &one.parameter.name };
        if !seen.insert((one.goes_into, name.to_owned())) {
            let subject = format!("parameter `{}`", excerpt(&one.parameter.name));
            cx.duplicate(subject, "Remove one; apinb uses one of them.", item.location);
        }
        all.push(one);
    }
    merged(Vec::new(), all)
}

/// Merges two lists of parameters. Parameters with the same name and {in} are equal; those in `over` take precedence.
pub(super) fn merged(under: Vec<RequestParameter>, over: Vec<RequestParameter>) -> Vec<RequestParameter> {
    let mut all = under;
    let mut index: HashMap<(In, String), usize> =
        all.iter().enumerate().map(|(at, one)| ((one.goes_into, one.parameter.name.clone()), at)).collect();
    for one in over {
        let key = (one.goes_into, one.parameter.name.clone());
        match index.get(&key).and_then(|at| all.get_mut(*at)) {
            Some(known) => *known = one,
            None => {
                index.insert(key, all.len());
                all.push(one);
            }
        }
    }
    all
}

fn parameter(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Option<RequestParameter> {
    let entries = cx.documents.map("parameters", node);
    let location = location(cx, node)?;
    let Some(name) = node.entry("name").and_then(|entry| cx.text(entry)) else {
        cx.documents.missing("name", "a parameter", node.location);
        return None;
    };
    // Media types and security schemes define these headers.
    let reserved = ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str());
    if location == In::Header && reserved && cx.version != Version::V2 {
        return None;
    }
    if location == In::QueryString
        && !node
            .get("content")
            .and_then(|content| content.entries().first())
            .is_some_and(|media| body::is_form(&media.key))
    {
        cx.ignored("in: querystring", "apinb supports it for forms; it ignores other media types.", node.location);
        return None;
    }
    let mut parameter = Parameter { name, ..Parameter::default() };
    read(cx, node, entries, location, &mut parameter);
    if location == In::Path {
        if !parameter.required {
            cx.documents.missing("required: true", "a path parameter", node.location);
        }
        parameter.required = true;
    }
    Some(RequestParameter { goes_into: location, parameter })
}

fn location(cx: &mut Context<'_, '_>, node: &Node) -> Option<In> {
    let Some(entry) = node.entry("in") else {
        cx.documents.missing("in", "a parameter", node.location);
        return None;
    };
    let text = cx.text(entry)?;
    let (location, expected) = match (text.as_str(), cx.version) {
        ("query", _) => (Some(In::Query), ""),
        ("path", _) => (Some(In::Path), ""),
        ("header", _) => (Some(In::Header), ""),
        ("cookie", Version::V30 | Version::V31 | Version::V32) => (Some(In::Cookie), ""),
        ("querystring", Version::V32) => (Some(In::QueryString), ""),
        ("body", Version::V2) => (Some(In::Body), ""),
        ("formData", Version::V2) => (Some(In::FormData), ""),
        (_, Version::V2) => (None, "`query`, `path`, `header`, `body` or `formData`"),
        (_, Version::V30 | Version::V31) => (None, "`query`, `path`, `header` or `cookie`"),
        (_, Version::V32) => (None, "`query`, `querystring`, `path`, `header` or `cookie`"),
    };
    if location.is_none() {
        cx.documents.invalid(&entry.key, &text, entry.value.location, expected);
    }
    location
}

/// {headers} of a response.
pub(super) fn headers(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Parameter> {
    let mut headers = Vec::new();
    let Some(entry) = &cx.followed(entry, "`headers`") else { return headers };
    for entry in cx.documents.map(&entry.key, &entry.value) {
        if !cx.spend(entry.location) {
            break;
        }
        let Some(node) = cx.object(&entry.value) else { continue };
        let mut header = Parameter { name: entry.key.to_string(), ..Parameter::default() };
        let entries = cx.documents.map(&entry.key, &node);
        read(cx, &node, entries, In::Header, &mut header);
        if Rc::ptr_eq(&node, &entry.value) {
            header.location = Some(cx.documents.locate(entry.location));
        }
        headers.push(header);
    }
    headers
}

fn read(cx: &mut Context<'_, '_>, node: &Rc<Node>, entries: &[Entry], location: In, parameter: &mut Parameter) {
    parameter.location = Some(cx.documents.locate(node.location));
    parameter.annotations = cx.annotations(entries);
    let mut json = false;
    for entry in entries {
        match &*entry.key {
            "description" => parameter.description = cx.text(entry),
            "required" => parameter.required = cx.boolean(entry).unwrap_or_default(),
            "deprecated" => parameter.deprecated = cx.boolean(entry).unwrap_or_default(),
            "schema" => typed(cx, entry, parameter),
            "content" if cx.version != Version::V2 => json |= content(cx, entry, parameter),
            "example" => parameter.example = cx.any_text(&entry.value),
            "examples" => {
                let first = body::named_examples(cx, entry, ("", None)).into_iter().next();
                parameter.example = first.map(|example| example.text.as_str().to_owned());
            }
            "name" | "in" | "allowEmptyValue" | "style" | "explode" | "allowReserved" | "collectionFormat" => {}
            key if cx.version == Version::V2 && INLINE.contains(&key) => {}
            _ => cx.unknown_key(entry, "a parameter", &KEYS),
        }
    }
    if cx.version == Version::V2 && location != In::Body {
        let inline: Vec<Entry> = entries.iter().filter(|entry| INLINE.contains(&&*entry.key)).cloned().collect();
        schema::describe(cx, &Node::mapping(node.location, inline.clone()), parameter);
        parameter.schema = Some(Schema::from_json(schema::schema_of(cx, &inline, false)));
    }
    if let (Some(schema), Some(value)) = (node.get("schema"), node.get("example")) {
        // The text is sent in any case.
        schema::value_of(cx, schema, value, "example");
    }
    parameter.style = match json {
        true => Some(Style { form: StyleForm::Json, explode: false, reserved: false }),
        false if matches!(location, In::Body | In::QueryString) => None,
        false => style(cx, node, location, parameter.kind),
    };
}

fn typed(cx: &mut Context<'_, '_>, entry: &Entry, parameter: &mut Parameter) {
    parameter.schema = Some(schema::schema(cx, entry));
    schema::describe(cx, &entry.value, parameter);
}

/// {content}: the media type in which the value is serialized. Returns true for JSON.
fn content(cx: &mut Context<'_, '_>, entry: &Entry, parameter: &mut Parameter) -> bool {
    let Some(media) = cx.documents.map(&entry.key, &entry.value).first() else { return false };
    for part in cx.documents.map(&media.key, &media.value) {
        match &*part.key {
            "schema" => typed(cx, part, parameter),
            "example" if !matches!(part.value.kind, NodeKind::Null) => parameter.example = cx.any_text(&part.value),
            _ => {}
        }
    }
    body::is_json(&media.key)
}
