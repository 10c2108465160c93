//! Signing calls: with what the client is signed in with, anew when a token has ended or the server asks for it.

use apinb_auth::credentials::{self, Credentials, Tokens};
use apinb_auth::sign_in::hide_tokens;
use apinb_auth::{AuthError, oauth2::Authorized, wire};
use apinb_core::record::call::CallPurpose;
use apinb_http::exchange::{Call, Request, Response};
use apinb_http::network::Calls;

use crate::session::Session;

/// What signs one call.
#[derive(Default)]
pub(crate) struct Signer {
    credentials: Vec<Credentials>,
    /// The tokens that the call was signed with last.
    used: Vec<(Authorized, Tokens)>,
}

/// Why a call cannot be signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SigningError {
    /// The key is of no use.
    #[error("{0}")]
    Key(#[from] apinb_auth::oauth1::KeyError),
    /// The tokens have ended.
    #[error("the token has ended or was taken back, and cannot be renewed: {0}")]
    Renewal(#[source] AuthError),
}

impl Session {
    /// What signs a call of a client.
    pub fn signer(&self, client: u32, method: Option<(&[u32], u32)>) -> Signer {
        let clients = self.clients.borrow();
        let credentials = clients.get(client).map(|client| client.credentials(method)).unwrap_or_default();
        Signer { credentials, used: Vec::new() }
    }

    /// The calls of a sign-in, once nothing can show the secrets in them any more.
    pub fn hidden(&self, calls: &Calls) -> Vec<Call> {
        let calls = calls.take();
        calls.iter().for_each(|call| wire::hide(&self.redactor, call));
        calls
    }

    /// Gets new tokens in the place of `used`. Blocks.
    fn renew(&self, authorized: &Authorized, used: &Tokens) -> Result<(), SigningError> {
        let (network, calls) = self.network.recorded();
        let renewed = authorized.renew(used, &network, &self.cancel());
        if let Ok(tokens) = &renewed {
            hide_tokens(&self.redactor, tokens);
        }
        for call in self.hidden(&calls) {
            self.log.exchange(&call, CallPurpose::Authentication);
        }
        renewed.map(|_| ()).map_err(SigningError::Renewal)
    }
}

impl Signer {
    /// Signs a request; tokens that have ended are renewed before. Blocks.
    pub fn sign(&mut self, session: &Session, request: &mut Request) -> Result<(), SigningError> {
        self.used.clear();
        for credentials in &self.credentials {
            if let Credentials::OAuth2(authorized) = credentials {
                let mut tokens = authorized.tokens();
                if authorized.has_ended() && authorized.is_renewable() {
                    session.renew(authorized, &tokens)?;
                    tokens = authorized.tokens();
                }
                self.used.push((authorized.clone(), tokens));
            }
            credentials::sign(request, credentials)?;
        }
        Ok(())
    }

    /// Whether a call that was refused shall be signed and sent again. Blocks while tokens are renewed.
    pub fn is_refused(&self, session: &Session, response: &Response) -> Result<bool, SigningError> {
        if response.status != 401 {
            return Ok(false);
        }
        let mut again = false;
        for credentials in &self.credentials {
            if let Credentials::Digest(digest) = credentials {
                again |= digest.is_challenged(response);
            }
            if let Credentials::OAuth1(oauth1) = credentials {
                oauth1.forget();
            }
        }
        for (authorized, used) in &self.used {
            if authorized.is_renewable() {
                session.renew(authorized, used)?;
                again = true;
            } else {
                authorized.forget(used);
            }
        }
        Ok(again)
    }
}
