//! OAuth 2.0 (RFC 6749) as a native app (RFC 8252, RFC 9700): from what a person registered to tokens. The `oauth2`
//! crate speaks the protocol; this module brings it a network, a listener for the browser that comes back, and a person.
//!
//! Keeping tokens is [`crate::store`]'s, putting them on requests [`crate::credentials`]'.

mod authorized;
mod device;
mod endpoint;
mod grant;

use std::borrow::Cow;
use std::time::Duration;

use apinb_http::network::Network;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, HttpRequest, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, ResourceOwnerPassword, ResourceOwnerUsername,
};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::AuthError;
use crate::browser::listener::{Listener, Redirected, Wanted};
use crate::browser::person::{Person, Visit};
use crate::credentials::Tokens;
pub(crate) use authorized::keep;
pub use authorized::{Authorized, Renewal};
pub use device::DeviceSignIn;
use endpoint::Server;
pub use grant::{Grant, GrantName};

/// What a sign-in is made from; the URIs have no tags any more.
#[derive(Clone, Debug)]
pub struct OAuth2Request {
    /// Where a person signs in; the grants with a page need it.
    pub authorization_uri: Option<Url>,
    /// Where tokens are given out; all grants but the implicit one need it.
    pub access_token_uri: Option<Url>,
    /// Where codes for the device grant are given out.
    pub device_authorization_uri: Option<Url>,
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

/// Gets tokens. Blocks, as does the person.
///
/// # Errors
/// As [`AuthError`] says; `limit` is for the person, each request has the network's own time limit.
pub fn authorize(
    network: &Network,
    request: &OAuth2Request,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    if let Grant::Implicit = request.grant {
        return implicit(request, person, limit, cancel);
    }
    let server = Server::new(network, request, cancel)?;
    let http = |request: HttpRequest| server.send(request);
    match &request.grant {
        Grant::AuthorizationCode => code(&server, person, limit),
        Grant::Implicit => implicit(request, person, limit, cancel),
        Grant::Device => device::sign_in(&server, person, limit),
        Grant::ClientCredentials => {
            server.tokens(|client| client.exchange_client_credentials().add_scopes(server.scopes()).request(&http))
        }
        Grant::Password { username, password } => {
            server.hide(password.expose_secret());
            let username = ResourceOwnerUsername::new(username.clone());
            let password = ResourceOwnerPassword::new(password.expose_secret().to_owned());
            server.tokens(|client| {
                client.exchange_password(&username, &password).add_scopes(server.scopes()).request(&http)
            })
        }
    }
}

/// Gets new tokens for a refresh token (RFC 6749 section 6). Where the server gives no new refresh token, the old one
/// goes on.
///
/// # Errors
/// As [`AuthError`] says.
pub fn refresh(
    network: &Network,
    request: &OAuth2Request,
    refresh_token: &SecretString,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    let server = Server::new(network, request, cancel)?;
    server.hide(refresh_token.expose_secret());
    let http = |request: HttpRequest| server.send(request);
    let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let mut tokens = server.tokens(|client| client.exchange_refresh_token(&token).request(&http))?;
    tokens.refresh_token.get_or_insert_with(|| refresh_token.clone());
    Ok(tokens)
}

/// RFC 6749 section 4.1 with PKCE (RFC 7636).
fn code(server: &Server<'_>, person: &dyn Person, limit: Duration) -> Result<Tokens, AuthError> {
    let (request, cancel) = (server.request, server.cancel);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (listener, mut answer) = redirected(request, Some(challenge), person, limit, cancel)?;
    let code = answer.take("code").ok_or(AuthError::NoCode { wanted: "code" })?;
    server.hide(&code);
    server.hide(verifier.secret());
    let http = |request: HttpRequest| server.send(request);
    let redirect_uri = RedirectUrl::from_url(listener.redirect_uri().clone());
    server.tokens(|client| {
        client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .set_redirect_uri(Cow::Borrowed(&redirect_uri))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.secret().clone()))
            .request(&http)
    })
}

/// RFC 6749 section 4.2, for definitions that offer nothing else: RFC 9700 advises against it.
fn implicit(
    request: &OAuth2Request,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    let (_listener, mut answer) = redirected(request, None, person, limit, cancel)?;
    let token = answer.take("access_token").ok_or(AuthError::NoCode { wanted: "access_token" })?;
    let mut tokens = Tokens::bearer(SecretString::from(token));
    if let Some(kind) = answer.take("token_type") {
        tokens.token_type = kind;
    }
    tokens.scopes = match answer.take("scope") {
        Some(scopes) => scopes.split(' ').map(str::to_owned).collect(),
        None => request.scopes.clone(),
    };
    tokens.expires = answer.take("expires_in").and_then(|seconds| crate::credentials::after(&seconds));
    Ok(tokens)
}

/// Sends the person to the sign-in page and waits for what it sends back. With a `challenge` a code is asked for,
/// without one a token. The listener goes on answering the browser until it is dropped.
fn redirected(
    request: &OAuth2Request,
    challenge: Option<PkceCodeChallenge>,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<(Listener, Redirected), AuthError> {
    let Some(page) = &request.authorization_uri else {
        return Err(AuthError::MissingSetting { setting: "authorizationUri" });
    };
    let mut page = page.clone();
    page.set_fragment(None);
    let wanted = if challenge.is_some() { Wanted::Code } else { Wanted::Token };
    let state = CsrfToken::new_random();
    let listener = Listener::start(request.redirect_uri.as_ref(), state.secret(), wanted, limit, cancel)?;
    let client = oauth2::basic::BasicClient::new(ClientId::new(request.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(page))
        .set_redirect_uri(RedirectUrl::from_url(listener.redirect_uri().clone()));
    let scopes = request.scopes.iter().cloned().map(oauth2::Scope::new);
    let ask = client.authorize_url(|| state).add_scopes(scopes);
    let ask = match challenge {
        Some(challenge) => ask.set_pkce_challenge(challenge),
        None => ask.use_implicit_flow(),
    };
    let (page, _) = ask.url();
    let answer = match person.visit(&page) {
        Ok(Visit::Returns) => listener.wait()?,
        Ok(Visit::Pasted(back)) => listener.pasted(&back)?,
        Err(_) if cancel.is_cancelled() => return Err(AuthError::Interrupted),
        Err(cause) => return Err(AuthError::Visit { cause }),
    };
    Ok((listener, answer))
}
