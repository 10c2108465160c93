//! The key of stored tokens.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::tokens::Tokens;

/// Identifies tokens: who issued them, to which client, for which scopes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TokenKey {
    /// The authorization server's host, with its port where it is not the usual one.
    pub host: String,
    /// The registered client.
    pub client_id: String,
    /// The requested scopes.
    pub scopes: BTreeSet<String>,
}

impl TokenKey {
    /// The tokens that a client requests at `uri` for `scopes`.
    #[must_use]
    pub fn new(uri: &Url, client_id: &str, scopes: &[String]) -> Self {
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self {
            host: format!("{}{port}", uri.host_str().unwrap_or_default()),
            client_id: client_id.to_owned(),
            scopes: scopes.iter().cloned().collect(),
        }
    }

    /// A file name that reveals nothing.
    pub(super) fn id(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.host, &self.client_id].into_iter().chain(&self.scopes) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Tokens with their key.
#[derive(Clone, Debug)]
pub struct StoredTokens {
    pub key: TokenKey,
    pub tokens: Tokens,
    /// The endpoint that renews them; none where they cannot be renewed.
    pub token_uri: Option<Url>,
    /// When they were stored, to the second.
    pub saved: SystemTime,
}
