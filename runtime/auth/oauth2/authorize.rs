//! Getting tokens by each grant of OAuth 2.0.

use std::borrow::Cow;
use std::time::Duration;

use apinb_http::network::Network;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, HttpRequest, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    ResourceOwnerPassword, ResourceOwnerUsername,
};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::browser::back::Back;
use crate::browser::listener::{Redirected, Wanted};
use crate::browser::redirect_uri::RedirectUri;
use crate::error::AuthError;
use crate::person::Person;
use crate::tokens::{Tokens, after};

use super::device;
use super::endpoint::Server;
use super::grant::Grant;
use super::request::OAuth2Request;

/// Gets tokens. Blocks, as does the person.
///
/// # Errors
/// See [`AuthError`]; `limit` is for the person, each request has the network's time limit.
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
    let server = Server::new(network, request, request.access_token_uri.as_ref(), cancel)?;
    let http = |request: HttpRequest| server.send(request);
    match &request.grant {
        Grant::AuthorizationCode => code(&server, person, limit),
        Grant::Implicit => implicit(request, person, limit, cancel),
        Grant::Device => device::sign_in(&server, person, limit),
        Grant::ClientCredentials => {
            server.tokens(|client| client.exchange_client_credentials().add_scopes(server.scopes()).request(&http))
        }
        Grant::Password { username, password } => {
            server.register_secret(password.expose_secret());
            let username = ResourceOwnerUsername::new(username.clone());
            let password = ResourceOwnerPassword::new(password.expose_secret().to_owned());
            server.tokens(|client| {
                client.exchange_password(&username, &password).add_scopes(server.scopes()).request(&http)
            })
        }
    }
}

/// RFC 6749 section 4.1 with PKCE (RFC 7636).
fn code(server: &Server<'_>, person: &dyn Person, limit: Duration) -> Result<Tokens, AuthError> {
    let (request, cancel) = (server.request, server.cancel);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (back, mut answer) = redirected(request, Some(challenge), person, limit, cancel)?;
    let code = answer.take("code").ok_or(AuthError::NoCode { wanted: "code" })?;
    server.register_secret(&code);
    server.register_secret(verifier.secret());
    let http = |request: HttpRequest| server.send(request);
    let redirect_uri = redirect_url(back.redirect_uri())?;
    server.tokens(|client| {
        client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .set_redirect_uri(Cow::Borrowed(&redirect_uri))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.secret().clone()))
            .request(&http)
    })
}

/// RFC 6749 section 4.2, for definitions that offer no other grant: RFC 9700 advises against it.
fn implicit(
    request: &OAuth2Request,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    let (_back, mut answer) = redirected(request, None, person, limit, cancel)?;
    let token = answer.take("access_token").ok_or(AuthError::NoCode { wanted: "access_token" })?;
    let mut tokens = Tokens::bearer(SecretString::from(token));
    if let Some(kind) = answer.take("token_type") {
        tokens.token_type = kind;
    }
    tokens.scopes = match answer.take("scope") {
        Some(scopes) => scopes.split(' ').map(str::to_owned).collect(),
        None => request.scopes.clone(),
    };
    tokens.expires = answer.take("expires_in").and_then(|seconds| after(&seconds));
    Ok(tokens)
}

/// The redirect URI as the `oauth2` crate sends it: letter by letter.
fn redirect_url(uri: &RedirectUri) -> Result<RedirectUrl, AuthError> {
    let invalid = |_| AuthError::RedirectUri { redirect_uri: uri.url().clone() };
    RedirectUrl::new(uri.as_str().to_owned()).map_err(invalid)
}

/// Shows the sign-in page to the person and waits for its redirect. With a `challenge` a code is requested, without one a
/// token. A listener serves the browser until it is dropped.
fn redirected(
    request: &OAuth2Request,
    challenge: Option<PkceCodeChallenge>,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<(Back, Redirected), AuthError> {
    let Some(page) = &request.authorization_uri else {
        return Err(AuthError::MissingSetting { setting: "authorizationUri" });
    };
    let mut page = page.clone();
    page.set_fragment(None);
    let wanted = if challenge.is_some() { Wanted::Code } else { Wanted::Token };
    let state = CsrfToken::new_random();
    let back = Back::start(request.redirect_uri.as_ref(), state.secret(), wanted, limit, cancel)?;
    let client = oauth2::basic::BasicClient::new(ClientId::new(request.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(page))
        .set_redirect_uri(redirect_url(back.redirect_uri())?);
    let scopes = request.scopes.iter().cloned().map(oauth2::Scope::new);
    let ask = client.authorize_url(|| state).add_scopes(scopes);
    let ask = match challenge {
        Some(challenge) => ask.set_pkce_challenge(challenge),
        None => ask.use_implicit_flow(),
    };
    let (page, _) = ask.url();
    let answer = back.visit(&page, person, cancel)?;
    Ok((back, answer))
}
