//! The transport that connects to servers.

use std::net::SocketAddr;

use bytes::Bytes;
use hyper::ext::ReasonPhrase;
use reqwest::header::HOST;
use url::Url;

use crate::cause;
use crate::clients::Clients;
use crate::exchange::HttpError;
use crate::transport::{Chunks, Eventually, Transport, WireRequest, WireResponse};

/// Connects to servers.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) clients: Clients,
}

impl Transport for Wire {
    fn send<'a>(&'a self, request: &'a WireRequest) -> Eventually<'a, WireResponse> {
        Box::pin(async move {
            let mut response = self.response(request).await?;
            let reason = response.extensions().get::<ReasonPhrase>();
            let status = response.status();
            Ok(WireResponse {
                status,
                reason: reason.map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned()),
                version: format!("{:?}", response.version()),
                headers: std::mem::take(response.headers_mut()),
                length: response.content_length(),
                body: Box::new(Body { response, status: status.as_u16(), received: 0 }),
                replayed: false,
            })
        })
    }
}

impl Wire {
    /// Sends one request; once more, when a connection that was kept open turns out to be closed and the method is
    /// safe (RFC 9110 sections 9.2.1 and 9.2.2).
    async fn response(&self, sent: &WireRequest) -> Result<reqwest::Response, HttpError> {
        let address = match sent.target {
            Some(target) => mock_url(&sent.url, target)?,
            None => sent.url.clone(),
        };
        let client = self.clients.for_address(&address, sent.target.is_some())?;
        let request = || {
            let mut request = reqwest::Request::new(sent.method.clone(), address.clone());
            *request.headers_mut() = sent.headers.clone();
            if sent.target.is_none() {
                // Left to the protocol: HTTP/2 has a field of its own for it.
                request.headers_mut().remove(HOST);
            }
            *request.body_mut() = sent.body.clone().map(Into::into);
            request
        };
        match client.execute(request()).await {
            Err(error) if sent.method.is_safe() && was_closed(&error) => client.execute(request()).await,
            first => first,
        }
        .map_err(|error| cause::of(&error))
    }
}

/// The body of a response on a connection.
struct Body {
    response: reqwest::Response,
    status: u16,
    /// In bytes.
    received: u64,
}

impl Chunks for Body {
    fn next(&mut self) -> Eventually<'_, Option<Bytes>> {
        Box::pin(async {
            let chunk = self.response.chunk().await;
            let chunk = chunk.map_err(|error| cause::of_body(&error, self.status, self.received))?;
            let length = chunk.as_ref().map_or(0, Bytes::len);
            self.received = self.received.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            Ok(chunk)
        })
    }
}

/// The URL at the mock server that answers for `url`.
fn mock_url(url: &Url, target: SocketAddr) -> Result<Url, HttpError> {
    let invalid = || HttpError::Invalid { cause: format!("`{}` cannot be sent to a mock server", url.path()) };
    let mut address = Url::parse(&format!("http://{target}")).map_err(|_| invalid())?;
    address.set_path(url.path());
    address.set_query(url.query());
    Ok(address)
}

fn was_closed(error: &reqwest::Error) -> bool {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
        .filter_map(|cause| cause.downcast_ref::<hyper::Error>())
        .any(hyper::Error::is_incomplete_message)
}
