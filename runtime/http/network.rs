//! The worker that sends requests, on a thread and a tokio runtime of its own.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::exchange::{HttpError, Request, Response};

/// What a run may do on the network, and its limits.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Time for a request that does not say its own, from sending to the last byte.
    pub timeout: Duration,
    /// The largest body of an answer, in bytes, after decompression.
    pub max_response_bytes: u64,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// Sent as `User-Agent` where the caller sets none.
    pub user_agent: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_response_bytes: 64 << 20,
            max_redirects: 20,
            user_agent: concat!("apinb/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Sends the requests for some hosts to a stand-in.
#[derive(Clone, Debug)]
pub struct Route {
    /// A host as a definition writes it, with its port if it names one; a tag stands for one or more characters
    /// that are no `.` or, where the host is nothing but a tag, for any host: `{domain}.example.com`,
    /// `api.example.com:8443`.
    pub host: String,
    /// Where the stand-in listens; it is spoken to in plain HTTP and gets the original `Host`.
    pub target: SocketAddr,
}

/// A handle to the worker; clones share it, its connections and its cookies. The worker ends with the last handle.
#[derive(Clone, Debug)]
pub struct Network {}

impl Network {
    /// Starts the worker.
    ///
    /// # Errors
    /// When the system gives no thread, or TLS cannot be set up.
    pub fn start(_policy: Policy) -> Result<Self, HttpError> {
        Ok(Self {})
    }

    /// From now on, requests for the route's host go to its target.
    pub fn add_route(&self, _route: Route) {}

    /// Hands a request to the worker. Cancelling `cancel` ends it with [`HttpError::Interrupted`].
    #[must_use]
    pub fn send(&self, _request: Request, _cancel: &CancellationToken) -> Pending {
        Pending {}
    }
}

/// A request under way. Awaited, or waited for on a thread that may block (it may be one that runs a tokio runtime).
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct Pending {}

impl Pending {
    /// Blocks until the answer is there.
    ///
    /// # Errors
    /// As [`HttpError`] says.
    pub fn wait(self) -> Result<Response, HttpError> {
        Err(HttpError::Interrupted)
    }
}

impl Future for Pending {
    type Output = Result<Response, HttpError>;

    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Pending
    }
}
