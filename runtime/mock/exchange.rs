//! Requests and responses, independent of sockets and HTTP framing, which [`crate::server`] handles.

use std::fmt;

use apinb_definition::routing::segment::Blanks;
use apinb_text::web::verb::Verb;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

/// A request with its complete body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// In upper case. May be an unknown method, which is not in [`Verb`].
    pub(crate) method: String,
    /// The `Host` header, or else the host in the request line; empty if both are missing.
    pub(crate) host: String,
    /// As sent, percent-encoded, with the leading `/`.
    pub(crate) path: String,
    /// Decoded, in the order of the URL.
    pub(crate) query: Vec<(String, String)>,
    /// With lower-case names.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Request {
    /// The method, if definitions can declare it.
    pub(crate) fn verb(&self) -> Option<Verb> {
        Verb::from_method(&self.method)
    }

    /// The first header with this lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first query parameter with this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The media type of the body in lower case, without its parameters.
    pub(crate) fn media_type(&self) -> String {
        let written = self.header("content-type").unwrap_or_default();
        written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Whether the body is `application/x-www-form-urlencoded`.
    pub(crate) fn is_form(&self) -> bool {
        self.media_type() == "application/x-www-form-urlencoded"
    }

    /// The decoded segments of the path, as they can be read, the likeliest reading first. An empty segment (from `//`
    /// or a trailing `/`) is an empty parameter, or means nothing.
    pub(crate) fn readings(&self) -> Vec<(Vec<String>, Blanks)> {
        let path = self.path.trim_start_matches('/');
        let inner = path.trim_end_matches('/');
        let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let all: Vec<String> = inner.split('/').map(decoded).collect();
        let plain: Vec<String> = all.iter().filter(|segment| !segment.is_empty()).cloned().collect();
        let mut readings = Vec::new();
        if all.len() > plain.len() && !plain.is_empty() {
            readings.push((all.clone(), Blanks::Allowed));
        }
        readings.push((plain.clone(), Blanks::Refused));
        if inner.len() < path.len() {
            readings.push((all.into_iter().chain([String::new()]).collect(), Blanks::Allowed));
        }
        readings.push((plain, Blanks::Allowed));
        readings
    }
}

/// The first value of `name` in decoded pairs.
pub(crate) fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Decodes `a=1&b=2`.
pub(crate) fn decode_pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The origin of a response's content, which every response names in its `x-apinb-mock` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An example in the definition.
    Example,
    /// Generated from a schema in the definition.
    Schema,
    /// The definition has neither example nor schema.
    Nothing,
    /// Just created.
    Created,
    /// From the store: read, listed or changed.
    Stored,
    /// Just deleted.
    Deleted,
    /// An OAuth endpoint.
    OAuth,
    /// An error of the mock server, such as 404.
    Error,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Example => "example",
            Self::Schema => "schema",
            Self::Nothing => "nothing",
            Self::Created => "created",
            Self::Stored => "stored",
            Self::Deleted => "deleted",
            Self::OAuth => "oauth",
            Self::Error => "error",
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) origin: Origin,
}

impl Response {
    pub(crate) fn empty(status: u16, origin: Origin) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), origin }
    }

    pub(crate) fn text(status: u16, media_type: &str, text: String, origin: Origin) -> Self {
        Self::empty(status, origin).with("content-type", media_type).with_body(text.into())
    }

    pub(crate) fn json(status: u16, value: &Value, origin: Origin) -> Self {
        Self::text(status, "application/json", value.to_string(), origin)
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Replaces the origin.
    #[must_use]
    pub(crate) fn from(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }
}

/// A request and its response, for observers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// In upper case.
    pub method: String,
    /// As sent, without the query, which may contain secrets.
    pub path: String,
    pub status: u16,
    pub origin: Origin,
}

impl fmt::Display for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} → {} ({})", self.method, self.path, self.status, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use apinb_definition::routing::segment::Blanks;

    use super::{Origin, Request, Served};

    #[test]
    fn segments_are_split_before_they_are_decoded() {
        let check = |path: &str, expected: &[(&[&str], Blanks)]| {
            let request = Request { path: path.to_owned(), ..Request::default() };
            let readings = request.readings();
            let readings: Vec<(Vec<&str>, Blanks)> =
                readings.iter().map(|(path, blanks)| (path.iter().map(String::as_str).collect(), *blanks)).collect();
            let expected: Vec<(Vec<&str>, Blanks)> =
                expected.iter().map(|(path, blanks)| (path.to_vec(), *blanks)).collect();
            assert_eq!(readings, expected, "{path}");
        };
        check("/a%2Fb/%C3%A9", &[(&["a/b", "é"], Blanks::Refused), (&["a/b", "é"], Blanks::Allowed)]);
        check(
            "/a//b/",
            &[
                (&["a", "", "b"], Blanks::Allowed),
                (&["a", "b"], Blanks::Refused),
                (&["a", "", "b", ""], Blanks::Allowed),
                (&["a", "b"], Blanks::Allowed),
            ],
        );
        check("/", &[(&[], Blanks::Refused), (&[], Blanks::Allowed)]);
    }

    #[test]
    fn a_served_request_is_one_line() {
        let served = Served { method: "POST".into(), path: "/users.json".into(), status: 201, origin: Origin::Created };
        assert_eq!(served.to_string(), "POST /users.json → 201 (created)");
    }
}
