//! The pages of the listener, and tokens in the fragment of its URL.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
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

/// Sends one request as a browser would and returns the response.
fn host(uri: &Url) -> String {
    format!("{}:{}", uri.host_str().unwrap(), uri.port().unwrap())
}

fn browse(uri: &Url, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", uri.port().unwrap())).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // The connection may be closed on purpose.
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn the_listener_serves_only_the_callback() {
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
            // A foreign host name that resolves to this machine, and none.
            browse(&uri, &format!("GET {back} HTTP/1.1\r\nHost: evil.example:{}\r\n\r\n", uri.port().unwrap())),
            browse(&uri, &format!("GET {back} HTTP/1.1\r\n\r\n")),
            // Any page on the web can send these.
            get("/callback?code=other&state=other"),
            get("/callback?error=access_denied"),
            get(&format!("{back}x")),
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
    assert_eq!(statuses[5..], ["400", "400", "400", "400", "400", "200", "410", "400"]);
    assert!(answers[7].contains("not the response to the sign-in that apinb waits for"), "{}", answers[7]);
    assert!(answers[10].contains("You are signed in") && answers[10].contains("close this page"));
    assert!(answers.iter().all(|answer| !answer.contains("<script") && !answer.contains("c0de")));
}

#[test]
fn waiting_for_the_browser_ends_at_timeout_and_cancellation() {
    let server = Server::start(|_, _| {});
    let (network, cancel) = (network(), CancellationToken::new());
    let request = request(&server, Grant::AuthorizationCode);
    let timeout = authorize(
        &network,
        &request,
        &OnPage(|_: &Url| Ok(Visit::RedirectsToListener)),
        Duration::from_millis(50),
        &cancel,
    );
    assert!(matches!(timeout, Err(AuthError::Timeout { limit }) if limit == Duration::from_millis(50)));
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
}

/// A browser that runs the script of the page and posts the fragment.
#[test]
fn the_page_posts_the_token_of_the_fragment() {
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
            let post = |fragment: &str| {
                let body = fragment.replace("STATE", &of(&asked, "state"));
                let (host, length) = (host(&uri), body.len());
                format!("POST /callback HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}")
            };
            for foreign in ["access_token=f0reign", "access_token=f0reign&state=other", "error=access_denied"] {
                assert!(browse(&uri, &post(foreign)).starts_with("HTTP/1.1 400"), "{foreign}");
            }
            let post = post(fragment);
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
    check("error=access_denied&state=STATE", Err("the sign-in was denied"));
    check("token_type=bearer&state=STATE", Err("the response of the sign-in page has no `access_token`"));
    assert!(server.seen().is_empty());
}
