//! {requestBody} and {content}: one body per media type, with its schema and examples; 2.0's body, forms and media
//! types.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::limits::MODEL_NODES;
use crate::model::{Body, Example, Parameter, ParameterKind};
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use crate::tree::value;
use apinb_schema::schema::Schema;
use apinb_text::source::deferred::Text;

use crate::openapi::context::Context;
use crate::openapi::reference::reference_of;
use crate::openapi::request_parameter::{In, RequestParameter};
use crate::openapi::schema;
use crate::openapi::version::Version;

const KEYS: [&str; 3] = ["description", "content", "required"];
const MEDIA_KEYS: [&str; 4] = ["schema", "example", "examples", "encoding"];
const EXAMPLE_KEYS: [&str; 4] = ["summary", "description", "value", "externalValue"];
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// {requestBody}: the bodies, and whether a body is required.
pub(super) fn request_body(cx: &mut Context<'_, '_>, entry: &Entry) -> (Vec<Body>, bool) {
    let Some(node) = cx.object(&entry.value) else { return (Vec::new(), false) };
    let (mut bodies, mut required) = (Vec::new(), false);
    for part in cx.documents.map(&entry.key, &node) {
        match &*part.key {
            "content" => bodies = contents(cx, part, true),
            "required" => required = cx.boolean(part).unwrap_or_default(),
            "description" => {}
            _ => cx.unknown_key(part, "a request body", &KEYS),
        }
    }
    (bodies, required)
}

pub(super) fn contents(cx: &mut Context<'_, '_>, entry: &Entry, is_request: bool) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    let Some(entry) = &cx.followed(entry, "`content`") else { return bodies };
    for media in cx.documents.map(&entry.key, &entry.value) {
        if !cx.spend(media.location) {
            break;
        }
        let followed = match cx.version >= Version::V32 {
            true => cx.completed(&media.value).map(|value| Entry { value, ..media.clone() }),
            false => cx.followed(media, "a media type"),
        };
        let Some(media) = &followed else { continue };
        let media_type = concrete(media.key.trim());
        let location = Some(cx.documents.locate(media.location));
        let mut body = Body { media_type: media_type.clone(), location, ..Body::default() };
        let mut examples = Vec::new();
        let value = media.value.get("schema");
        for part in cx.documents.map(&media.key, &media.value) {
            match &*part.key {
                "schema" => body.schema = Some(schema::schema(cx, part)),
                "example" => examples.extend(example(cx, None, &part.value, (&media_type, value))),
                "examples" => examples.extend(named_examples(cx, part, (&media_type, value))),
                "encoding" => {}
                _ => cx.unknown_key(part, "a media type", &MEDIA_KEYS),
            }
        }
        if let Some(value) = value {
            if is_request && is_form(&media_type) {
                body.form_parameters = schema::form_parameters(cx, value);
            }
            if examples.is_empty() {
                examples = of_schema(cx, value, &media_type);
            }
        }
        body.examples = examples;
        body.annotations = cx.annotations(media.value.entries());
        bodies.push(body);
    }
    bodies
}

/// 2.0: the bodies of `body` and `formData` parameters, in each media type that the operation consumes.
pub(super) fn of_version_2(
    cx: &mut Context<'_, '_>,
    location: NodeLocation,
    parameters: Vec<Parameter>,
    fields: &[Parameter],
    consumes: &[String],
) -> Vec<Body> {
    if let Some(whole) = parameters.into_iter().next() {
        let json = ["application/json".to_owned()];
        let types = if consumes.is_empty() { &json } else { consumes };
        if !cx.documents.spend_nodes(types.len() * MODEL_NODES, location) {
            return Vec::new();
        }
        let body = |media_type: &String| {
            let media_type = concrete(media_type);
            let examples = whole.example.iter().map(|text| Text::from(text.as_str()).into()).collect();
            let (schema, location) = (whole.schema.clone(), whole.location.clone());
            Body { media_type, schema, examples, location, ..Body::default() }
        };
        return types.iter().map(body).collect();
    }
    if fields.is_empty() {
        return Vec::new();
    }
    if !cx.documents.spend_nodes(consumes.len(), location) {
        return Vec::new();
    }
    let has_file = fields.iter().any(|field| field.kind == ParameterKind::File);
    let mut types: Vec<&str> = consumes.iter().map(|known| known.trim()).filter(|known| is_form(known)).collect();
    // Only `multipart/form-data` can contain a file.
    types.retain(|known| !has_file || !known.eq_ignore_ascii_case(FORM));
    if types.is_empty() {
        types.push(if has_file { MULTIPART } else { FORM });
    }
    let schema = object_of_fields(fields);
    let mut bodies = Vec::new();
    for media_type in types {
        if !cx.documents.spend_nodes(fields.len() * MODEL_NODES, location) {
            break;
        }
        bodies.push(Body {
            media_type: media_type.to_owned(),
            schema: Some(schema.clone()),
            form_parameters: fields.to_owned(),
            location: fields.first().and_then(|field| field.location.clone()),
            ..Body::default()
        });
    }
    bodies
}

fn object_of_fields(fields: &[Parameter]) -> Schema {
    let schema = |field: &Parameter| field.schema.as_ref().and_then(Schema::json).cloned().unwrap_or(Value::Bool(true));
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), schema(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let schema = match required.as_slice() {
        [] => json!({ "type": "object", "properties": properties }),
        required => json!({ "type": "object", "properties": properties, "required": required }),
    };
    Schema::from_json(schema)
}

/// The `body` and the `formData` parameters.
pub(super) fn taken(parameters: &[RequestParameter]) -> (Vec<Parameter>, Vec<Parameter>) {
    let of = |location: In| {
        let there = parameters.iter().filter(|one| one.goes_into == location);
        there.map(|one| one.parameter.clone()).collect()
    };
    (of(In::Body), of(In::FormData))
}

/// {examples}, by name.
pub(super) fn named_examples(cx: &mut Context<'_, '_>, entry: &Entry, media: Media<'_>) -> Vec<Example> {
    let mut examples = Vec::new();
    let Some(entry) = &cx.followed(entry, "`examples`") else { return examples };
    for named in cx.documents.map(&entry.key, &entry.value) {
        if !cx.documents.spend_nodes(1, named.location) {
            break;
        }
        let Some(node) = cx.object(&named.value) else { continue };
        let (mut value, mut description, mut summary) = (None, None, None);
        for part in cx.documents.map(&named.key, &node) {
            match &*part.key {
                "value" => value = example(cx, Some(&named.key), &part.value, media),
                "dataValue" if cx.version >= Version::V32 => {
                    value = value.or_else(|| example(cx, Some(&named.key), &part.value, media));
                }
                "serializedValue" if cx.version >= Version::V32 => value = serialized(cx, &named.key, part).or(value),
                "externalValue" => value = external(cx, &named.key, part).or(value),
                "summary" => summary = cx.text(part),
                "description" => description = cx.text(part),
                _ => cx.unknown_key(part, "an example", &EXAMPLE_KEYS),
            }
        }
        examples.extend(value.map(|example| Example { description: joined(summary, description), ..example }));
    }
    examples
}

/// {serializedValue}: an example as it is sent.
fn serialized(cx: &mut Context<'_, '_>, name: &str, entry: &Entry) -> Option<Example> {
    let text = cx.text(entry)?;
    Some(Example { name: Some(name.to_owned()), ..Text::from(text).into() })
}

/// {externalValue}: an example in a separate document.
fn external(cx: &mut Context<'_, '_>, name: &str, entry: &Entry) -> Option<Example> {
    let reference = cx.text(entry)?;
    let text = cx.documents.deferred_text(&reference, entry.value.location)?;
    Some(Example { name: Some(name.to_owned()), ..text.into() })
}

/// A media type, and the schema of its values.
pub(super) type Media<'m> = (&'m str, Option<&'m Rc<Node>>);

/// The node of an example. Many authors write a `$ref` where the standard has a value; it leads to the value itself, or to
/// an entry of {components.examples}.
fn referenced(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Rc<Node> {
    if node.entries().len() != 1 || reference_of(node).is_none() {
        return Rc::clone(node);
    }
    let Some(target) = cx.object(node) else { return Rc::clone(node) };
    let is_example = target.entries().iter().all(|entry| EXAMPLE_KEYS.contains(&&*entry.key));
    match target.get("value") {
        Some(value) if is_example => Rc::clone(value),
        _ => target,
    }
}

/// An example as the text to send.
pub(super) fn example(
    cx: &mut Context<'_, '_>,
    name: Option<&str>,
    node: &Rc<Node>,
    (media_type, schema): Media<'_>,
) -> Option<Example> {
    let node = &referenced(cx, node);
    let schema = schema.filter(|_| is_json(media_type));
    let text = match (&node.kind, schema) {
        (NodeKind::Null, _) if is_json(media_type) => "null".to_owned(),
        // Many authors write JSON as a string.
        (NodeKind::Scalar { text, plain: false }, _) if !is_json(media_type) || is_json_text(text.as_str()) => {
            cx.any_text(node)?
        }
        (NodeKind::Scalar { text, plain: true }, _) if value::bare(text.as_str()).is_none() => cx.any_text(node)?,
        (_, Some(schema)) => {
            let text = schema::value_of(cx, schema, node, "example").to_string();
            cx.documents.spend_text(text.len(), node.location).then_some(text)?
        }
        (NodeKind::Scalar { plain: false, .. }, None) => value::json(cx.documents, node).to_string(),
        _ => cx.any_text(node)?,
    };
    Some(Example { name: name.map(str::to_owned), ..Text::from(text).into() })
}

fn is_json_text(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The example of the schema, for a body without examples.
fn of_schema(cx: &mut Context<'_, '_>, node: &Rc<Node>, media_type: &str) -> Vec<Example> {
    let schema = schema::object_of(cx, node);
    if let Some(value) = schema.get("example") {
        return example(cx, None, value, (media_type, Some(node))).into_iter().collect();
    }
    match schema.get("examples").map(|examples| &examples.kind) {
        Some(NodeKind::Sequence(items)) => {
            let first = items.first().and_then(|value| example(cx, None, value, (media_type, Some(node))));
            first.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Combines {summary} and {description}.
pub(super) fn joined(summary: Option<String>, description: Option<String>) -> Option<String> {
    match (summary, description) {
        (Some(summary), Some(description)) if !description.trim().starts_with(summary.trim()) => {
            Some(format!("{}\n\n{description}", summary.trim_end()))
        }
        (Some(summary), None) => Some(summary),
        (_, description) => description,
    }
}

/// A concrete media type for a range: `*/*` and `text/*` cannot be sent.
pub(super) fn concrete(range: &str) -> String {
    match range.split(';').next().unwrap_or_default().trim() {
        "*/*" | "application/*" | "*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        other if other.ends_with("/*") => "application/octet-stream".to_owned(),
        _ => range.to_owned(),
    }
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

pub(super) fn is_form(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), FORM | MULTIPART)
}
