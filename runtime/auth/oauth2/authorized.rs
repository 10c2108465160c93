//! Tokens in use: they are renewed when they end, by one call at a time, in this process and among processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use apinb_http::network::Network;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::{OAuth2Request, refresh};
use crate::AuthError;
use crate::credentials::Tokens;
use crate::store::{Kept, Key, Store};

/// A token that ends within this time counts as ended: the call has to arrive as well.
const MARGIN: Duration = Duration::from_secs(5);

/// Tokens, and how they are renewed. A clone shares them.
#[derive(Clone, Debug)]
pub struct Authorized(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tokens: Mutex<Tokens>,
    renewal: Option<Renewal>,
    /// The server has refused to renew them: asking again is no use.
    is_refused: AtomicBool,
}

/// How tokens are renewed.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Where, and by which client.
    pub request: OAuth2Request,
    /// Where the new ones are kept.
    pub kept: Option<(Store, Key)>,
}

impl Authorized {
    /// Without `renewal` the tokens serve until they end.
    #[must_use]
    pub fn new(tokens: Tokens, renewal: Option<Renewal>) -> Self {
        Self(Arc::new(Inner { tokens: Mutex::new(tokens), renewal, is_refused: AtomicBool::new(false) }))
    }

    /// The tokens as they are now.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the access token has ended, as far as its server said when it would.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        has_ended(&self.tokens())
    }

    /// Whether new tokens can be had without a person.
    #[must_use]
    pub fn is_renewable(&self) -> bool {
        self.0.renewal.as_ref().is_some_and(|renewal| renewal.request.access_token_uri.is_some())
            && self.tokens().refresh_token.is_some()
            && !self.0.is_refused.load(Ordering::Relaxed)
    }

    /// `used` are of no use any more: they are not kept for a later run, unless others are kept already.
    pub fn forget(&self, used: &Tokens) {
        let Some((store, key)) = self.0.renewal.as_ref().and_then(|renewal| renewal.kept.as_ref()) else { return };
        if store.get(key).is_some_and(|kept| is_same(&kept.tokens, used)) {
            // A run that ends otherwise is none the worse.
            let _ = store.forget(key);
        }
    }

    /// Gets new tokens in the place of `used`; where somebody else has got them meanwhile, those. Blocks.
    ///
    /// # Errors
    /// As [`AuthError`] says; without a refresh token [`AuthError::NotRenewable`].
    pub fn renew(&self, used: &Tokens, network: &Network, cancel: &CancellationToken) -> Result<Tokens, AuthError> {
        let mut tokens = self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_same(&tokens, used) {
            return Ok(tokens.clone());
        }
        let Some(renewal) = &self.0.renewal else { return Err(AuthError::NotRenewable) };
        // Another process may have the same tokens: a refresh token often serves once only.
        let turn = match &renewal.kept {
            Some((store, key)) => Some(store.lock(key, cancel).map_err(AuthError::Store)?),
            None => None,
        };
        let kept = renewal.kept.as_ref().and_then(|(store, key)| store.get(key)).map(|kept| kept.tokens);
        let latest = kept.filter(|kept| !is_same(kept, used));
        if let Some(latest) = latest.as_ref().filter(|latest| !has_ended(latest)) {
            *tokens = latest.clone();
            return Ok(latest.clone());
        }
        let token = latest.as_ref().unwrap_or(used).refresh_token.as_ref().ok_or(AuthError::NotRenewable)?;
        let renewed = refresh(network, &renewal.request, token, cancel).inspect_err(|error| {
            let passes = matches!(error, AuthError::Interrupted | AuthError::Unreachable { .. });
            self.0.is_refused.store(!passes, Ordering::Relaxed);
            // They were taken back (RFC 6749 section 5.2): a later run has to sign in.
            if matches!(error, AuthError::TokenRefused { code, .. } if code == "invalid_grant") {
                self.forget(latest.as_ref().unwrap_or(used));
            }
        })?;
        *tokens = renewed.clone();
        if let Some((store, key)) = &renewal.kept {
            keep(store, key, &renewal.request, &renewed)?;
        }
        drop(turn);
        Ok(renewed)
    }
}

/// Keeps tokens for the next run.
pub(crate) fn keep(store: &Store, key: &Key, request: &OAuth2Request, tokens: &Tokens) -> Result<(), AuthError> {
    let kept = Kept {
        key: key.clone(),
        tokens: tokens.clone(),
        token_uri: request.access_token_uri.clone(),
        saved: SystemTime::now(),
    };
    store.keep(&kept).map_err(AuthError::Store)
}

pub(crate) fn has_ended(tokens: &Tokens) -> bool {
    tokens.expires.is_some_and(|end| end <= SystemTime::now() + MARGIN)
}

fn is_same(a: &Tokens, b: &Tokens) -> bool {
    a.access_token.expose_secret() == b.access_token.expose_secret()
}
