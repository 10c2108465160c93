//! "Body" and "Responses": media types, schemas, examples, web forms, headers.

use std::rc::Rc;

use crate::limits::MODEL_NODES;
use crate::model::{Body, Example, Response, Status};
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;
use apinb_schema::schema::Schema;

use crate::documents::checks::{Check, CheckedValue, Subject};
use crate::documents::header::Fragment;
use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::http::check_media_type;
use crate::raml::parameter::parameters;
use crate::raml::scopes::DeclarationKind;
use crate::raml::types;

const KEYS: [&str; 3] = ["schema", "example", "formParameters"];
const RESPONSE_KEYS: [&str; 3] = ["description", "headers", "body"];
const FORM: &str = "application/x-www-form-urlencoded";

/// The bodies under `body`: one per media type. `schema`, `example` and `formParameters` without a media type belong to
/// the default media type.
/// `place`: the place of their annotations.
pub(super) fn bodies(cx: &mut Context<'_, '_>, entry: &Entry, place: &'static [Target]) -> Vec<Body> {
    if cx.is_10() {
        return bodies_10(cx, entry, place);
    }
    let mut bodies: Vec<Body> = Vec::new();
    if let Some(text) = entry.value.as_str().filter(|text| is_media_type(text)) {
        return vec![Body { media_type: text.trim().to_owned(), ..Body::default() }];
    }
    let mut bare: Vec<&Entry> = Vec::new();
    for part in cx.documents.map(&entry.key, &entry.value) {
        if !cx.documents.spend_nodes(MODEL_NODES, part.location) {
            break;
        }
        if KEYS.contains(&&*part.key) {
            bare.push(part);
        } else if is_media_type(&part.key) {
            check_media_type(cx, &entry.key, part.key.trim(), part.location);
            let location = Some(cx.documents.locate(part.location));
            let mut body = Body { media_type: part.key.trim().to_owned(), location, ..Body::default() };
            for inner in cx.documents.map(&part.key, &part.value) {
                read(cx, inner, &mut body);
            }
            defer_example_check(cx, &body, part.value.entry("example"));
            bodies.push(body);
        } else {
            cx.unknown_key(part, "a body", &KEYS);
        }
    }
    if let Some(first) = bare.first() {
        for media_type in default_media_types(cx, first) {
            let location = Some(cx.documents.locate(first.location));
            let mut body = Body { media_type, location, ..Body::default() };
            for part in &bare {
                read(cx, part, &mut body);
            }
            defer_example_check(cx, &body, bare.iter().copied().find(|part| &*part.key == "example"));
            match bodies.iter_mut().find(|known| known.media_type == body.media_type) {
                // The entry of the media type itself takes precedence.
                Some(own) => {
                    own.schema = own.schema.take().or(body.schema);
                    if own.examples.is_empty() {
                        own.examples = body.examples;
                    }
                    if own.form_parameters.is_empty() {
                        own.form_parameters = body.form_parameters;
                    }
                }
                None => bodies.push(body),
            }
        }
    }
    bodies
}

/// RAML 1.0 "Bodies": one type per media type, or one type for all default media types.
fn bodies_10(cx: &mut Context<'_, '_>, entry: &Entry, place: &'static [Target]) -> Vec<Body> {
    if entry.value.is_null() {
        return Vec::new();
    }
    let by_media_type = entry.value.entries().iter().any(|part| is_media_type(&part.key));
    if !by_media_type {
        let first = entry.value.entries().first().unwrap_or(entry);
        let media_types = default_media_types(cx, first);
        let mut bodies: Vec<Body> = Vec::with_capacity(media_types.len());
        for media_type in media_types {
            if !cx.documents.spend_nodes(MODEL_NODES, entry.location) {
                break;
            }
            bodies.push(body(cx, entry, &media_type, place));
        }
        return bodies;
    }
    let mut bodies = Vec::new();
    for part in entry.value.entries() {
        if !cx.documents.spend_nodes(MODEL_NODES, part.location) {
            break;
        }
        if is_media_type(&part.key) {
            check_media_type(cx, &entry.key, part.key.trim(), part.location);
            bodies.push(body(cx, part, part.key.trim(), place));
        } else if !cx.is_annotation(part) {
            cx.unknown_key(part, "a body whose keys are media types", &[]);
        }
    }
    cx.annotations(&entry.value, place);
    bodies
}

/// A body in one media type; `entry` declares its type.
fn body(cx: &mut Context<'_, '_>, entry: &Entry, media_type: &str, place: &'static [Target]) -> Body {
    cx.fragment(entry.location, &entry.value, Some(Fragment::DataType));
    let is_form = media_type == FORM || media_type.starts_with("multipart/");
    let location = Some(cx.documents.locate(entry.location));
    let mut body = Body { media_type: media_type.to_owned(), location, ..Body::default() };
    let mut declaration = Rc::clone(&entry.value);
    if let Some(form) = entry.value.entry("formParameters") {
        cx.raml08_syntax(
            &form.key,
            form.location,
            false,
            "the fields of a form are the `properties` of the body's type",
        );
        body.form_parameters = parameters(cx, &form.key, &form.value, false);
        let kept = entry.value.entries().iter().filter(|part| &*part.key != "formParameters").cloned().collect();
        declaration = Node::mapping(entry.value.location, kept);
        if declaration.entries().is_empty() {
            return body;
        }
    }
    body.annotations = cx.annotations(&declaration, place);
    let typed = types::typed(cx, &entry.key, &declaration, is_form, place);
    body.schema = typed.schema;
    body.examples = typed.examples;
    if body.form_parameters.is_empty() {
        body.form_parameters = typed.form_parameters;
    }
    body
}

fn default_media_types(cx: &mut Context<'_, '_>, first: &Entry) -> Vec<String> {
    if !cx.media_types.is_empty() {
        return cx.media_types.clone();
    }
    if &*first.key == "formParameters" {
        return vec![FORM.to_owned()];
    }
    if !cx.any_keys {
        cx.documents.missing_required("mediaType", "the root, for a body without a media type", first.location);
    }
    vec!["application/json".to_owned()]
}

fn read(cx: &mut Context<'_, '_>, entry: &Entry, body: &mut Body) {
    match &*entry.key {
        "schema" => body.schema = schema(cx, entry),
        "example" => {
            body.examples = value::value_text(cx.documents, &entry.value).map(Example::from).into_iter().collect();
        }
        "formParameters" => body.form_parameters = parameters(cx, &entry.key, &entry.value, false),
        _ => cx.unknown_key(entry, "a body", &KEYS),
    }
}

/// An inline schema, or the schema declared with this name.
fn schema(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Schema> {
    let NodeKind::Scalar { text, .. } = &entry.value.kind else { return written(cx, &entry.value) };
    if text.is_document() {
        return written(cx, &entry.value);
    }
    let name = text.as_str().trim();
    if let Some(declared) = cx.schemas.get(name) {
        return Some(declared.clone());
    }
    if name.is_empty() || name.starts_with(['{', '[', '<', '"']) && !name.starts_with("<<") {
        return written(cx, &entry.value);
    }
    cx.unknown_name(DeclarationKind::Type, name, entry.value.location);
    None
}

/// A schema that is written or included here.
fn written(cx: &mut Context<'_, '_>, node: &Node) -> Option<Schema> {
    let text = value::value_text(cx.documents, node)?;
    Some(cx.documents.schema(text, "", node.location))
}

/// Queues a check of the example of a RAML 0.8 body against its schema.
fn defer_example_check(cx: &mut Context<'_, '_>, body: &Body, example: Option<&Entry>) {
    let (Some(schema), Some(entry)) = (&body.schema, example) else { return };
    let Some(example) = body.examples.first().filter(|_| body.media_type.contains("json")) else { return };
    let (text, location) = (example.text.clone(), cx.documents.locate(entry.value.location));
    let values =
        vec![CheckedValue { text, plain: false, subject: Subject::Illustration, location, is_incomplete: false }];
    cx.documents.defer_check(Check { schema: schema.clone(), values });
}

pub(super) fn responses(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Response> {
    let mut responses: Vec<Response> = Vec::new();
    for entry in cx.documents.map(&entry.key, &entry.value) {
        if !cx.documents.spend_nodes(MODEL_NODES, entry.location) {
            break;
        }
        let code = entry.key.trim().parse().ok().filter(|code| (100..600).contains(code));
        let Some(status) = code.map(Status::Code) else {
            cx.documents.invalid("responses", &entry.key, entry.location, "an HTTP status from `100` to `599`");
            continue;
        };
        let location = Some(cx.documents.locate(entry.location));
        let mut response = Response { status, location, ..Response::default() };
        for part in cx.documents.map(&entry.key, &entry.value) {
            match &*part.key {
                "description" => response.description = cx.text(part),
                "headers" => response.headers = parameters(cx, &part.key, &part.value, cx.is_10()),
                "body" => response.bodies = bodies(cx, part, &[Target::ResponseBody, Target::TypeDeclaration]),
                _ if cx.is_annotation(part) => {}
                _ => cx.unknown_key(part, "a response", &RESPONSE_KEYS),
            }
        }
        response.annotations = cx.annotations(&entry.value, &[Target::Response]);
        responses.push(response);
    }
    responses
}

fn is_media_type(key: &str) -> bool {
    let key = key.trim();
    key.split_once('/').is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty()) && !key.contains(' ')
        || key.contains('/') && key.contains(';')
}
