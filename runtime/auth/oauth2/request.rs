//! The inputs of a sign-in by OAuth 2.0.

use secrecy::SecretString;
use url::Url;

use super::grant::Grant;

/// A sign-in by OAuth 2.0; the parameters of the URIs are filled in.
#[derive(Clone, Debug)]
pub struct OAuth2Request {
    /// The page on which a person signs in; the grants with a page need it.
    pub authorization_uri: Option<Url>,
    /// The endpoint of tokens; all grants but the implicit one need it.
    pub access_token_uri: Option<Url>,
    /// The endpoint of the device grant's codes.
    pub device_authorization_uri: Option<Url>,
    pub grant: Grant,
    /// The registered client.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// The requested scopes; empty: the server's default.
    pub scopes: Vec<String>,
    /// The redirect URI as it was registered: `http`, on this machine. None: `http://127.0.0.1:PORT/callback` with a
    /// free port, as one with the port 0 also gets a free one.
    pub redirect_uri: Option<Url>,
}
