//! The seam below redirects, cookies, retries and the policy: one request on the wire, and its response.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use bytes::Bytes;
use hyper::header::HeaderMap;
use hyper::{Method, StatusCode};
use url::Url;

use crate::exchange::HttpError;

/// A future of a transport.
pub(crate) type Eventually<'a, T> = Pin<Box<dyn Future<Output = Result<T, HttpError>> + Send + 'a>>;

/// Sends requests.
pub(crate) trait Transport: Send + Sync {
    /// Sends one request. The response has arrived up to its headers.
    fn send<'a>(&'a self, request: &'a WireRequest) -> Eventually<'a, WireResponse>;
}

/// One request on the wire.
pub(crate) struct WireRequest {
    pub(crate) method: Method,
    /// As it is sent, without user and password.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// The mock server that it goes to.
    pub(crate) target: Option<SocketAddr>,
    /// Whether it stays on this machine because apinb serves it: a mock server, or the listener of a sign-in.
    pub(crate) is_own: bool,
    /// See [`crate::exchange::Request::cell`].
    pub(crate) cell: Option<usize>,
    /// See [`crate::exchange::Request::is_signed_anew`].
    pub(crate) is_signed_anew: bool,
    /// See [`crate::exchange::Request::is_call`].
    pub(crate) is_call: bool,
}

/// A response whose body may still be on its way.
pub(crate) struct WireResponse {
    pub(crate) status: StatusCode,
    /// The reason phrase, if it has one of its own.
    pub(crate) reason: Option<String>,
    /// `HTTP/1.1`, `HTTP/2.0`.
    pub(crate) version: String,
    pub(crate) headers: HeaderMap,
    /// The length of the body as the server announces it.
    pub(crate) length: Option<u64>,
    pub(crate) body: Box<dyn Chunks>,
    /// Whether it was recorded earlier.
    pub(crate) replayed: bool,
}

/// A body, piece by piece.
pub(crate) trait Chunks: Send {
    /// The next piece; none: it has ended.
    fn next(&mut self) -> Eventually<'_, Option<Bytes>>;
}

impl fmt::Debug for dyn Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
