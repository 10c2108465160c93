//! The network against real servers on local sockets.

#![allow(clippy::unwrap_used, dead_code, reason = "a test binary")]

mod server;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use apinb_http::exchange::{HttpError, Redirect, Request, Response};
use apinb_http::memory::MemoryBudget;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_http::route::Route;
use bytes::Bytes;
use server::{Server, reply};
use tokio_util::sync::CancellationToken;
use url::Url;

fn network() -> Network {
    Network::start(Policy::default()).unwrap()
}

fn get(network: &Network, url: &Url) -> Result<Response, HttpError> {
    send(network, Request::new("GET", url.clone()))
}

fn send(network: &Network, request: Request) -> Result<Response, HttpError> {
    network.send(request, &CancellationToken::new()).wait()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Echoes the request: `METHOD target body`.
fn echo() -> Server {
    Server::start(|request, stream| {
        let body = format!("{} {} {}", request.method, request.target, request.body);
        reply(stream, "200 Fine", &[("X-Two", "a"), ("X-Two", "b")], body);
    })
}

#[test]
fn a_call_returns_the_response() {
    let (network, server) = (network(), echo());
    let mut request = Request::new("POST", server.url("/a?b=c%20d"));
    request.headers.push(("X-Mine".to_owned(), "1".to_owned()));
    request.body = Some(Bytes::from_static(b"hello"));
    let response = send(&network, request).unwrap();
    assert_eq!((response.status, response.status_text.as_str()), (200, "Fine"));
    assert_eq!(response.body, "POST /a?b=c%20d hello");
    assert_eq!(response.url, server.url("/a?b=c%20d"));
    assert!(!response.redirected && !response.mocked && response.elapsed > Duration::ZERO);
    assert_eq!(response.headers.iter().filter(|(name, _)| name == "x-two").count(), 2);
    let seen = server.seen();
    for (name, value) in &seen[0].headers {
        assert_eq!(header(&response.sent.headers, name), Some(value.as_str()), "{name}");
    }
    assert_eq!(seen[0].headers.len(), response.sent.headers.len());
    assert_eq!(seen[0].header("user-agent"), Some(concat!("apinb/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(seen[0].header("accept"), Some("*/*"));
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip, deflate, br"));
    assert_eq!(seen[0].header("x-mine"), Some("1"));
}

#[test]
fn a_body_is_sent_with_its_length() {
    let (network, server) = (network(), echo());
    for (method, body, length) in [
        ("GET", None, None),
        ("DELETE", None, None),
        ("POST", None, Some("0")),
        ("PUT", None, Some("0")),
        ("DELETE", Some("{}"), Some("2")),
        ("PATCH", Some(""), Some("0")),
    ] {
        let mut request = Request::new(method, server.url("/"));
        request.body = body.map(Bytes::from);
        send(&network, request).unwrap();
        assert_eq!(server.seen().last().unwrap().header("content-length"), length, "{method}");
        assert_eq!(server.seen().last().unwrap().header("transfer-encoding"), None);
    }
}

#[test]
fn connections_are_reused() {
    let (network, server) = (network(), echo());
    network.add_route(Route { host: "api.example.com".to_owned(), target: server.address });
    for _ in 0..10 {
        get(&network, &server.url("/")).unwrap();
        get(&network, &Url::parse("https://api.example.com/x").unwrap()).unwrap();
    }
    assert!(server.seen().iter().all(|request| request.connection == 0));
}

#[test]
fn many_calls_run_concurrently() {
    let (network, server) = (network(), echo());
    let cancel = CancellationToken::new();
    let pending: Vec<_> =
        (0..50).map(|number| network.send(Request::new("GET", server.url(&format!("/{number}"))), &cancel)).collect();
    for (number, pending) in pending.into_iter().enumerate() {
        assert_eq!(pending.wait().unwrap().body, format!("GET /{number} "));
    }
}

#[test]
fn a_call_can_block_or_be_awaited_inside_a_runtime() {
    let (network, server) = (network(), echo());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(get(&network, &server.url("/")).unwrap().status, 200);
        let pending = network.send(Request::new("GET", server.url("/")), &CancellationToken::new());
        assert_eq!(pending.await.unwrap().status, 200);
    });
}

/// More waits than tokio's cooperative budget allows a task without yielding.
#[test]
fn a_task_can_block_on_many_calls() {
    let server = echo();
    let network = network();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for _ in 0..300 {
            let request = Request::new("GET", server.url("/"));
            assert_eq!(network.send(request, &CancellationToken::new()).wait().unwrap().status, 200);
        }
    });
}

#[test]
fn the_worker_outlives_its_handle_while_a_request_is_under_way() {
    let server = echo();
    let pending = network().send(Request::new("GET", server.url("/")), &CancellationToken::new());
    assert_eq!(pending.wait().unwrap().status, 200);
}

#[test]
fn cookies_are_stored_and_sent() {
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/set" => reply(stream, "200 OK", &[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/deep")], ""),
        _ => reply(stream, "200 OK", &[], ""),
    });
    let network = network();
    get(&network, &server.url("/set")).unwrap();
    let cookie = |path: &str| {
        let response = get(&network, &server.url(path)).unwrap();
        let seen = server.seen().last().unwrap().header("cookie").map(str::to_owned);
        assert_eq!(header(&response.sent.headers, "cookie").map(str::to_owned), seen);
        seen
    };
    assert_eq!(cookie("/"), Some("a=1".to_owned()));
    assert!(cookie("/deep/x").unwrap().contains("b=2"));
    let mut request = Request::new("GET", server.url("/"));
    request.headers.push(("Cookie".to_owned(), "mine=1".to_owned()));
    send(&network, request).unwrap();
    assert_eq!(server.seen().last().unwrap().header("cookie"), Some("mine=1"));
    assert_eq!(get(&self::network(), &server.url("/")).unwrap().sent.headers.iter().find(|(n, _)| n == "cookie"), None);
}

/// Redirects `/STATUS/rest` to `rest` on the same server, or `/STATUS/other/rest` to the other server; else echoes.
fn redirecting(other: Option<SocketAddr>) -> Server {
    Server::start(move |request, stream| {
        let path = request.target.trim_start_matches('/');
        match path.split_once('/') {
            Some((status, rest)) if status.parse::<u16>().is_ok() => {
                let location = match (rest.strip_prefix("other"), other) {
                    (Some(rest), Some(other)) => format!("http://{other}{rest}"),
                    _ => format!("/{rest}"),
                };
                reply(
                    stream,
                    &format!("{status} Go"),
                    &[("Location", &location), ("Set-Cookie", "hop=1; Path=/")],
                    "gone",
                );
            }
            _ => reply(stream, "200 OK", &[], format!("{} {} {}", request.method, request.target, request.body)),
        }
    })
}

#[test]
fn redirects_change_methods_as_a_browser_does() {
    let (network, server) = (network(), redirecting(None));
    for (method, status, expected) in [
        ("POST", 301, "GET /end "),
        ("POST", 302, "GET /end "),
        ("POST", 303, "GET /end "),
        ("POST", 307, "POST /end hello"),
        ("POST", 308, "POST /end hello"),
        ("PUT", 302, "PUT /end hello"),
        ("PUT", 303, "GET /end "),
    ] {
        let mut request = Request::new(method, server.url(&format!("/{status}/end#part")));
        request.headers.push(("Content-Type".to_owned(), "text/plain".to_owned()));
        request.body = Some(Bytes::from_static(b"hello"));
        let response = send(&network, request).unwrap();
        assert_eq!(response.body, expected, "{method} {status}");
        assert!(response.redirected);
        assert_eq!(response.url, server.url("/end#part"));
        let last = server.seen().pop().unwrap();
        assert_eq!(last.header("content-type").is_some(), expected.ends_with("hello"));
        assert_eq!(last.header("cookie"), Some("hop=1"));
        assert_eq!(last.connection, 0, "the connection is reused over a redirect");
    }
}

#[test]
fn credentials_stay_with_their_origin() {
    let other = echo();
    let (network, server) = (network(), redirecting(Some(other.address)));
    for (path, sent) in [("/302/end", true), ("/302/other/end", false)] {
        let mut request = Request::new("GET", server.url(path));
        for (name, value) in [("Authorization", "Bearer s"), ("Cookie", "own=1"), ("X-Mine", "1")] {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        let response = send(&network, request).unwrap();
        let last = if sent { server.seen() } else { other.seen() }.pop().unwrap();
        assert_eq!(last.header("authorization").is_some(), sent);
        assert_eq!(header(&response.sent.headers, "authorization").is_some(), sent);
        assert_eq!(last.header("cookie").is_some_and(|cookie| cookie.contains("own=1")), sent);
        // Set by the caller: the network does not know whether it is secret.
        assert_eq!(last.header("x-mine"), Some("1"));
    }
}

#[test]
fn added_credentials_stay_with_their_origin() {
    let other = echo();
    let (network, server) = (network(), redirecting(Some(other.address)));
    for (path, sent) in [("/302/end?key=s&page=1", true), ("/302/302/other/end?key=s&page=1", false)] {
        let mut request = Request::new("GET", server.url(path));
        for name in ["X-API-Key", "X-Mine"] {
            request.headers.push((name.to_owned(), "1".to_owned()));
        }
        request.signed.headers.push("X-API-Key".to_owned());
        request.signed.query.push("key".to_owned());
        let response = send(&network, request).unwrap();
        let last = if sent { server.seen() } else { other.seen() }.pop().unwrap();
        assert_eq!(last.header("x-api-key").is_some(), sent);
        assert_eq!(header(&response.sent.headers, "x-api-key").is_some(), sent);
        assert_eq!(last.target, if sent { "/end?key=s&page=1" } else { "/end?page=1" });
        assert_eq!(last.header("x-mine"), Some("1"));
    }
}

#[test]
fn redirect_modes_and_limits_hold() {
    let (network, server) = (network(), redirecting(None));
    let with = |path: &str, redirect| {
        let mut request = Request::new("GET", server.url(path));
        request.redirect = redirect;
        send(&network, request)
    };
    let manual = with("/302/end", Redirect::Manual).unwrap();
    assert_eq!((manual.status, manual.redirected, &manual.body[..]), (302, false, &b"gone"[..]));
    assert!(matches!(with("/302/end", Redirect::Error), Err(HttpError::Redirect { .. })));
    assert_eq!(with("/end", Redirect::Error).unwrap().status, 200);
    assert_eq!(with(&format!("/{}end", "302/".repeat(20)), Redirect::Follow).unwrap().status, 200);
    let error = with(&format!("/{}end", "302/".repeat(21)), Redirect::Follow).unwrap_err();
    assert_eq!(error.to_string(), "more than 20 redirects");
    let away = Server::start(|_, stream| reply(stream, "302 Go", &[("Location", "file:///etc/passwd")], ""));
    assert!(matches!(get(&network, &away.url("/")), Err(HttpError::Redirect { .. })));
}

#[test]
fn routed_hosts_reach_their_target() {
    let real = echo();
    let mock = redirecting(Some(real.address));
    let network = network();
    network.add_route(Route { host: "{domain}.example.com".to_owned(), target: mock.address });
    let start = Url::parse("https://acme.example.com/302/200x?a=1").unwrap();
    let response = get(&network, &start).unwrap();
    assert_eq!(response.url.as_str(), "https://acme.example.com/200x?a=1");
    assert!(response.mocked && response.redirected);
    assert_eq!(header(&response.sent.headers, "host"), Some("acme.example.com"));
    let seen = mock.seen();
    assert_eq!(seen[1].header("host"), Some("acme.example.com"));
    assert_eq!(seen[1].header("cookie"), Some("hop=1"), "cookies count by the original URL");
    let left = get(&network, &Url::parse("https://acme.example.com/302/other/callback?code=1").unwrap()).unwrap();
    assert!(!left.mocked);
    assert_eq!(left.url, real.url("/callback?code=1"));
    assert_eq!(real.seen()[0].header("cookie"), None);
}

#[test]
fn an_error_does_not_name_the_mock_server() {
    let port = free_port();
    let network = network();
    network.add_route(Route { host: "api.example.com".to_owned(), target: SocketAddr::from(([127, 0, 0, 1], port)) });
    let (network, calls) = network.recorded();
    let error = get(&network, &Url::parse("https://api.example.com/").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "connection refused");
    let calls = calls.take();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].mocked && calls[0].outcome.is_err());
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn compressed_bodies_are_decoded() {
    use flate2::write::{GzEncoder, ZlibEncoder};
    let text = "hello ".repeat(1000);
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut deflate = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(text.as_bytes()).unwrap();
    let deflate = deflate.finish().unwrap();
    let mut twice = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    twice.write_all(&deflate).unwrap();
    let twice = twice.finish().unwrap();
    let server = Server::start(move |request, stream| match request.target.as_str() {
        "/gzip" => reply(stream, "200 OK", &[("Content-Encoding", "gzip")], &gzip),
        "/deflate" => reply(stream, "200 OK", &[("Content-Encoding", "deflate")], &deflate),
        "/cut" => reply(stream, "200 OK", &[("Content-Encoding", "gzip")], &gzip[..gzip.len() / 2]),
        "/upper" => reply(stream, "200 OK", &[("Content-Encoding", "GZIP")], &gzip),
        "/twice" => reply(stream, "200 OK", &[("Content-Encoding", "deflate, x-gzip")], &twice),
        "/unknown" => reply(stream, "200 OK", &[("Content-Encoding", "zstd")], "as it came"),
        "/nothing" => reply(stream, "200 OK", &[("Content-Encoding", "gzip")], ""),
        "/empty" => reply(stream, "204 No Content", &[("Content-Encoding", "gzip")], ""),
        _ => reply(stream, "200 OK", &[("Content-Encoding", "gzip")], "not gzip"),
    });
    let network = network();
    assert_eq!(get(&network, &server.url("/gzip")).unwrap().body, text);
    assert_eq!(get(&network, &server.url("/deflate")).unwrap().body, text);
    for path in ["/upper", "/twice"] {
        let response = get(&network, &server.url(path)).unwrap();
        assert_eq!(response.body, text, "{path}");
        // They are about the body as it was sent.
        assert_eq!(header(&response.headers, "content-encoding"), None);
        assert_eq!(header(&response.headers, "content-length"), None);
    }
    let unknown = get(&network, &server.url("/unknown")).unwrap();
    assert_eq!((unknown.body, header(&unknown.headers, "content-encoding")), ("as it came".into(), Some("zstd")));
    for path in ["/empty", "/nothing"] {
        assert_eq!(get(&network, &server.url(path)).unwrap().body, "", "{path}");
    }
    let head = send(&network, Request::new("HEAD", server.url("/upper"))).unwrap();
    assert_eq!(header(&head.headers, "content-encoding"), Some("GZIP"));
    for path in ["/broken", "/cut"] {
        assert!(matches!(get(&network, &server.url(path)), Err(HttpError::Protocol { .. })), "{path}");
    }
}

#[test]
fn bodies_larger_than_the_limit_are_errors() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let server = Server::start(move |request, stream| match request.target.as_str() {
        "/bomb" => reply(stream, "200 OK", &[("Content-Encoding", "gzip")], &bomb),
        "/announced" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n").unwrap(),
        "/exact" => reply(stream, "200 OK", &[], vec![b'x'; 1 << 20]),
        _ => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
            while stream.write_all(&chunk).is_ok() {}
        }
    });
    let network = Network::start(Policy { max_response_bytes: 1 << 20, ..Policy::default() }).unwrap();
    for path in ["/bomb", "/announced", "/endless"] {
        let error = get(&network, &server.url(path)).unwrap_err();
        assert_eq!(error.to_string(), "the response is larger than 1048576 bytes", "{path}");
    }
    assert_eq!(get(&network, &server.url("/exact")).unwrap().body.len(), 1 << 20);
    let head = send(&network, Request::new("HEAD", server.url("/announced"))).unwrap();
    assert_eq!(header(&head.headers, "content-length"), Some("2147483648"));
    let few = network.send_up_to(Request::new("GET", server.url("/exact")), 1000, &CancellationToken::new()).wait();
    assert!(matches!(few, Err(HttpError::TooLarge { limit: 1000 })));
}

#[test]
fn responses_share_the_memory_of_a_notebook() {
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
            while stream.write_all(&chunk).is_ok() {}
        }
        _ => reply(stream, "200 OK", &[], vec![b'x'; 1 << 20]),
    });
    let budget = MemoryBudget::new(5 << 20);
    let network = network().within(Arc::clone(&budget));
    let (url, endless) = (server.url("/"), server.url("/endless"));
    let held = [get(&network, &url).unwrap(), get(&network, &url).unwrap()];
    // A body counts twice: as it was received, and as the value that is made of it.
    assert_eq!(budget.taken(), 4 << 20);
    for url in [&url, &endless] {
        let error = get(&network, url).unwrap_err();
        assert!(matches!(error, HttpError::OutOfMemory { limit } if limit == 5 << 20));
        assert_eq!(error.to_string(), "out of memory: it does not fit in what is left of the 5 MB of the notebook");
        assert_eq!(budget.taken(), 4 << 20);
    }
    drop(held);
    assert_eq!(budget.taken(), 0);
    assert_eq!(get(&network, &url).unwrap().body.len(), 1 << 20);
    assert!(get(&network, &endless).is_err());
    assert_eq!(budget.taken(), 0);
}

#[test]
fn requests_beyond_a_number_wait_for_others() {
    const AT_ONCE: usize = 256;
    let (arrived, arrival) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (arrived, released) = (Mutex::new(arrived), Mutex::new(released));
    let server = Server::start(move |_, stream| {
        arrived.lock().unwrap().send(()).unwrap();
        // The sender is dropped when all may go on.
        assert!(released.lock().unwrap().recv().is_err());
        reply(stream, "200 OK", &[], "");
    });
    let (network, cancel) = (network(), CancellationToken::new());
    let request = || Request { timeout: Some(Duration::from_secs(600)), ..Request::new("GET", server.url("/")) };
    let first: Vec<_> = (0..AT_ONCE).map(|_| network.send(request(), &CancellationToken::new())).collect();
    let (waiting, cancelled) = (network.send(request(), &CancellationToken::new()), network.send(request(), &cancel));
    (0..AT_ONCE).for_each(|_| arrival.recv().unwrap());
    cancel.cancel();
    assert!(matches!(cancelled.wait(), Err(HttpError::Interrupted)));
    assert_eq!(server.seen().len(), AT_ONCE);
    drop(release);
    for pending in first.into_iter().chain([waiting]) {
        assert_eq!(pending.wait().unwrap().status, 200);
    }
}

#[test]
fn a_silent_server_times_out_or_is_cancelled() {
    let (arrived, arrival) = mpsc::channel();
    let arrived = Mutex::new(arrived);
    let server = Server::start(move |request, stream| {
        if request.target == "/half" {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
        }
        arrived.lock().unwrap().send(()).unwrap();
    });
    let network = network();
    for (path, expected) in [
        ("/silent", "no response within 100 ms"),
        ("/half", "the response (200) did not end within 100 ms; 4 bytes of it arrived"),
    ] {
        let mut request = Request::new("GET", server.url(path));
        request.timeout = Some(Duration::from_millis(100));
        assert_eq!(send(&network, request).unwrap_err().to_string(), expected);
        arrival.recv().unwrap();
        let cancel = CancellationToken::new();
        let pending = network.send(Request::new("GET", server.url(path)), &cancel);
        arrival.recv().unwrap();
        cancel.cancel();
        assert!(matches!(pending.wait(), Err(HttpError::Interrupted)));
        assert!(matches!(
            network.send(Request::new("GET", server.url(path)), &cancel).wait(),
            Err(HttpError::Interrupted)
        ));
    }
}

#[test]
fn dropping_a_call_cancels_it() {
    let (state, changed) = mpsc::channel();
    let state = std::sync::Mutex::new(state);
    let server = Server::start(move |_, stream| {
        let state = state.lock().unwrap();
        state.send("arrived").unwrap();
        // The connection closes before the first byte of the response.
        let closed = std::io::Read::read(stream, &mut [0]);
        state.send(if closed.is_ok_and(|length| length == 0) { "closed" } else { "open" }).unwrap();
    });
    let network = network();
    let pending = network.send(Request::new("GET", server.url("/")), &CancellationToken::new());
    assert_eq!(changed.recv().unwrap(), "arrived");
    drop(pending);
    assert_eq!(changed.recv().unwrap(), "closed");
}

#[test]
fn broken_responses_are_errors() {
    let server = Server::start(|request, stream| {
        let _ = match request.target.as_str() {
            "/close" => stream.shutdown(std::net::Shutdown::Both),
            "/short" => stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                .and_then(|()| stream.shutdown(std::net::Shutdown::Both)),
            "/headers" => stream.write_all(&[b"HTTP/1.1 200 OK\r\n".as_slice(), &[b'a'; 1 << 20]].concat()),
            _ => stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
        };
    });
    let network = network();
    let cause = |path: &str| get(&network, &server.url(path)).unwrap_err();
    let cut = "the server closed the connection before the response was complete";
    assert_eq!(cause("/close").to_string(), cut);
    assert_eq!(cause("/short").to_string(), format!("the response (200) broke off after 4 bytes: {cut}"));
    assert!(matches!(cause("/short"), HttpError::Incomplete { status: 200, received: 4, .. }));
    assert_eq!(cause("/headers").to_string(), "the headers of the response are too large");
    assert_eq!(cause("/ssh").to_string(), "the response is not HTTP");
    let unsafe_one = send(&network, Request::new("POST", server.url("/close")));
    assert!(matches!(unsafe_one, Err(HttpError::Connection { .. })));
    assert_eq!(server.seen().iter().filter(|request| request.method == "POST").count(), 1, "no POST is sent twice");
}

#[test]
fn a_header_over_two_lines_is_one() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[("X-Long", "one,\r\n\ttwo")], "ok"));
    let response = get(&network(), &server.url("/")).unwrap();
    let words: Vec<_> = header(&response.headers, "x-long").unwrap().split_whitespace().collect();
    assert_eq!((words, response.body.as_ref()), (vec!["one,", "two"], &b"ok"[..]));
}

#[test]
fn a_refused_connection_is_an_error() {
    let network = network();
    let refused = format!("http://127.0.0.1:{}/", free_port());
    assert_eq!(get(&network, &Url::parse(&refused).unwrap()).unwrap_err().to_string(), "connection refused");
}

#[test]
fn tls_to_a_plain_server_is_an_error() {
    let (network, server) = (network(), echo());
    let mut url = server.url("/");
    url.set_scheme("https").unwrap();
    assert!(matches!(get(&network, &url), Err(HttpError::Connection { .. })));
}

#[test]
fn invalid_requests_are_errors() {
    let (network, server) = (network(), echo());
    let with = |method: &str, url: &Url, header: (&str, &str)| {
        let mut request = Request::new(method, url.clone());
        request.headers.push((header.0.to_owned(), header.1.to_owned()));
        send(&network, request).unwrap_err()
    };
    let url = server.url("/");
    let cases = [
        with("GET", &url, ("a b", "1")),
        with("GET", &url, ("a", "1\r\nb: 2")),
        with("G E T", &url, ("a", "1")),
        with("CONNECT", &url, ("a", "1")),
        with("", &url, ("a", "1")),
        with("GET", &Url::parse("file:///etc/passwd").unwrap(), ("a", "1")),
        with("GET", &Url::parse("data:,x").unwrap(), ("a", "1")),
    ];
    assert!(cases.iter().all(|error| matches!(error, HttpError::Invalid { .. })), "{cases:?}");
    assert!(server.seen().is_empty());
    let policy = Policy { user_agent: "a\nb".to_owned(), ..Policy::default() };
    assert!(matches!(Network::start(policy), Err(HttpError::Invalid { .. })));
}

#[test]
fn user_and_password_of_a_url_become_a_header() {
    let (network, server) = (network(), echo());
    let mut url = server.url("/");
    url.set_username("me").unwrap();
    url.set_password(Some("secret")).unwrap();
    let response = get(&network, &url).unwrap();
    assert_eq!(response.url, server.url("/"));
    assert_eq!(server.seen()[0].header("authorization"), Some("Basic bWU6c2VjcmV0"));
    assert!(!format!("{response:?}").contains("bWU6c2VjcmV0"));
}
