//! Getting a token (RFC 5849 section 2): temporary credentials, a person's consent, token credentials.

use std::time::Duration;

use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::network::Network;
use apinb_text::secret::redactor::Redactor;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

use crate::browser::back::Back;
use crate::browser::listener::{Redirected, Wanted};
use crate::browser::redirect_uri::RedirectUri;
use crate::encoding::add_query;
use crate::error::{AuthError, described};
use crate::oauth1::credentials::OAuth1;
use crate::oauth1::signature::{Moment, signed};
use crate::person::Person;

/// The largest response that is read, in bytes.
const MAX_RESPONSE_BYTES: u64 = 1 << 20;

/// The fields of a response that the standard names (RFC 5849, sections 2.1 and 2.3).
const OF_STANDARD: [&str; 3] = ["oauth_token", "oauth_token_secret", "oauth_callback_confirmed"];

/// A sign-in by OAuth 1.0a; the parameters of the URIs are filled in.
#[derive(Clone, Debug)]
pub struct OAuth1Request {
    /// The endpoint of temporary credentials.
    pub request_token_uri: Option<Url>,
    /// The page on which a person consents.
    pub authorization_uri: Option<Url>,
    /// The endpoint of token credentials.
    pub token_credentials_uri: Option<Url>,
    /// The registered client; its token is ignored.
    pub client: OAuth1,
    /// How the person's consent arrives.
    pub callback: Callback,
}

/// How a person's consent arrives.
#[derive(Clone, Debug)]
pub enum Callback {
    /// By a redirect to this registered URI, or to a listener on a free port.
    Redirect(Option<RedirectUri>),
    /// The page displays a code that the person copies (section 2.1: "oob").
    OutOfBand,
}

/// Gets token credentials. Blocks, as does the person.
///
/// # Errors
/// See [`AuthError`]; `limit` is for the person, each request has the network's time limit.
pub fn authorize(
    network: &Network,
    request: &OAuth1Request,
    person: &dyn Person,
    limit: Duration,
    cancel: &CancellationToken,
) -> Result<OAuth1, AuthError> {
    let missing = |setting| AuthError::MissingSetting { setting };
    let request_token_uri = request.request_token_uri.as_ref().ok_or(missing("requestTokenUri"))?;
    let page = request.authorization_uri.as_ref().ok_or(missing("authorizationUri"))?;
    let token_uri = request.token_credentials_uri.as_ref().ok_or(missing("tokenCredentialsUri"))?;
    let server = Server { network, cancel, sent: Redactor::default() };
    server.sent.add(request.client.consumer_secret.expose_secret());
    let client = OAuth1 { token: None, token_secret: None, ..request.client.clone() };

    let state = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let back = match &request.callback {
        Callback::Redirect(uri) => Some(Back::start(uri.as_ref(), &state, Wanted::Verifier, limit, cancel)?),
        Callback::OutOfBand => None,
    };
    let callback = back.as_ref().map(|back| back.redirect_uri().with_parameter("state", &state));
    let temporary =
        server.credentials(request_token_uri, &client, ("oauth_callback", callback.as_deref().unwrap_or("oob")))?;

    let mut page = page.clone();
    let token = temporary.token.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
    add_query(&mut page, [("oauth_token", token)]);
    let visit_failed = |cause| if cancel.is_cancelled() { AuthError::Interrupted } else { AuthError::Visit { cause } };
    let verifier = match &back {
        Some(back) => verifier(&mut back.visit(&page, person, cancel)?, token)?,
        None => person.prompt_for_verifier(&page).map_err(visit_failed)?.expose_secret().trim().to_owned(),
    };
    server.sent.add(&verifier);
    server.credentials(token_uri, &temporary, ("oauth_verifier", &verifier))
}

/// Checks that the consent is for the requested token.
fn verifier(answer: &mut Redirected, token: &str) -> Result<String, AuthError> {
    match answer.take("oauth_token") {
        Some(other) if other != token => Err(AuthError::State),
        _ => answer.take("oauth_verifier").ok_or(AuthError::NoCode { wanted: "oauth_verifier" }),
    }
}

/// An endpoint of OAuth 1.0a.
struct Server<'a> {
    network: &'a Network,
    cancel: &'a CancellationToken,
    /// Has the secrets that were sent, so that a message of the server does not repeat them.
    sent: Redactor,
}

impl Server<'_> {
    /// Requests a token and its secret from `uri`, signed with `credentials`.
    fn credentials(&self, uri: &Url, credentials: &OAuth1, more: (&str, &str)) -> Result<OAuth1, AuthError> {
        let mut request = Request::new("POST", uri.clone());
        // The secrets in it are for this server only.
        request.redirect = Redirect::Error;
        let header = signed(&request, credentials, &[more], &Moment::now()).map_err(AuthError::Key)?;
        request.headers.push(("authorization".to_owned(), header));
        request.headers.push(("accept".to_owned(), "application/x-www-form-urlencoded, */*".to_owned()));
        let response = self.network.send_up_to(request, MAX_RESPONSE_BYTES, self.cancel).wait();
        let response = response.map_err(|cause| match cause {
            HttpError::Interrupted => AuthError::Interrupted,
            cause => AuthError::Unreachable { uri: uri.clone(), cause },
        })?;
        if !(200..300).contains(&response.status) {
            return Err(self.refused(uri, &response));
        }
        let field = |name: &str| {
            let mut fields = form_urlencoded::parse(response.body.trim_ascii());
            fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let (Some(token), Some(secret)) = (field("oauth_token"), field("oauth_token_secret")) else {
            return Err(AuthError::NoToken { uri: uri.clone() });
        };
        self.sent.add(&secret);
        let others =
            form_urlencoded::parse(response.body.trim_ascii()).filter(|(name, _)| !OF_STANDARD.contains(&&**name));
        Ok(OAuth1 {
            token: Some(SecretString::from(token)),
            token_secret: Some(SecretString::from(secret)),
            others: others.map(|(name, value)| (name.into_owned(), SecretString::from(value.into_owned()))).collect(),
            ..credentials.clone()
        })
    }

    /// The standard has no errors; servers write a line of text, or `oauth_problem`.
    fn refused(&self, uri: &Url, response: &Response) -> AuthError {
        let body = String::from_utf8_lossy(response.body.get(..2000).unwrap_or(&response.body)).into_owned();
        let problem = form_urlencoded::parse(body.as_bytes())
            .find(|(name, _)| name == "oauth_problem")
            .map(|(_, value)| value.into_owned());
        let is_page = body.trim_start().starts_with('<');
        let said = problem.or_else(|| (!is_page).then_some(body));
        match said.as_deref().and_then(|said| described(&self.sent.redact(said))) {
            Some(description) => {
                let code = "oauth_problem".to_owned();
                AuthError::TokenRefused { status: response.status, code, description: Some(description) }
            }
            None => AuthError::TokenStatus { uri: uri.clone(), status: response.status },
        }
    }
}
