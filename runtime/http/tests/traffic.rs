//! Recorded traffic in place of a server, and what is handed over to be recorded.

#![allow(clippy::unwrap_used, dead_code, reason = "a test binary")]

mod server;

use std::io::Write;
use std::sync::{Arc, Mutex};

use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_http::traffic::{Found, HopRequest, HopResponse, Miss, Traffic};
use bytes::Bytes;
use server::{Server, reply};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Records everything, and repeats it in order.
#[derive(Debug, Default)]
struct Tape {
    recorded: Mutex<Vec<(u64, HopRequest, HopResponse)>>,
    replayed: Mutex<Vec<HopResponse>>,
    /// Whether requests without a recorded response may be sent.
    is_open: bool,
}

impl Traffic for Tape {
    fn find(&self, request: &HopRequest) -> Found {
        let mut replayed = self.replayed.lock().unwrap();
        match replayed.is_empty() {
            true if self.is_open || request.is_own => Found::Unrecorded,
            true => Found::Missed(Miss { message: "nothing is left".to_owned(), help: String::new() }),
            false => Found::Response(Box::new(replayed.remove(0))),
        }
    }

    fn record(&self, number: u64, request: HopRequest, response: HopResponse) {
        self.recorded.lock().unwrap().push((number, request, response));
    }
}

fn network(tape: &Arc<Tape>) -> Network {
    let network = Network::start(Policy::default()).unwrap();
    network.add_traffic(Arc::clone(tape) as Arc<dyn Traffic>);
    network
}

fn call(network: &Network, url: &Url) -> Result<Response, HttpError> {
    let request = Request { cell: Some(3), ..Request::new("GET", url.clone()) };
    network.send(request, &CancellationToken::new()).wait()
}

/// Redirects to a page whose content depends on a cookie, and which is compressed.
fn server() -> Server {
    Server::start(|request, stream| match request.target.as_str() {
        "/start" => reply(stream, "302 Found", &[("Location", "/end"), ("Set-Cookie", "id=5")], "moved"),
        _ => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            write!(encoder, "cookie {}", request.header("cookie").unwrap_or_default()).unwrap();
            let body = encoder.finish().unwrap();
            let head = format!("HTTP/1.1 200 Fine\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    })
}

#[test]
fn what_was_recorded_is_replayed_without_the_server() {
    let server = server();
    let tape = Arc::new(Tape { is_open: true, ..Tape::default() });
    let live = call(&network(&tape), &server.url("/start")).unwrap();
    assert!(!live.replayed);
    let recorded = std::mem::take(&mut *tape.recorded.lock().unwrap());
    let of: Vec<_> = recorded.iter().map(|(number, request, _)| (*number, request.url.path(), request.cell)).collect();
    assert_eq!(of, [(0, "/start", Some(3)), (1, "/end", Some(3))]);
    assert_eq!(recorded[1].2.body, "cookie id=5");
    assert_eq!(recorded[1].2.status_text.as_deref(), Some("Fine"));
    let seen = server.seen().len();

    let replayed = recorded.into_iter().map(|(_, _, response)| response).collect();
    let tape = Arc::new(Tape { replayed: Mutex::new(replayed), ..Tape::default() });
    let network = network(&tape);
    let replay = call(&network, &server.url("/start")).unwrap();
    assert!(replay.replayed && replay.redirected && !replay.mocked);
    assert_eq!((&replay.body, &replay.url, &replay.status_text), (&live.body, &live.url, &live.status_text));
    let sent = replay.sent.headers.iter().find(|(name, _)| name == "cookie");
    assert_eq!(sent.map(|(_, value)| value.as_str()), Some("id=5"));
    let error = call(&network, &server.url("/start")).unwrap_err();
    assert!(matches!(&error, HttpError::Missed { .. }) && error.to_string() == "nothing is left", "{error:?}");
    assert_eq!(server.seen().len(), seen, "nothing was sent");
    assert!(tape.recorded.lock().unwrap().is_empty(), "nothing is recorded twice");
}

#[test]
fn sign_ins_are_not_recorded_and_documents_are() {
    let server = server();
    let tape = Arc::new(Tape { is_open: true, ..Tape::default() });
    let network = network(&tape);
    let document = Request { is_call: false, ..Request::new("GET", server.url("/api.raml")) };
    for request in [Request::new("POST", server.url("/token")), document] {
        network.send(request, &CancellationToken::new()).wait().unwrap();
    }
    let recorded = tape.recorded.lock().unwrap();
    assert_eq!(recorded.len(), 1);
    assert!(recorded[0].1.is_document && recorded[0].1.url.path() == "/api.raml");
}

#[test]
fn invalid_recordings_are_errors() {
    let response = |status, header: &str| HopResponse {
        status,
        status_text: None,
        version: "HTTP/1.1".to_owned(),
        headers: vec![(header.to_owned(), "a\r\nb: c".to_owned())],
        body: Bytes::new(),
    };
    for (recorded, expected) in
        [(response(99, "a"), "status"), (response(200, "a b"), "header name"), (response(200, "a"), "header value")]
    {
        let tape = Arc::new(Tape { replayed: Mutex::new(vec![recorded]), ..Tape::default() });
        let request =
            Request { redirect: Redirect::Manual, ..Request::new("GET", Url::parse("http://a.test/").unwrap()) };
        let error = network(&tape).send(request, &CancellationToken::new()).wait().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
