//! A server that approves every request, and a sign-in to it.

use std::net::TcpStream;
use std::time::Duration;

use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorize::authorize;
use apinb_auth::oauth2::grant::Grant;
use apinb_auth::oauth2::request::OAuth2Request;
use apinb_auth::person::{DeviceSignIn, Field, Person, Visit};
use apinb_auth::tokens::Tokens;
use apinb_auth::visitor::Visitor;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

use crate::server::{Seen, Server, reply};

pub(crate) const SECRET: &str = "s3cret/+ of the client";
pub(crate) const GOOD: &str = r#"{"access_token":"t0ken","token_type":"Bearer","refresh_token":"r3fresh","expires_in":3600,"scope":"read write","instance_url":"https://eu.example.com"}"#;
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json;charset=UTF-8");

/// Approves at once: `/authorize` redirects back with `answer` (`STATE` in it is the state), `/token` is `token`.
pub(crate) fn approving(answer: &'static str, token: impl Fn(&Seen, &mut TcpStream) + Send + Sync + 'static) -> Server {
    Server::start(move |request, stream| {
        if request.target.starts_with("/authorize") {
            let asked = parameters(request.target.split_once('?').unwrap().1);
            let back = Url::parse(&of(&asked, "redirect_uri")).unwrap();
            let query = answer.replace("STATE", &of(&asked, "state"));
            reply(stream, "302 Found", &[("Location", &format!("{back}?{query}"))], "");
        } else {
            token(request, stream);
        }
    })
}

pub(crate) fn parameters(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

pub(crate) fn of(parameters: &[(String, String)], name: &str) -> String {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

pub(crate) fn request(server: &Server, grant: Grant) -> OAuth2Request {
    OAuth2Request {
        authorization_uri: Some(server.url("/authorize?theme=dark")),
        access_token_uri: Some(server.url("/token")),
        refresh_uri: None,
        device_authorization_uri: Some(server.url("/device")),
        grant,
        client_id: "my app".to_owned(),
        client_secret: Some(SecretString::from(SECRET)),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        redirect_uri: None,
    }
}

pub(crate) fn network() -> Network {
    Network::start(Policy::default()).unwrap()
}

pub(crate) fn sign_in(request: &OAuth2Request) -> Result<Tokens, AuthError> {
    let (network, cancel) = (network(), CancellationToken::new());
    let visitor = Visitor::new(&network, &cancel);
    checked(authorize(&network, request, &visitor, Duration::from_secs(20), &cancel))
}

/// A user who handles a page with a closure, and does not sign in on another device.
pub(crate) struct OnPage<F>(pub(crate) F);

impl<F: Fn(&Url) -> Result<Visit, String>> Person for OnPage<F> {
    fn ask(&self, _: &str, _: &str, _: &Field) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn visit(&self, page: &Url, _: &Url) -> Result<Visit, String> {
        (self.0)(page)
    }

    fn paste(&self, page: &Url) -> Result<Url, String> {
        match (self.0)(page)? {
            Visit::Pasted(back) => Ok(back),
            Visit::RedirectsToListener => Err("no listener".to_owned()),
        }
    }

    fn show_device_code(&self, sign_in: &DeviceSignIn) -> Result<(), String> {
        (self.0)(&sign_in.page).map(|_| ())
    }

    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String> {
        (self.0)(page).map(|_| SecretString::from("p1n"))
    }
}

/// Checks that no form of an outcome that can be shown contains a secret.
pub(crate) fn checked(outcome: Result<Tokens, AuthError>) -> Result<Tokens, AuthError> {
    let mut shown = format!("{outcome:?}");
    if let Err(error) = &outcome {
        shown.push_str(&error.to_string());
    }
    for secret in [SECRET, "s3cret", "t0ken", "r3fresh", "c0de", "passw0rd"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    outcome
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
