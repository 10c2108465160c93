//! The device authorization grant (RFC 8628): a person signs in on any device, with a displayed code, while apinb polls
//! the token endpoint.

use std::thread;
use std::time::{Duration, Instant};

use apinb_http::exchange::HttpError;
use oauth2::{EmptyExtraDeviceAuthorizationFields, HttpRequest, HttpResponse, StandardDeviceAuthorizationResponse};
use url::Url;

use crate::error::AuthError;
use crate::person::{DeviceSignIn, Person};
use crate::tokens::Tokens;

use super::endpoint::Server;

/// How often a wait checks whether the run has ended.
const STEP: Duration = Duration::from_millis(50);

/// Requests a code, displays it, and waits.
pub(super) fn sign_in(server: &Server<'_>, person: &dyn Person, limit: Duration) -> Result<Tokens, AuthError> {
    if server.request.device_authorization_uri.is_none() {
        return Err(AuthError::MissingSetting { setting: "deviceAuthorizationUri" });
    }
    let http = |request: HttpRequest| server.send(request);
    let details: StandardDeviceAuthorizationResponse = server.ask(|client| match client.exchange_device_code() {
        Ok(ask) => ask.add_scopes(server.scopes()).request::<_, EmptyExtraDeviceAuthorizationFields>(&http),
        // Checked above.
        Err(error) => Err(oauth2::RequestTokenError::Other(error.to_string())),
    })?;
    server.register_secret(details.device_code().secret());
    let page = |text: &str| Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let shown = DeviceSignIn {
        page: page(details.verification_uri()).ok_or(AuthError::DevicePage)?,
        complete: details.verification_uri_complete().and_then(|uri| page(uri.secret())),
        code: crate::error::described(details.user_code().secret()).unwrap_or_default(),
    };
    person.show_device_code(&shown).map_err(|cause| AuthError::Visit { cause })?;
    let limit = limit.min(details.expires_in());
    let last = Instant::now() + limit + STEP;
    let poll = |request: HttpRequest| match server.send(request) {
        // The crate polls again after a connection error; an interruption must end it.
        Err(HttpError::Interrupted) => {
            let mut end = HttpResponse::new(br#"{"error":"access_denied"}"#.to_vec());
            *end.status_mut() = oauth2::http::StatusCode::BAD_REQUEST;
            Ok(end)
        }
        other => other,
    };
    let pause = |time: Duration| {
        // Once the code has expired there is nothing to wait for.
        let end = Instant::now().checked_add(time).map_or(last, |end| end.min(last));
        while !server.cancel.is_cancelled() && Instant::now() < end {
            thread::sleep(STEP.min(end.saturating_duration_since(Instant::now())));
        }
    };
    let signed_in =
        server.tokens(|client| client.exchange_device_access_token(&details).request(&poll, pause, Some(limit)));
    match signed_in {
        Err(AuthError::TokenRefused { code, .. }) if code == "expired_token" => Err(AuthError::Timeout { limit }),
        other => other,
    }
}
