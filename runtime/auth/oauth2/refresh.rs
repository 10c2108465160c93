//! Renewing tokens (RFC 6749 section 6).

use apinb_http::network::Network;
use oauth2::{HttpRequest, RefreshToken};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::error::AuthError;
use crate::tokens::Tokens;

use super::endpoint::Server;
use super::request::OAuth2Request;

/// Gets new tokens for a refresh token (RFC 6749 section 6). If the server returns no new refresh token, the old one
/// stays in use.
///
/// # Errors
/// See [`AuthError`].
pub fn refresh(
    network: &Network,
    request: &OAuth2Request,
    refresh_token: &SecretString,
    cancel: &CancellationToken,
) -> Result<Tokens, AuthError> {
    let server = Server::new(network, request, request.renewal_uri(), cancel)?;
    server.register_secret(refresh_token.expose_secret());
    let http = |request: HttpRequest| server.send(request);
    let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let mut tokens = server.tokens(|client| client.exchange_refresh_token(&token).request(&http))?;
    tokens.refresh_token.get_or_insert_with(|| refresh_token.clone());
    Ok(tokens)
}
