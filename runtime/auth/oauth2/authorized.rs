//! Tokens in use: they are renewed when they expire, by one call at a time, in this process and among processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use apinb_http::network::Network;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::error::AuthError;
use crate::oauth2::refresh::refresh;
use crate::oauth2::request::OAuth2Request;
use crate::store::key::{StoredTokens, TokenKey};
use crate::store::{Store, StoreError};
use crate::tokens::Tokens;

/// A token that expires within this time counts as expired, so that it is valid when the call arrives.
const MARGIN: Duration = Duration::from_secs(5);

/// Tokens, and how they are renewed. A clone shares them.
#[derive(Clone, Debug)]
pub struct Authorized(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Held only while they are read or replaced.
    tokens: Mutex<Tokens>,
    /// Held while tokens are renewed, which takes requests: only one renewal is under way.
    renewing: Mutex<()>,
    renewal: Option<Renewal>,
    /// The server has refused to renew them: they are not renewed again.
    is_refused: AtomicBool,
}

/// How tokens are renewed.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The endpoint, and the client.
    pub request: OAuth2Request,
    /// Where the new ones are stored.
    pub kept: Option<(Store, TokenKey)>,
}

/// The tokens that a renewal has got.
#[derive(Debug)]
pub struct Renewed {
    pub tokens: Tokens,
    /// Why they serve this run only: they could not be stored.
    pub unkept: Option<StoreError>,
}

impl Authorized {
    /// Without `renewal` the tokens are used until they expire.
    #[must_use]
    pub fn new(tokens: Tokens, renewal: Option<Renewal>) -> Self {
        Self(Arc::new(Inner {
            tokens: Mutex::new(tokens),
            renewing: Mutex::default(),
            renewal,
            is_refused: AtomicBool::new(false),
        }))
    }

    /// The current tokens.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, tokens: &Tokens) {
        *self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner) = tokens.clone();
    }

    /// Whether the access token has expired, if its server has announced when.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        has_ended(&self.tokens())
    }

    /// Whether new tokens are available without a person.
    #[must_use]
    pub fn is_renewable(&self) -> bool {
        self.0.renewal.as_ref().is_some_and(|renewal| renewal.request.renewal_uri().is_some())
            && self.tokens().refresh_token.is_some()
            && !self.0.is_refused.load(Ordering::Relaxed)
    }

    /// Removes `used` from the store, unless others have replaced them there.
    pub fn forget(&self, used: &Tokens) {
        let Some((store, key)) = self.0.renewal.as_ref().and_then(|renewal| renewal.kept.as_ref()) else { return };
        if store.get(key).is_ok_and(|kept| kept.is_some_and(|kept| is_same(&kept.tokens, used))) {
            // A failure does not matter to this run.
            let _ = store.forget(key);
        }
    }

    /// Gets new tokens in place of `used`; those that another call or process has got meanwhile, if any. Blocks, also on
    /// other processes; [`Self::tokens`] and what reads them does not wait for it.
    ///
    /// A refresh token can often be used only once. So a stored one is sent only if the store can write its entry: where it
    /// cannot, the token stays valid for a run that can.
    ///
    /// # Errors
    /// See [`AuthError`]; without a refresh token [`AuthError::NotRenewable`].
    pub fn renew(&self, used: &Tokens, network: &Network, cancel: &CancellationToken) -> Result<Renewed, AuthError> {
        let _renewing = self.0.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = self.tokens();
        if !is_same(&tokens, used) {
            return Ok(Renewed { tokens, unkept: None });
        }
        let Some(renewal) = &self.0.renewal else { return Err(AuthError::NotRenewable) };
        // Another process may have the same tokens.
        let lock = match renewal.kept.as_ref().map(|(store, key)| store.lock(key, cancel)).transpose() {
            Err(StoreError::Interrupted) => return Err(AuthError::Interrupted),
            lock => lock,
        };
        let kept = renewal.kept.as_ref().and_then(|(store, key)| store.get(key).ok().flatten()).map(|kept| kept.tokens);
        let latest = kept.as_ref().filter(|kept| !is_same(kept, used) && !is_older(kept, used));
        if let Some(latest) = latest.filter(|latest| !has_ended(latest)) {
            self.replace(latest);
            return Ok(Renewed { tokens: latest.clone(), unkept: None });
        }
        let token = latest.unwrap_or(used).refresh_token.as_ref().ok_or(AuthError::NotRenewable)?;
        let is_token = |stored: &SecretString| stored.expose_secret() == token.expose_secret();
        let is_stored = kept.as_ref().and_then(|kept| kept.refresh_token.as_ref()).is_some_and(is_token);
        let (_lock, unlocked) = match lock {
            Ok(lock) => (lock, None),
            Err(error) if is_stored => return Err(AuthError::Store(error)),
            Err(error) => (None, Some(error)),
        };
        let renewed = refresh(network, &renewal.request, token, cancel).inspect_err(|error| {
            let passes = matches!(error, AuthError::Interrupted | AuthError::Unreachable { .. });
            self.0.is_refused.store(!passes, Ordering::Relaxed);
            // They were revoked (RFC 6749 section 5.2): a later run must sign in.
            if matches!(error, AuthError::TokenRefused { code, .. } if code == "invalid_grant") {
                self.forget(latest.unwrap_or(used));
            }
        })?;
        self.replace(&renewed);
        let unkept = match (&renewal.kept, unlocked) {
            (Some((store, key)), None) => store.keep(&stored(key, &renewal.request, &renewed)).err(),
            (_, unlocked) => unlocked,
        };
        Ok(Renewed { tokens: renewed, unkept })
    }
}

/// Tokens as the store has them for the next run.
pub(crate) fn stored(key: &TokenKey, request: &OAuth2Request, tokens: &Tokens) -> StoredTokens {
    StoredTokens {
        key: key.clone(),
        tokens: tokens.clone(),
        token_uri: request.renewal_uri().cloned(),
        saved: SystemTime::now(),
    }
}

pub(crate) fn has_ended(tokens: &Tokens) -> bool {
    tokens.expires.is_some_and(|end| end <= SystemTime::now() + MARGIN)
}

/// Whether stored tokens are from before these, which then could not be stored.
fn is_older(stored: &Tokens, used: &Tokens) -> bool {
    stored.expires.is_some_and(|end| used.expires.is_some_and(|used| end < used))
}

fn is_same(a: &Tokens, b: &Tokens) -> bool {
    a.access_token.expose_secret() == b.access_token.expose_secret()
}
