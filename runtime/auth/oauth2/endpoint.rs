//! Requests to an authorization server: how the client authenticates, over [`Network`], and the responses of servers put
//! into the form of RFC 6749, so that the `oauth2` crate understands them.
//!
//! Which request is made is left to the grants ([`super::authorize`], [`super::device`], [`super::refresh`]).

use std::cell::RefCell;
use std::time::SystemTime;

use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::network::Network;
use apinb_text::secret::redactor::Redactor;
use bytes::Bytes;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, ErrorResponse, ExtraTokenFields,
    HttpRequest, HttpResponse, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

use crate::error::{AuthError, described};
use crate::oauth2::request::OAuth2Request;
use crate::tokens::Tokens;

/// The largest response that is read, in bytes.
const MAX_RESPONSE_BYTES: u64 = 1 << 20;

/// The shortest interval between two polls of the device grant, in seconds.
const MIN_INTERVAL: u64 = 1;
/// The longest; `slow_down` adds to it.
const MAX_INTERVAL: u64 = 3600;

/// The client of the `oauth2` crate, with all fields of a response.
pub(super) type Client = oauth2::Client<
    BasicErrorResponse,
    TokenResponseBody,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// RFC 6749 section 5.1, and all other fields.
pub(super) type TokenResponseBody = StandardTokenResponse<Others, BasicTokenType>;

/// The fields of a response that the standard does not name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Others(Map<String, Value>);

impl ExtraTokenFields for Others {}

/// One server, for one sign-in.
pub(super) struct Server<'a> {
    network: &'a Network,
    pub(super) request: &'a OAuth2Request,
    pub(super) cancel: &'a CancellationToken,
    token_uri: &'a Url,
    /// Has the secrets that were sent, so that a message of the server does not repeat them.
    sent: Redactor,
    last_response: RefCell<Option<LastResponse>>,
}

/// What is needed of the last response to explain an error.
struct LastResponse {
    uri: Url,
    status: u16,
    /// The server did not accept the client's header.
    refuses_header: bool,
}

impl<'a> Server<'a> {
    pub(super) fn new(
        network: &'a Network,
        request: &'a OAuth2Request,
        token_uri: Option<&'a Url>,
        cancel: &'a CancellationToken,
    ) -> Result<Self, AuthError> {
        let Some(token_uri) = token_uri else {
            return Err(AuthError::MissingSetting { setting: "accessTokenUri" });
        };
        let sent = Redactor::default();
        if let Some(secret) = &request.client_secret {
            sent.add(secret.expose_secret());
        }
        Ok(Self { network, request, cancel, token_uri, sent, last_response: RefCell::default() })
    }

    /// A secret is about to be sent: no error message may repeat it.
    pub(super) fn register_secret(&self, secret: &str) {
        self.sent.add(secret);
    }

    /// The requested scopes.
    pub(super) fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.request.scopes.iter().cloned().map(Scope::new)
    }

    /// Requests tokens by `ask`.
    pub(super) fn tokens<E: ErrorResponse + 'static>(
        &self,
        ask: impl Fn(&Client) -> Result<TokenResponseBody, RequestTokenError<HttpError, E>>,
    ) -> Result<Tokens, AuthError> {
        self.ask(ask).map(|answer| self.read(&answer))
    }

    /// Asks with the client's secret in a header, which every server has to support (RFC 6749 section 2.3.1); where it
    /// is not taken, with the secret in the body. A public client always is in the body (section 3.2.1).
    pub(super) fn ask<T, E: ErrorResponse + 'static>(
        &self,
        ask: impl Fn(&Client) -> Result<T, RequestTokenError<HttpError, E>>,
    ) -> Result<T, AuthError> {
        let client = self.client();
        let mut outcome = ask(&client);
        let again = outcome.is_err()
            && self.request.client_secret.is_some()
            && self.last_response.borrow().as_ref().is_some_and(|last_response| last_response.refuses_header);
        if again {
            outcome = ask(&client.set_auth_type(AuthType::RequestBody));
        }
        outcome.map_err(|error| self.failure(error))
    }

    fn client(&self) -> Client {
        let mut client = oauth2::Client::new(ClientId::new(self.request.client_id.clone()));
        if let Some(secret) = &self.request.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let device = self.request.device_authorization_uri.clone().map(oauth2::DeviceAuthorizationUrl::from_url);
        client.set_token_uri(TokenUrl::from_url(self.token_uri.clone())).set_device_authorization_url_option(device)
    }

    /// The `oauth2` crate's way to the network.
    pub(super) fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let invalid = |cause: &dyn std::fmt::Display| HttpError::Invalid { cause: cause.to_string() };
        let (head, body) = request.into_parts();
        let uri = Url::parse(&head.uri.to_string()).map_err(|cause| invalid(&cause))?;
        let mut sent = Request::new(head.method.as_str(), uri.clone());
        for (name, value) in &head.headers {
            let value = value.to_str().map_err(|cause| invalid(&cause))?;
            sent.headers.push((name.as_str().to_owned(), value.to_owned()));
        }
        sent.body = Some(Bytes::from(body));
        // The secrets in it are for this server only.
        sent.redirect = Redirect::Error;
        let response = self.network.send_up_to(sent, MAX_RESPONSE_BYTES, self.cancel).wait()?;
        let fields = fields(&response);
        let refuses_header = refuses_header(response.status, fields.get("error").and_then(Value::as_str));
        *self.last_response.borrow_mut() = Some(LastResponse { uri, status: response.status, refuses_header });
        // The crate knows 200 and errors; a token in any other 2xx is a token, an error in a 200 an error.
        let status = match response.status {
            200..300 if fields.contains_key("error") => 400,
            200..300 => 200,
            other => other,
        };
        let mut answer = HttpResponse::new(Value::Object(fields).to_string().into_bytes());
        *answer.status_mut() = oauth2::http::StatusCode::from_u16(status).map_err(|cause| invalid(&cause))?;
        Ok(answer)
    }

    fn read(&self, answer: &TokenResponseBody) -> Tokens {
        let secret = |text: &str| SecretString::from(text);
        let others = &answer.extra_fields().0;
        Tokens {
            access_token: secret(answer.access_token().secret()),
            token_type: answer.token_type().as_ref().to_owned(),
            refresh_token: answer.refresh_token().map(|token| secret(token.secret())),
            scopes: match answer.scopes() {
                Some(scopes) => scopes.iter().map(|scope| scope.to_string()).collect(),
                None => self.request.scopes.clone(),
            },
            expires: answer.expires_in().and_then(|seconds| SystemTime::now().checked_add(seconds)),
            others: others.iter().map(|(name, value)| (name.clone(), SecretString::from(text(value)))).collect(),
        }
    }

    fn failure<E: ErrorResponse + 'static>(&self, error: RequestTokenError<HttpError, E>) -> AuthError {
        let (uri, status) = match &*self.last_response.borrow() {
            Some(last_response) => (last_response.uri.clone(), last_response.status),
            None => (self.token_uri.clone(), 0),
        };
        match error {
            _ if self.cancel.is_cancelled() => AuthError::Interrupted,
            RequestTokenError::Request(HttpError::Interrupted) => AuthError::Interrupted,
            RequestTokenError::Request(cause) => AuthError::Unreachable { uri, cause },
            RequestTokenError::ServerResponse(error) => {
                let error = serde_json::to_value(&error).unwrap_or_default();
                let said = |name: &str| described(&self.sent.redact(error.get(name)?.as_str()?));
                let (code, description) = (said("error").unwrap_or_default(), said("error_description"));
                match code.as_str() {
                    "access_denied" => AuthError::Denied { description },
                    _ => AuthError::TokenRefused { status, code, description },
                }
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) if (200..300).contains(&status) => {
                AuthError::NoToken { uri }
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => AuthError::TokenStatus { uri, status },
        }
    }
}

/// Whether the server says that it does not know the client by the header: with 401 (section 5.2), or with 400 as some
/// do. In all these cases it has not used the grant, so a second request is sound.
fn refuses_header(status: u16, error: Option<&str>) -> bool {
    match (status, error) {
        (400 | 401 | 403, Some("invalid_client")) | (400, Some("invalid_request")) => true,
        (401, error) => error.is_none(),
        _ => false,
    }
}

/// The fields of the response: JSON by the standard, or a form as from some servers, whatever its media type; standard
/// fields are normalized.
fn fields(response: &Response) -> Map<String, Value> {
    let mut fields = match serde_json::from_slice(&response.body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => Map::new(),
        Err(_) => form_urlencoded::parse(response.body.trim_ascii())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
    };
    for name in ["access_token", "refresh_token", "token_type", "error", "error_description", "scope"] {
        match fields.get(name).map(text) {
            Some(text) if !text.is_empty() => {
                let text = if name == "scope" { spaced(&text) } else { text };
                fields.insert(name.to_owned(), Value::String(text));
            }
            _ => drop(fields.shift_remove(name)),
        }
    }
    for name in ["expires_in", "interval"] {
        let seconds = fields.shift_remove(name).and_then(|value| text(&value).parse::<f64>().ok());
        if let Some(seconds) = seconds.filter(|seconds| *seconds >= 0.0) {
            // Servers are polled with a pause (RFC 8628 section 3.5).
            let (least, most) = if name == "interval" { (MIN_INTERVAL, MAX_INTERVAL) } else { (0, u64::MAX) };
            fields.insert(name.to_owned(), Value::from((seconds as u64).clamp(least, most)));
        }
    }
    if fields.contains_key("access_token") {
        fields.entry("token_type").or_insert_with(|| Value::from("bearer"));
    }
    // Google's name for it, from before the standard.
    if let Some(uri) = fields.shift_remove("verification_url") {
        fields.entry("verification_uri").or_insert(uri);
    }
    fields
}

/// A field as text: numbers are at times written as strings, and lists as lists.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// Scopes are separated by spaces (section 3.3), by some servers with commas.
fn spaced(scopes: &str) -> String {
    let separator = if scopes.contains(' ') { ' ' } else { ',' };
    scopes.split(separator).filter(|scope| !scope.is_empty()).collect::<Vec<_>>().join(" ")
}
