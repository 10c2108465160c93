//! The response that a definition declares for a method: its status, and its content in each media type.
//! [`crate::dispatch`] applies the store to it, and [`crate::content`] generates the contents.

use std::sync::Arc;

use apinb_definition::model::{Definition, Method, Parameter, Status};
use serde_json::Value;

use crate::content::{Content, ContentBody};
use crate::exchange::{Origin, Response};

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
    /// The first success status that the method declares, or else `2XX`, or else the default response. An empty 200 if
    /// it declares none of them.
    pub(crate) fn of(method: &Method, definition: &Arc<Definition>) -> Self {
        let of = |wanted: fn(Status) -> Option<u16>| {
            method.responses.iter().find_map(|response| Some((wanted(response.status)?, response)))
        };
        let declared = of(|status| status.code().filter(|code| (200..300).contains(code)))
            .or_else(|| of(|status| (status == Status::Class(2)).then_some(200)))
            .or_else(|| of(|status| (status == Status::Default).then_some(200)));
        let Some((status, response)) = declared else {
            return Self { status: 200, headers: Vec::new(), contents: Vec::new() };
        };
        let contents = if status == 204 { &[] } else { response.bodies.as_slice() };
        Self {
            status,
            headers: response.headers.iter().filter_map(header).collect(),
            contents: contents.iter().map(|body| Content::of(body, definition)).collect(),
        }
    }

    /// Whether the response may have a body.
    pub(crate) fn has_body(&self) -> bool {
        self.status != 204
    }

    /// The content that the store can work with.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.contents.iter().filter(|content| content.is_json()).find_map(|content| match content.body() {
            (ContentBody::Json(value), Origin::Example | Origin::Schema) => Some(value),
            _ => None,
        })
    }

    /// Like [`Self::json`], but unvalidated and therefore faster.
    pub(crate) fn sketch(&self) -> Option<Value> {
        self.contents.iter().find_map(Content::sketch)
    }

    /// The origin of the content.
    pub(crate) fn origin(&self) -> Origin {
        self.contents.first().map_or(Origin::Nothing, |content| content.body().1)
    }

    /// Whether there is an example or schema in any media type.
    pub(crate) fn is_declared(&self) -> bool {
        self.contents.iter().any(|content| content.body().1 != Origin::Nothing)
    }

    /// The content for a path that ends in `extension`, or for an `Accept` header; the first content if nothing
    /// matches.
    pub(crate) fn choose(&self, extension: Option<&str>, accept: Option<&str>) -> Option<&Content> {
        let by_extension = extension.and_then(|extension| {
            self.contents.iter().find(|content| content.media_type.to_ascii_lowercase().contains(extension))
        });
        by_extension.or_else(|| self.accepted(accept?)).or_else(|| self.contents.first())
    }

    fn accepted(&self, accept: &str) -> Option<&Content> {
        let mut best: Option<(&Content, u16)> = None;
        for content in &self.contents {
            let quality = quality(accept, &content.media_type);
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((content, quality));
            }
        }
        best.map(|(content, _)| content)
    }

    /// The response with its declared content.
    pub(crate) fn as_declared(&self, extension: Option<&str>, accept: Option<&str>) -> Response {
        let response = match self.choose(extension, accept) {
            _ if !self.has_body() => Response::empty(self.status, Origin::Nothing),
            None => Response::json(self.status, &Value::Object(serde_json::Map::new()), Origin::Nothing),
            Some(content) => match content.body() {
                (ContentBody::Json(value), origin) => self.with_json(&content.media_type, value, origin),
                (ContentBody::Text(text), origin) => {
                    Response::text(self.status, &content.media_type, text.clone(), origin)
                }
            },
        };
        self.with_headers(response)
    }

    /// The response with another value.
    pub(crate) fn with_value(&self, media_type: Option<&str>, value: &Value, origin: Origin) -> Response {
        if !self.has_body() {
            return self.with_headers(Response::empty(self.status, origin));
        }
        self.with_headers(self.with_json(media_type.unwrap_or("application/json"), value, origin))
    }

    fn with_json(&self, media_type: &str, value: &Value, origin: Origin) -> Response {
        Response::text(self.status, media_type, value.to_string(), origin)
    }

    fn with_headers(&self, mut response: Response) -> Response {
        for (name, value) in &self.headers {
            response = response.with(name, value.clone());
        }
        response
    }
}

/// A declared header with a value.
fn header(parameter: &Parameter) -> Option<(String, String)> {
    let name = parameter.name.to_ascii_lowercase();
    let value = parameter.example.as_ref().or(parameter.default.as_ref())?;
    (!OWN_HEADERS.contains(&name.as_str())).then(|| (name, value.clone()))
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

    use apinb_definition::model::{Body, Definition, Example, Method, Parameter, Response, Status};
    use apinb_text::source::deferred::Text;

    use super::{DeclaredResponse, quality};

    /// A response with an example for each media type.
    fn response(status: u16, bodies: &[(&str, &str)]) -> DeclaredResponse {
        let bodies = bodies.iter().map(|(media_type, example)| Body {
            media_type: (*media_type).to_owned(),
            examples: vec![Example::from(Text::from(*example))],
            ..Body::default()
        });
        let response = Response { status: Status::Code(status), bodies: bodies.collect(), ..Response::default() };
        let failure = Response { status: Status::Code(404), ..Response::default() };
        let method = Method { responses: vec![failure, response], ..Method::default() };
        DeclaredResponse::of(&method, &Arc::default())
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
            let response = DeclaredResponse::of(&method, &Arc::new(Definition::default())).as_declared(None, None);
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
        let response = DeclaredResponse::of(&method, &Arc::default()).as_declared(None, None);
        assert!(response.headers.contains(&("x-limit".to_owned(), "60".to_owned())));
        assert_eq!(response.headers.len(), 2);
    }
}
