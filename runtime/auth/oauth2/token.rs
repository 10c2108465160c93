//! The token request and its answer (RFC 6749 sections 2.3, 4 and 5).

use std::time::{Duration, SystemTime};

use apinb_core::redact::Redactor;
use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::network::Network;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

use super::error::described;
use super::{AuthError, OAuth2Request};
use crate::credentials::Tokens;
use crate::encoding::{encode, pairs};

/// The largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// Asks one token endpoint.
pub(crate) struct Client<'a> {
    pub(crate) network: &'a Network,
    pub(crate) uri: &'a Url,
    pub(crate) request: &'a OAuth2Request,
    pub(crate) cancel: &'a CancellationToken,
}

/// How the client says who it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Authentication {
    /// Section 2.3.1: what every server has to support.
    Header,
    /// The other way of section 2.3.1, for servers that do not; and the way of public clients (section 3.2.1).
    Body,
}

impl Client<'_> {
    /// The parameters and, if there are any, the scopes (sections 4.3.2 and 4.4.2).
    pub(crate) fn with_scopes<'p>(&self, parameters: &[(&'p str, &'p str)]) -> Vec<(&'p str, String)> {
        let mut all: Vec<_> = parameters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        if !self.request.scopes.is_empty() {
            all.push(("scope", self.request.scopes.join(" ")));
        }
        all
    }

    /// Asks for tokens: with the client's secret in a header; if the server does not take that, in the body.
    pub(crate) fn request<V: AsRef<str>>(&self, parameters: &[(&str, V)]) -> Result<Tokens, AuthError> {
        let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        if self.request.client_secret.is_some() {
            let response = self.send(&parameters, Authentication::Header)?;
            if !refuses_header(&response) {
                return self.read(&response, &parameters);
            }
        }
        let response = self.send(&parameters, Authentication::Body)?;
        self.read(&response, &parameters)
    }

    fn send(&self, parameters: &[(&str, &str)], authentication: Authentication) -> Result<Response, AuthError> {
        let mut request = Request::new("POST", self.uri.clone());
        let mut parameters = parameters.to_vec();
        let id = self.request.client_id.as_str();
        let secret = self.request.client_secret.as_ref().map(ExposeSecret::expose_secret);
        if let (Authentication::Header, Some(secret)) = (authentication, secret) {
            let pair = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
            request.headers.push(("authorization".to_owned(), format!("Basic {pair}")));
        } else {
            parameters.push(("client_id", id));
            parameters.extend(secret.map(|secret| ("client_secret", secret)));
        }
        request.headers.push(("accept".to_owned(), "application/json".to_owned()));
        request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        request.body = Some(Bytes::from(pairs(parameters)));
        // What is in here goes to this address and no other.
        request.redirect = Redirect::Error;
        self.network.send_up_to(request, MAX_ANSWER_BYTES, self.cancel).wait().map_err(|cause| match cause {
            HttpError::Interrupted => AuthError::Interrupted,
            cause => AuthError::Unreachable { uri: self.uri.clone(), cause },
        })
    }

    fn read(&self, response: &Response, sent: &[(&str, &str)]) -> Result<Tokens, AuthError> {
        let mut fields = fields(response);
        let redactor = Redactor::default();
        for (name, value) in sent {
            if matches!(*name, "code" | "password" | "code_verifier") {
                redactor.add(value);
            }
        }
        if let Some(secret) = &self.request.client_secret {
            redactor.add(secret.expose_secret());
        }
        let said = |text: &str| described(&redactor.redact(text));
        if let Some(code) = fields.get("error").map(text).as_deref().and_then(said) {
            let description = fields.get("error_description").map(text).as_deref().and_then(said);
            return Err(AuthError::TokenRefused { status: response.status, code, description });
        }
        if !(200..300).contains(&response.status) {
            return Err(AuthError::TokenStatus { uri: self.uri.clone(), status: response.status });
        }
        let mut take = |name: &str| fields.shift_remove(name).map(|value| text(&value)).filter(|text| !text.is_empty());
        let Some(access_token) = take("access_token") else {
            return Err(AuthError::NoToken { uri: self.uri.clone() });
        };
        let scopes = take("scope").map(|scopes| listed(&scopes));
        Ok(Tokens {
            access_token: SecretString::from(access_token),
            token_type: take("token_type").unwrap_or_else(|| "bearer".to_owned()),
            refresh_token: take("refresh_token").map(SecretString::from),
            scopes: scopes.unwrap_or_else(|| self.request.scopes.clone()),
            expires: take("expires_in").and_then(|seconds| after(&seconds)),
            others: fields.iter().map(|(name, value)| (name.clone(), SecretString::from(text(value)))).collect(),
        })
    }
}

/// Whether the server says that it does not know the client by the header: with 401 (section 5.2), or with 400 as some
/// do. In none of these cases has it looked at the grant, so asking again is sound.
fn refuses_header(response: &Response) -> bool {
    let code = fields(response).get("error").map(text);
    match (response.status, code.as_deref()) {
        (400 | 401 | 403, Some("invalid_client")) | (400, Some("invalid_request")) => true,
        (401, code) => code.is_none(),
        _ => false,
    }
}

/// The answer's fields: JSON as the standard has it, or a form as some servers write it, whatever its type says.
fn fields(response: &Response) -> Map<String, Value> {
    match serde_json::from_slice(&response.body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => Map::new(),
        Err(_) => form_urlencoded::parse(response.body.trim_ascii())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
    }
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

/// Separated by spaces (section 3.3), or by commas as some servers do.
fn listed(scopes: &str) -> Vec<String> {
    let separator = if scopes.contains(' ') { ' ' } else { ',' };
    scopes.split(separator).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

fn after(seconds: &str) -> Option<SystemTime> {
    let seconds = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    SystemTime::now().checked_add(seconds)
}
