//! OAuth 2.0 (RFC 6749) as a native app (RFC 8252): from what a person registered to tokens.
//!
//! The authorization code grant opens a listener on this machine, has a person (or, in a mocked run, the engine itself)
//! visit the authorization page, and trades the code that comes back; PKCE (RFC 7636) and `state` bind the two ends
//! together. Keeping tokens and putting them on requests is not done here.

mod error;
mod grant;
mod listener;
mod page;
mod token;

use std::time::Duration;

use apinb_http::exchange::Request;
use apinb_http::network::Network;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::credentials::Tokens;
use crate::encoding::add_query;
pub use error::AuthError;
pub use grant::{Grant, GrantName};
use listener::Listener;

/// What a sign-in is made from; the URIs have no tags any more.
#[derive(Clone, Debug)]
pub struct OAuth2Request {
    /// Where a person signs in; the authorization code grant needs it.
    pub authorization_uri: Option<Url>,
    /// Where tokens are given out.
    pub access_token_uri: Option<Url>,
    /// How.
    pub grant: Grant,
    /// The registered client.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// What is asked for; empty: not said.
    pub scopes: Vec<String>,
    /// The redirect URI as it was registered: `http`, on this machine. None: `http://127.0.0.1:PORT/callback` with a
    /// free port, as one with the port 0 also gets a free one.
    pub redirect_uri: Option<Url>,
}

/// Gets tokens. Blocks; `visit` is called with the page that a person has to see, and may block as well.
///
/// # Errors
/// As [`AuthError`] says; `timeout` is for the person, each token request has the network's own.
pub fn authorize(
    network: &Network,
    request: &OAuth2Request,
    visit: &dyn Fn(&Url) -> Result<(), String>,
    timeout: Duration,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    let Some(token_uri) = &request.access_token_uri else {
        return Err(AuthError::MissingSetting { setting: "accessTokenUri" });
    };
    let client = token::Client { network, uri: token_uri, request, cancel };
    match &request.grant {
        Grant::AuthorizationCode => {
            let Some(page) = &request.authorization_uri else {
                return Err(AuthError::MissingSetting { setting: "authorizationUri" });
            };
            let state = random();
            let verifier = random();
            let listener = Listener::start(request.redirect_uri.as_ref(), &state, timeout, cancel)?;
            let page = authorization_page(page, request, listener.redirect_uri(), &state, &verifier);
            if let Err(cause) = visit(&page) {
                return Err(if cancel.is_cancelled() { AuthError::Interrupted } else { AuthError::Visit { cause } });
            }
            let code = listener.wait()?;
            let redirect_uri = listener.redirect_uri().as_str();
            client.request(&[
                ("grant_type", "authorization_code"),
                ("code", code.expose_secret()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", &verifier),
            ])
        }
        Grant::ClientCredentials => client.request(&client.with_scopes(&[("grant_type", "client_credentials")])),
        Grant::Password { username, password } => client.request(&client.with_scopes(&[
            ("grant_type", "password"),
            ("username", username),
            ("password", password.expose_secret()),
        ])),
    }
}

/// A visitor for a run where nobody has to approve: it asks for the page through the network, and follows the
/// redirect that comes back to the listener.
pub fn visit_through(network: &Network, cancel: &CancellationToken) -> impl Fn(&Url) -> Result<(), String> + use<> {
    let (network, cancel) = (network.clone(), cancel.clone());
    move |page| {
        let response = network.send(Request::new("GET", page.clone()), &cancel).wait();
        let response = response.map_err(|error| error.to_string())?;
        let back =
            page.query_pairs().find(|(name, _)| name == "redirect_uri").and_then(|(_, uri)| Url::parse(&uri).ok());
        let is_back =
            back.is_some_and(|back| back.origin() == response.url.origin() && back.path() == response.url.path());
        if is_back {
            return Ok(());
        }
        let origin = response.url.origin().ascii_serialization();
        Err(format!("`{origin}{}` answered {} and did not lead back", response.url.path(), response.status))
    }
}

/// RFC 6749 section 4.1.1, RFC 7636 section 4.3.
fn authorization_page(page: &Url, request: &OAuth2Request, redirect_uri: &Url, state: &str, verifier: &str) -> Url {
    let scopes = request.scopes.join(" ");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", request.client_id.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("state", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    if !scopes.is_empty() {
        pairs.push(("scope", &scopes));
    }
    let mut page = page.clone();
    page.set_fragment(None);
    add_query(&mut page, pairs);
    page
}

/// 256 random bits: a `state` nobody guesses, a verifier of the length that RFC 7636 section 4.1 asks for.
fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
