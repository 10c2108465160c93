//! The stored access tokens: the data of `apinb auth list --json`. The tokens themselves are not part of it.

use serde::Serialize;

/// The version of [`Tokens`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The access tokens that are stored for later runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tokens {
    /// [`VERSION`].
    pub version: u32,
    /// All tokens.
    pub tokens: Vec<TokenRecord>,
}

/// A stored access token, without the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TokenRecord {
    /// The host of the authorization server, with its port unless that is the default of the scheme.
    pub host: String,
    /// The endpoint of the authorization server that issued it.
    pub server: String,
    /// The client id that it was granted to.
    pub client_id: String,
    /// The scopes that were requested, sorted.
    pub scopes: Vec<String>,
    /// The hosts that it may be sent to beside the authorization server, sorted: `https://api.example.com`,
    /// `https://*.example.com`, and `{parameter}` for one that the user names.
    pub hosts: Vec<String>,
    /// When it was stored: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub saved: String,
    /// When it expires: RFC 3339, UTC. Absent if the server did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub expires: Option<String>,
    /// Whether apinb can renew it without a person.
    pub renewable: bool,
}
