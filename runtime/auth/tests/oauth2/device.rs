//! Sign-ins on another device.

use std::sync::Mutex;
use std::time::Duration;

use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorize::authorize;
use apinb_auth::oauth2::grant::Grant;
use apinb_auth::person::Visit;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::server::{Server, reply};
use crate::support::{GOOD, JSON, OnPage, checked, network, of, parameters, request};

#[test]
fn the_device_grant_polls_until_tokens_arrive() {
    let check = |answers: Vec<(&'static str, &'static str)>, expected: Result<&str, &str>| {
        let count = answers.len();
        let polls = Mutex::new(answers.into_iter());
        let server = Server::start(move |request, stream| match request.target.as_str() {
            "/device" => {
                let page = r#"{"device_code":"dev1ce","user_code":"WDJB-MJHT","verification_uri":"https://example.com/device","verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":0}"#;
                reply(stream, "200 OK", &[JSON], page);
            }
            _ => {
                let (status, body) = polls.lock().unwrap().next().unwrap();
                reply(stream, status, &[JSON], body);
            }
        });
        let shown = Mutex::new(Vec::new());
        let person = OnPage(|page: &Url| {
            shown.lock().unwrap().push(page.to_string());
            Ok(Visit::RedirectsToListener)
        });
        let (network, cancel) = (network(), CancellationToken::new());
        let request = request(&server, Grant::Device);
        let outcome = checked(authorize(&network, &request, &person, Duration::from_secs(20), &cancel));
        let outcome = outcome.map(|tokens| tokens.access_token.expose_secret().to_owned());
        assert_eq!(outcome.map_err(|error| error.to_string()), expected.map(str::to_owned).map_err(str::to_owned));
        assert_eq!(*shown.lock().unwrap(), ["https://example.com/device"]);
        let seen = server.seen();
        assert_eq!(of(&parameters(&seen[0].body), "scope"), "read write");
        let asked = parameters(&seen[1].body);
        assert_eq!(of(&asked, "grant_type"), "urn:ietf:params:oauth:grant-type:device_code");
        assert_eq!(of(&asked, "device_code"), "dev1ce");
        assert_eq!(seen.len(), 1 + count);
    };
    let pending = ("400 Bad Request", r#"{"error":"authorization_pending"}"#);
    check(vec![pending, pending, ("200 OK", GOOD)], Ok("t0ken"));
    check(vec![pending, ("400 Bad Request", r#"{"error":"access_denied"}"#)], Err("the sign-in was denied"));
    check(vec![("400 Bad Request", r#"{"error":"expired_token"}"#)], Err("no sign-in within 20 s"));
    let refused = r#"{"error":"invalid_grant","error_description":"not dev1ce"}"#;
    check(vec![("400 Bad Request", refused)], Err("the token request was refused: `invalid_grant`: not [secret]"));
}

/// Times from a server are bounded: they neither crash the program, nor block the user longer than the code is valid.
#[test]
fn an_excessive_polling_interval_ends_with_the_code() {
    for interval in ["1e30", "100000"] {
        let server = Server::start(move |request, stream| match request.target.as_str() {
            "/device" => {
                let page = format!(
                    r#"{{"device_code":"d","user_code":"U","verification_uri":"https://example.com/","expires_in":1,"interval":{interval}}}"#
                );
                reply(stream, "200 OK", &[JSON], &page);
            }
            _ => reply(stream, "400 Bad Request", &[JSON], r#"{"error":"slow_down"}"#),
        });
        let (network, cancel) = (network(), CancellationToken::new());
        let person = OnPage(|_: &Url| Ok(Visit::RedirectsToListener));
        let request = request(&server, Grant::Device);
        let outcome = checked(authorize(&network, &request, &person, Duration::from_secs(600), &cancel));
        let Err(AuthError::Timeout { limit }) = outcome else { panic!("{interval}: {outcome:?}") };
        assert_eq!(limit, Duration::from_secs(1));
    }
}

#[test]
fn cancellation_ends_the_polling_for_a_device() {
    let server = Server::start(move |request, stream| match request.target.as_str() {
        "/device" => {
            let page =
                r#"{"device_code":"d","user_code":"U","verification_url":"https://example.com/","expires_in":"1800"}"#;
            reply(stream, "200 OK", &[JSON], page);
        }
        _ => reply(stream, "400 Bad Request", &[JSON], r#"{"error":"slow_down"}"#),
    });
    let (network, cancel) = (network(), CancellationToken::new());
    let stopping = cancel.clone();
    let person = OnPage(move |_: &Url| {
        stopping.cancel();
        Ok(Visit::RedirectsToListener)
    });
    let outcome = authorize(&network, &request(&server, Grant::Device), &person, Duration::from_secs(600), &cancel);
    assert!(matches!(outcome, Err(AuthError::Interrupted)));
}
