//! A request, its response, and its errors.
//!
//! `Debug` of a request or a response shows no header value, no query and no body: any of them may hold a secret.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use url::Url;

use crate::hosts::Refusal;
use crate::memory::Reservation;
use crate::miss::Miss;

/// A request, ready to be sent.
#[derive(Clone)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// `http` or `https`.
    pub url: Url,
    /// Names and values in the order in which they are sent.
    pub headers: Vec<(String, String)>,
    /// None: no body and no `Content-Length` beyond what the method demands.
    pub body: Option<Bytes>,
    /// What to do with a redirect.
    pub redirect: Redirect,
    /// From sending to the last byte; none: the network's default.
    pub timeout: Option<Duration>,
    /// Sends to the host itself, even if a mock server replaces it.
    pub direct: bool,
    /// Whether it is a call, not a request that reads a notebook, a definition or a script.
    pub is_call: bool,
    /// The number of the cell that makes the call: such calls are recorded. None for the requests of a sign-in, and those
    /// that read something.
    pub cell: Option<usize>,
    /// Whether it was refused before, and is sent again with new credentials.
    pub is_signed_anew: bool,
    /// Which of its headers and query parameters are credentials.
    pub signed: SignedParts,
}

/// The parts of a request that signing it has added. A redirect to another origin drops them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedParts {
    /// Names of headers, in any case. `Authorization` and `Cookie` are dropped whether they are listed or not.
    pub headers: Vec<String>,
    /// Names of query parameters. They are dropped where the redirect repeats their value.
    pub query: Vec<String>,
}

impl Request {
    /// Whether it never goes to a mock server: definitions and scripts are read from where they are.
    pub(crate) fn avoids_mocks(&self) -> bool {
        self.direct || !self.is_call
    }

    /// A request without headers or body that follows redirects.
    #[must_use]
    pub fn new(method: impl Into<String>, url: Url) -> Self {
        Self {
            method: method.into(),
            url,
            headers: Vec::new(),
            body: None,
            redirect: Redirect::Follow,
            timeout: None,
            direct: false,
            is_call: true,
            cell: None,
            is_signed_anew: false,
            signed: SignedParts::default(),
        }
    }
}

/// What to do with a redirect (as in Fetch, "request redirect mode").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirect {
    /// Follow, as a browser does.
    #[default]
    Follow,
    /// Return the redirect as the response.
    Manual,
    /// Fail.
    Error,
}

/// A response, read to its end.
#[derive(Clone)]
pub struct Response {
    pub status: u16,
    /// The reason phrase; HTTP/2 has none: then the usual one of the status.
    pub status_text: String,
    /// The final URL after redirects, as the notebook sees it (not the address of a mock server).
    pub url: Url,
    /// Whether a redirect was followed.
    pub redirected: bool,
    /// Names in lower case; several of one name stay several.
    pub headers: Vec<(String, String)>,
    /// Decompressed.
    pub body: Bytes,
    /// The memory of the body, where the network has a budget.
    pub memory: Option<Arc<Reservation>>,
    /// The request as it left, after redirects.
    pub sent: Sent,
    /// The responses that were redirects and were followed, in order.
    pub redirects: Vec<Redirected>,
    /// Whether a mock server responded.
    pub mocked: bool,
    /// Whether it was recorded earlier; of the last hop, where redirects were followed.
    pub replayed: bool,
    /// The version of HTTP: `HTTP/1.1`, `HTTP/2.0`.
    pub version: String,
    /// From sending to the headers of the response, redirects included.
    pub waited: Duration,
    /// From sending to the last byte.
    pub elapsed: Duration,
}

/// A request as it left, with its secrets.
#[derive(Clone, Default)]
pub struct Sent {
    /// Upper case.
    pub method: String,
    /// Without user and password.
    pub url: String,
    /// All of them, those that the network added included.
    pub headers: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

impl fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sent")
            .field("method", &self.method)
            .field("headers", &names(&self.headers))
            .field("body", &self.body.as_ref().map(Bytes::len))
            .finish_non_exhaustive()
    }
}

/// A redirect that was followed.
#[derive(Clone)]
pub struct Redirected {
    pub sent: Sent,
    pub status: u16,
    /// Those of the response; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether a mock server responded.
    pub mocked: bool,
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("url", &place(&self.url))
            .field("headers", &names(&self.headers))
            .field("body", &self.body.as_ref().map(Bytes::len))
            .field("redirect", &self.redirect)
            .field("timeout", &self.timeout)
            .field("direct", &self.direct)
            .field("signed", &self.signed)
            .finish()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("url", &place(&self.url))
            .field("redirected", &self.redirected)
            .field("headers", &names(&self.headers))
            .field("body", &self.body.len())
            .field("sent", &self.sent)
            .field("redirects", &self.redirects.len())
            .field("mocked", &self.mocked)
            .field("replayed", &self.replayed)
            .field("version", &self.version)
            .field("waited", &self.waited)
            .field("elapsed", &self.elapsed)
            .finish()
    }
}

fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

/// The URL without parts that may be secret.
pub(crate) fn place(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// A request that was sent and how it ended; what [`crate::network::Calls`] collects.
#[derive(Clone, Debug)]
pub struct Call {
    /// The request before redirects.
    pub request: Request,
    /// Its response, or the error.
    pub outcome: Result<Response, HttpError>,
    /// Whether it went to a mock server; of the last hop, where redirects were followed.
    pub mocked: bool,
    /// When it was handed in.
    pub started: SystemTime,
    /// From handing it in to its end.
    pub elapsed: Duration,
}

impl HttpError {
    /// The same about the host of `named`, for a request to `real`: the caller knows a part of the host by its handle only.
    pub(crate) fn naming(self, named: &Url, real: &Url) -> Self {
        let (Some(name), Some(host)) = (named.host_str(), real.host_str()) else { return self };
        if name == host {
            return self;
        }
        let renamed = |cause: String| cause.replace(host, name);
        match self {
            Self::Refused { refusal } => Self::Refused { refusal: Box::new(refusal.naming(named)) },
            Self::Connection { cause } => Self::Connection { cause: renamed(cause) },
            Self::Untrusted { cause } => Self::Untrusted { cause: renamed(cause) },
            Self::Redirect { cause } => Self::Redirect { cause: renamed(cause) },
            Self::Invalid { cause } => Self::Invalid { cause: renamed(cause) },
            Self::Protocol { cause } => Self::Protocol { cause: renamed(cause) },
            // The others are numbers, and the end of a response of a host that was called.
            other => other,
        }
    }
}

/// The error of a request. `Display` is the cause alone; the caller names method and URL.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HttpError {
    /// The connection could not be made, or broke.
    #[error("{cause}")]
    Connection {
        /// The error of the system: `connection refused`, `no such host`, …
        cause: String,
    },
    /// The server's certificate is not trusted, or the server did not trust this client.
    #[error("{cause}")]
    Untrusted {
        /// What is wrong with its certificate, or with the connection.
        cause: String,
    },
    /// The connection broke after the headers of the response had arrived.
    #[error("the response ({status}) broke off after {received} bytes: {cause}")]
    Incomplete {
        status: u16,
        /// In bytes, of the body as it is sent.
        received: u64,
        /// The error of the system, as for `Connection`.
        cause: Box<str>,
    },
    /// No response arrived in time.
    #[error("no response within {} ms", limit.as_millis())]
    Timeout { limit: Duration },
    /// The response began in time, and did not end.
    #[error("the response ({status}) did not end within {} ms; {received} bytes of it arrived", limit.as_millis())]
    Unfinished {
        limit: Duration,
        status: u16,
        /// In bytes, of the body as it is sent.
        received: u64,
    },
    /// The response is larger than the limit.
    #[error("the response is larger than {limit} bytes")]
    TooLarge {
        /// In bytes, after decompression.
        limit: u64,
    },
    /// There is no memory for the response, or for the request.
    #[error("out of memory: it does not fit in what is left of the {} MB of the notebook", limit >> 20)]
    OutOfMemory {
        /// The limit of the budget, in bytes.
        limit: usize,
    },
    /// Too many redirects, or an unexpected one.
    #[error("{cause}")]
    Redirect { cause: String },
    /// The policy forbids it.
    #[error("{refusal}")]
    Refused { refusal: Box<Refusal> },
    /// The request itself is not valid: a header name, a URL scheme.
    #[error("{cause}")]
    Invalid { cause: String },
    /// The response is not HTTP, or its encoding is broken.
    #[error("{cause}")]
    Protocol { cause: String },
    /// Recorded traffic has no response, and the request may not be sent. Shown is the first line of its message.
    #[error("{}", miss.message.lines().next().unwrap_or_default())]
    Missed { miss: Box<Miss> },
    /// The time limit of the cell was reached, or the run ends.
    #[error("interrupted")]
    Interrupted,
}
