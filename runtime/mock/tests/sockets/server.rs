//! Connections, limits and shutdown.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use apinb_mock::{Mock, MockSettings};
use serde_json::json;

use crate::support::{Api, definition, raw};

const SMALL: &str = "#%RAML 0.8\ntitle: Small\nbaseUri: https://small.example/v1\n/things:\n  get:\n  post:\n    responses:\n      201:\n";

#[test]
fn dropping_the_server_stops_it() {
    let api = Api::raml(SMALL);
    let address = api.mock.address();
    // An idle connection does not delay it.
    let _idle = TcpStream::connect(address).expect("it listens");
    drop(api);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn an_address_in_use_is_an_error() {
    let api = Api::raml(SMALL);
    let error = Mock::start(Vec::new(), api.mock.address(), MockSettings::default()).expect_err("it is taken");
    assert_eq!(error.to_string(), format!("cannot listen on {}", api.mock.address()));
}

#[test]
fn a_large_body_is_rejected() {
    let api = Api::raml(SMALL);
    let body = vec![b' '; (32 << 20) + 1];
    let answer = api.send("POST", "/things", &[("content-type", "application/json")], &body);
    assert_eq!((answer.status, answer.json()["error"].clone()), (413, json!("content_too_large")));
    assert_eq!(api.call("GET", "/things").status, 200);
}

#[test]
fn a_large_listing_is_refused() {
    let raml = "#%RAML 0.8\ntitle: L\nbaseUri: https://l.example\n/things:\n  get:\n    responses:\n      200:\n        body:\n          \
                application/json:\n            example: '{\"things\": [{\"id\": 1, \"text\": \"a\"}]}'\n  post:\n    body:\n      application/json:\n    \
                responses:\n      201:\n";
    let api = Api::raml(raml);
    let large = json!({ "text": "a".repeat(7 << 20) });
    for _ in 0..2 {
        assert_eq!(api.send_json("POST", "/things", &large).status, 201);
    }
    assert_eq!(api.call("GET", "/things").status, 200);
    assert_eq!(api.send_json("POST", "/things", &large).status, 201);
    let answer = api.call("GET", "/things");
    assert_eq!((answer.status, answer.json()["error"].clone()), (507, json!("insufficient_storage")));
    assert_eq!(api.call("GET", "/things?limit=2").status, 200);
}

/// Connections that send a request for a large listing and do not read the response.
#[test]
fn clients_that_do_not_read_share_a_limit() {
    let raml = "#%RAML 0.8\ntitle: L\nbaseUri: https://l.example\n/text:\n  get:\n    responses:\n      200:\n        body:\n          \
                text/plain:\n            example: EXAMPLE\n";
    let api = Api::raml(&raml.replace("EXAMPLE", &"a".repeat(15 << 20)));
    let request = b"GET /text HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(api.mock.address()).expect("it listens");
        stream.write_all(request).expect("it is sent");
        // The response has begun.
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).expect("a response");
        assert_eq!(&begin, b"HTTP/1.1 200");
        waiting.push(stream);
    }
    assert_eq!(api.call("GET", "/text").status, 503);
    drop(waiting);
    // The server notices that they are gone.
    let end = Instant::now() + Duration::from_secs(60);
    while api.call("GET", "/text").status == 503 {
        assert!(Instant::now() < end, "the limit is not given back");
    }
}

#[test]
fn only_names_of_this_machine_and_of_the_definition_are_hosts() {
    for (host, status) in [
        ("small.example", 200),
        ("localhost:1", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("small.example.evil.example", 421),
    ] {
        assert_eq!(Api::raml(SMALL).host(host).call("GET", "/things").status, status, "{host}");
    }
}

#[test]
fn invalid_requests_do_not_harm_the_server() {
    let api = Api::raml(SMALL);
    assert_eq!(raw(api.mock.address(), b"\x16\x03\x01 noise\r\n\r\n").status, 400);
    assert_eq!(api.call("GET", "/%FF%00/%2e%2e//things?%zz=&&=").status, 404);
    assert_eq!(api.call("GET", "/things").status, 200);
}

#[test]
fn observers_see_every_request() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let observer = move |served: &apinb_mock::Served| log.lock().expect("the log").push(served.to_string());
    let mock =
        Mock::start_observed(vec![definition(SMALL)], address, MockSettings::default(), observer).expect("it starts");
    assert_eq!(mock.routes(), ["GET /v1/things", "POST /v1/things"]);
    raw(mock.address(), b"POST /things?access_token=secret HTTP/1.0\r\n\r\n");
    raw(mock.address(), b"GET /else HTTP/1.0\r\n\r\n");
    drop(mock);
    assert_eq!(*seen.lock().expect("the log"), ["POST /things → 201 (created)", "GET /else → 404 (error)"]);
}

#[test]
fn hosts_include_those_of_every_server_uri() {
    let raml = "#%RAML 0.8\ntitle: H\nbaseUri: https://{domain}.api.example/v1\nsecuritySchemes:\n  - a:\n      type: OAuth 2.0\n      \
                settings:\n        authorizationUri: https://login.example/a\n        accessTokenUri: https://{domain}.api.example/t\n        \
                authorizationGrants: [code]\n  \
                - b:\n      type: OAuth 1.0\n      settings:\n        requestTokenUri: https://one.example:8443/r\n        \
                authorizationUri: https://login.example/b\n        tokenCredentialsUri: https://one.example:8443/t\n";
    let hosts = apinb_definition::model::hosts::hosts(&definition(raml));
    assert_eq!(hosts, ["{domain}.api.example", "login.example", "one.example:8443"]);
}
