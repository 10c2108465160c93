//! The credentials of OAuth 1.0a, and their token in the store.

use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};

use crate::rsa_key::SignatureMethod;
use crate::store::key::{StoredTokens, TokenKey};
use crate::store::{Store, StoreError};
use crate::tokens::Tokens;

/// The four parts of OAuth 1.0a credentials (RFC 5849 section 1.1).
#[derive(Clone, Debug)]
pub struct OAuth1 {
    /// The client's identifier.
    pub consumer_key: String,
    pub consumer_secret: SecretString,
    /// The token; none where the client acts for itself.
    pub token: Option<SecretString>,
    /// The token's secret.
    pub token_secret: Option<SecretString>,
    /// All other fields of the response with the token: `screen_name`, …
    pub others: Vec<(String, SecretString)>,
    pub method: SignatureMethod,
    /// Where the token is stored for later runs.
    pub kept: Option<(Store, TokenKey)>,
}

/// The type of OAuth 1.0a's tokens in the store.
const OAUTH1: &str = "oauth1";
/// The name of their secret.
const TOKEN_SECRET: &str = "accessTokenSecret";

impl OAuth1 {
    /// With the token of an earlier run.
    ///
    /// # Errors
    /// When the store has an entry that cannot be used.
    pub(crate) fn with_stored_token(self) -> Result<Option<Self>, StoreError> {
        let Some((store, key)) = self.kept.as_ref() else { return Ok(None) };
        let Some(tokens) = store.get(key)?.map(|kept| kept.tokens) else { return Ok(None) };
        let (secrets, others): (Vec<_>, Vec<_>) = tokens.others.into_iter().partition(|(name, _)| name == TOKEN_SECRET);
        let token_secret = secrets.into_iter().next().map(|(_, secret)| secret);
        let with_token = Self { token: Some(tokens.access_token), token_secret, others, ..self };
        Ok((tokens.token_type == OAUTH1).then_some(with_token))
    }

    /// Stores the token for later runs.
    pub(crate) fn keep(&self) -> Result<(), StoreError> {
        let (Some((store, key)), Some(token)) = (&self.kept, &self.token) else { return Ok(()) };
        let secret = self.token_secret.iter().map(|secret| (TOKEN_SECRET.to_owned(), secret.clone()));
        let others = secret.chain(self.others.iter().cloned()).collect();
        let tokens = Tokens { token_type: OAUTH1.to_owned(), others, ..Tokens::bearer(token.clone()) };
        store.keep(&StoredTokens { key: key.clone(), tokens, token_uri: None, saved: SystemTime::now() })
    }

    /// Removes a token that was refused, so that a later run signs in again.
    pub fn forget(&self) {
        let Some((store, key)) = &self.kept else { return };
        let is_this = |kept: &StoredTokens| {
            self.token.as_ref().is_some_and(|token| token.expose_secret() == kept.tokens.access_token.expose_secret())
        };
        if store.get(key).is_ok_and(|kept| kept.as_ref().is_some_and(is_this)) {
            // A failure does not matter to this run.
            let _ = store.forget(key);
        }
    }
}
