//! {responses}: by status, with headers and contents.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::model::{Body, Example, Response, Status};
use crate::tree::node::{Entry, Node};

use crate::openapi::body::{concrete, contents, example, joined};
use crate::openapi::context::Context;
use crate::openapi::version::Version;
use crate::openapi::{parameter, schema};

const KEYS: [&str; 4] = ["description", "headers", "content", "links"];
const KEYS_2: [&str; 4] = ["description", "headers", "schema", "examples"];

/// {responses}. `produces`: the media types of the operation in 2.0.
pub(super) fn responses(cx: &mut Context<'_, '_>, entry: &Entry, produces: &[String]) -> Vec<Response> {
    let mut responses = Vec::new();
    let Some(entry) = &cx.followed(entry, "`responses`") else { return responses };
    for entry in cx.documents.map(&entry.key, &entry.value) {
        if entry.key.starts_with("x-") {
            continue;
        }
        if !cx.spend(entry.location) {
            break;
        }
        let Some(status) = status(&entry.key) else {
            cx.documents.invalid(
                "responses",
                &entry.key,
                entry.location,
                "an HTTP status from `100` to `599`, `1XX` to `5XX`, or `default`",
            );
            continue;
        };
        let Some(node) = cx.object(&entry.value) else { continue };
        let location = Some(cx.documents.locate(entry.location));
        responses.push(Response { location, ..response(cx, &node, status, produces) });
    }
    responses
}

fn status(key: &str) -> Option<Status> {
    let key = key.trim();
    if key == "default" {
        return Some(Status::Default);
    }
    if let Some(digit) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
        return digit.parse().ok().filter(|digit| (1..=5).contains(digit)).map(Status::Class);
    }
    key.parse().ok().filter(|code| (100..600).contains(code)).map(Status::Code)
}

fn response(cx: &mut Context<'_, '_>, node: &Rc<Node>, status: Status, produces: &[String]) -> Response {
    let mut response = Response { status, ..Response::default() };
    let entries = cx.documents.map("responses", node);
    response.annotations = cx.annotations(entries);
    let is_version_2 = cx.version == Version::V2;
    let mut summary = None;
    for part in entries {
        match &*part.key {
            "summary" if cx.version >= Version::V32 => summary = cx.text(part),
            "description" => response.description = cx.text(part),
            "headers" => response.headers = parameter::headers(cx, part),
            "content" if !is_version_2 => response.bodies = contents(cx, part, false),
            "links" if !is_version_2 => {}
            "schema" | "examples" if is_version_2 => {}
            _ => cx.unknown_key(part, "a response", if is_version_2 { &KEYS_2 } else { &KEYS }),
        }
    }
    response.description = joined(summary, response.description.take());
    if node.get("description").is_none() && cx.version < Version::V32 {
        cx.documents.missing("description", "a response", node.location);
    }
    if is_version_2 {
        response.bodies = bodies_of_version_2(cx, node, produces);
    }
    response
}

/// 2.0: {schema} in each media type that is produced, and {examples} by media type.
fn bodies_of_version_2(cx: &mut Context<'_, '_>, node: &Node, produces: &[String]) -> Vec<Body> {
    let schema = node.entry("schema").map(|entry| (schema::schema(cx, entry), Rc::clone(&entry.value)));
    let examples = node.entry("examples").map(|entry| cx.documents.map(&entry.key, &entry.value)).unwrap_or_default();
    if schema.is_none() && examples.is_empty() {
        return Vec::new();
    }
    if !cx.documents.spend_nodes(produces.len() + examples.len(), node.location) {
        return Vec::new();
    }
    let by_type: HashMap<&str, &Entry> = examples.iter().map(|entry| (entry.key.trim(), entry)).collect();
    let mut types: Vec<String> = produces.iter().map(|produced| concrete(produced.trim())).collect();
    // An example may have another media type.
    let known: HashSet<String> = types.iter().cloned().collect();
    let others = examples.iter().map(|entry| entry.key.trim());
    types.extend(others.filter(|name| name.contains('/') && !known.contains(*name)).map(str::to_owned));
    if types.is_empty() {
        types.push("application/json".to_owned());
    }
    let mut bodies = Vec::new();
    for media_type in types {
        if !cx.spend(node.location) {
            break;
        }
        let own = by_type.get(media_type.as_str());
        let schema_node = schema.as_ref().map(|(_, node)| node);
        let mut examples: Vec<Example> =
            own.and_then(|entry| example(cx, None, &entry.value, (&media_type, schema_node))).into_iter().collect();
        if examples.is_empty()
            && let Some(node) = schema_node
            && let Some(value) = schema::object_of(cx, node).get("example")
        {
            examples.extend(example(cx, None, value, (&media_type, schema_node)));
        }
        let schema = schema.as_ref().map(|(schema, _)| schema.clone());
        let location = own.map(|entry| cx.documents.locate(entry.location));
        bodies.push(Body { media_type, schema, examples, location, ..Body::default() });
    }
    bodies
}
