//! Authorization codes.

use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use apinb_auth::browser::redirect_uri::RedirectUri;
use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorize::authorize;
use apinb_auth::oauth2::grant::Grant;
use apinb_auth::person::Visit;
use apinb_auth::visitor::Visitor;
use apinb_http::route::Route;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::server::{Server, reply};
use crate::support::{GOOD, JSON, OnPage, SECRET, approving, checked, network, of, parameters, request, sign_in};

#[test]
fn an_authorization_code_becomes_tokens() {
    let server = approving("code=c0de%2B1&state=STATE", |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let tokens = sign_in(&request(&server, Grant::AuthorizationCode)).unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "t0ken");
    assert_eq!(tokens.token_type, "bearer");
    assert_eq!(tokens.refresh_token.as_ref().unwrap().expose_secret(), "r3fresh");
    assert_eq!(tokens.scopes, ["read", "write"]);
    let left = tokens.expires.unwrap().duration_since(SystemTime::now()).unwrap();
    assert!(left > Duration::from_secs(3500) && left <= Duration::from_secs(3600));
    assert_eq!(tokens.others[0].0, "instance_url");

    let seen = server.seen();
    let asked = parameters(seen[0].target.split_once('?').unwrap().1);
    assert!(seen[0].target.starts_with("/authorize?theme=dark&response_type=code&client_id=my+app&"));
    assert_eq!(of(&asked, "scope"), "read write");
    assert_eq!(of(&asked, "code_challenge_method"), "S256");
    let form = parameters(&seen[1].body);
    assert_eq!(of(&form, "grant_type"), "authorization_code");
    assert_eq!(of(&form, "code"), "c0de+1");
    assert_eq!(of(&form, "redirect_uri"), of(&asked, "redirect_uri"));
    assert!(of(&asked, "redirect_uri").starts_with("http://127.0.0.1:"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of(&form, "code_verifier")));
    assert_eq!(of(&asked, "code_challenge"), challenge);
    assert_eq!(seen[1].header("content-type"), Some("application/x-www-form-urlencoded"));
    // RFC 6749 section 2.3.1: both parts are encoded before they are joined.
    let basic = base64::engine::general_purpose::STANDARD.encode("my+app:s3cret%2F%2B+of+the+client");
    assert_eq!(seen[1].header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert!(!seen[1].body.contains("client_secret"));
}

#[test]
fn routed_sign_ins_use_the_mock_server() {
    let server = approving("code=c0de&state=STATE", |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let (network, cancel) = (network(), CancellationToken::new());
    network.add_route(Route { host: "{domain}.example.com".to_owned(), target: server.address });
    let (network, calls) = network.recorded();
    let mut request = request(&server, Grant::AuthorizationCode);
    request.authorization_uri = Some(Url::parse("https://acme.example.com/authorize").unwrap());
    request.access_token_uri = Some(Url::parse("https://acme.example.com/token").unwrap());
    let visitor = Visitor::new(&network, &cancel);
    authorize(&network, &request, &visitor, Duration::from_secs(20), &cancel).unwrap();
    let calls = calls.take();
    let urls: Vec<_> = calls.iter().map(|call| (call.request.method.as_str(), call.request.url.path())).collect();
    assert_eq!(urls, [("GET", "/authorize"), ("POST", "/token")]);
    assert!(calls[1].mocked);
}

#[test]
fn nonstandard_token_responses_are_accepted() {
    for (answer, kind, scopes) in [
        ("access_token=t0ken&scope=read%2Cwrite&token_type=bearer", "bearer", ["read", "write"]),
        ("access_token=t0ken&expires_in=", "bearer", ["read", "write"]),
        (
            r#"{"access_token":"t0ken","token_type":"mac","scope":["read","write"],"expires_in":"60"}"#,
            "mac",
            ["read", "write"],
        ),
        (r#"{"access_token":"t0ken","token_type":null,"expires_in":-1}"#, "bearer", ["read", "write"]),
    ] {
        let server = Server::start(move |_, stream| reply(stream, "200 OK", &[("Content-Type", "text/plain")], answer));
        let tokens = sign_in(&request(&server, Grant::ClientCredentials)).unwrap();
        assert_eq!(tokens.access_token.expose_secret(), "t0ken");
        assert_eq!(
            (tokens.token_type.as_str(), tokens.scopes.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
            (kind, scopes.as_slice())
        );
    }
}

#[test]
fn the_client_secret_is_sent_in_the_body_if_the_header_is_refused() {
    for (status, body) in [
        ("401 Unauthorized", r#"{"error":"invalid_client"}"#),
        ("401 Unauthorized", ""),
        ("400 Bad Request", r#"{"error":"invalid_request","error_description":"missing client_id"}"#),
    ] {
        let server = Server::start(move |request, stream| match request.header("authorization") {
            Some(_) => reply(stream, status, &[JSON], body),
            None => reply(stream, "200 OK", &[JSON], GOOD),
        });
        sign_in(&request(&server, Grant::ClientCredentials)).unwrap();
        let form = parameters(&server.seen()[1].body);
        assert_eq!((of(&form, "client_id").as_str(), of(&form, "client_secret").as_str()), ("my app", SECRET));
    }
}

#[test]
fn refused_token_requests_are_errors() {
    let check = |status: &'static str, body: &'static str, expected: &str, asked: usize| {
        let server = approving("code=c0de&state=STATE", move |_, stream| reply(stream, status, &[JSON], body));
        let error = sign_in(&request(&server, Grant::AuthorizationCode)).unwrap_err();
        assert_eq!(error.to_string(), expected.replace("URI", server.url("/token").as_str()));
        assert_eq!(server.seen().iter().filter(|request| request.method == "POST").count(), asked);
    };
    let expired = r#"{"error":"invalid_grant","error_description":"the code c0de\nhas expired"}"#;
    check(
        "400 Bad Request",
        expired,
        "the token request was refused: `invalid_grant`: the code [secret] has expired",
        1,
    );
    check("200 OK", "error=bad_verification_code", "the token request was refused: `bad_verification_code`", 1);
    let unknown = r#"{"error":"invalid_client","error_description":"not s3cret/+ of the client"}"#;
    check("401 Unauthorized", unknown, "the token request was refused: `invalid_client`: not [secret]", 2);
    check("500 Oops", "<h1>oops</h1>", "the token request failed: `URI` responded with 500", 1);
    check("200 OK", "{}", "the response of `URI` has no `access_token`", 1);
    check("200 OK", "[1]", "the response of `URI` has no `access_token`", 1);
    let elsewhere = Server::start(|_, stream| reply(stream, "307 Go", &[("Location", "/other")], ""));
    let error = sign_in(&request(&elsewhere, Grant::ClientCredentials)).unwrap_err();
    assert!(matches!(error, AuthError::Unreachable { .. }));
    assert_eq!(elsewhere.seen().len(), 1, "the secret goes nowhere else");
}

#[test]
fn a_denied_sign_in_is_an_error() {
    let check = |answer: &'static str, expected: &str| {
        let server = approving(answer, |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
        let error = sign_in(&request(&server, Grant::AuthorizationCode)).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(server.seen().iter().all(|request| request.method != "POST"));
        error
    };
    let denied = check("error=access_denied&error_description=not+now&state=STATE", "the sign-in was denied: not now");
    assert!(matches!(denied, AuthError::Denied { description: Some(text) } if text == "not now"));
    check("error=access_denied&state=STATE", "the sign-in was denied");
    check("error=invalid_scope&state=STATE", "the sign-in page responded with `invalid_scope`");
    let wrong =
        "the sign-in page could not be visited: the sign-in page redirected back with the state of another sign-in";
    check("code=c0de&state=other", wrong);
    check("code=c0de", wrong);
    check("error=access_denied&state=other", wrong);
    check("state=STATE", "the response of the sign-in page has no `code`");
}

#[test]
fn a_sign_in_page_that_does_not_redirect_back_is_an_error() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[], "<form>"));
    let error = sign_in(&request(&server, Grant::AuthorizationCode)).unwrap_err();
    let origin = server.url("/authorize");
    let expected =
        format!("the sign-in page could not be visited: `{origin}` responded with 200 and did not redirect back");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn registered_redirect_uris_are_used() {
    let server = approving("code=c0de&state=STATE", |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let mut request = request(&server, Grant::AuthorizationCode);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // Servers compare texts.
    for path in ["/my/callback", "/my/callback", "/", ""] {
        let registered = format!("http://localhost:{port}{path}");
        request.redirect_uri = Some(RedirectUri::parse(&registered).unwrap());
        sign_in(&request).unwrap();
        let seen = server.seen();
        let [.., page, token] = seen.as_slice() else { panic!("two requests") };
        let page = parameters(page.target.split_once('?').unwrap().1);
        assert_eq!(of(&page, "redirect_uri"), registered);
        assert_eq!(of(&parameters(&token.body), "redirect_uri"), registered);
    }
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    assert!(matches!(sign_in(&request), Err(AuthError::Listen { .. })));
    for elsewhere in ["urn:ietf:wg:oauth:2.0:oob", "com.example.app:/back"] {
        request.redirect_uri = Some(RedirectUri::parse(elsewhere).unwrap());
        assert!(matches!(sign_in(&request), Err(AuthError::RedirectUri { .. })), "{elsewhere}");
    }
}

#[test]
fn a_redirect_elsewhere_is_pasted() {
    let server = approving("code=c0de&state=STATE", |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let mut request = request(&server, Grant::AuthorizationCode);
    for elsewhere in ["https://localhost/", "https://portal.example/back", "http://10.0.0.1/"] {
        request.redirect_uri = Some(RedirectUri::parse(elsewhere).unwrap());
        assert_eq!(sign_in(&request).unwrap().access_token.expose_secret(), "t0ken");
        assert_eq!(of(&parameters(&server.seen().last().unwrap().body), "redirect_uri"), elsewhere);
    }
    let (network, cancel) = (network(), CancellationToken::new());
    let absent = OnPage(|_: &Url| Ok(Visit::RedirectsToListener));
    let error = authorize(&network, &request, &absent, Duration::from_secs(20), &cancel).unwrap_err();
    assert_eq!(error.to_string(), "the sign-in page could not be visited: no listener");
}

#[test]
fn missing_settings_are_named() {
    let server = Server::start(|_, _| {});
    let mut request = request(&server, Grant::AuthorizationCode);
    request.authorization_uri = None;
    assert_eq!(sign_in(&request).unwrap_err().to_string(), "the security scheme has no `authorizationUri`");
    request.access_token_uri = None;
    assert_eq!(sign_in(&request).unwrap_err().to_string(), "the security scheme has no `accessTokenUri`");
}

#[test]
fn a_pasted_redirect_address_is_accepted() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let (network, cancel) = (network(), CancellationToken::new());
    let check = |grant: Grant, back: &'static str, expected: Result<&str, &str>| {
        let visit = OnPage(move |page: &Url| {
            let asked = parameters(page.query().unwrap());
            let back = back.replace("URI", &of(&asked, "redirect_uri")).replace("STATE", &of(&asked, "state"));
            Ok(Visit::Pasted(Url::parse(&back).unwrap()))
        });
        let outcome = authorize(&network, &request(&server, grant), &visit, Duration::from_secs(20), &cancel);
        let outcome = checked(outcome).map(|tokens| tokens.access_token.expose_secret().to_owned());
        assert_eq!(outcome.map_err(|error| error.to_string()), expected.map(str::to_owned).map_err(str::to_owned));
    };
    check(Grant::AuthorizationCode, "URI?code=c0de&state=STATE", Ok("t0ken"));
    check(Grant::Implicit, "URI#access_token=t0ken&state=STATE", Ok("t0ken"));
    check(Grant::AuthorizationCode, "URI?error=access_denied&state=STATE", Err("the sign-in was denied"));
    let elsewhere = "the pasted address is not the redirect address of the sign-in page";
    check(Grant::AuthorizationCode, "http://127.0.0.1/login?code=c0de&state=STATE", Err(elsewhere));
    let wrong = "the response of the sign-in page has a wrong `state`: it belongs to another sign-in";
    check(Grant::AuthorizationCode, "URI?code=c0de&state=other", Err(wrong));
}
