//! Why a sign-in gave no tokens.

use std::io;
use std::time::Duration;

use apinb_http::exchange::HttpError;
use url::Url;

use crate::oauth1::KeyError;
use crate::store::StoreError;

/// Why a sign-in gave no tokens. What a server said is in here without the secrets that were sent to it.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The definition does not say where to go.
    #[error("the security scheme has no `{setting}`")]
    MissingSetting {
        /// The setting's name in RAML.
        setting: &'static str,
    },
    /// The redirect URI does not lead to this machine.
    #[error("`{redirect_uri}` does not lead back to this machine")]
    RedirectUri {
        /// As given.
        redirect_uri: Url,
    },
    /// The redirect's address cannot be listened on.
    #[error("cannot listen on `{redirect_uri}`")]
    Listen {
        /// The redirect URI.
        redirect_uri: Url,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The sign-in page could not be shown.
    #[error("the sign-in page could not be visited: {cause}")]
    Visit {
        /// Why.
        cause: String,
    },
    /// The person, or the server for them, said no (`access_denied`).
    #[error("the sign-in was denied{}", detail(description.as_ref()))]
    Denied {
        /// What the server said.
        description: Option<String>,
    },
    /// The sign-in page sent back another error of RFC 6749 section 4.1.2.1.
    #[error("the sign-in page answered `{code}`{}", detail(description.as_ref()))]
    Refused {
        /// The error code.
        code: String,
        /// What the server said.
        description: Option<String>,
    },
    /// What came back belongs to another sign-in.
    #[error("the answer of the sign-in page has a wrong `state`: it belongs to another sign-in")]
    State,
    /// What came back has neither what was asked for nor an error.
    #[error("the answer of the sign-in page has no `{wanted}`")]
    NoCode {
        /// `code` or `access_token`.
        wanted: &'static str,
    },
    /// What was pasted is another address than the one that a sign-in page sends back to.
    #[error("the address that was pasted is not the one that the sign-in page leads back to")]
    Pasted,
    /// The device grant's page is no page.
    #[error("the server names no page for signing in")]
    DevicePage,
    /// Nobody came back in time.
    #[error("nobody signed in within {} s", limit.as_secs_f64())]
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// The key of OAuth 1.0's RSA-SHA1 cannot be used.
    #[error("{0}")]
    Key(#[source] KeyError),
    /// The tokens have ended, and there is nothing to renew them with.
    #[error("the token has ended and cannot be renewed")]
    NotRenewable,
    /// The tokens cannot be kept.
    #[error("the tokens cannot be kept: {0}")]
    Store(#[source] StoreError),
    /// The cell's time is up, or the run ends.
    #[error("interrupted")]
    Interrupted,
    /// The token request got no answer.
    #[error("cannot get a token from `{uri}`: {cause}")]
    Unreachable {
        /// The token URI.
        uri: Url,
        /// Why.
        #[source]
        cause: HttpError,
    },
    /// The token request was refused with an error of RFC 6749 section 5.2.
    #[error("no token was given: `{code}`{}", detail(description.as_ref()))]
    TokenRefused {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// What the server said.
        description: Option<String>,
    },
    /// The token request was answered with another status than 2xx, and no word why.
    #[error("no token was given: `{uri}` answered {status}")]
    TokenStatus {
        /// The token URI.
        uri: Url,
        /// The HTTP status.
        status: u16,
    },
    /// The answer has no access token.
    #[error("the answer of `{uri}` has no `access_token`")]
    NoToken {
        /// The token URI.
        uri: Url,
    },
}

impl AuthError {
    /// What to do next, where that is known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::RedirectUri { .. } => {
                Some("register a redirect URI such as `http://127.0.0.1:8000/callback` with the API, and use that one")
            }
            Self::Listen { .. } => Some("end the program that uses the port, or register another redirect URI"),
            Self::Pasted => {
                Some("paste the whole address of the page that the browser shows at the end, `http://127.0.0.1…`")
            }
            Self::Timeout { .. } => Some("sign in on the page that is shown, or give a token that you have"),
            Self::TokenRefused { code, .. } if code == "invalid_client" => Some("check the client id and its secret"),
            _ => None,
        }
    }
}

fn detail(description: Option<&String>) -> String {
    description.map(|description| format!(": {description}")).unwrap_or_default()
}

/// The longest description that is kept, in characters.
const LONGEST: usize = 500;

/// What a server wrote, on one line, cut.
pub(crate) fn described(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let line = line.trim().to_owned();
    (!line.is_empty()).then_some(line)
}
