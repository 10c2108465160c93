//! The fields of the response that a call returns in JavaScript: `status`, `headers`, `body`.

use apinb_definition::model::{self, Definition, Status};
use apinb_record::explanation::{Field, Outline};

use super::outline::outline;
use super::parameter::parameters;
use crate::method::preferred_type;
use crate::position::resource;
use crate::walk::ClientPath;

/// The fields of the response to a call of `path`, a method. The body is that of a successful response.
pub(crate) fn response_fields(path: &ClientPath) -> Vec<Field> {
    let definition = path.definition();
    let responses = path.method().and_then(|method| {
        let own = resource(definition, &method.resource)?.methods.get(method.index as usize)?;
        Some(own.responses.as_slice())
    });
    let successful = successful(responses.unwrap_or_default());
    let headers = successful.map(|response| headers(response, definition)).unwrap_or_default();
    let body = successful.and_then(|response| body(response, definition)).unwrap_or_default();
    let request = [("method", "string"), ("url", "string"), ("headers", "object")];
    let request = request.into_iter().map(|(name, kind)| field(name, kind, "", Vec::new())).collect();
    vec![
        field("status", "integer", "the HTTP status", Vec::new()),
        field("headers", "object", "found in any case", headers),
        Field {
            name: "body".to_owned(),
            required: true,
            outline: Outline {
                description: Some("parsed where its type is known".to_owned()),
                kind: if body.kind.is_empty() { "any".to_owned() } else { body.kind },
                ..body
            },
        },
        field("duration", "number", "in milliseconds", Vec::new()),
        field("request", "object", "as it was sent", request),
    ]
}

fn field(name: &str, kind: &str, description: &str, fields: Vec<Field>) -> Field {
    let description = Some(description.to_owned()).filter(|text| !text.is_empty());
    Field {
        name: name.to_owned(),
        required: true,
        outline: Outline { kind: kind.to_owned(), description, fields, ..Outline::default() },
    }
}

/// The first successful response with a body; else the one of any status; else the first successful one.
fn successful(responses: &[model::Response]) -> Option<&model::Response> {
    let is_success =
        |response: &&model::Response| matches!(response.status, Status::Code(200..=299) | Status::Class(2));
    let has_body = |response: &&model::Response| !response.bodies.is_empty();
    let any = || responses.iter().find(|response| response.status == Status::Default);
    responses.iter().filter(is_success).find(has_body).or_else(any).or_else(|| responses.iter().find(is_success))
}

fn headers(response: &model::Response, definition: &Definition) -> Vec<Field> {
    let declared = parameters(&response.headers, &definition.schemas).into_iter();
    let own = declared.map(|header| Field {
        name: header.name.to_ascii_lowercase(),
        required: header.required,
        outline: header.outline,
    });
    let mut all: Vec<Field> = own.collect();
    if !response.bodies.is_empty() && all.iter().all(|header| header.name != "content-type") {
        all.push(field("content-type", "string", "", Vec::new()));
    }
    all
}

fn body(response: &model::Response, definition: &Definition) -> Option<Outline> {
    let preferred = preferred_type(&response.bodies);
    let bodies = response.bodies.iter();
    let body = bodies.clone().find(|body| Some(&body.media_type) == preferred.as_ref()).or(bodies.clone().next())?;
    outline(body.schema.as_ref()?, &definition.schemas)
}
