//! Grants without a browser, and renewal.

use apinb_auth::oauth2::grant::Grant;
use apinb_auth::oauth2::refresh::refresh;
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::server::{Server, reply};
use crate::support::{GOOD, JSON, SECRET, checked, network, pairs, parameters, request, sign_in};

#[test]
fn grants_without_a_browser_give_tokens() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    sign_in(&request(&server, Grant::ClientCredentials)).unwrap();
    let password = Grant::Password { username: "me".to_owned(), password: SecretString::from("passw0rd") };
    let mut public = request(&server, password);
    assert!(!format!("{public:?}").contains("passw0rd") && !format!("{public:?}").contains(SECRET));
    public.client_secret = None;
    sign_in(&public).unwrap();
    let seen = server.seen();
    assert_eq!(parameters(&seen[0].body), pairs(&[("grant_type", "client_credentials"), ("scope", "read write")]));
    assert!(seen[0].header("authorization").is_some());
    let expected = [
        ("grant_type", "password"),
        ("username", "me"),
        ("password", "passw0rd"),
        ("scope", "read write"),
        ("client_id", "my app"),
    ];
    assert_eq!(parameters(&seen[1].body), pairs(&expected));
    assert_eq!(seen[1].header("authorization"), None);
}

#[test]
fn tokens_are_renewed() {
    let check = |answer: &'static str, expected: &str| {
        let server = Server::start(move |_, stream| reply(stream, "200 OK", &[JSON], answer));
        let request = request(&server, Grant::AuthorizationCode);
        let (network, cancel) = (network(), CancellationToken::new());
        let tokens = checked(refresh(&network, &request, &SecretString::from("r3fresh"), &cancel)).unwrap();
        assert_eq!(tokens.refresh_token.unwrap().expose_secret(), expected);
        let form = parameters(&server.seen()[0].body);
        assert_eq!(form, pairs(&[("grant_type", "refresh_token"), ("refresh_token", "r3fresh")]));
    };
    check(r#"{"access_token":"new","token_type":"bearer"}"#, "r3fresh");
    check(r#"{"access_token":"new","token_type":"bearer","refresh_token":"other"}"#, "other");
}

#[test]
fn tokens_are_renewed_at_their_own_endpoint() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let mut request = request(&server, Grant::ClientCredentials);
    request.refresh_uri = Some(server.url("/renew"));
    sign_in(&request).unwrap();
    let (network, cancel) = (network(), CancellationToken::new());
    checked(refresh(&network, &request, &SecretString::from("r3fresh"), &cancel)).unwrap();
    let targets: Vec<String> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/token", "/renew"]);
}
