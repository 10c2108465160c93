//! The response that a definition declares for a method: its status, and its content in each media type.
//! [`crate::dispatch`] applies the store to it, and [`crate::content`] generates the contents.

use std::cmp::Reverse;

use apinb_definition::model::{self, Example, Method, Parameter, Status};
use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::content::{Content, ContentBody, NamedSchemas};
use crate::exchange::{Origin, Response};
use crate::preference::Preference;

#[derive(Clone, Debug)]
pub(crate) struct DeclaredResponse {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    contents: Vec<Content>,
}

/// Headers of the connection, and headers that the mock server sets itself.
const OWN_HEADERS: [&str; 7] =
    ["connection", "content-length", "content-type", "date", "host", "transfer-encoding", "upgrade"];

impl DeclaredResponse {
    /// The first success status that the method declares (201 of a POST), or else `2XX`, or else the default response. An
    /// empty 200 if it declares none of them.
    pub(crate) fn of(method: &Method, schemas: &NamedSchemas) -> Self {
        let of = |wanted: fn(Status) -> Option<u16>| {
            method.responses.iter().find_map(|response| Some((wanted(response.status)?, response)))
        };
        let created = || of(|status| status.code().filter(|code| *code == 201)).filter(|_| method.verb == Verb::Post);
        let declared = created()
            .or_else(|| of(|status| status.code().filter(|code| (200..300).contains(code))))
            .or_else(|| of(|status| (status == Status::Class(2)).then_some(200)))
            .or_else(|| of(|status| (status == Status::Default).then_some(200)));
        let Some((status, response)) = declared else {
            return Self { status: 200, headers: Vec::new(), contents: Vec::new() };
        };
        Self::first_of(std::slice::from_ref(response), status, schemas)
    }

    /// The response with the status and the example that a client prefers.
    ///
    /// # Errors
    /// What the method does not declare.
    pub(crate) fn preferred(method: &Method, preference: &Preference, schemas: &NamedSchemas) -> Result<Self, String> {
        let responses = match &preference.code {
            None => method.responses.clone(),
            Some(code) => {
                let status = code.parse::<u16>().ok().filter(|status| (200..600).contains(status));
                let status = status.ok_or_else(|| format!("`{code}` is not a status from 200 to 599"))?;
                let with = |wanted: Status| method.responses.iter().find(|response| response.status == wanted);
                let declared = with(Status::Code(status))
                    .or_else(|| with(Status::Class((status / 100) as u8)))
                    .or_else(|| with(Status::Default));
                let declared = declared.ok_or_else(|| format!("the operation does not declare the status {status}"))?;
                vec![model::Response { status: Status::Code(status), ..declared.clone() }]
            }
        };
        let mut responses = responses;
        if let Some(name) = &preference.example {
            let has_name = |example: &Example| example.name.as_ref() == Some(name);
            // The first response that has the example, successes first.
            responses.retain(|response| response.bodies.iter().any(|body| body.examples.iter().any(has_name)));
            let is_success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Class(2));
            responses.sort_by_key(|response| !is_success(response.status));
            responses.truncate(1);
            if responses.is_empty() {
                return Err(format!("the operation has no example `{name}`"));
            }
            for body in responses.iter_mut().flat_map(|response| &mut response.bodies) {
                body.examples.retain(has_name);
            }
            for response in &mut responses {
                response.bodies.retain(|body| !body.examples.is_empty());
            }
        }
        let Some(first) = responses.first() else { return Err("the operation declares no responses".to_owned()) };
        let only = preference.example.is_some() || preference.code.is_some();
        let status = match first.status {
            Status::Code(code) => code,
            Status::Class(digit) => u16::from(digit) * 100,
            Status::Default => 200,
        };
        let response =
            if only { vec![model::Response { status: Status::Code(status), ..first.clone() }] } else { responses };
        Ok(Self::first_of(&response, status, schemas))
    }

    fn first_of(responses: &[model::Response], status: u16, schemas: &NamedSchemas) -> Self {
        let Some(response) = responses.first() else {
            return Self { status, headers: Vec::new(), contents: Vec::new() };
        };
        let contents = if status == 204 { &[] } else { response.bodies.as_slice() };
        Self {
            status,
            headers: response.headers.iter().filter_map(|parameter| header(parameter, schemas)).collect(),
            contents: contents.iter().map(|body| Content::of(body, schemas)).collect(),
        }
    }

    /// Whether the response may have a body.
    pub(crate) fn has_body(&self) -> bool {
        self.status != 204
    }

    /// The content that the store can work with.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.stored().and_then(|content| match content.body() {
            (ContentBody::Json(value), _) => Some(value),
            (ContentBody::Text(_), _) => None,
        })
    }

    fn stored(&self) -> Option<&Content> {
        self.contents.iter().find(|content| content.is_json() && content.can_be_made())
    }

    /// Like [`Self::json`], but unvalidated and therefore faster.
    pub(crate) fn sketch(&self) -> Option<Value> {
        self.contents.iter().find_map(Content::sketch)
    }

    /// The origin of the content.
    pub(crate) fn origin(&self) -> Origin {
        self.stored().or(self.contents.first()).map_or(Origin::Nothing, |content| content.body().1)
    }

    /// Whether there is an example or schema in any media type.
    pub(crate) fn is_declared(&self) -> bool {
        self.contents.iter().any(Content::can_be_made)
    }

    /// The content for a path that ends in `extension`, or for an `Accept` header. Content that can be made goes before
    /// other content, then what the client prefers, then JSON before XML. Nothing is refused.
    pub(crate) fn choose(&self, extension: Option<&str>, accept: Option<&str>) -> Option<&Content> {
        let has = |content: &Content, extension: &str| content.media_type.to_ascii_lowercase().contains(extension);
        let extension = extension.filter(|extension| self.contents.iter().any(|content| has(content, extension)));
        let fitting = self.contents.iter().filter(|content| extension.is_none_or(|extension| has(content, extension)));
        let quality = |content: &Content| match (extension, accept) {
            (None, Some(accept)) => quality(accept, &content.media_type),
            _ => 1000,
        };
        let order = |(index, content): &(usize, &Content)| {
            let quality = quality(content);
            (quality > 0, content.can_be_made(), quality, content.rank(), Reverse(*index))
        };
        fitting.enumerate().max_by_key(order).map(|(_, content)| content)
    }

    /// The response with its declared content.
    pub(crate) fn as_declared(&self, extension: Option<&str>, accept: Option<&str>) -> Response {
        let response = match self.choose(extension, accept) {
            _ if !self.has_body() => Response::empty(self.status, Origin::Nothing),
            None => Response::json(self.status, &Value::Object(serde_json::Map::new()), Origin::Nothing),
            Some(content) => match content.body() {
                (ContentBody::Json(value), origin) => {
                    Response::text(self.status, &content.media_type, value.to_string(), origin)
                }
                (ContentBody::Text(text), origin) => {
                    Response::text(self.status, &content.media_type, text.clone(), origin)
                }
            },
        };
        self.with_headers(response)
    }

    /// The response with another value, in the media type that fits the request; `None` if only an example shows how that
    /// is written.
    pub(crate) fn with_value(
        &self,
        extension: Option<&str>,
        accept: Option<&str>,
        value: &Value,
        origin: Origin,
    ) -> Option<Response> {
        if !self.has_body() {
            return Some(self.with_headers(Response::empty(self.status, origin)));
        }
        let response = match self.choose(extension, accept) {
            None => Response::json(self.status, value, origin),
            Some(content) => Response::text(self.status, &content.media_type, content.write(value)?, origin),
        };
        Some(self.with_headers(response))
    }

    fn with_headers(&self, mut response: Response) -> Response {
        for (name, value) in &self.headers {
            response = response.with(name, value.clone());
        }
        response
    }
}

/// A declared header with a value: its example, its default, or, if it is required, a value of its schema.
fn header(parameter: &Parameter, schemas: &NamedSchemas) -> Option<(String, String)> {
    let name = parameter.name.to_ascii_lowercase();
    if OWN_HEADERS.contains(&name.as_str()) {
        return None;
    }
    let declared = parameter.example.as_ref().or(parameter.default.as_ref()).cloned();
    let value = declared.or_else(|| schemas.sample_of(parameter).filter(|_| parameter.required))?;
    Some((name, value))
}

/// The quality of a media type in an `Accept` header, in thousandths (RFC 9110, section 12.5.1). The most specific
/// matching range applies.
fn quality(accept: &str, media_type: &str) -> u16 {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = media_type.split('/').next().unwrap_or_default();
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut fields = range.split(';').map(|field| field.trim().to_ascii_lowercase());
        let name = fields.next().unwrap_or_default();
        let specific = match name.as_str() {
            "*/*" => 1,
            name if name.strip_suffix("/*") == Some(kind) => 2,
            name if name == media_type => 3,
            _ => 0,
        };
        let quality = fields.find_map(|field| field.strip_prefix("q=")?.parse::<f32>().ok());
        if specific > best.0 {
            best = (specific, (quality.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use apinb_definition::model::{Body, Example, Method, Parameter, Response, Status};
    use apinb_text::source::deferred::Text;

    use super::{DeclaredResponse, quality};
    use crate::content::NamedSchemas;

    fn of(method: &Method) -> DeclaredResponse {
        DeclaredResponse::of(method, &NamedSchemas::of(&Arc::default()))
    }

    /// A response with an example for each media type, unless it is empty.
    fn response(status: u16, bodies: &[(&str, &str)]) -> DeclaredResponse {
        let bodies = bodies.iter().map(|(media_type, example)| Body {
            media_type: (*media_type).to_owned(),
            examples: Some(*example)
                .filter(|text| !text.is_empty())
                .map(Text::from)
                .map(Example::from)
                .into_iter()
                .collect(),
            ..Body::default()
        });
        let response = Response { status: Status::Code(status), bodies: bodies.collect(), ..Response::default() };
        let failure = Response { status: Status::Code(404), ..Response::default() };
        let method = Method { responses: vec![failure, response], ..Method::default() };
        of(&method)
    }

    #[test]
    fn the_first_success_is_the_response() {
        let check = |statuses: &[Status], expected: u16, body: &str| {
            let responses = statuses.iter().map(|status| Response {
                status: *status,
                bodies: vec![Body { examples: vec![Text::from(format!("\"{status}\"")).into()], ..Body::default() }],
                ..Response::default()
            });
            let method = Method { responses: responses.collect(), ..Method::default() };
            let response = of(&method).as_declared(None, None);
            assert_eq!((response.status, std::str::from_utf8(&response.body)), (expected, Ok(body)), "{statuses:?}");
        };
        check(&[Status::Code(404), Status::Code(202), Status::Code(201)], 202, "\"202\"");
        check(&[Status::Default, Status::Class(2), Status::Code(201)], 201, "\"201\"");
        check(&[Status::Default, Status::Class(4), Status::Class(2)], 200, "\"2XX\"");
        check(&[Status::Code(404), Status::Default], 200, "\"default\"");
        check(&[Status::Code(302)], 200, "{}");
        check(&[], 200, "{}");
        assert_eq!(response(204, &[("application/json", "{}")]).as_declared(None, None).body.len(), 0);
        assert_eq!(&response(200, &[]).as_declared(None, None).body[..], b"{}");
    }

    #[test]
    fn the_media_type_follows_extension_and_accept() {
        let response = response(200, &[("application/json", "{}"), ("text/xml", "<a/>")]);
        let check = |extension, accept, expected: &str| {
            let content = response.choose(extension, accept).map(|content| content.media_type.as_str());
            assert_eq!(content, Some(expected), "{extension:?} {accept:?}");
        };
        check(None, None, "application/json");
        check(Some("xml"), Some("application/json"), "text/xml");
        check(None, Some("text/xml"), "text/xml");
        check(None, Some("text/*, application/json;q=0.5"), "text/xml");
        check(None, Some("*/*"), "application/json");
        check(None, Some("image/png"), "application/json");
        check(None, Some("application/json;q=0, */*"), "text/xml");
        check(Some("csv"), None, "application/json");
    }

    #[test]
    fn what_can_be_made_goes_before_what_cannot() {
        let check = |bodies: &[(&str, &str)], accept: Option<&str>, expected: &str| {
            let response = response(200, bodies);
            let content = response.choose(None, accept).map(|content| content.media_type.as_str());
            assert_eq!(content, Some(expected), "{bodies:?} {accept:?}");
        };
        check(&[("text/xml", "<a/>"), ("application/json", "{}")], None, "application/json");
        check(&[("text/xml", "<a/>"), ("application/json", "")], None, "text/xml");
        check(&[("text/html", ""), ("application/xml", "<a/>")], Some("*/*"), "application/xml");
        check(&[("application/json", ""), ("text/csv", "a,b")], Some("application/json, text/csv;q=0.1"), "text/csv");
        check(&[("application/json", ""), ("text/csv", "a,b")], Some("application/json"), "application/json");
        check(&[("text/html", ""), ("application/json", "")], None, "application/json");
    }

    #[test]
    fn quality_follows_the_most_specific_range() {
        assert_eq!(quality("a/b;q=0.2, a/*;q=0.7, */*", "a/b; charset=x"), 200);
        assert_eq!(quality("a/*;q=0.7, */*", "a/b"), 700);
        assert_eq!(quality(";;,,q=", "a/b"), 0);
    }

    #[test]
    fn declared_headers_are_sent_with_their_examples() {
        let example = |name: &str, example: Option<&str>| Parameter {
            name: name.to_owned(),
            example: example.map(str::to_owned),
            ..Parameter::default()
        };
        let headers =
            vec![example("X-Limit", Some("60")), example("X-None", None), example("Content-Length", Some("9"))];
        let response = Response { headers, ..Response::default() };
        let method = Method { responses: vec![response], ..Method::default() };
        let response = of(&method).as_declared(None, None);
        assert!(response.headers.contains(&("x-limit".to_owned(), "60".to_owned())));
        assert_eq!(response.headers.len(), 2);
    }
}
