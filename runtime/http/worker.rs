//! One request on the worker: hop after hop, until a response is not a redirect.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use apinb_text::secret::handle::Handles;
use bytes::Bytes;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use crate::clients::Clients;
use crate::exchange::{HttpError, Redirect, Redirected, Request, Response, Sent};
use crate::memory::MemoryBudget;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::route::Routes;
use crate::secrets::{self, Resolver};
use crate::traffic::{HopRequest, HopResponse, Replay, Traffic};
use crate::transport::{Transport as _, WireRequest, WireResponse};
use crate::wire::Wire;
use crate::{body, codings, cookies, exchange, headers, redirect};

/// A body this small is read to keep the connection, though its content is not used.
const WORTH_READING: u64 = 64 << 10;

/// How many requests are under way at once; others wait. Each has a connection, and systems allow a process 1,024 files.
const AT_ONCE: usize = 256;

/// What all requests of a network share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) policy: Policy,
    pub(crate) user_agent: HeaderValue,
    pub(crate) routes: Routes,
    /// The secrets that a caller knows by their handles only.
    pub(crate) handles: Handles,
    /// When the next call may leave, on the clock of the caller.
    pub(crate) next_call: Mutex<Option<Duration>>,
    /// A permit for each request that may be under way.
    pub(crate) permits: Semaphore,
    /// Recorded traffic, once there is some.
    pub(crate) traffic: OnceLock<Arc<dyn Traffic>>,
    /// The number of requests on the wire so far.
    sent: AtomicU64,
    wire: Wire,
    cookies: Jar,
}

/// An error and whether it came from the exchange with a mock server.
pub(crate) struct Failure {
    pub(crate) error: HttpError,
    pub(crate) mocked: bool,
}

/// What a request may use.
pub(crate) struct Limits {
    /// The largest body of its response, in bytes.
    pub(crate) response_bytes: u64,
    /// The memory that it shares with others.
    pub(crate) memory: Option<Arc<MemoryBudget>>,
}

impl Shared {
    /// # Errors
    /// When the policy's user agent is not a valid header value.
    pub(crate) fn new(policy: Policy) -> Result<Self, HttpError> {
        let user_agent = HeaderValue::from_str(&policy.user_agent)
            .map_err(|_| HttpError::Invalid { cause: format!("`{}` is not a user agent", policy.user_agent) })?;
        Ok(Self {
            wire: Wire { clients: Clients::new(policy.proxy.clone(), policy.tls.clone()) },
            traffic: OnceLock::new(),
            sent: AtomicU64::new(0),
            policy,
            user_agent,
            routes: Routes::default(),
            handles: Handles::default(),
            next_call: Mutex::default(),
            permits: Semaphore::new(AT_ONCE),
            cookies: Jar::default(),
        })
    }

    /// Sends a request and follows its redirects. No time limit: that is the caller's.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        limits: &Limits,
        started: Instant,
        progress: &Progress,
    ) -> Result<Response, Failure> {
        let mut mocked = self.target(&request).is_some();
        self.follow(request, limits, started, progress, &mut mocked).await.map_err(|error| {
            let mocked = mocked && !matches!(error, HttpError::Missed { .. });
            Failure { error, mocked }
        })
    }

    /// The mock server that answers the request, before any redirect.
    pub(crate) fn target(&self, request: &Request) -> Option<SocketAddr> {
        let real = secrets::with_host(&self.handles, &request.url).ok()?;
        if request.avoids_mocks() { None } else { self.route(&real) }
    }

    /// The mock server for a URL; none for the listener of a sign-in.
    pub(crate) fn route(&self, real: &Url) -> Option<SocketAddr> {
        if self.policy.hosts.is_listener(real) { None } else { self.routes.target(real) }
    }

    /// The request as it leaves.
    pub(crate) fn with_secrets(&self, request: &Request) -> Result<Request, HttpError> {
        let real = secrets::with_host(&self.handles, &request.url)?;
        let to = Some(&real).filter(|_| self.target(request).is_none());
        let resolver = Resolver { handles: &self.handles, to };
        let mut callers = headers::checked(&request.headers)?;
        let named = |error: HttpError| error.naming(&request.url, &real);
        resolver.headers(&mut callers).map_err(named)?;
        let body = request.body.as_ref().map(|body| resolver.body(body, &callers)).transpose().map_err(named)?;
        let url = resolver.url(&request.url, &real).map_err(named)?;
        Ok(Request { url, headers: headers::listed(&callers), body, ..request.clone() })
    }

    async fn follow(
        &self,
        request: Request,
        limits: &Limits,
        started: Instant,
        progress: &Progress,
        mocked: &mut bool,
    ) -> Result<Response, HttpError> {
        let mut method = method(&request.method)?;
        let avoids_mocks = request.avoids_mocks();
        let mut url = request.url.clone();
        let mut callers = headers::checked(&request.headers)?;
        let mut body = request.body;
        let mut redirects = Vec::new();
        loop {
            let real = secrets::with_host(&self.handles, &url)?;
            let target = if avoids_mocks { None } else { self.route(&real) };
            *mocked = target.is_some();
            let resolver = Resolver { handles: &self.handles, to: Some(&real).filter(|_| target.is_none()) };
            let named = |error: HttpError| error.naming(&url, &real);
            let sent_to = resolver.url(&url, &real).map_err(named)?;
            let hop = self.hop(&method, &sent_to, &callers, body.as_ref(), &resolver, target).map_err(named)?;
            let hop = WireRequest {
                cell: request.cell,
                is_signed_anew: request.is_signed_anew,
                is_call: request.is_call,
                ..hop
            };
            // A mock server is not the host that it stands for.
            if hop.target.is_none() {
                self.policy
                    .hosts
                    .check(&real, request.is_call)
                    .map_err(|refusal| named(HttpError::Refused { refusal: Box::new(refusal) }))?;
            }
            progress.sent();
            let number = self.sent.fetch_add(1, Ordering::Relaxed);
            let mut response = self.send(&hop).await.map_err(named)?;
            progress.begun(response.status.as_u16());
            let waited = started.elapsed();
            let set_cookies = response.headers.get_all(SET_COOKIE).iter();
            let mut set_cookies = set_cookies.filter(|cookie| cookies::is_allowed(cookie, &hop.url));
            self.cookies.set_cookies(&mut set_cookies, &hop.url);
            let status = response.status;
            let next = match request.redirect {
                Redirect::Manual => None,
                Redirect::Follow | Redirect::Error => {
                    let location = response.headers.get(LOCATION).map(headers::text);
                    redirect::location(status.as_u16(), location.as_deref(), &url)?
                }
            };
            let Some(mut next) = next else {
                let (body, memory) = if has_body(&method, status) {
                    let codings = codings::of(&response.headers);
                    if !codings.is_empty() {
                        codings::forget(&mut response.headers);
                    }
                    body::read(&mut response, &codings, limits.response_bytes, limits.memory.as_ref(), progress).await?
                } else {
                    (Bytes::new(), None)
                };
                self.record(number, &hop, &response, &body);
                return Ok(Response {
                    status: status.as_u16(),
                    status_text: reason(&response),
                    url: without_credentials(&url),
                    redirected: !redirects.is_empty(),
                    headers: headers::listed(&response.headers),
                    body,
                    memory: memory.map(Arc::new),
                    mocked: hop.target.is_some() && !response.replayed,
                    replayed: response.replayed,
                    sent: sent(&hop),
                    redirects,
                    version: response.version,
                    waited,
                    elapsed: started.elapsed(),
                });
            };
            if request.redirect == Redirect::Error {
                return Err(HttpError::Redirect {
                    cause: format!("unexpected redirect to `{}`", exchange::place(&next)),
                });
            }
            if redirects.len() >= self.policy.max_redirects {
                return Err(HttpError::Redirect { cause: format!("more than {} redirects", redirects.len()) });
            }
            redirects.push(Redirected {
                status: status.as_u16(),
                headers: headers::listed(&response.headers),
                mocked: hop.target.is_some() && !response.replayed,
                sent: sent(&hop),
            });
            if has_body(&method, status) && response.length.is_some_and(|length| length <= WORTH_READING) {
                body::read(&mut response, &[], WORTH_READING, None, progress).await.ok();
            }
            self.record(number, &hop, &response, &Bytes::new());
            let (next_method, keeps_body) = redirect::method(status.as_u16(), method.as_str());
            if !keeps_body {
                body = None;
                headers::drop_body(&mut callers);
            }
            if next_method != method.as_str() {
                method = Method::GET;
            }
            if next.origin() != url.origin() {
                headers::drop_credentials(&mut callers, &request.signed.headers);
                secrets::drop_handles(&self.handles, &mut callers);
                redirect::drop_credentials(&mut next, &request.url, &request.signed.query);
                if hop.target.is_none() {
                    // The server may have put a secret of the request into the address.
                    self.handles.check_address(&next).map_err(secrets::refused)?;
                }
            }
            url = next;
        }
    }

    /// Everything that goes over the wire, once the URL is known.
    fn hop(
        &self,
        method: &Method,
        url: &Url,
        callers: &HeaderMap,
        body: Option<&Bytes>,
        resolver: &Resolver<'_>,
        target: Option<SocketAddr>,
    ) -> Result<WireRequest, HttpError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::Invalid { cause: format!("`{}:` is not `http:` or `https:`", url.scheme()) });
        }
        let mut headers = callers.clone();
        resolver.headers(&mut headers)?;
        let body = body.map(|body| resolver.body(body, &headers)).transpose()?;
        headers::complete(&mut headers, method.as_str(), url, body.as_ref().map(Bytes::len), &self.user_agent);
        let url = without_credentials(url);
        if !headers.contains_key(COOKIE)
            && let Some(cookies) = self.cookies.cookies(&url)
        {
            headers.insert(COOKIE, cookies);
        }
        let is_own = target.is_some() || self.policy.hosts.is_listener(&url);
        Ok(WireRequest {
            method: method.clone(),
            url,
            headers,
            body,
            target,
            is_own,
            cell: None,
            is_signed_anew: false,
            is_call: true,
        })
    }

    /// Sends one request, unless recorded traffic has its response.
    async fn send(&self, request: &WireRequest) -> Result<WireResponse, HttpError> {
        match self.traffic.get() {
            None => self.wire.send(request).await,
            Some(traffic) => Replay { traffic: &**traffic, otherwise: &self.wire }.send(request).await,
        }
    }

    /// Hands an exchange over to be recorded. Sign-ins are not.
    fn record(&self, number: u64, request: &WireRequest, response: &WireResponse, body: &Bytes) {
        let Some(traffic) = self.traffic.get() else { return };
        if response.replayed || (request.is_call && request.cell.is_none()) {
            return;
        }
        let response = HopResponse {
            status: response.status.as_u16(),
            status_text: response.reason.clone().filter(|reason| response.status.canonical_reason() != Some(reason)),
            version: response.version.clone(),
            headers: headers::listed(&response.headers),
            body: body.clone(),
        };
        traffic.record(number, HopRequest::of(request), response);
    }
}

/// A request as it left.
fn sent(hop: &WireRequest) -> Sent {
    Sent {
        method: hop.method.as_str().to_owned(),
        url: hop.url.as_str().to_owned(),
        headers: headers::listed(&hop.headers),
        body: hop.body.clone(),
    }
}

fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Neither fails for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn method(name: &str) -> Result<Method, HttpError> {
    match Method::from_bytes(name.as_bytes()) {
        Ok(Method::CONNECT) | Err(_) => {
            Err(HttpError::Invalid { cause: format!("`{}` is not an allowed method", name.escape_debug()) })
        }
        Ok(method) => Ok(method),
    }
}

fn has_body(method: &Method, status: StatusCode) -> bool {
    method != Method::HEAD && !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn reason(response: &WireResponse) -> String {
    response.reason.clone().unwrap_or_else(|| response.status.canonical_reason().unwrap_or_default().to_owned())
}
