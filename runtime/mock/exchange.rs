//! A request as the mock server sees it, and its response, as plain data. Sockets and HTTP framing are the server's.

use std::fmt;

use apinb_text::web::verb::Verb;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

/// A request, read to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// In upper case; not always one of [`Verb`].
    pub(crate) method: String,
    /// The value of `Host`, or of the request line where it names one; empty when there is none.
    pub(crate) host: String,
    /// As sent, percent-encoded, with the leading `/`.
    pub(crate) path: String,
    /// Decoded, in the order of the URL.
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Request {
    /// The method, if a definition may have it.
    pub(crate) fn verb(&self) -> Option<Verb> {
        Verb::from_method(&self.method)
    }

    /// The first header of that name (lower case).
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first query parameter of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The segments of the path, decoded; empty ones (of `//` or a trailing `/`) are left out.
    pub(crate) fn segments(&self) -> Vec<String> {
        let segments = self.path.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
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

/// Where the content of a response comes from; every response says it in its `x-apinb-mock` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The definition's example.
    Example,
    /// Made from the definition's schema.
    Schema,
    /// The definition has neither example nor schema.
    Nothing,
    /// Just created.
    Created,
    /// From store: read, listed or changed.
    Stored,
    /// Just deleted.
    Deleted,
    /// An OAuth endpoint.
    OAuth,
    /// The mock server's own response, such as 404.
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

/// The response to a request.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) origin: Origin,
}

impl Response {
    /// A response without a body.
    pub(crate) fn empty(status: u16, origin: Origin) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), origin }
    }

    /// A response with text of a media type.
    pub(crate) fn text(status: u16, media_type: &str, text: String, origin: Origin) -> Self {
        Self::empty(status, origin).with("content-type", media_type).with_body(text.into())
    }

    /// A response with a JSON value.
    pub(crate) fn json(status: u16, value: &Value, origin: Origin) -> Self {
        Self::text(status, "application/json", value.to_string(), origin)
    }

    /// The same with one more header.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same, said to come from elsewhere.
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

/// A request and its response, for an observer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Upper case.
    pub method: String,
    /// As sent, without the query (which may carry secrets).
    pub path: String,
    /// The status of the response.
    pub status: u16,
    /// Where its content comes from.
    pub origin: Origin,
}

impl fmt::Display for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} → {} ({})", self.method, self.path, self.status, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Request, Served};

    #[test]
    fn segments_are_split_before_they_are_decoded() {
        let request = Request { path: "/a%2Fb//%C3%A9/".to_owned(), ..Request::default() };
        assert_eq!(request.segments(), ["a/b", "é"]);
    }

    #[test]
    fn a_served_request_is_one_line() {
        let served = Served { method: "POST".into(), path: "/users.json".into(), status: 201, origin: Origin::Created };
        assert_eq!(served.to_string(), "POST /users.json → 201 (created)");
    }
}
