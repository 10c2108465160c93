//! Tokens of OAuth 2.0, as a token request returns them.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;

/// The response to a token request (RFC 6749 section 5.1).
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: SecretString,
    /// `token_type` as the server wrote it; `bearer` where it does not say.
    pub token_type: String,
    pub refresh_token: Option<SecretString>,
    /// `scope`; the requested ones where the server does not say.
    pub scopes: Vec<String>,
    /// When the access token expires.
    pub expires: Option<SystemTime>,
    /// All other fields of the response, as text or JSON text: `instance_url`, `id_token`, …
    pub others: Vec<(String, SecretString)>,
}

impl Tokens {
    /// A bearer token of which nothing else is known, such as one from a flag.
    #[must_use]
    pub fn bearer(access_token: SecretString) -> Self {
        Self {
            access_token,
            token_type: "bearer".to_owned(),
            refresh_token: None,
            scopes: Vec::new(),
            expires: None,
            others: Vec::new(),
        }
    }
}

/// The time in that many seconds; none where the text is not a number of seconds.
pub(crate) fn after(seconds: &str) -> Option<SystemTime> {
    let seconds = Duration::try_from_secs_f64(seconds.trim().parse().ok()?).ok()?;
    SystemTime::now().checked_add(seconds)
}
