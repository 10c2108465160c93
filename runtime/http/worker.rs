//! One request on the worker: hop after hop, until a response is not a redirect.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use apinb_text::secret::handle::Handles;
use bytes::Bytes;
use hyper::ext::ReasonPhrase;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{COOKIE, HOST, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use crate::clients::Clients;
use crate::exchange::{HttpError, Redirect, Request, Response};
use crate::memory::MemoryBudget;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::route::Routes;
use crate::secrets::{self, Resolver};
use crate::{body, cause, codings, cookies, exchange, headers, redirect};

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
    clients: Clients,
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

/// One request on the wire.
struct Hop {
    method: Method,
    /// As it is sent, without user and password.
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
    target: Option<SocketAddr>,
}

impl Shared {
    /// # Errors
    /// When the policy's user agent is not a valid header value.
    pub(crate) fn new(policy: Policy) -> Result<Self, HttpError> {
        let user_agent = HeaderValue::from_str(&policy.user_agent)
            .map_err(|_| HttpError::Invalid { cause: format!("`{}` is not a user agent", policy.user_agent) })?;
        Ok(Self {
            clients: Clients::new(policy.proxy.clone(), policy.tls.clone()),
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
        self.follow(request, limits, started, progress, &mut mocked).await.map_err(|error| Failure { error, mocked })
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
        let mut redirects = 0;
        loop {
            let real = secrets::with_host(&self.handles, &url)?;
            let target = if avoids_mocks { None } else { self.route(&real) };
            *mocked = target.is_some();
            let resolver = Resolver { handles: &self.handles, to: Some(&real).filter(|_| target.is_none()) };
            let named = |error: HttpError| error.naming(&url, &real);
            let sent_to = resolver.url(&url, &real).map_err(named)?;
            let hop = self.hop(&method, &sent_to, &callers, body.as_ref(), &resolver, target).map_err(named)?;
            // A mock server is not the host that it stands for.
            if hop.target.is_none() {
                self.policy
                    .hosts
                    .check(&real, request.is_call)
                    .map_err(|refusal| named(HttpError::Refused { refusal: Box::new(refusal) }))?;
            }
            progress.sent();
            let mut response = self.send(&hop).await.map_err(named)?;
            progress.begun(response.status().as_u16());
            let waited = started.elapsed();
            let set_cookies = response.headers().get_all(SET_COOKIE).iter();
            let mut set_cookies = set_cookies.filter(|cookie| cookies::is_allowed(cookie, &hop.url));
            self.cookies.set_cookies(&mut set_cookies, &hop.url);
            let status = response.status();
            let next = match request.redirect {
                Redirect::Manual => None,
                Redirect::Follow | Redirect::Error => {
                    let location = response.headers().get(LOCATION).map(headers::text);
                    redirect::location(status.as_u16(), location.as_deref(), &url)?
                }
            };
            let Some(mut next) = next else {
                let (body, memory) = if has_body(&method, status) {
                    let codings = codings::of(response.headers());
                    if !codings.is_empty() {
                        codings::forget(response.headers_mut());
                    }
                    body::read(&mut response, &codings, limits.response_bytes, limits.memory.as_ref(), progress).await?
                } else {
                    (Bytes::new(), None)
                };
                return Ok(Response {
                    status: status.as_u16(),
                    status_text: reason(&response),
                    url: without_credentials(&url),
                    redirected: redirects > 0,
                    headers: headers::listed(response.headers()),
                    body,
                    memory: memory.map(Arc::new),
                    sent_headers: headers::listed(&hop.headers),
                    mocked: hop.target.is_some(),
                    version: format!("{:?}", response.version()),
                    waited,
                    elapsed: started.elapsed(),
                });
            };
            if request.redirect == Redirect::Error {
                return Err(HttpError::Redirect {
                    cause: format!("unexpected redirect to `{}`", exchange::place(&next)),
                });
            }
            if redirects >= self.policy.max_redirects {
                return Err(HttpError::Redirect { cause: format!("more than {redirects} redirects") });
            }
            redirects += 1;
            if has_body(&method, status) && response.content_length().is_some_and(|length| length <= WORTH_READING) {
                body::read(&mut response, &[], WORTH_READING, None, progress).await.ok();
            }
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
    ) -> Result<Hop, HttpError> {
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
        Ok(Hop { method: method.clone(), url, headers, body, target })
    }

    /// Sends one request; once more, when a connection that was kept open turns out to be closed and the method is
    /// safe (RFC 9110 sections 9.2.1 and 9.2.2).
    async fn send(&self, hop: &Hop) -> Result<reqwest::Response, HttpError> {
        let address = match hop.target {
            Some(target) => mock_url(&hop.url, target)?,
            None => hop.url.clone(),
        };
        let client = self.clients.for_address(&address, hop.target.is_some())?;
        let request = || {
            let mut request = reqwest::Request::new(hop.method.clone(), address.clone());
            *request.headers_mut() = hop.headers.clone();
            if hop.target.is_none() {
                // Left to the protocol: HTTP/2 has a field of its own for it.
                request.headers_mut().remove(HOST);
            }
            *request.body_mut() = hop.body.clone().map(Into::into);
            request
        };
        match client.execute(request()).await {
            Err(error) if hop.method.is_safe() && was_closed(&error) => client.execute(request()).await,
            first => first,
        }
        .map_err(|error| cause::of(&error))
    }
}

fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Neither fails for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
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

fn reason(response: &reqwest::Response) -> String {
    match response.extensions().get::<ReasonPhrase>() {
        Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        None => response.status().canonical_reason().unwrap_or_default().to_owned(),
    }
}
