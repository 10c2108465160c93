//! The form of an entry on disk.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::store::key::{StoredTokens, TokenKey};
use crate::tokens::Tokens;

/// The version of the form; another one is not read. Version 1 knew only the host of the authorization server.
const VERSION: u32 = 2;

/// An entry; times are seconds since 1970.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    version: u32,
    server: String,
    client_id: String,
    /// The requested scopes.
    requested: Vec<String>,
    /// The hosts that the tokens may be sent to.
    hosts: Vec<String>,
    /// The granted scopes.
    granted: Vec<String>,
    token_type: String,
    token_uri: Option<Url>,
    saved: u64,
    expires: Option<u64>,
    /// None: they are in the keyring.
    secrets: Option<Secrets>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Secrets {
    access_token: String,
    refresh_token: Option<String>,
    others: BTreeMap<String, String>,
}

impl Entry {
    pub(super) fn of(kept: &StoredTokens) -> Self {
        let StoredTokens { key, tokens, token_uri, saved } = kept;
        let exposed = |secret: &SecretString| secret.expose_secret().to_owned();
        Self {
            version: VERSION,
            server: key.server.clone(),
            client_id: key.client_id.clone(),
            requested: key.scopes.iter().cloned().collect(),
            hosts: key.hosts.iter().cloned().collect(),
            granted: tokens.scopes.clone(),
            token_type: tokens.token_type.clone(),
            token_uri: token_uri.clone(),
            saved: seconds(*saved),
            expires: tokens.expires.map(seconds),
            secrets: Some(Secrets {
                access_token: exposed(&tokens.access_token),
                refresh_token: tokens.refresh_token.as_ref().map(exposed),
                others: tokens.others.iter().map(|(name, value)| (name.clone(), exposed(value))).collect(),
            }),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|entry| entry.version == VERSION)
    }

    /// Whether a text is an entry of an earlier version, which no run reads any more.
    pub(super) fn is_outdated(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        serde_json::from_str(text).is_ok_and(|Head { version }| version < VERSION)
    }

    pub(super) fn json(&self) -> String {
        // None of its types can fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The secrets alone.
    pub(super) fn secrets(&self) -> Option<SecretString> {
        serde_json::to_string(self.secrets.as_ref()?).ok().map(SecretString::from)
    }

    pub(super) fn without_secrets(&mut self) {
        self.secrets = None;
    }

    pub(super) fn with_secrets(&mut self, secrets: &SecretString) {
        self.secrets = serde_json::from_str(secrets.expose_secret()).ok();
    }

    /// The key alone.
    pub(super) fn key(&self) -> TokenKey {
        TokenKey {
            server: self.server.clone(),
            client_id: self.client_id.clone(),
            scopes: self.requested.iter().cloned().collect(),
            hosts: self.hosts.iter().cloned().collect(),
        }
    }

    pub(super) fn kept(self) -> Option<StoredTokens> {
        let key = self.key();
        let secrets = self.secrets?;
        let tokens = Tokens {
            access_token: SecretString::from(secrets.access_token),
            token_type: self.token_type,
            refresh_token: secrets.refresh_token.map(SecretString::from),
            scopes: self.granted,
            expires: self.expires.and_then(time),
            others: secrets.others.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect(),
        };
        Some(StoredTokens { key, tokens, token_uri: self.token_uri, saved: time(self.saved)? })
    }
}

/// With the tokens themselves, for another process.
impl Serialize for StoredTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Entry::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Entry::deserialize(deserializer)?.kept().ok_or_else(|| D::Error::custom("the entry is incomplete"))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

fn time(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
