//! The key of stored tokens.

use std::collections::BTreeSet;
use std::time::SystemTime;

use apinb_text::secret::bound::BoundHosts;
use apinb_text::web::host::host;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::tokens::Tokens;

/// Identifies tokens: who issued them, to which client, for which scopes and hosts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TokenKey {
    /// The endpoint of the authorization server, without query: another scheme, host or path is another server.
    pub server: String,
    /// The registered client.
    pub client_id: String,
    /// The requested scopes.
    pub scopes: BTreeSet<String>,
    /// The hosts that the tokens may be sent to, beside the authorization server.
    pub hosts: BTreeSet<String>,
}

impl TokenKey {
    /// The tokens that a client requests at `uri` for `scopes`, and sends to the hosts `bound`.
    #[must_use]
    pub fn new(uri: &Url, client_id: &str, scopes: &[String], bound: &BoundHosts) -> Self {
        Self {
            server: format!("{}{}", uri.origin().ascii_serialization(), uri.path()),
            client_id: client_id.to_owned(),
            scopes: scopes.iter().cloned().collect(),
            hosts: bound.listed(),
        }
    }

    /// The host of the authorization server, with its port where it is not the usual one.
    #[must_use]
    pub fn host(&self) -> String {
        Url::parse(&self.server).ok().as_ref().and_then(host).unwrap_or_default()
    }

    /// A file name that reveals nothing.
    pub(super) fn id(&self) -> String {
        let mut hash = Sha256::new();
        let lists = [&self.scopes, &self.hosts].map(|list| list.iter().map(String::as_str).collect::<Vec<_>>());
        for list in [vec![self.server.as_str()], vec![self.client_id.as_str()]].iter().chain(&lists) {
            hash.update((list.len() as u64).to_be_bytes());
            for part in list {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
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
