//! Tokens in use: they are renewed when they expire, by one call at a time, in this process and among processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use apinb_http::network::Network;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::error::AuthError;
use crate::oauth2::refresh::refresh;
use crate::oauth2::request::OAuth2Request;
use crate::store::Store;
use crate::store::key::{StoredTokens, TokenKey};
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
        self.0.renewal.as_ref().is_some_and(|renewal| renewal.request.access_token_uri.is_some())
            && self.tokens().refresh_token.is_some()
            && !self.0.is_refused.load(Ordering::Relaxed)
    }

    /// Removes `used` from the store, unless others have replaced them there.
    pub fn forget(&self, used: &Tokens) {
        let Some((store, key)) = self.0.renewal.as_ref().and_then(|renewal| renewal.kept.as_ref()) else { return };
        if store.get(key).is_some_and(|kept| is_same(&kept.tokens, used)) {
            // A failure does not matter to this run.
            let _ = store.forget(key);
        }
    }

    /// Gets new tokens in place of `used`; those that another call or process has got meanwhile, if any. Blocks, also on
    /// other processes; [`Self::tokens`] and what reads them does not wait for it.
    ///
    /// # Errors
    /// See [`AuthError`]; without a refresh token [`AuthError::NotRenewable`].
    pub fn renew(&self, used: &Tokens, network: &Network, cancel: &CancellationToken) -> Result<Tokens, AuthError> {
        let _renewing = self.0.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = self.tokens();
        if !is_same(&tokens, used) {
            return Ok(tokens);
        }
        let Some(renewal) = &self.0.renewal else { return Err(AuthError::NotRenewable) };
        // Another process may have the same tokens: a refresh token can often be used only once.
        let lock = match &renewal.kept {
            Some((store, key)) => Some(store.lock(key, cancel).map_err(AuthError::Store)?),
            None => None,
        };
        let kept = renewal.kept.as_ref().and_then(|(store, key)| store.get(key)).map(|kept| kept.tokens);
        let latest = kept.filter(|kept| !is_same(kept, used));
        if let Some(latest) = latest.as_ref().filter(|latest| !has_ended(latest)) {
            self.replace(latest);
            return Ok(latest.clone());
        }
        let token = latest.as_ref().unwrap_or(used).refresh_token.as_ref().ok_or(AuthError::NotRenewable)?;
        let renewed = refresh(network, &renewal.request, token, cancel).inspect_err(|error| {
            let passes = matches!(error, AuthError::Interrupted | AuthError::Unreachable { .. });
            self.0.is_refused.store(!passes, Ordering::Relaxed);
            // They were revoked (RFC 6749 section 5.2): a later run must sign in.
            if matches!(error, AuthError::TokenRefused { code, .. } if code == "invalid_grant") {
                self.forget(latest.as_ref().unwrap_or(used));
            }
        })?;
        self.replace(&renewed);
        if let Some((store, key)) = &renewal.kept {
            keep(store, key, &renewal.request, &renewed)?;
        }
        drop(lock);
        Ok(renewed)
    }
}

/// Stores tokens for the next run.
pub(crate) fn keep(store: &Store, key: &TokenKey, request: &OAuth2Request, tokens: &Tokens) -> Result<(), AuthError> {
    let kept = StoredTokens {
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
