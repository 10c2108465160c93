//! `API.authenticate`.

use std::collections::BTreeMap;
use std::time::Duration;

use apinb_auth::person::Person;
use apinb_auth::sign_in;
use apinb_auth::sign_in::choose::choose;
use apinb_auth::sign_in::error::SignInError;
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_auth::sign_in::request::SignIn;
use apinb_auth::sign_in::secrets;
use apinb_auth::visitor::Visitor;
use apinb_definition::model::SecurityScheme;
use apinb_http::exchange::HttpError;
use apinb_record::call::CallPurpose;
use apinb_record::run::ConsoleLevel;
use apinb_text::diagnostic::causes::with_causes;
use deno_core::{OpState, op2};
use serde_json::{Map, Value};

use crate::calls;
use crate::session::Session;

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
    Refused { message: String, help: &'static str },
    #[class(generic)]
    #[error("there is no such client")]
    UnknownClient,
}

impl AuthenticateError {
    fn help(&self) -> String {
        match self {
            Self::SignIn { help, .. } => help.clone(),
            Self::Refused { help, .. } => (*help).to_owned(),
            Self::UnknownClient => String::new(),
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

/// Signs a client in and returns the tokens. `parameters` are values for the scheme's URIs.
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
    let session = Session::of(state);
    let (name, schemes) = {
        let clients = session.clients.borrow();
        let client = clients.get(client).ok_or(AuthenticateError::UnknownClient)?;
        (client.name.clone(), client.definition().security_schemes.clone())
    };
    let nothing = BTreeMap::new();
    let given = ProvidedFields { options: &options, outside: session.settings.auth.get(&name).unwrap_or(&nothing) };
    let signed_in = choose(&schemes, method.as_deref(), &given).and_then(|scheme| {
        let token = session.settings.token(&name);
        let credentials = match token.and_then(|token| sign_in::with_token(&scheme.kind, token)) {
            Some(credentials) => credentials,
            None => session.sign_in(&name, scheme, given, &parameters)?,
        };
        Ok((scheme, credentials))
    });
    let (scheme, credentials) = signed_in.map_err(|error| AuthenticateError::new(&session, &error))?;
    secrets::register_secrets(&session.redactor, &credentials);
    let shown = sign_in::shown(&credentials);
    if let Some(client) = session.clients.borrow_mut().get_mut(client) {
        client.sign_in(&scheme.name, credentials);
    }
    Ok(shown)
}

impl Session {
    fn sign_in(
        &self,
        client: &str,
        scheme: &SecurityScheme,
        given: ProvidedFields<'_>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<apinb_auth::credentials::Credentials, SignInError> {
        given.register_secrets(&self.redactor);
        let (network, calls) = self.network.recorded();
        let cancel = self.cancel();
        let visitor = Visitor::new(&network, &cancel);
        let person: Option<&dyn Person> = if self.settings.mock { Some(&visitor) } else { self.host.person() };
        let sign_in = SignIn {
            client,
            scheme,
            given,
            parameters,
            person,
            // A mock server's tokens are of no use to another run.
            store: self.settings.token_store.as_ref().filter(|_| !self.settings.mock),
            network: &network,
            redactor: &self.redactor,
            cancel: &cancel,
            limit: SIGN_IN_TIMEOUT,
        };
        for address in sign_in.token_addresses() {
            self.ask_for(&address);
        }
        if !self.settings.mock {
            for warning in sign_in.warnings() {
                self.log.write(ConsoleLevel::Warn, &warning);
            }
        }
        self.watchdog.pause();
        let signed_in = sign_in.credentials();
        self.watchdog.resume();
        for call in self.redacted(&calls) {
            let mut record = calls::record(&call, CallPurpose::Authentication, &self.redactor);
            // The sign-in page redirects to a local listener; the call counts as mocked if a mock server responded
            // first.
            record.mocked |= network.is_routed(&call.request.url);
            self.log.call(record);
        }
        signed_in
    }
}
