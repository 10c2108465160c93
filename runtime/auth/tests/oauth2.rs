//! Sign-ins against a tiny authorization server over real sockets.

#![allow(missing_docs, clippy::unwrap_used, dead_code, reason = "a test binary")]

#[path = "../../http/tests/server/mod.rs"]
mod server;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorize::authorize;
use apinb_auth::oauth2::grant::Grant;
use apinb_auth::oauth2::refresh::refresh;
use apinb_auth::oauth2::request::OAuth2Request;
use apinb_auth::person::{DeviceSignIn, Field, Person, Visit};
use apinb_auth::tokens::Tokens;
use apinb_auth::visitor::Visitor;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_http::route::Route;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use server::{Seen, Server, reply};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

const SECRET: &str = "s3cret/+ of the client";
const GOOD: &str = r#"{"access_token":"t0ken","token_type":"Bearer","refresh_token":"r3fresh","expires_in":3600,"scope":"read write","instance_url":"https://eu.example.com"}"#;
const JSON: (&str, &str) = ("Content-Type", "application/json;charset=UTF-8");

/// Approves at once: `/authorize` redirects back with `answer` (`STATE` in it is the state), `/token` is `token`.
fn approving(answer: &'static str, token: impl Fn(&Seen, &mut TcpStream) + Send + Sync + 'static) -> Server {
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

fn parameters(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

fn of(parameters: &[(String, String)], name: &str) -> String {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn request(server: &Server, grant: Grant) -> OAuth2Request {
    OAuth2Request {
        authorization_uri: Some(server.url("/authorize?theme=dark")),
        access_token_uri: Some(server.url("/token")),
        device_authorization_uri: Some(server.url("/device")),
        grant,
        client_id: "my app".to_owned(),
        client_secret: Some(SecretString::from(SECRET)),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        redirect_uri: None,
    }
}

fn network() -> Network {
    Network::start(Policy::default()).unwrap()
}

fn sign_in(request: &OAuth2Request) -> Result<Tokens, AuthError> {
    let (network, cancel) = (network(), CancellationToken::new());
    let visitor = Visitor::new(&network, &cancel);
    checked(authorize(&network, request, &visitor, Duration::from_secs(20), &cancel))
}

/// A person who does something with a page, and signs in on no other device.
struct OnPage<F>(F);

impl<F: Fn(&Url) -> Result<Visit, String>> Person for OnPage<F> {
    fn ask(&self, _: &str, _: &str, _: &Field) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn visit(&self, page: &Url) -> Result<Visit, String> {
        (self.0)(page)
    }

    fn show_device_code(&self, sign_in: &DeviceSignIn) -> Result<(), String> {
        (self.0)(&sign_in.page).map(|_| ())
    }

    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String> {
        (self.0)(page).map(|_| SecretString::from("p1n"))
    }
}

/// No secret is in what can be shown of an outcome.
fn checked(outcome: Result<Tokens, AuthError>) -> Result<Tokens, AuthError> {
    let mut shown = format!("{outcome:?}");
    if let Err(error) = &outcome {
        shown.push_str(&error.to_string());
    }
    for secret in [SECRET, "s3cret", "t0ken", "r3fresh", "c0de", "passw0rd"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    outcome
}

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
fn through_a_mock_server() {
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
fn answers_in_other_shapes() {
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
fn other_grants() {
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

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_server_that_wants_the_secret_in_the_body() {
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
fn refused_tokens() {
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
fn denials() {
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
    let wrong = "the response of the sign-in page has a wrong `state`: it belongs to another sign-in";
    check("code=c0de&state=other", wrong);
    check("code=c0de", wrong);
    check("error=access_denied&state=other", wrong);
    check("state=STATE", "the response of the sign-in page has no `code`");
}

#[test]
fn pages_that_do_not_lead_back() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[], "<form>"));
    let error = sign_in(&request(&server, Grant::AuthorizationCode)).unwrap_err();
    let origin = server.url("/authorize");
    let expected =
        format!("the sign-in page could not be visited: `{origin}` responded with 200 and did not redirect back");
    assert_eq!(error.to_string(), expected);
}

/// Sends one request as a browser would and gives the answer.
fn host(uri: &Url) -> String {
    format!("{}:{}", uri.host_str().unwrap(), uri.port().unwrap())
}

fn browse(uri: &Url, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", uri.port().unwrap())).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // It may be cut off on purpose.
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn what_a_browser_gets() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let (network, cancel) = (network(), CancellationToken::new());
    let answers = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&answers);
    let visit = OnPage(move |page: &Url| {
        let asked = parameters(page.query().unwrap());
        let uri = Url::parse(&of(&asked, "redirect_uri")).unwrap();
        let host = host(&uri);
        let get = |target: &str| browse(&uri, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        let back = format!("/callback?code=c0de&state={}", of(&asked, "state"));
        *log.lock().unwrap() = vec![
            get("/favicon.ico"),
            get("/callback"),
            browse(&uri, &format!("POST {back} HTTP/1.1\r\nHost: {host}\r\n\r\n")),
            browse(&uri, "\x16\x03\x01nonsense\r\n\r\n"),
            browse(&uri, &"a".repeat(100_000)),
            // A name of somebody else's that leads to this machine, and none.
            browse(&uri, &format!("GET {back} HTTP/1.1\r\nHost: evil.example:{}\r\n\r\n", uri.port().unwrap())),
            browse(&uri, &format!("GET {back} HTTP/1.1\r\n\r\n")),
            get(&back),
            get(&back),
            get("/callback?code=other&state=other"),
        ];
        Ok(Visit::RedirectsToListener)
    });
    let request = request(&server, Grant::AuthorizationCode);
    let tokens = authorize(&network, &request, &visit, Duration::from_secs(20), &cancel).unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "t0ken");
    let answers = answers.lock().unwrap();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.get(9..12).unwrap_or_default()).collect();
    assert_eq!(statuses[..4], ["404", "404", "400", "400"]);
    assert_eq!(statuses[5..], ["400", "400", "200", "410", "410"]);
    assert!(answers[7].contains("You are signed in") && answers[7].contains("close this page"));
    assert!(answers.iter().all(|answer| !answer.contains("<script") && !answer.contains("c0de")));
}

#[test]
fn waiting_ends() {
    let server = Server::start(|_, _| {});
    let (network, cancel) = (network(), CancellationToken::new());
    let request = request(&server, Grant::AuthorizationCode);
    let started = Instant::now();
    let nobody = authorize(
        &network,
        &request,
        &OnPage(|_: &Url| Ok(Visit::RedirectsToListener)),
        Duration::from_millis(50),
        &cancel,
    );
    assert!(matches!(nobody, Err(AuthError::Timeout { limit }) if limit == Duration::from_millis(50)));
    let refused = authorize(
        &network,
        &request,
        &OnPage(|_: &Url| Err("no browser".to_owned())),
        Duration::from_secs(60),
        &cancel,
    );
    assert_eq!(refused.unwrap_err().to_string(), "the sign-in page could not be visited: no browser");
    let stopping = cancel.clone();
    let visit = OnPage(move |_: &Url| {
        stopping.cancel();
        Ok(Visit::RedirectsToListener)
    });
    let stopped = authorize(&network, &request, &visit, Duration::from_secs(60), &cancel);
    assert!(matches!(stopped, Err(AuthError::Interrupted)));
    let late = authorize(
        &network,
        &self::request(&server, Grant::ClientCredentials),
        &OnPage(|_: &Url| Ok(Visit::RedirectsToListener)),
        Duration::ZERO,
        &cancel,
    );
    assert!(matches!(late, Err(AuthError::Interrupted)));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn registered_redirect_uris() {
    let server = approving("code=c0de&state=STATE", |_, stream| reply(stream, "200 OK", &[JSON], GOOD));
    let mut request = request(&server, Grant::AuthorizationCode);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let registered = format!("http://localhost:{port}/my/callback");
    request.redirect_uri = Some(Url::parse(&registered).unwrap());
    for _ in 0..3 {
        sign_in(&request).unwrap();
        let form = parameters(&server.seen().last().unwrap().body);
        assert_eq!(of(&form, "redirect_uri"), registered);
    }
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    assert!(matches!(sign_in(&request), Err(AuthError::Listen { .. })));
    for elsewhere in
        ["https://localhost/", "http://example.com/callback", "http://10.0.0.1/", "urn:ietf:wg:oauth:2.0:oob"]
    {
        request.redirect_uri = Some(Url::parse(elsewhere).unwrap());
        assert!(matches!(sign_in(&request), Err(AuthError::RedirectUri { .. })), "{elsewhere}");
    }
}

#[test]
fn settings_that_are_missing() {
    let server = Server::start(|_, _| {});
    let mut request = request(&server, Grant::AuthorizationCode);
    request.authorization_uri = None;
    assert_eq!(sign_in(&request).unwrap_err().to_string(), "the security scheme has no `authorizationUri`");
    request.access_token_uri = None;
    assert_eq!(sign_in(&request).unwrap_err().to_string(), "the security scheme has no `accessTokenUri`");
}

/// A browser that runs the page's script: what the page posts is what it was asked to post.
#[test]
fn a_token_in_the_fragment() {
    let server = Server::start(|_, _| {});
    let (network, cancel) = (network(), CancellationToken::new());
    let check = |fragment: &'static str, expected: Result<&str, &str>| {
        let visit = OnPage(move |page: &Url| {
            let asked = parameters(page.query().unwrap());
            assert_eq!(
                (of(&asked, "response_type"), of(&asked, "code_challenge")),
                ("token".to_owned(), String::new())
            );
            let uri = Url::parse(&of(&asked, "redirect_uri")).unwrap();
            let first = browse(&uri, &format!("GET /callback HTTP/1.1\r\nHost: {}\r\n\r\n", host(&uri)));
            assert!(first.contains("location.hash") && first.contains("script-src 'sha256-"), "{first}");
            let body = fragment.replace("STATE", &of(&asked, "state"));
            let post = format!(
                "POST /callback HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}",
                host(&uri),
                body.len()
            );
            let answer = browse(&uri, &post);
            assert!(!answer.contains("t0ken") && !answer.contains("<script"), "{answer}");
            assert!(browse(&uri, &post).starts_with("HTTP/1.1 410"));
            Ok(Visit::RedirectsToListener)
        });
        let request = request(&server, Grant::Implicit);
        let outcome = checked(authorize(&network, &request, &visit, Duration::from_secs(20), &cancel));
        let outcome = outcome.map(|tokens| tokens.access_token.expose_secret().to_owned());
        assert_eq!(outcome.map_err(|error| error.to_string()), expected.map(str::to_owned).map_err(str::to_owned));
    };
    check("access_token=t0ken&token_type=bearer&expires_in=60&state=STATE", Ok("t0ken"));
    check(
        "access_token=t0ken",
        Err("the response of the sign-in page has a wrong `state`: it belongs to another sign-in"),
    );
    check("error=access_denied&state=STATE", Err("the sign-in was denied"));
    check("token_type=bearer&state=STATE", Err("the response of the sign-in page has no `access_token`"));
    assert!(server.seen().is_empty());
}

#[test]
fn an_address_that_is_pasted() {
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

#[test]
fn a_sign_in_on_another_device() {
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

/// What a server says of time is not taken on trust: neither does it end the program, nor hold the person longer than the
/// code serves.
#[test]
fn a_device_that_is_told_to_wait_for_ever() {
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
fn a_device_that_nobody_signs_in_on() {
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
