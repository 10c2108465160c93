//! Signing calls with the credentials of their client, again when a token has expired or the server refuses it.

use std::time::Duration;

use apinb_auth::credentials::Credentials;
use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorized::{Authorized, Renewed};
use apinb_auth::sign_in::secrets::register_token_secrets;
use apinb_auth::store::StoreError;
use apinb_auth::tokens::Tokens;
use apinb_auth::{credentials, wire};
use apinb_http::exchange::{Call, HttpError, Request, Response};
use apinb_http::network::{Calls, Network};
use apinb_record::call::CallPurpose;
use apinb_record::run::ConsoleLevel;
use apinb_text::secret::handle::{HandleError, SecretName};
use tokio_util::sync::CancellationToken;

use crate::clients::SignedIn;
use crate::session::Session;

/// Signs one call.
#[derive(Default)]
pub(crate) struct Signer {
    credentials: Vec<SignedIn>,
    /// The name of the client, for messages.
    client: String,
    /// The tokens that the call was last signed with.
    used: Vec<(Authorized, Tokens)>,
}

/// A call cannot be signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SigningError {
    /// The key cannot sign.
    #[error("{0}")]
    Key(#[from] apinb_auth::rsa_key::KeyError),
    /// The tokens have expired.
    #[error("the token has expired or was revoked, and cannot be renewed: {0}")]
    Renewal(#[source] AuthError),
    /// The request goes to a host that the credentials are not bound to.
    #[error(transparent)]
    Elsewhere(HandleError),
    /// It cannot be sent as it is.
    #[error(transparent)]
    Request(#[from] HttpError),
}

impl Session {
    /// The signer of a call of a client.
    pub(crate) fn signer(&self, client: u32, method: Option<(&[u32], u32)>) -> Signer {
        let clients = self.clients.borrow();
        let Some(client) = clients.get(client) else { return Signer::default() };
        Signer { credentials: client.credentials(method), client: client.name.clone(), used: Vec::new() }
    }

    /// Takes the calls of a sign-in, whose secrets the redactor knows then.
    pub(crate) fn redacted(&self, calls: &Calls) -> Vec<Call> {
        let calls = calls.take();
        calls.iter().for_each(|call| wire::register_secrets(&self.redactor, call));
        calls
    }

    /// Gets new tokens in place of `stale`. Blocks.
    fn renew(&self, stale: &Stale) -> Result<(), SigningError> {
        let (network, calls) = self.network.recorded();
        let renewed = stale.renew(&network, &self.cancel());
        self.renewed(&calls, renewed)
    }

    /// [`Self::renew`] on another thread. The cell waits for it as for a call.
    async fn renew_in_background(&self, stale: Stale) -> Result<(), SigningError> {
        let (network, calls) = self.network.recorded();
        let cancel = self.cancel();
        let task = tokio::task::spawn_blocking(move || stale.renew(&network, &cancel));
        let purpose = CallPurpose::Authentication;
        let renewed = self.in_flight.wait(&self.clock, Duration::ZERO, task, calls.clone(), purpose).await;
        // Only a runtime that ends gives no outcome.
        self.renewed(&calls, renewed.unwrap_or(Err(AuthError::Interrupted)))
    }

    fn renewed(&self, calls: &Calls, renewed: Result<Renewed, AuthError>) -> Result<(), SigningError> {
        if let Ok(Renewed { tokens, unkept }) = &renewed {
            register_token_secrets(&self.redactor, tokens);
            self.warn_unkept(unkept.as_ref());
        }
        for call in self.redacted(calls) {
            self.log.exchange(call, CallPurpose::Authentication);
        }
        renewed.map(|_| ()).map_err(SigningError::Renewal)
    }
}

impl Session {
    /// Warns if tokens could not be stored for later runs.
    pub(crate) fn warn_unkept(&self, unkept: Option<&StoreError>) {
        if let Some(error) = unkept {
            self.log.write(ConsoleLevel::Warn, &self.redactor.redact(&error.warning()));
        }
    }
}

/// Tokens that must be renewed.
struct Stale {
    authorized: Authorized,
    tokens: Tokens,
}

impl Stale {
    fn renew(&self, network: &Network, cancel: &CancellationToken) -> Result<Renewed, AuthError> {
        self.authorized.renew(&self.tokens, network, cancel)
    }
}

/// What a new signature may help after a call was refused.
struct Refusal {
    /// The server has sent a challenge.
    is_challenge: bool,
    stale: Vec<Stale>,
}

impl Refusal {
    fn is_worth_repeating(&self) -> bool {
        self.is_challenge || !self.stale.is_empty()
    }
}

impl Signer {
    /// Signs a request; renews tokens that have expired before that. Blocks.
    pub(crate) fn sign(&mut self, session: &Session, request: &mut Request) -> Result<(), SigningError> {
        self.check_host(session, request)?;
        for stale in self.expired() {
            session.renew(&stale)?;
        }
        self.put_on(session, request)
    }

    /// [`Self::sign`] without blocking.
    pub(crate) async fn sign_in_background(
        &mut self,
        session: &Session,
        request: &mut Request,
    ) -> Result<(), SigningError> {
        self.check_host(session, request)?;
        for stale in self.expired() {
            session.renew_in_background(stale).await?;
        }
        self.put_on(session, request)
    }

    /// Whether it has no credentials.
    pub(crate) fn is_empty(&self) -> bool {
        self.credentials.is_empty()
    }

    /// Whether a call that was refused is worth signing and sending again. Blocks while tokens are renewed.
    pub(crate) fn is_refused(&self, session: &Session, response: &Response) -> Result<bool, SigningError> {
        let refusal = self.refusal(response);
        refusal.stale.iter().try_for_each(|stale| session.renew(stale))?;
        Ok(refusal.is_worth_repeating())
    }

    /// [`Self::is_refused`] without blocking.
    pub(crate) async fn is_refused_in_background(
        &self,
        session: &Session,
        response: &Response,
    ) -> Result<bool, SigningError> {
        let refusal = self.refusal(response);
        let is_worth_repeating = refusal.is_worth_repeating();
        for stale in refusal.stale {
            session.renew_in_background(stale).await?;
        }
        Ok(is_worth_repeating)
    }

    /// Credentials sign requests to the hosts that they are bound to, and to mock servers.
    fn check_host(&self, session: &Session, request: &Request) -> Result<(), SigningError> {
        let url = session.network.real_url(&request.url)?;
        let is_elsewhere = |signed_in: &SignedIn| signed_in.bound.as_ref().is_some_and(|bound| !bound.allows(&url));
        if !session.network.is_routed(&url) && self.credentials.iter().any(is_elsewhere) {
            let name = SecretName { client: Some(self.client.clone()), kind: "credentials".to_owned() };
            return Err(SigningError::Elsewhere(HandleError::elsewhere(&name, &request.url)));
        }
        Ok(())
    }

    /// The tokens that have expired and can be renewed.
    fn expired(&self) -> Vec<Stale> {
        let authorized = self.credentials.iter().filter_map(|signed_in| match &signed_in.credentials {
            Credentials::OAuth2(authorized) => Some(authorized),
            _ => None,
        });
        let expired = authorized.filter(|authorized| authorized.has_ended() && authorized.is_renewable());
        expired.map(|authorized| Stale { authorized: authorized.clone(), tokens: authorized.tokens() }).collect()
    }

    fn put_on(&mut self, session: &Session, request: &mut Request) -> Result<(), SigningError> {
        self.used.clear();
        for SignedIn { credentials, .. } in &self.credentials {
            if let Credentials::OAuth2(authorized) = credentials {
                self.used.push((authorized.clone(), authorized.tokens()));
            }
            let as_sent = credentials.sign_the_whole().then(|| session.network.with_secrets(request)).transpose()?;
            credentials::sign(request, as_sent.as_ref(), credentials)?;
        }
        Ok(())
    }

    fn refusal(&self, response: &Response) -> Refusal {
        let mut refusal = Refusal { is_challenge: false, stale: Vec::new() };
        if response.status != 401 {
            return refusal;
        }
        for SignedIn { credentials, .. } in &self.credentials {
            if let Credentials::Digest(digest) = credentials {
                refusal.is_challenge |= digest.is_challenged(response);
            }
            if let Credentials::OAuth1(oauth1) = credentials {
                oauth1.forget();
            }
        }
        for (authorized, used) in &self.used {
            if authorized.is_renewable() {
                refusal.stale.push(Stale { authorized: authorized.clone(), tokens: used.clone() });
            } else {
                authorized.forget(used);
            }
        }
        refusal
    }
}
