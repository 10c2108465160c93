//! Sign-in with OAuth 1.0a against a small server over real sockets. Signatures are tested elsewhere.

#![allow(clippy::unwrap_used, dead_code, reason = "a test binary")]

#[path = "../../http/tests/server/mod.rs"]
mod server;

use std::time::Duration;

use apinb_auth::error::AuthError;
use apinb_auth::oauth1::authorize::{Callback, OAuth1Request, authorize};
use apinb_auth::oauth1::credentials::OAuth1;
use apinb_auth::person::{DeviceSignIn, Field, Person, Visit};
use apinb_auth::rsa_key::SignatureMethod;
use apinb_http::exchange::Request;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use secrecy::{ExposeSecret, SecretString};
use server::{Seen, Server, reply};
use tokio_util::sync::CancellationToken;
use url::Url;

const SECRET: &str = "c0nsumer secret";

/// Issues temporary credentials at `/request` and, for the right verifier, token credentials at `/token`.
fn server() -> Server {
    Server::start(|request, stream| {
        let has = |text: &str| request.header("authorization").is_some_and(|header| header.contains(text));
        match request.target.as_str() {
            "/request" if has("oauth_callback=") => {
                let body = "oauth_token=t%2Bemp&oauth_token_secret=tempsecret&oauth_callback_confirmed=true";
                reply(stream, "200 OK", &[], body);
            }
            "/token" if has("oauth_verifier=\"v3rifier\"") && has("oauth_token=\"t%2Bemp\"") => {
                reply(stream, "200 OK", &[], "oauth_token=t0ken&oauth_token_secret=t0kensecret&user_id=7");
            }
            _ => reply(stream, "401 Unauthorized", &[], "not v3rifier, tempsecret\nnor c0nsumer secret"),
        }
    })
}

fn request(server: &Server, callback: Callback) -> OAuth1Request {
    OAuth1Request {
        request_token_uri: Some(server.url("/request")),
        authorization_uri: Some(server.url("/authorize")),
        token_credentials_uri: Some(server.url("/token")),
        client: OAuth1 {
            consumer_key: "my key".to_owned(),
            consumer_secret: SecretString::from(SECRET),
            token: None,
            token_secret: None,
            others: Vec::new(),
            method: SignatureMethod::default(),
            kept: None,
        },
        callback,
    }
}

/// Redirects to the requested callback with a query, or enters a code from the page.
struct Visitor<'a> {
    server: &'a Server,
    network: &'a Network,
    query: &'static str,
}

impl Person for Visitor<'_> {
    fn ask(&self, _: &str, _: &str, _: &Field) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn visit(&self, page: &Url, _: &Url) -> Result<Visit, String> {
        assert_eq!(page.query(), Some("oauth_token=t%2Bemp"));
        let callback = field(&self.server.seen()[0], "oauth_callback");
        let back = Url::parse(&format!("{callback}&{}", self.query)).unwrap();
        self.network.send(Request::new("GET", back), &CancellationToken::new()).wait().unwrap();
        Ok(Visit::RedirectsToListener)
    }

    fn paste(&self, _: &Url) -> Result<Url, String> {
        unreachable!("the callback is a listener")
    }

    fn show_device_code(&self, _: &DeviceSignIn) -> Result<(), String> {
        unreachable!("OAuth 1.0 knows no other device")
    }

    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String> {
        assert_eq!(page.query(), Some("oauth_token=t%2Bemp"));
        assert_eq!(field(&self.server.seen()[0], "oauth_callback"), "oob");
        Ok(SecretString::from(" v3rifier\n"))
    }
}

fn field(request: &Seen, name: &str) -> String {
    let header = request.header("authorization").unwrap();
    let value = header.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
    percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned()
}

fn check(callback: Callback, query: &'static str, expected: Result<&str, &str>) {
    let server = server();
    let network = Network::start(Policy::default()).unwrap();
    let cancel = CancellationToken::new();
    let person = Visitor { server: &server, network: &network, query };
    let outcome = authorize(&network, &request(&server, callback), &person, Duration::from_secs(20), &cancel);
    let shown = match &outcome {
        Ok(credentials) => format!("{credentials:?}"),
        Err(error) => format!("{error:?} {error}"),
    };
    for secret in [SECRET, "tempsecret", "t0kensecret", "v3rifier"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    if let Ok(credentials) = &outcome {
        let others: Vec<_> = credentials.others.iter().map(|(name, value)| (&**name, value.expose_secret())).collect();
        assert_eq!(others, [("user_id", "7")]);
    }
    let outcome = outcome.map(|credentials| {
        let exposed = |secret: Option<SecretString>| secret.unwrap().expose_secret().to_owned();
        format!("{} {}", exposed(credentials.token), exposed(credentials.token_secret))
    });
    assert_eq!(outcome.map_err(|error| error.to_string()), expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn three_requests_give_a_token() {
    check(Callback::Redirect(None), "oauth_token=t%2Bemp&oauth_verifier=v3rifier", Ok("t0ken t0kensecret"));
    check(Callback::OutOfBand, "", Ok("t0ken t0kensecret"));
}

#[test]
fn invalid_and_denied_consents_are_errors() {
    let state = "the response of the sign-in page has a wrong `state`: it belongs to another sign-in";
    check(Callback::Redirect(None), "oauth_token=other&oauth_verifier=v3rifier", Err(state));
    check(Callback::Redirect(None), "denied=t%2Bemp", Err("the sign-in was denied"));
    check(Callback::Redirect(None), "oauth_problem=user_refused", Err("the sign-in was denied"));
    check(Callback::Redirect(None), "x=1", Err("the response of the sign-in page has no `oauth_verifier`"));
    let refused = "the token request was refused: `oauth_problem`: not [secret], [secret] nor [secret]";
    let server = server();
    check(
        Callback::Redirect(None),
        "oauth_token=t%2Bemp&oauth_verifier=",
        Err("the response of the sign-in page has no `oauth_verifier`"),
    );
    let network = Network::start(Policy::default()).unwrap();
    let mut wrong = request(&server, Callback::OutOfBand);
    wrong.token_credentials_uri = Some(server.url("/elsewhere"));
    let visitor = Visitor { server: &server, network: &network, query: "" };
    let error = authorize(&network, &wrong, &visitor, Duration::from_secs(20), &CancellationToken::new()).unwrap_err();
    assert_eq!(error.to_string(), refused);
    wrong.request_token_uri = None;
    let error = authorize(&network, &wrong, &visitor, Duration::from_secs(20), &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, AuthError::MissingSetting { setting: "requestTokenUri" }));
}
