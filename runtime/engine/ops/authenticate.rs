//! `API.authenticate`: choosing a security scheme, gathering what it needs, signing in; and signing requests.

use std::collections::BTreeMap;
use std::time::Duration;

use apinb_auth::credentials::{self, Credentials, OAuth1, Tokens};
use apinb_auth::oauth2::{self, AuthError, Grant, GrantName, OAuth2Request};
use apinb_core::client::segment::{Piece, pieces};
use apinb_core::definition::model::{OAuth2Settings, Parameter, SecurityKind, SecurityScheme};
use apinb_core::record::CallPurpose;
use apinb_http::exchange::Request;
use deno_core::{OpState, op2};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::session;
use crate::calls;
use crate::session::Session;

/// How long a person may take to sign in.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(300);

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(generic)]
#[property("help" = self.help())]
pub(super) enum AuthenticateError {
    #[error("No schemes available")]
    NoSchemes,
    #[error("The only available authentication methods are: {}", quoted(available))]
    UnknownMethod { available: Vec<String> },
    #[error("signing in by `{scheme}` needs `{option}`")]
    MissingOption { client: String, scheme: String, option: String },
    #[error("signing in by `{scheme}` ({kind}) is not supported")]
    Unsupported { scheme: String, kind: String, instead: &'static str },
    #[error("`{uri}` of `{scheme}` is no URL: {cause}")]
    Uri { scheme: String, uri: String, cause: String },
    #[error("signing in by `{scheme}` failed: {message}")]
    Failed { client: String, scheme: String, message: String },
    #[error("there is no such client")]
    UnknownClient,
}

impl AuthenticateError {
    fn help(&self) -> String {
        match self {
            Self::MissingOption { option, .. } => format!("pass it: API.authenticate(client, method, {{{option}: …}})"),
            Self::Unsupported { instead, .. } => (*instead).to_owned(),
            Self::Failed { client, .. } => format!("`--token {client}=TOKEN` uses a token that you have already"),
            Self::NoSchemes | Self::UnknownMethod { .. } | Self::Uri { .. } | Self::UnknownClient => String::new(),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Signs a client in; the tokens. `parameters` fill the tags of the scheme's URIs.
#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[serde]
pub(super) fn op_authenticate(
    state: &OpState,
    client: u32,
    #[string] method: Option<String>,
    #[serde] options: Map<String, Value>,
    #[serde] parameters: BTreeMap<String, String>,
) -> Result<Map<String, Value>, AuthenticateError> {
    let session = session(state);
    let (name, schemes) = {
        let clients = session.clients.borrow();
        let client = clients.get(client).ok_or(AuthenticateError::UnknownClient)?;
        (client.name.clone(), client.definition().security_schemes.clone())
    };
    let scheme = choose(&schemes, method.as_deref(), &options)?;
    let token = session.settings.tokens.get(&name);
    let given = token.and_then(|token| with_token(&scheme.kind, token));
    let attempt = Attempt { session: &session, client: name, scheme, options: &options, parameters: &parameters };
    let credentials = match given {
        Some(credentials) => credentials,
        None => attempt.credentials()?,
    };
    attempt.hide(&credentials);
    let tokens = shown(&credentials);
    if let Some(client) = session.clients.borrow_mut().get_mut(client) {
        client.sign_in(&scheme.name, credentials);
    }
    Ok(tokens)
}

/// Credentials of a scheme that a token alone gives.
pub(super) fn with_token(kind: &SecurityKind, token: &SecretString) -> Option<Credentials> {
    match kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => Some(Credentials::OAuth2(Tokens::bearer(token.clone()))),
        _ => None,
    }
}

/// The scheme that `method` names; without it the first for which everything is there, else the first of OAuth 2.0,
/// OAuth 1.0, Basic and the others.
fn choose<'a>(
    schemes: &'a [SecurityScheme],
    method: Option<&str>,
    options: &Map<String, Value>,
) -> Result<&'a SecurityScheme, AuthenticateError> {
    if schemes.is_empty() {
        return Err(AuthenticateError::NoSchemes);
    }
    if let Some(method) = method {
        return schemes.iter().find(|scheme| scheme.name == method).ok_or_else(|| AuthenticateError::UnknownMethod {
            available: schemes.iter().map(|scheme| scheme.name.clone()).collect(),
        });
    }
    let has = |names: &[&str]| names.iter().all(|name| options.contains_key(*name));
    let complete = |scheme: &&SecurityScheme| match &scheme.kind {
        SecurityKind::OAuth2(_) => has(&["clientId"]) || has(&["accessToken"]),
        SecurityKind::OAuth1(_) => has(&["consumerKey", "consumerSecret"]),
        SecurityKind::Bearer => has(&["accessToken"]),
        SecurityKind::Basic | SecurityKind::Digest => has(&["username", "password"]),
        SecurityKind::Other(_) => fields(scheme).any(|field| options.contains_key(&field.name)),
    };
    let rank = |scheme: &&SecurityScheme| match scheme.kind {
        SecurityKind::OAuth2(_) => 0,
        SecurityKind::OAuth1(_) => 1,
        SecurityKind::Basic => 2,
        SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => 3,
    };
    schemes.iter().find(complete).or_else(|| schemes.iter().min_by_key(rank)).ok_or(AuthenticateError::NoSchemes)
}

fn fields(scheme: &SecurityScheme) -> impl Iterator<Item = &Parameter> {
    scheme.headers.iter().chain(&scheme.query_parameters)
}

/// One sign-in.
struct Attempt<'a> {
    session: &'a Session,
    client: String,
    scheme: &'a SecurityScheme,
    options: &'a Map<String, Value>,
    parameters: &'a BTreeMap<String, String>,
}

impl Attempt<'_> {
    fn credentials(&self) -> Result<Credentials, AuthenticateError> {
        match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => match self.secret("accessToken") {
                Some(token) => Ok(Credentials::OAuth2(Tokens::bearer(token))),
                None => self.oauth2(settings),
            },
            SecurityKind::OAuth1(_) => self.oauth1(),
            SecurityKind::Bearer => Ok(Credentials::OAuth2(Tokens::bearer(self.needed("accessToken")?))),
            SecurityKind::Basic => Ok(Credentials::Basic {
                username: self.needed("username")?,
                password: self.secret("password").unwrap_or_default(),
            }),
            SecurityKind::Digest => {
                Err(self.unsupported("Digest Authentication", "sign the calls by a header of your own"))
            }
            SecurityKind::Other(_) => Ok(Credentials::Other {
                headers: self.described("headers", &self.scheme.headers),
                query: self.described("query", &self.scheme.query_parameters),
            }),
        }
    }

    /// The values of what "describedBy" names, given by name, or by name in `group`.
    fn described(&self, group: &str, fields: &[Parameter]) -> Vec<(String, SecretString)> {
        let grouped = self.options.get(group).and_then(Value::as_object);
        let value = |name: &str| self.secret(name).or_else(|| text(grouped?.get(name)?).map(SecretString::from));
        fields.iter().filter_map(|field| Some((field.name.clone(), value(&field.name)?))).collect()
    }

    fn oauth1(&self) -> Result<Credentials, AuthenticateError> {
        let token = self.secret("accessToken").or_else(|| self.secret("token"));
        let token_secret = ["accessTokenSecret", "tokenSecret"].iter().find_map(|name| self.secret(name));
        if token.is_none() {
            let instead = "give a token that you have already: accessToken and accessTokenSecret beside consumerKey and consumerSecret";
            return Err(self.unsupported("OAuth 1.0 without a token", instead));
        }
        Ok(Credentials::OAuth1(OAuth1 {
            consumer_key: self.needed("consumerKey")?.expose_secret().to_owned(),
            consumer_secret: self.needed("consumerSecret")?,
            token,
            token_secret,
        }))
    }

    fn oauth2(&self, settings: &OAuth2Settings) -> Result<Credentials, AuthenticateError> {
        let request = OAuth2Request {
            authorization_uri: self.uri(settings.authorization_uri.as_deref())?,
            access_token_uri: self.uri(settings.access_token_uri.as_deref())?,
            grant: self.grant(settings)?,
            client_id: self.needed("clientId")?.expose_secret().to_owned(),
            client_secret: self.secret("clientSecret"),
            scopes: self.list(&["scopes", "scope"]).unwrap_or_else(|| settings.scopes.clone()),
            redirect_uri: self.uri(self.option("redirectUri").as_deref())?,
        };
        let (network, calls) = self.session.network.recorded();
        let cancel = self.session.cancel();
        let through = oauth2::visit_through(&network, &cancel);
        let visit = |page: &Url| {
            if self.session.settings.mock { through(page) } else { self.session.host.visit(page) }
        };
        self.session.watchdog.pause();
        let signed_in = oauth2::authorize(&network, &request, &visit, SIGN_IN_TIMEOUT, &cancel);
        self.session.watchdog.resume();
        if let Ok(tokens) = &signed_in {
            self.hide(&Credentials::OAuth2(tokens.clone()));
        }
        for call in calls.take() {
            let mut record = calls::record(&call, CallPurpose::Authentication, &self.session.redactor);
            // The sign-in page leads back to a listener of our own; that a stand-in answered first is what counts.
            record.mocked |= network.is_routed(&call.request.url);
            self.session.call_ended(record);
        }
        signed_in.map(Credentials::OAuth2).map_err(|error| self.failed(&error))
    }

    /// The grant: of those that the options name, else the definition, else the authorization code; in the order code,
    /// client credentials, password.
    fn grant(&self, settings: &OAuth2Settings) -> Result<Grant, AuthenticateError> {
        let named = self.list(&["authorizationGrants"]).unwrap_or_else(|| settings.authorization_grants.clone());
        let grants: Vec<GrantName> = named.iter().filter_map(|name| GrantName::parse(name)).collect();
        if named.is_empty() || grants.contains(&GrantName::AuthorizationCode) {
            return Ok(Grant::AuthorizationCode);
        }
        if grants.contains(&GrantName::ClientCredentials) {
            return Ok(Grant::ClientCredentials);
        }
        if grants.contains(&GrantName::Password) {
            let username = self.needed("username")?.expose_secret().to_owned();
            return Ok(Grant::Password { username, password: self.needed("password")? });
        }
        Err(self
            .unsupported(&format!("OAuth 2.0 grant {}", named.join(", ")), "pass a token that you have: accessToken"))
    }

    fn uri(&self, template: Option<&str>) -> Result<Option<Url>, AuthenticateError> {
        let Some(template) = template else { return Ok(None) };
        let filled: String = pieces(template)
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Tag(name) => self.parameters.get(name).map_or("", String::as_str),
            })
            .collect();
        Url::parse(&filled).map(Some).map_err(|error| AuthenticateError::Uri {
            scheme: self.scheme.name.clone(),
            uri: template.to_owned(),
            cause: error.to_string(),
        })
    }

    fn option(&self, name: &str) -> Option<String> {
        self.options.get(name).and_then(text).filter(|value| !value.is_empty())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.option(name).map(SecretString::from)
    }

    fn needed(&self, option: &str) -> Result<SecretString, AuthenticateError> {
        self.secret(option).ok_or_else(|| AuthenticateError::MissingOption {
            client: self.client.clone(),
            scheme: self.scheme.name.clone(),
            option: option.to_owned(),
        })
    }

    /// A list, given as an array or as text with spaces or commas between.
    fn list(&self, names: &[&str]) -> Option<Vec<String>> {
        let value = names.iter().find_map(|name| self.options.get(*name))?;
        Some(match value {
            Value::Array(items) => items.iter().filter_map(text).collect(),
            other => text(other)?.split([' ', ',']).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
        })
    }

    fn unsupported(&self, kind: &str, instead: &'static str) -> AuthenticateError {
        AuthenticateError::Unsupported { scheme: self.scheme.name.clone(), kind: kind.to_owned(), instead }
    }

    fn failed(&self, error: &AuthError) -> AuthenticateError {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            let more = error.to_string();
            if !message.contains(&more) {
                message = format!("{message}: {more}");
            }
            cause = error.source();
        }
        let message = self.session.redactor.redact(&message).into_owned();
        AuthenticateError::Failed { client: self.client.clone(), scheme: self.scheme.name.clone(), message }
    }

    /// Every secret of the sign-in is kept out of what is shown from now on.
    fn hide(&self, credentials: &Credentials) {
        let redactor = &self.session.redactor;
        for name in ["clientSecret", "password", "consumerSecret", "accessToken", "accessTokenSecret", "tokenSecret"] {
            if let Some(secret) = self.option(name) {
                redactor.add(&secret);
            }
        }
        for secret in secrets(credentials) {
            redactor.add(secret.expose_secret());
        }
        if let Credentials::Basic { username, password } = credentials {
            redactor.add_basic(username.expose_secret(), password.expose_secret());
        }
    }
}

fn secrets(credentials: &Credentials) -> Vec<&SecretString> {
    match credentials {
        Credentials::OAuth2(tokens) => std::iter::once(&tokens.access_token).chain(&tokens.refresh_token).collect(),
        Credentials::OAuth1(oauth1) => {
            std::iter::once(&oauth1.consumer_secret).chain(&oauth1.token).chain(&oauth1.token_secret).collect()
        }
        Credentials::Basic { password, .. } => vec![password],
        Credentials::Other { headers, query } => headers.iter().chain(query).map(|(_, value)| value).collect(),
    }
}

/// The cell's result.
fn shown(credentials: &Credentials) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    let exposed = |secret: &SecretString| Value::from(secret.expose_secret());
    match credentials {
        Credentials::OAuth2(tokens) => {
            put("accessToken", exposed(&tokens.access_token));
            put("tokenType", Value::from(tokens.token_type.clone()));
            if let Some(refresh) = &tokens.refresh_token {
                put("refreshToken", exposed(refresh));
            }
            if !tokens.scopes.is_empty() {
                put("scopes", Value::from(tokens.scopes.clone()));
            }
            for (name, value) in &tokens.others {
                put(name, exposed(value));
            }
        }
        Credentials::OAuth1(oauth1) => {
            put("consumerKey", Value::from(oauth1.consumer_key.clone()));
            if let Some(token) = &oauth1.token {
                put("accessToken", exposed(token));
            }
            if let Some(secret) = &oauth1.token_secret {
                put("accessTokenSecret", exposed(secret));
            }
        }
        Credentials::Basic { username, password } => {
            put("username", exposed(username));
            put("password", exposed(password));
        }
        Credentials::Other { headers, query } => {
            for (name, value) in headers.iter().chain(query) {
                put(name, exposed(value));
            }
        }
    }
    fields
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Session {
    /// Signs a request of a client with what the client is signed in with, if its method wants that.
    pub(super) fn sign(&self, client: u32, method: Option<(&[u32], u32)>, request: &mut Request) {
        let clients = self.clients.borrow();
        if let Some(credentials) = clients.get(client).and_then(|client| client.credentials(method)) {
            credentials::sign(request, credentials);
        }
    }
}
