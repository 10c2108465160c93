//! The device authorization grant (RFC 8628): a person signs in on any device, with a code that is shown to them, while
//! the token endpoint is asked again and again.

use std::thread;
use std::time::{Duration, Instant};

use apinb_http::exchange::HttpError;
use oauth2::{EmptyExtraDeviceAuthorizationFields, HttpRequest, HttpResponse, StandardDeviceAuthorizationResponse};
use url::Url;

use super::endpoint::Server;
use crate::AuthError;
use crate::browser::person::Person;
use crate::credentials::Tokens;

/// How often a wait looks whether the run has ended.
const STEP: Duration = Duration::from_millis(50);

/// What a person has to know to sign in on another device.
#[derive(Clone, Debug)]
pub struct DeviceSignIn {
    /// Where to go.
    pub page: Url,
    /// The page that knows the code already, where the server has one.
    pub complete: Option<Url>,
    /// What to enter there.
    pub code: String,
}

/// Asks for a code, shows it, and waits.
pub(super) fn sign_in(server: &Server<'_>, person: &dyn Person, limit: Duration) -> Result<Tokens, AuthError> {
    if server.request.device_authorization_uri.is_none() {
        return Err(AuthError::MissingSetting { setting: "deviceAuthorizationUri" });
    }
    let http = |request: HttpRequest| server.send(request);
    let details: StandardDeviceAuthorizationResponse = server.ask(|client| match client.exchange_device_code() {
        Ok(ask) => ask.add_scopes(server.scopes()).request::<_, EmptyExtraDeviceAuthorizationFields>(&http),
        // It was looked at above.
        Err(error) => Err(oauth2::RequestTokenError::Other(error.to_string())),
    })?;
    server.hide(details.device_code().secret());
    let page = |text: &str| Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let shown = DeviceSignIn {
        page: page(details.verification_uri()).ok_or(AuthError::DevicePage)?,
        complete: details.verification_uri_complete().and_then(|uri| page(uri.secret())),
        code: crate::error::described(details.user_code().secret()).unwrap_or_default(),
    };
    person.enter(&shown).map_err(|cause| AuthError::Visit { cause })?;
    let limit = limit.min(details.expires_in());
    let last = Instant::now() + limit + STEP;
    let poll = |request: HttpRequest| match server.send(request) {
        // The crate asks again after what it takes for a passing fault; this one does not pass.
        Err(HttpError::Interrupted) => {
            let mut end = HttpResponse::new(br#"{"error":"access_denied"}"#.to_vec());
            *end.status_mut() = oauth2::http::StatusCode::BAD_REQUEST;
            Ok(end)
        }
        other => other,
    };
    let pause = |time: Duration| {
        // Once the code has ended there is nothing to wait for.
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
