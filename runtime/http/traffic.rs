//! Recorded traffic: what a network finds there in place of a server, and what it hands over to be recorded.

use std::fmt;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::exchange::HttpError;
use crate::headers;
pub use crate::miss::Miss;
use crate::transport::{Chunks, Eventually, Transport, WireRequest, WireResponse};

/// One request on the wire; each hop of a redirect is one. It has the secrets themselves.
#[derive(Clone)]
pub struct HopRequest {
    /// Upper case.
    pub method: String,
    /// Without user and password.
    pub url: Url,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Option<Bytes>,
    /// The number of the cell that calls; none: it is part of a sign-in, or reads a document.
    pub cell: Option<usize>,
    /// Whether it was refused before, and is sent again with new credentials.
    pub is_signed_anew: bool,
    /// Whether it reads a notebook, a definition or a script.
    pub is_document: bool,
    /// Whether it goes to a server of apinb itself: a mock server, or the listener of a sign-in.
    pub is_own: bool,
}

/// The response to one request on the wire.
#[derive(Clone)]
pub struct HopResponse {
    pub status: u16,
    /// None: the usual one of the status.
    pub status_text: Option<String>,
    /// `HTTP/1.1`, `HTTP/2.0`.
    pub version: String,
    /// Names in lower case; several of one name stay several.
    pub headers: Vec<(String, String)>,
    /// Decompressed. That of a redirect that was followed may be missing.
    pub body: Bytes,
}

/// What recorded traffic has for a request.
#[derive(Debug)]
pub enum Found {
    Response(Box<HopResponse>),
    /// The request is sent.
    Unrecorded,
    /// It has no response, and the request may not be sent.
    Missed(Miss),
}

/// Recorded traffic.
pub trait Traffic: fmt::Debug + Send + Sync {
    /// The recorded response to a request that is about to be sent.
    fn find(&self, request: &HopRequest) -> Found;

    /// A request was sent, and `response` came. `number`: requests that were sent earlier have lower ones.
    fn record(&self, number: u64, request: HopRequest, response: HopResponse);
}

impl fmt::Debug for HopRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Anything else may hold a secret.
        f.debug_struct("HopRequest").field("method", &self.method).field("cell", &self.cell).finish_non_exhaustive()
    }
}

impl fmt::Debug for HopResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HopResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl HopRequest {
    pub(crate) fn of(request: &WireRequest) -> Self {
        Self {
            method: request.method.to_string(),
            url: request.url.clone(),
            headers: headers::listed(&request.headers),
            body: request.body.clone(),
            cell: request.cell,
            is_signed_anew: request.is_signed_anew,
            is_document: !request.is_call,
            is_own: request.is_own,
        }
    }
}

/// A transport that looks for a response in recorded traffic first.
pub(crate) struct Replay<'t> {
    pub(crate) traffic: &'t dyn Traffic,
    pub(crate) otherwise: &'t dyn Transport,
}

impl Transport for Replay<'_> {
    fn send<'a>(&'a self, request: &'a WireRequest) -> Eventually<'a, WireResponse> {
        Box::pin(async move {
            match self.traffic.find(&HopRequest::of(request)) {
                Found::Unrecorded => self.otherwise.send(request).await,
                Found::Missed(miss) => Err(HttpError::Missed { miss: Box::new(miss) }),
                Found::Response(response) => received(*response),
            }
        })
    }
}

/// A recorded response as one that arrives. It comes from a file that anybody may have written.
fn received(response: HopResponse) -> Result<WireResponse, HttpError> {
    let invalid = |what: &str| HttpError::Protocol { cause: format!("the recorded response has an invalid {what}") };
    let status = StatusCode::from_u16(response.status).map_err(|_| invalid("status"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &response.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("header name"))?;
        let value = headers::encode(value).or_else(|| HeaderValue::from_bytes(value.trim().as_bytes()).ok());
        headers.append(name, value.ok_or_else(|| invalid("header value"))?);
    }
    // It is stored decompressed.
    crate::codings::forget(&mut headers);
    Ok(WireResponse {
        status,
        reason: response.status_text,
        version: response.version,
        headers,
        length: u64::try_from(response.body.len()).ok(),
        body: Box::new(Whole(Some(response.body).filter(|body| !body.is_empty()))),
        replayed: true,
    })
}

/// A body that is there.
struct Whole(Option<Bytes>);

impl Chunks for Whole {
    fn next(&mut self) -> Eventually<'_, Option<Bytes>> {
        let chunk = self.0.take();
        Box::pin(std::future::ready(Ok(chunk)))
    }
}
