//! The inputs of a sign-in by OAuth 2.0.

use secrecy::SecretString;
use url::Url;

use super::grant::Grant;
use crate::browser::redirect_uri::RedirectUri;

/// A sign-in by OAuth 2.0; the parameters of the URIs are filled in.
#[derive(Clone, Debug)]
pub struct OAuth2Request {
    /// The page on which a person signs in; the grants with a page need it.
    pub authorization_uri: Option<Url>,
    /// The endpoint of tokens; all grants but the implicit one need it.
    pub access_token_uri: Option<Url>,
    /// The endpoint that renews tokens, if it is another one.
    pub refresh_uri: Option<Url>,
    /// The endpoint of the device grant's codes.
    pub device_authorization_uri: Option<Url>,
    pub grant: Grant,
    /// The registered client.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// The requested scopes; empty: the server's default.
    pub scopes: Vec<String>,
    /// The redirect URI as it was registered. None: `http://127.0.0.1:PORT/callback` with a free port, as one with the
    /// port 0 also gets a free one.
    pub redirect_uri: Option<RedirectUri>,
}

impl OAuth2Request {
    /// The endpoint that renews tokens.
    #[must_use]
    pub fn renewal_uri(&self) -> Option<&Url> {
        self.refresh_uri.as_ref().or(self.access_token_uri.as_ref())
    }
}
