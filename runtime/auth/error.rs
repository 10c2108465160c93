//! Errors of a sign-in.

use std::io;
use std::time::Duration;

use apinb_http::exchange::HttpError;
use url::Url;

use crate::rsa_key::KeyError;
use crate::store::StoreError;

/// The error of a sign-in. Messages of a server are in it without the secrets that were sent to it.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The definition lacks a URI.
    #[error("the security scheme has no `{setting}`")]
    MissingSetting {
        /// The setting's name in RAML.
        setting: &'static str,
    },
    /// The redirect URI leads to no address that a browser can show.
    #[error("`{redirect_uri}` is not an http or https URL: a browser cannot be redirected to it")]
    RedirectUri { redirect_uri: Url },
    /// The listener cannot bind to the redirect's address.
    #[error("cannot listen on `{redirect_uri}`")]
    Listen {
        redirect_uri: Url,
        #[source]
        cause: io::Error,
    },
    /// The sign-in page could not be shown.
    #[error("the sign-in page could not be visited: {cause}")]
    Visit { cause: String },
    /// The person, or the server for them, denied access (`access_denied`).
    #[error("the sign-in was denied{}", detail(description.as_ref()))]
    Denied { description: Option<String> },
    /// The sign-in page returned another error of RFC 6749 section 4.1.2.1.
    #[error("the sign-in page responded with `{code}`{}", detail(description.as_ref()))]
    Refused { code: String, description: Option<String> },
    /// The redirect belongs to another sign-in.
    #[error("the response of the sign-in page has a wrong `state`: it belongs to another sign-in")]
    State,
    /// The redirect has neither the requested field nor an error.
    #[error("the response of the sign-in page has no `{wanted}`")]
    NoCode {
        /// `code` or `access_token`.
        wanted: &'static str,
    },
    /// The pasted address is not the redirect address.
    #[error("the pasted address is not the redirect address of the sign-in page")]
    Pasted,
    /// The device grant's page is not an `http` or `https` URL.
    #[error("the server did not name a sign-in page")]
    DevicePage,
    /// The redirect did not arrive in time.
    #[error("no sign-in within {} s", limit.as_secs_f64())]
    Timeout { limit: Duration },
    /// The key of OAuth 1.0's RSA-SHA1 cannot be used.
    #[error("{0}")]
    Key(#[source] KeyError),
    /// The tokens have expired, and there is no refresh token.
    #[error("the token has expired and cannot be renewed")]
    NotRenewable,
    /// The tokens cannot be stored.
    #[error("cannot store the tokens: {0}")]
    Store(#[source] StoreError),
    /// The time limit of the cell was reached, or the run ends.
    #[error("interrupted")]
    Interrupted,
    /// The token request got no response.
    #[error("cannot get a token from `{uri}`: {cause}")]
    Unreachable {
        uri: Url,
        #[source]
        cause: HttpError,
    },
    /// The token request was refused with an error of RFC 6749 section 5.2.
    #[error("the token request was refused: `{code}`{}", detail(description.as_ref()))]
    TokenRefused { status: u16, code: String, description: Option<String> },
    /// The token request got a status other than 2xx, and no reason.
    #[error("the token request failed: `{uri}` responded with {status}")]
    TokenStatus { uri: Url, status: u16 },
    /// The response has no access token.
    #[error("the response of `{uri}` has no `access_token`")]
    NoToken { uri: Url },
}

impl AuthError {
    /// What to do next, where that is known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::RedirectUri { .. } => {
                Some("Register a redirect URI such as `http://127.0.0.1:8000/callback` with the API, and use it.")
            }
            Self::Listen { .. } => Some("Stop the program that uses the port, or register another redirect URI."),
            Self::Pasted => Some("Paste the whole address of the last page in the browser."),
            Self::Timeout { .. } => Some("Sign in on the page, or pass a token that you have."),
            Self::Store(error) => error.help(),
            Self::TokenRefused { code, .. } if code == "invalid_client" => Some("Check the client id and its secret."),
            _ => None,
        }
    }
}

fn detail(description: Option<&String>) -> String {
    description.map(|description| format!(": {description}")).unwrap_or_default()
}

/// The longest description, in characters.
const LONGEST: usize = 500;

/// A message of a server on one line, truncated.
pub(crate) fn described(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let line = line.trim().to_owned();
    (!line.is_empty()).then_some(line)
}
