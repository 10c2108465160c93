//! Requests: one operation that blocks, and the same one as a promise.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::hosts::Refusal;
use apinb_http::memory::Reservation;
use apinb_http::network::{Calls, Network, Pending};
use apinb_record::call::CallPurpose;
use apinb_text::secret::redactor::Redactor;
use bytes::Bytes;
use deno_core::{JsBuffer, OpState, Resource, ResourceId, ToJsBuffer, op2};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::calls;
use crate::clock::CALL;
use crate::log::{MissedCall, SentRequest};
use crate::session::Session;
use crate::signing::{Signer, SigningError};
use crate::unread_status::UnreadStatus;

/// The longest URL in a message, in bytes.
const MAX_SHOWN_URL: usize = 2000;

/// What a request needs besides its URL, its headers and its body, in bytes.
const REQUEST: usize = 2 << 10;

/// How many copies of its URL and its headers there are: as the cell made it, signed, recorded, and as it is sent.
const COPIES: usize = 4;

/// How a request is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SendOptions {
    /// The client whose credentials sign it.
    client: Option<u32>,
    /// The method of the definition that it calls: its resource and its index there.
    resource: Option<Vec<u32>>,
    index: Option<u32>,
    /// `follow`, `manual` or `error`.
    redirect: Option<String>,
    /// In milliseconds.
    timeout: Option<f64>,
    /// Closing this resource cancels the request.
    cancel: Option<ResourceId>,
    /// The body is wanted as bytes, whatever its type.
    raw: bool,
}

/// A response as the prelude reads it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    status: u16,
    status_text: String,
    url: String,
    redirected: bool,
    headers: Vec<(String, String)>,
    /// The body of a textual type.
    text: Option<String>,
    /// Any other body.
    bytes: Option<ToJsBuffer>,
    /// The time of the exchange, in milliseconds.
    duration: f64,
    request: ReceivedRequest,
    /// The number by which the prelude reports that the notebook has read the status, if it has to.
    unread: Option<u32>,
    /// The memory of the response, until it is JavaScript's.
    #[serde(skip)]
    _memory: Option<Arc<Reservation>>,
}

/// The request of a response as it was sent, without secrets.
#[derive(Debug, Serialize)]
struct ReceivedRequest {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("kind" = self.kind())]
#[property("help" = self.help())]
pub(super) enum SendError {
    /// The text is not an http or https URL.
    #[class(type)]
    #[error("{message}")]
    Url { message: String },
    /// It has no permission.
    #[class("PolicyError")]
    #[error("{message}")]
    Refused { message: String, help: String },
    /// What it would send is not known.
    #[class("UnansweredError")]
    #[error("{message}")]
    Unanswered { message: String },
    /// The client's credentials cannot sign it.
    #[class(generic)]
    #[error("{message}")]
    Unsigned { message: String },
    /// The cassette that is replayed has no response.
    #[class(generic)]
    #[error("{message}")]
    Missed { message: String, help: String },
    /// No response came.
    #[class(generic)]
    #[error("{message}")]
    Failed { message: String, cause: HttpError },
}

/// What a request was, for messages. They have no secret, not even for the notebook: it knows the secrets of its requests
/// by their handles only.
struct Named<'a> {
    method: &'a str,
    url: &'a str,
    redactor: &'a Redactor,
}

impl Named<'_> {
    fn message(&self, outcome: &str, cause: &dyn Display) -> String {
        let Self { method, url, redactor } = self;
        let url = redactor.redact(url).truncate_bytes(MAX_SHOWN_URL);
        redactor.redact(&format!("{method} {url} {outcome}: {cause}")).into_owned()
    }

    fn url_error(&self, cause: &dyn Display) -> SendError {
        SendError::Url { message: self.message("cannot be sent", cause) }
    }

    fn refused(&self, refusal: &Refusal) -> SendError {
        let help = self.redactor.redact(&refusal.help()).into_owned();
        SendError::Refused { message: self.message("was not sent", refusal), help }
    }

    fn unsigned(&self, cause: &SigningError) -> SendError {
        SendError::Unsigned { message: self.message("cannot be signed", cause) }
    }

    fn failed(&self, cause: HttpError) -> SendError {
        SendError::Failed { message: self.message("failed", &cause), cause }
    }
}

impl SendError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Failed { cause: HttpError::Timeout { .. } | HttpError::Unfinished { .. }, .. } => "timeout",
            Self::Failed { cause: HttpError::Interrupted, .. } => "interrupted",
            Self::Failed { .. }
            | Self::Url { .. }
            | Self::Refused { .. }
            | Self::Unanswered { .. }
            | Self::Missed { .. }
            | Self::Unsigned { .. } => "network",
        }
    }

    fn help(&self) -> String {
        let text = match self {
            Self::Failed { cause: HttpError::Timeout { .. } | HttpError::Unfinished { .. }, .. } => {
                "Pass `--timeout` to give a call more time."
            }
            Self::Failed { cause: HttpError::Incomplete { .. }, .. } => "Pass `--retry N` to send such calls again.",
            Self::Failed { cause: HttpError::Connection { .. }, .. } => {
                "Check that the server is up and its name right; `--base-uri CLIENT=URL` sends a client elsewhere, `--mock` to a mock server."
            }
            Self::Failed { cause: HttpError::Untrusted { .. }, .. } => {
                "Pass `--cacert FILE` to trust the certificates in a file, `--cert FILE` to show one to the server, or `--insecure` to trust every server."
            }
            Self::Failed { cause: HttpError::OutOfMemory { .. }, .. } => {
                "Pass `--max-heap MB` for more, or read large responses one after another."
            }
            Self::Refused { help, .. } | Self::Missed { help, .. } => help,
            Self::Unsigned { .. } => "Sign in again; `apinb auth logout` forgets stored tokens.",
            Self::Failed { .. } | Self::Url { .. } | Self::Unanswered { .. } => "",
        };
        text.to_owned()
    }
}

/// Ends a request when it is closed.
struct Cancel(CancellationToken);

impl Resource for Cancel {
    fn name(&self) -> Cow<'_, str> {
        "cancel".into()
    }

    fn close(self: Rc<Self>) {
        self.0.cancel();
    }
}

/// A resource for `SendOptions::cancel`.
#[op2(fast)]
#[smi]
pub(super) fn op_cancel_new(state: &mut OpState) -> ResourceId {
    let cancel = Session::of(state).cancel().child_token();
    state.resource_table.add(Cancel(cancel))
}

#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[serde]
pub(super) fn op_send_sync(
    state: &OpState,
    #[string] method: String,
    #[string] url: String,
    #[serde] headers: Vec<(String, String)>,
    #[buffer] body: Option<JsBuffer>,
    #[serde] options: SendOptions,
) -> Result<Received, SendError> {
    let mut outgoing = OutgoingCall::new(state, method, &url, headers, body, &options)?;
    let mut pause = Duration::ZERO;
    loop {
        let request = outgoing.signed()?;
        let (pending, takes) = outgoing.dispatch(request, pause);
        let outcome = pending.wait();
        outgoing.session.clock.passed(takes);
        let is_refused = outgoing.is_refused(&outcome)? || outgoing.signs_in(&outcome);
        match outgoing.next_attempt_delay(&outcome, is_refused) {
            Some(delay) => pause = delay,
            None => return outgoing.finish(outcome),
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[serde]
pub(super) async fn op_send(
    state: Rc<RefCell<OpState>>,
    #[string] method: String,
    #[string] url: String,
    #[serde] headers: Vec<(String, String)>,
    #[buffer] body: Option<JsBuffer>,
    #[serde] options: SendOptions,
) -> Result<Received, SendError> {
    let mut outgoing = OutgoingCall::new(&state.borrow(), method, &url, headers, body, &options)?;
    let session = Rc::clone(&outgoing.session);
    let mut pause = Duration::ZERO;
    loop {
        let request = outgoing.signed_in_background().await?;
        let (pending, takes) = outgoing.dispatch(request, pause);
        let (clock, calls) = (&session.clock, outgoing.calls.clone());
        let outcome = session.in_flight.wait(clock, takes, pending, calls, CallPurpose::Call).await;
        let outcome = if outgoing.is_aborted() { Err(HttpError::Interrupted) } else { outcome };
        let is_refused = outgoing.is_refused_in_background(&outcome).await? || outgoing.signs_in(&outcome);
        match outgoing.next_attempt_delay(&outcome, is_refused) {
            Some(delay) => pause = delay,
            None => return outgoing.finish(outcome),
        }
    }
}

/// A request that is to be sent, or was.
struct OutgoingCall {
    session: Rc<Session>,
    /// Without a signature.
    request: Request,
    signer: Signer,
    client: Option<u32>,
    /// The method of the definition: its resource and its index there.
    method: Option<(Vec<u32>, u32)>,
    /// Whether a challenge has signed the client in.
    is_challenged: bool,
    /// With its signature, for messages.
    url: String,
    cancel: CancellationToken,
    network: Network,
    calls: Calls,
    raw: bool,
    /// Whether it was signed anew already.
    signed_anew: bool,
    /// Whether its last response was a refusal, so that it is sent with a new signature.
    is_refused_before: bool,
    /// How often it was sent again for other reasons.
    retried: u32,
    /// The last exchange that was recorded.
    sent: RefCell<SentRequest>,
    /// The number of the cell that calls.
    cell: Option<usize>,
    /// The memory of the request.
    _memory: Reservation,
}

impl OutgoingCall {
    fn new(
        state: &OpState,
        method: String,
        text: &str,
        headers: Vec<(String, String)>,
        body: Option<JsBuffer>,
        options: &SendOptions,
    ) -> Result<Self, SendError> {
        let session = Session::of(state);
        let named = Named { method: &method, url: text, redactor: &session.redactor };
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            Ok(url) => return Err(named.url_error(&format!("`{}` is not http or https", url.scheme()))),
            Err(error) => return Err(named.url_error(&error)),
        };
        // The cell fails at its end, with the flags that answer all of its prompts.
        if session.log.is_unanswered() {
            let message = named.message("was not sent", &"a prompt of this cell has no answer");
            return Err(SendError::Unanswered { message });
        }
        // The password becomes a header, and may come back in a response.
        session.redactor.add_received_url(&url);
        session.ask_for(&url);
        let head = headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + text.len();
        let size = REQUEST + COPIES.saturating_mul(head) + body.as_ref().map_or(0, |body| body.len());
        let Some(memory) = session.memory.reserve(size) else {
            return Err(named.failed(HttpError::OutOfMemory { limit: session.memory.limit() }));
        };
        let mut request = Request::new(method, url);
        request.headers = headers;
        request.cell = session.cells.borrow().newest().map(|cell| cell.code.number);
        request.body = body.map(|body| Bytes::copy_from_slice(&body));
        request.redirect = match options.redirect.as_deref() {
            Some("manual") => Redirect::Manual,
            Some("error") => Redirect::Error,
            _ => Redirect::Follow,
        };
        request.timeout = options.timeout.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok());
        let method = options.resource.clone().zip(options.index);
        let client = options.client;
        let signer = client.map(|client| session.signer(client, borrowed(method.as_ref()))).unwrap_or_default();
        let cancel = options
            .cancel
            .and_then(|id| state.resource_table.get::<Cancel>(id).ok())
            .map_or_else(|| session.cancel(), |cancel| cancel.0.clone());
        let (network, calls) = session.network.recorded();
        let url = request.url.to_string();
        let raw = options.raw;
        let cell = request.cell;
        Ok(Self {
            session,
            request,
            signer,
            client,
            method,
            is_challenged: false,
            url,
            cancel,
            network,
            calls,
            raw,
            signed_anew: false,
            is_refused_before: false,
            retried: 0,
            sent: RefCell::default(),
            cell,
            _memory: memory,
        })
    }

    /// The request with its signature. Blocks while tokens are renewed.
    fn signed(&mut self) -> Result<Request, SendError> {
        let mut request = self.request.clone();
        let signed = self.signer.sign(&self.session, &mut request);
        signed.map_err(|cause| self.unsigned(&cause))?;
        Ok(request)
    }

    /// [`Self::signed`] without blocking.
    async fn signed_in_background(&mut self) -> Result<Request, SendError> {
        let mut request = self.request.clone();
        let signed = self.signer.sign_in_background(&self.session, &mut request).await;
        signed.map_err(|cause| self.unsigned(&cause))?;
        Ok(request)
    }

    /// Sends a signed request after a pause, and not before its slot. Returns how long that takes on a virtual clock: no
    /// longer where it was signed anew, which a replay need not do.
    fn dispatch(&mut self, mut request: Request, pause: Duration) -> (Pending, Duration) {
        request.is_signed_anew = self.signed_anew;
        self.url = request.url.to_string();
        let clock = &self.session.clock;
        let pause = pause.max(self.network.reserve_slot(clock.elapsed()));
        let pending = match clock.virtual_time() {
            None => self.network.send_after(pause, request, &self.cancel),
            // Whether the call is cancelled in time is a matter of the virtual clock.
            Some(_) => self.network.send_after(clock.real_pause(pause), request, &self.session.cancel()),
        };
        let takes = if std::mem::take(&mut self.is_refused_before) { pause } else { pause.saturating_add(CALL) };
        (pending, takes)
    }

    /// Whether the call was cancelled before its response arrived on a virtual clock.
    fn is_aborted(&self) -> bool {
        self.session.clock.virtual_time().is_some() && self.cancel.is_cancelled()
    }

    /// Whether the outcome is a refusal that a new signature may change. Blocks while tokens are renewed.
    fn is_refused(&self, outcome: &Result<Response, HttpError>) -> Result<bool, SendError> {
        let Some(response) = self.first_refusal(outcome) else { return Ok(false) };
        self.signer.is_refused(&self.session, response).map_err(|cause| self.unsigned(&cause))
    }

    /// [`Self::is_refused`] without blocking.
    async fn is_refused_in_background(&self, outcome: &Result<Response, HttpError>) -> Result<bool, SendError> {
        let Some(response) = self.first_refusal(outcome) else { return Ok(false) };
        let refused = self.signer.is_refused_in_background(&self.session, response).await;
        refused.map_err(|cause| self.unsigned(&cause))
    }

    /// The response to look at for a refusal: a call is signed anew once.
    fn first_refusal<'o>(&self, outcome: &'o Result<Response, HttpError>) -> Option<&'o Response> {
        self.record_calls();
        outcome.as_ref().ok().filter(|_| !self.signed_anew)
    }

    /// Whether a call without credentials was refused, and its client has signed in since. Blocks.
    fn signs_in(&mut self, outcome: &Result<Response, HttpError>) -> bool {
        let (Some(client), Ok(response)) = (self.client, outcome) else { return false };
        let is_own = self.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if response.status != 401 || is_own {
            return false;
        }
        if self.signed_anew {
            if self.is_challenged {
                self.session.forget_challenge(client);
            }
            return false;
        }
        let method = borrowed(self.method.as_ref());
        self.is_challenged =
            self.signer.is_empty() && self.session.sign_in_when_refused(client, method, &self.request.url, response);
        if self.is_challenged {
            self.signer = self.session.signer(client, method);
        }
        self.is_challenged
    }

    /// How long to wait before it is sent again; none: this is its outcome.
    fn next_attempt_delay(&mut self, outcome: &Result<Response, HttpError>, is_refused: bool) -> Option<Duration> {
        if is_refused {
            self.signed_anew = true;
            self.is_refused_before = true;
            return Some(Duration::ZERO);
        }
        let retry = &self.network.policy().retry;
        let pause = retry.pause(self.retried, &self.request, outcome, self.session.clock.date());
        self.retried += u32::from(pause.is_some());
        pause
    }

    fn record_calls(&self) {
        for mut call in self.calls.take() {
            if self.is_aborted() {
                call.outcome = Err(HttpError::Interrupted);
            }
            self.sent.replace(self.session.log.exchange(call, CallPurpose::Call));
        }
    }

    fn unsigned(&self, cause: &SigningError) -> SendError {
        let refusal = match cause {
            SigningError::Elsewhere(error) => Some(Refusal::Secret(error.clone())),
            SigningError::Request(HttpError::Refused { refusal }) => Some(Refusal::clone(refusal)),
            _ => None,
        };
        match refusal {
            Some(refusal) => self.named().refused(&refusal),
            None => self.named().unsigned(cause),
        }
    }

    fn named(&self) -> Named<'_> {
        Named { method: &self.request.method, url: &self.url, redactor: &self.session.redactor }
    }

    fn finish(self, outcome: Result<Response, HttpError>) -> Result<Received, SendError> {
        self.record_calls();
        match outcome {
            Ok(mut response) => {
                self.session.hide_tokens(&self.request.url, &mut response);
                let sent = self.sent.take();
                let unread = self.watch_status(response.status, &sent);
                Ok(received(response, sent, unread, self.raw))
            }
            Err(HttpError::Refused { refusal }) => Err(self.named().refused(&refusal)),
            Err(HttpError::Missed { miss }) => {
                let message = self.named().message("was not sent", &miss.message);
                self.session.log.missed(MissedCall { message: message.clone(), help: miss.help.clone() });
                Err(SendError::Missed { message, help: miss.help })
            }
            Err(cause) => Err(self.named().failed(cause)),
        }
    }
}

impl OutgoingCall {
    /// The number of the response if the notebook has to read its status.
    fn watch_status(&self, status: u16, sent: &SentRequest) -> Option<u32> {
        let cell = self.cell.filter(|_| self.session.settings.fail_on_status && status >= 400)?;
        let url = self.session.redactor.redact(&sent.url).truncate(MAX_SHOWN_URL);
        let call = format!("{} {}", sent.method, sent.path.as_deref().unwrap_or(&url));
        self.session.unread_statuses.add(UnreadStatus { cell, call, status })
    }
}

fn borrowed(method: Option<&(Vec<u32>, u32)>) -> Option<(&[u32], u32)> {
    method.map(|(resource, index)| (resource.as_slice(), *index))
}

fn received(response: Response, sent: SentRequest, unread: Option<u32>, raw: bool) -> Received {
    let content_type =
        response.headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value.as_str());
    let text = if raw { None } else { calls::text_of(content_type, &response.body) };
    let bytes = match text {
        Some(_) => None,
        None => Some(ToJsBuffer::from(response.body.to_vec())),
    };
    Received {
        status: response.status,
        status_text: response.status_text,
        url: response.url.into(),
        redirected: response.redirected,
        headers: response.headers,
        text,
        bytes,
        duration: sent.milliseconds,
        request: ReceivedRequest { method: sent.method, url: sent.url, headers: sent.headers },
        unread,
        _memory: response.memory,
    }
}
