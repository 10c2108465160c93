//! `API.authenticate`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use apinb_auth::bound;
use apinb_auth::credentials::Credentials;
use apinb_auth::person::Person;
use apinb_auth::sign_in;
use apinb_auth::sign_in::choose::choose;
use apinb_auth::sign_in::error::SignInError;
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_auth::sign_in::request::SignIn;
use apinb_auth::sign_in::{options, secrets, shown};
use apinb_auth::visitor::Visitor;
use apinb_definition::model::SecurityScheme;
use apinb_http::exchange::{HttpError, Response};
use apinb_record::call::CallPurpose;
use apinb_record::run::ConsoleLevel;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::display::quote::quote_series;
use apinb_text::secret::bound::BoundHosts;
use apinb_text::secret::handle::SecretName;
use deno_core::{OpState, op2, v8};
use serde_json::{Map, Value};
use url::Url;

use super::unknown_option::UnknownOption;
use crate::clients::SignedIn;
use crate::session::{Session, TokenEndpoint};

/// How long a person may take to sign in.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(300);

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum AuthenticateError {
    #[class(generic)]
    #[error("{message}")]
    SignIn { message: String, help: String },
    #[class("PolicyError")]
    #[error("{message}")]
    Refused { message: String, help: String },
    #[class(generic)]
    #[error("there is no such client")]
    UnknownClient,
    #[class(type)]
    #[error(transparent)]
    UnknownOption(#[from] UnknownOption),
}

impl AuthenticateError {
    fn help(&self) -> String {
        match self {
            Self::SignIn { help, .. } | Self::Refused { help, .. } => help.clone(),
            Self::UnknownClient => String::new(),
            Self::UnknownOption(option) => option.help.clone(),
        }
    }

    /// With its causes, redacted.
    fn new(session: &Session, error: &SignInError) -> Self {
        let message = session.redactor.redact(&with_causes(error)).into_owned();
        let first: &(dyn std::error::Error + 'static) = error;
        let mut causes = std::iter::successors(Some(first), |cause| cause.source());
        let refusal = causes.find_map(|cause| match cause.downcast_ref() {
            Some(HttpError::Refused { refusal }) => Some(refusal),
            _ => None,
        });
        if let Some(refusal) = refusal {
            return Self::Refused { message, help: refusal.help() };
        }
        Self::SignIn { message, help: error.help().unwrap_or_default() }
    }
}

/// Signs a client in and returns the tokens, as handles. `parameters` are values for the scheme's URIs, `base_uri` the one
/// that the notebook sets.
#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[serde]
pub(super) fn op_authenticate(
    scope: &mut v8::PinScope<'_, '_>,
    state: &OpState,
    client: u32,
    #[string] method: Option<String>,
    #[serde] options: Map<String, Value>,
    #[serde] parameters: BTreeMap<String, String>,
    #[string] base_uri: Option<String>,
) -> Result<Map<String, Value>, AuthenticateError> {
    let session = Session::of(state);
    let attempt = session.attempt(client, base_uri.as_deref()).ok_or(AuthenticateError::UnknownClient)?;
    let nothing = BTreeMap::new();
    let outside = session.settings.auth.get(&attempt.client).unwrap_or(&nothing);
    let failed = |error: &SignInError| AuthenticateError::new(&session, error);
    let given = ProvidedFields { options: &options, outside };
    let scheme = choose(&attempt.schemes, method.as_deref(), &given).map_err(|error| failed(&error))?;
    for (name, _) in options.iter().filter(|(name, value)| !value.is_null() && !options::is_known(name, scheme)) {
        session.unknown_option(scope, name, options::listed())?;
    }
    let parameters = attempt.plain_parameters(&session, parameters)?;
    let token = session.settings.token(&attempt.client);
    let before = session.clients.borrow().get(client).and_then(|client| client.sign_in_options.clone());
    let of_token = token.and_then(|token| sign_in::with_token(&scheme.kind, token));
    if before.is_some_and(|before| before != options) {
        session.warn_of_replaced(&attempt.client, given, of_token.is_some());
    }
    let (credentials, bound) = match of_token {
        Some(credentials) => (credentials, attempt.bound.fork()),
        None => session.sign_in(&attempt, scheme, given, &parameters, true)?,
    };
    secrets::register_secrets(&session.redactor, &credentials);
    if let Credentials::OAuth2(authorized) = &credentials {
        bound::add_response_hosts(&bound, &authorized.tokens().others);
        session.client_hosts.extend(&bound);
    }
    let secret = |kind: &str, secret: &str| session.handle(&attempt.client, kind, secret, &bound);
    let shown = shown::shown(&credentials, &secret);
    // What the notebook has itself it may send anywhere.
    let texts: Vec<&str> = options.values().flat_map(texts).collect();
    let is_own = shown::secrets_of(&credentials).iter().all(|secret| texts.contains(&secret.as_str()));
    let signed_in = SignedIn { credentials, bound: (!is_own).then_some(bound) };
    if let Some(client) = session.clients.borrow_mut().get_mut(client) {
        client.sign_in(&scheme.name, signed_in);
        client.sign_in_options = Some(options.clone());
    }
    Ok(shown)
}

/// The texts of an option, those of a group of options included.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(fields) => fields.values().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A client that is about to sign in.
pub(super) struct Attempt {
    client: String,
    schemes: Vec<SecurityScheme>,
    /// The hosts of its API.
    bound: BoundHosts,
}

impl Attempt {
    /// The parameters with the secrets of which the notebook has handles: as parts of URIs of the client.
    fn plain_parameters(
        &self,
        session: &Session,
        parameters: BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, AuthenticateError> {
        let plain = |(name, value): (String, String)| Ok((name, session.plain(&value, &self.bound)?.into_owned()));
        parameters.into_iter().map(plain).collect()
    }
}

impl Session {
    /// A sign-in of a client; none for an unknown client.
    pub(super) fn attempt(&self, client: u32, base_uri: Option<&str>) -> Option<Attempt> {
        let clients = self.clients.borrow();
        let client = clients.get(client)?;
        let definition = client.definition();
        let base_uri = client.base.of_notebook(base_uri);
        let provided = client.base.provided.as_deref();
        let bound = bound::of_api(definition, provided, base_uri.as_deref(), self.answers.clone());
        Some(Attempt { client: client.name.clone(), schemes: definition.security_schemes.clone(), bound })
    }

    /// Warns if overrides replace what a second sign-in of a client spells out: it may be another user's. `by_token`: a
    /// token replaces all of it.
    fn warn_of_replaced(&self, client: &str, given: ProvidedFields<'_>, by_token: bool) {
        if by_token {
            let message = format!("the token that you have passed for `{client}` replaces this second sign-in");
            return self.log.write(ConsoleLevel::Warn, &message);
        }
        let handles = self.network.handles();
        let is_replaced = |name: &str, value: &Value| {
            value.as_str().filter(|text| !text.is_empty()).is_some_and(|text| {
                let plain = handles.resolve_anywhere(text).unwrap_or(Cow::Borrowed(text));
                given.replacement(name, &plain).is_some()
            })
        };
        let options = given.options.iter().filter(|(name, value)| is_replaced(name, value));
        let replaced: Vec<&String> = options.map(|(name, _)| name).collect();
        if !replaced.is_empty() {
            let names = self.redactor.redact(&quote_series(&replaced, "and")).into_owned();
            let message = format!("`--auth` or `[clients.{client}.auth]` replaces {names} of this second sign-in");
            self.log.write(ConsoleLevel::Warn, &message);
        }
    }

    /// `text` with the secrets in place of their handles, for a use that reaches the hosts `bound`.
    fn plain<'t>(&self, text: &'t str, bound: &BoundHosts) -> Result<Cow<'t, str>, AuthenticateError> {
        let handles = self.network.handles();
        let resolved = match self.settings.is_offline() {
            true => handles.resolve_anywhere(text),
            false => handles.resolve_for(text, bound),
        };
        resolved.map_err(|error| AuthenticateError::Refused { message: error.to_string(), help: error.help() })
    }

    /// The handle of a secret of a client; the secret itself, if the user exposes those of the client.
    pub(super) fn handle(&self, client: &str, kind: &str, secret: &str, bound: &BoundHosts) -> String {
        if secret.is_empty() || self.settings.exposed.contains(client) {
            return secret.to_owned();
        }
        let name = SecretName { client: Some(client.to_owned()), kind: kind.to_owned() };
        let handle = self.network.handles().add(secret, &name, bound);
        self.redactor.add(&handle);
        handle
    }

    /// A response to JavaScript's own request to the token endpoint of a sign-in, with handles in place of its secrets: the
    /// request may have got them for a handle.
    pub(super) fn hide_tokens(&self, url: &Url, response: &mut Response) {
        let endpoints = self.token_endpoints.borrow();
        let is_called = |endpoint: &&TokenEndpoint| {
            [url, &response.url].iter().any(|url| shown::is_same_endpoint(url, &endpoint.url))
        };
        let Some(endpoint) = endpoints.iter().find(is_called) else { return };
        let secret = |kind: &str, secret: &str| {
            self.redactor.add(secret);
            self.handle(&endpoint.client, kind, secret, &endpoint.bound)
        };
        if let Some(body) = shown::hide_secrets(&response.body, &secret) {
            response.body = body.into();
        }
    }

    /// The options with the secrets in place of their handles.
    fn plain_options(
        &self,
        options: &Map<String, Value>,
        bound: &BoundHosts,
    ) -> Result<Map<String, Value>, AuthenticateError> {
        let mut plain = options.clone();
        let groups = plain.values_mut().flat_map(|value| match value {
            Value::Object(fields) => fields.values_mut().collect(),
            Value::Array(items) => items.iter_mut().collect(),
            other => vec![other],
        });
        for value in groups {
            if let Value::String(text) = value
                && let Cow::Owned(resolved) = self.plain(text, bound)?
            {
                *text = resolved;
            }
        }
        Ok(plain)
    }

    /// Signs in; returns the hosts that the credentials are bound to, too. `asks`: a person may be asked.
    pub(super) fn sign_in(
        &self,
        attempt: &Attempt,
        scheme: &SecurityScheme,
        given: ProvidedFields<'_>,
        parameters: &BTreeMap<String, String>,
        asks: bool,
    ) -> Result<(Credentials, BoundHosts), AuthenticateError> {
        given.register_secrets(&self.redactor);
        let (network, calls) = self.network.recorded();
        let cancel = self.cancel();
        let visitor = Visitor::new(&network, &cancel);
        let person: Option<&dyn Person> = if self.settings.is_offline() { Some(&visitor) } else { self.host.person() };
        let person = person.filter(|_| asks);
        let sign_in = SignIn {
            client: &attempt.client,
            scheme,
            given,
            parameters,
            bound: &attempt.bound,
            person,
            // A mock server's tokens are of no use to another run.
            store: self.settings.token_store.as_ref().filter(|_| !self.settings.is_offline()),
            network: &network,
            redactor: &self.redactor,
            cancel: &cancel,
            limit: SIGN_IN_TIMEOUT,
        };
        let bound = sign_in.bound_hosts();
        self.client_hosts.extend(&bound);
        let options = self.plain_options(given.options, &bound)?;
        let sign_in = SignIn { given: ProvidedFields { options: &options, ..given }, ..sign_in };
        for address in sign_in.token_addresses() {
            self.ask_for(&address);
            let endpoint = TokenEndpoint { url: address, client: attempt.client.clone(), bound: bound.clone() };
            self.token_endpoints.borrow_mut().push(endpoint);
        }
        if !self.settings.is_offline() {
            for warning in sign_in.warnings() {
                self.log.write(ConsoleLevel::Warn, &warning);
            }
        }
        self.watchdog.pause();
        let signed_in = sign_in.credentials();
        self.watchdog.resume();
        if let Ok(signed_in) = &signed_in {
            shown::secrets_of(&signed_in.credentials).iter().for_each(|secret| self.redactor.add(secret));
        }
        for mut call in self.redacted(&calls) {
            let is_routed = network.is_routed(&call.request.url);
            let mut record = self.log.record(&mut call, CallPurpose::Authentication);
            // The sign-in page redirects to a local listener; the call counts as mocked if a mock server responded
            // first.
            record.mocked |= is_routed;
            self.log.call(record);
        }
        let signed_in = signed_in.map_err(|error| AuthenticateError::new(self, &error))?;
        self.warn_unkept(signed_in.unkept.as_ref());
        Ok((signed_in.credentials, bound))
    }
}
