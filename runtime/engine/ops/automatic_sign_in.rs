//! Sign-ins that no cell asks for: with the credentials that the user has passed for a client, and after the challenge of a
//! server, as a browser does.

use std::collections::BTreeMap;

use apinb_auth::credentials::Credentials;
use apinb_auth::sign_in::choose::{are_credentials, is_complete};
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_auth::sign_in::{self, secrets};
use apinb_client::request::server;
use apinb_definition::model::{SecurityKind, SecurityScheme};
use apinb_http::exchange::Response;
use apinb_record::run::ConsoleLevel;
use apinb_text::web::host::host;
use secrecy::ExposeSecret;
use serde_json::Map;
use url::Url;

use crate::clients::SignedIn;
use crate::session::Session;

impl Session {
    /// Signs a new client in with what the user has passed for it, as far as that needs no request.
    pub(super) fn sign_in_from_outside(&self, id: u32) {
        let Some((name, schemes)) = self.schemes(id) else { return };
        let (options, nothing) = (Map::new(), BTreeMap::new());
        let given = ProvidedFields { options: &options, outside: self.settings.auth.get(&name).unwrap_or(&nothing) };
        let token = self.settings.token(&name);
        if let Some(token) = token {
            self.redactor.add(token.expose_secret());
        }
        for scheme in schemes {
            let credentials = match token.and_then(|token| sign_in::with_token(&scheme.kind, token)) {
                Some(credentials) => Some(credentials),
                None if are_credentials(&scheme, &given) => self.sign_in_alone(id, &scheme, given),
                None => None,
            };
            if let Some(credentials) = credentials {
                self.signed_in(id, &scheme.name, credentials);
            }
        }
    }

    /// Signs a client in after a server has refused a call without credentials. Returns whether the call is worth
    /// repeating. Blocks.
    pub(crate) fn sign_in_when_refused(
        &self,
        id: u32,
        method: Option<(&[u32], u32)>,
        url: &Url,
        response: &Response,
    ) -> bool {
        let Ok(real) = self.network.real_url(url) else { return false };
        let (wanted, is_signed_in, is_own) = {
            let clients = self.clients.borrow();
            let Some(client) = clients.get(id) else { return false };
            (client.schemes(method), !client.credentials(method).is_empty(), client.bound.allows(&real))
        };
        // Another call may have signed in meanwhile.
        if is_signed_in || !is_own || self.settings.is_offline() {
            return is_signed_in;
        }
        let Some((name, schemes)) = self.schemes(id) else { return false };
        let (options, nothing) = (Map::new(), BTreeMap::new());
        let given = ProvidedFields { options: &options, outside: self.settings.auth.get(&name).unwrap_or(&nothing) };
        if let Some(scheme) = wanted.iter().find(|scheme| is_complete(scheme, &given)) {
            let Some(credentials) = self.sign_in_alone(id, scheme, given) else { return false };
            self.signed_in(id, &scheme.name, credentials);
            return true;
        }
        let Some(challenged) = challenged(response) else { return false };
        let is_of_kind = |scheme: &&SecurityScheme| same_kind(&scheme.kind, &challenged.kind);
        let scheme = wanted.iter().chain(&schemes).find(is_of_kind).cloned().unwrap_or(challenged);
        let credentials = match is_complete(&scheme, &given) {
            true => self.sign_in_alone(id, &scheme, given),
            false if self.host.person().is_some() => {
                // The prompt names the server, as a browser's does.
                let name = format!("{} at {}", scheme.name, host(&real).unwrap_or_default());
                // A person who enters nothing leaves the response as it is.
                self.sign_in_with(id, &SecurityScheme { name, ..scheme }, given, true).ok()
            }
            false => None,
        };
        let Some(credentials) = credentials else { return false };
        if let Credentials::Digest(digest) = &credentials {
            let _ = digest.is_challenged(response);
        }
        if let Some(client) = self.clients.borrow_mut().get_mut(id) {
            let bound = Some(client.bound.clone());
            client.sign_in_by_challenge(SignedIn { credentials, bound });
        }
        true
    }

    /// The server has refused the credentials that it asked for.
    pub(crate) fn forget_challenge(&self, id: u32) {
        if let Some(client) = self.clients.borrow_mut().get_mut(id) {
            client.forget_challenge();
        }
    }

    /// The name of a client, and the security schemes of its definition.
    fn schemes(&self, id: u32) -> Option<(String, Vec<SecurityScheme>)> {
        let clients = self.clients.borrow();
        let client = clients.get(id)?;
        Some((client.name.clone(), client.definition().security_schemes.clone()))
    }

    /// Signs in without a person. A failure leaves the calls unsigned, with a warning.
    fn sign_in_alone(&self, id: u32, scheme: &SecurityScheme, given: ProvidedFields<'_>) -> Option<Credentials> {
        match self.sign_in_with(id, scheme, given, false) {
            Ok(credentials) => Some(credentials),
            Err(message) => {
                self.log.write(ConsoleLevel::Warn, &message);
                None
            }
        }
    }

    fn sign_in_with(
        &self,
        id: u32,
        scheme: &SecurityScheme,
        given: ProvidedFields<'_>,
        asks: bool,
    ) -> Result<Credentials, String> {
        let attempt = self.attempt(id, None).ok_or_else(String::new)?;
        let parameters = self.clients.borrow().get(id).map(|client| server::defaults(client.definition()));
        let signed_in = self.sign_in(&attempt, scheme, given, &parameters.unwrap_or_default(), asks);
        let (credentials, _) = signed_in.map_err(|error| error.to_string())?;
        secrets::register_secrets(&self.redactor, &credentials);
        Ok(credentials)
    }

    fn signed_in(&self, id: u32, scheme: &str, credentials: Credentials) {
        if let Some(client) = self.clients.borrow_mut().get_mut(id) {
            let bound = Some(client.bound.clone());
            client.sign_in(scheme, SignedIn { credentials, bound });
        }
    }
}

/// The scheme by which a server wants to be signed in to (RFC 9110, section 11.6.1), if a user name and a password do.
fn challenged(response: &Response) -> Option<SecurityScheme> {
    let challenges = response.headers.iter().filter(|(name, _)| name == "www-authenticate");
    let kinds = challenges.filter_map(|(_, value)| {
        let kind = value.split_whitespace().next()?.trim_end_matches(',');
        [("Digest", SecurityKind::Digest), ("Basic", SecurityKind::Basic)]
            .into_iter()
            .find(|(name, _)| kind.eq_ignore_ascii_case(name))
    });
    // A password is not sent where a response to a challenge does.
    let (name, kind) = kinds.min_by_key(|(_, kind)| matches!(kind, SecurityKind::Basic))?;
    Some(SecurityScheme::new(name, kind))
}

fn same_kind(a: &SecurityKind, b: &SecurityKind) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}
