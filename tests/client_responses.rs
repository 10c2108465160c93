//! The result of a call: status, headers and body; callbacks; failed calls.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::{Answer, Cells, Server};

const RAML: &str = "/a:\n  get:\n  head:\n  post:\n  delete:\n";

/// A client of a server that always sends this response.
fn answering(status: u16, content_type: &str, body: &[u8]) -> Cells {
    let (content_type, body) = (content_type.to_owned(), body.to_owned());
    Cells::with(RAML, Server::with(move |_| Answer::new(status, &content_type, body.clone())))
}

#[track_caller]
fn check_body(content_type: &str, body: impl AsRef<[u8]>, expected: &Value) {
    let mut cells = answering(200, content_type, body.as_ref());
    let call =
        if *expected == Value::Null { "client.a.get().body === undefined ? null : 0" } else { "client.a.get().body" };
    assert_eq!(cells.value(call), *expected, "{content_type}");
}

#[test]
fn a_response_has_status_headers_and_body() {
    let mut cells = Cells::with(
        RAML,
        Server::with(|_| {
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let headers = vec![
                header("Content-Type", "application/json"),
                header("X-Mixed-Case", "Value"),
                header("X-Twice", "1"),
                header("X-Twice", "2"),
            ];
            Answer::Reply(201, headers, b"{\"a\":1}".to_vec())
        }),
    );
    cells.run("r = client.a.post()");
    cells.gives("Object.keys(r)", &json!(["status", "headers", "body"]));
    cells.gives("r.status", &json!(201));
    cells.gives("r.headers['x-mixed-case']", &json!("Value"));
    cells.gives(
        "[r.headers['X-Mixed-Case'], r.headers['CONTENT-type'], r.headers.missing]",
        &json!(["Value", "application/json", null]),
    );
    cells.gives(
        "Object.keys(r.headers)",
        &json!(["content-length", "connection", "content-type", "x-mixed-case", "x-twice"]),
    );
    cells.gives(
        "Object.keys(JSON.parse(JSON.stringify(r.headers)))",
        &json!(["content-length", "connection", "content-type", "x-mixed-case", "x-twice"]),
    );
    cells.gives(
        "[r.headers instanceof Object, String(r.headers), structuredClone(r.headers)['x-twice']]",
        &json!([true, "[object Object]", "1, 2"]),
    );
    cells.run("assert.deepEqual(r.headers, { ...r.headers })");
    cells.gives("r.headers['X-Own'] = 'set'; r.headers['X-Own']", &json!("set"));
    cells.gives("r.headers['x-twice']", &json!("1, 2"));
    cells.gives("r.body", &json!({ "a": 1 }));
    cells.gives("$1.body === r.body", &json!(true));
}

#[test]
fn a_response_has_its_duration_and_its_request() {
    let mut cells = Cells::of("/echo/{id}:\n  post:");
    let call = "r = client.echo.id(5).post({ a: 1 }, { query: { q: 'x' }, headers: { Authorization: 'Bearer s3cret', 'X-Own': '1' } })";
    cells.run(call);
    cells.gives("typeof r.duration === 'number' && r.duration > 0 && r.duration < 60_000", &json!(true));
    let url = cells.server.url("/echo/5?q=x");
    cells.gives("[r.request.method, r.request.url]", &json!(["POST", url]));
    cells.gives(
        "['X-Own', 'Authorization', 'content-type'].map((name) => r.request.headers[name])",
        &json!(["1", "Bearer [secret]", "application/json"]),
    );
    // As before in what is listed and shown.
    cells.gives(
        "[Object.keys(r), Object.keys(JSON.parse(JSON.stringify(r))), Object.keys({ ...r })]",
        &json!([["status", "headers", "body"], ["status", "headers", "body"], ["status", "headers", "body"]]),
    );
    let shown = cells.run("[r]");
    assert!(!shown.contains("duration") && !shown.contains("request"), "{shown}");
    cells.run("client.echo.id(6).post({}, (error, response) => { late = response })");
    cells.gives("[late.request.method, late.duration > 0]", &json!(["POST", true]));
}

#[test]
fn an_error_status_does_not_throw() {
    for status in [200, 204, 304, 400, 401, 404, 418, 429, 500, 503] {
        let body = if matches!(status, 204 | 304) { "" } else { "{\"a\":1}" };
        let mut cells = answering(status, "application/json", body.as_bytes());
        cells.gives("client.a.get().status", &json!(status));
        cells.gives("client.a.get().body?.a ?? null", &if body.is_empty() { Value::Null } else { json!(1) });
    }
}

#[test]
fn json_is_parsed() {
    for content_type in [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json ; odata=verbose",
        "application/vnd.api+json",
        "application/Problem+JSON; charset=\"utf-8\"",
    ] {
        check_body(content_type, " \n{\"a\": [1, \"é\"]}\r\n", &json!({ "a": [1, "é"] }));
    }
    check_body("application/json", "\u{feff}[1]", &json!([1]));
    check_body("application/json", "\"text\"", &json!("text"));
    answering(200, "application/json", b"null").gives("client.a.get().body === null", &json!(true));
    check_body("application/json", "", &Value::Null);
    check_body("application/json", " \n ", &Value::Null);
}

#[test]
fn invalid_json_is_an_error() {
    let mut cells = answering(200, "application/json", b"{\"a\": ");
    let error = cells.error("client.a.get()");
    assert!(error.starts_with("TypeError: Could not parse response: "), "{error}");
    // The response arrived, and the error can be caught.
    cells.gives("try { client.a.get() } catch (error) { error instanceof TypeError }", &json!(true));
}

#[test]
fn forms_are_parsed() {
    check_body(
        "application/x-www-form-urlencoded",
        "a=1&b=c+d&b=%C3%A9&e",
        &json!({ "a": "1", "b": ["c d", "é"], "e": "" }),
    );
    check_body("application/X-WWW-form-urlencoded; charset=utf-8", "access_token=x", &json!({ "access_token": "x" }));
}

#[test]
fn other_text_is_a_string() {
    check_body("text/plain", "  a b \r\n", &json!("a b"));
    check_body("text/html; charset=iso-8859-1", b"caf\xe9", &json!("café"));
    check_body("text/plain; charset=\"Shift_JIS\"", b"\x83\x65\x83\x58\x83\x67", &json!("テスト"));
    check_body("text/csv", "{\"a\": 1}", &json!("{\"a\": 1}"));
    check_body("application/xml", "<a/>", &json!("<a/>"));
    check_body("image/svg+xml", "<svg/>", &json!("<svg/>"));
    check_body("application/vnd.unknown", "abc", &json!("abc"));
    check_body("", "abc", &json!("abc"));
    check_body("text/plain", "", &Value::Null);
    check_body("text/plain", "\n\n", &Value::Null);
}

#[test]
fn binary_bodies_are_blobs() {
    let bytes: Vec<u8> = (0..=255).collect();
    for content_type in ["image/png", "application/octet-stream", "application/pdf", "application/vnd.unknown"] {
        let mut cells = answering(200, content_type, &bytes);
        cells.run("blob = client.a.get().body");
        cells.gives("[blob instanceof Blob, blob.size, blob.type]", &json!([true, 256, content_type]));
        cells.gives("blob.arrayBuffer().then((b) => [...new Uint8Array(b)])", &json!(bytes));
    }
    let mut cells = answering(200, "application/zip", b"");
    cells.gives("client.a.get().body === undefined", &json!(true));
    // A received body can be sent again.
    let mut cells = answering(200, "image/png", &bytes);
    let request = cells.sent("client.a.post(client.a.get().body)");
    assert_eq!((request.body, request.headers.iter().any(|(_, value)| value == "image/png")), (bytes, true));
}

#[test]
fn head_returns_headers_and_no_body() {
    let mut cells = answering(200, "application/json", b"{\"a\":1}");
    cells.gives(
        "r = client.a.head(); [r.status, r.headers['content-length'], r.body === undefined]",
        &json!([200, "7", true]),
    );
}

#[test]
fn a_compressed_response_is_decoded() {
    // `{"a":1}` in each encoding.
    let encodings: [(&str, &[u8]); 3] = [
        ("gzip", &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 84, 178, 50, 172, 5, 0, 175, 172, 27, 86, 7, 0, 0, 0]),
        ("br", &[96, 0, 16, 123, 34, 97, 34, 58, 49, 125, 3]),
        ("deflate", &[120, 156, 171, 86, 74, 84, 178, 50, 172, 5, 0, 8, 42, 2, 9]),
    ];
    for (encoding, bytes) in encodings {
        let server = Server::with(move |request| {
            let asked = request.header("accept-encoding").unwrap_or_default().to_owned();
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let headers = vec![
                header("Content-Type", "application/json"),
                header("Content-Encoding", encoding),
                header("X-Asked", &asked),
            ];
            Answer::Reply(200, headers, bytes.to_vec())
        });
        let mut cells = Cells::with(RAML, server);
        cells.gives("r = client.a.get(); r.body", &json!({ "a": 1 }));
        cells.gives("fetch('SERVER/a').then((response) => response.text())", &json!("{\"a\":1}"));
        cells.gives(&format!("r.headers['x-asked'].split(', ').includes('{encoding}')"), &json!(true));
        // A truncated body is an error, not a short response.
        let server = Server::with(move |_| {
            let headers = vec![("Content-Encoding".to_owned(), encoding.to_owned())];
            Answer::Reply(200, headers, bytes[..bytes.len() - 4].to_vec())
        });
        let error = Cells::with(RAML, server).error("client.a.get()");
        assert!(error.contains("failed: "), "{encoding}: {error}");
    }
}

/// A redirect to `/end`, which echoes the request.
fn redirecting(status: u16) -> Cells {
    let server = Server::with(move |request| {
        if request.url.starts_with("/end") {
            let arrived = json!({ "method": request.method, "url": request.url, "body": request.text() });
            return Answer::new(200, "application/json", arrived.to_string());
        }
        Answer::Reply(status, vec![("Location".to_owned(), "/end?x=1".to_owned())], Vec::new())
    });
    Cells::with(RAML, server)
}

#[test]
fn redirects_are_followed_as_a_browser_does() {
    let end = |method: &str, body: &str| json!({ "method": method, "url": "/end?x=1", "body": body });
    redirecting(302).gives("client.a.get().body", &end("GET", ""));
    redirecting(302).gives("client.a.post('b').body", &end("GET", ""));
    redirecting(303).gives("client.a.delete({}).body", &end("GET", ""));
    redirecting(307).gives("client.a.post('b').body", &end("POST", "b"));
    redirecting(308).gives("client.a.post('b').body", &end("POST", "b"));
}

#[test]
fn cookies_persist_between_calls() {
    let server = Server::with(|request| {
        let cookie = request.header("cookie").unwrap_or("none").to_owned();
        let headers = vec![("Set-Cookie".to_owned(), "session=s1; Path=/; HttpOnly".to_owned())];
        Answer::Reply(200, headers, cookie.into_bytes())
    });
    let mut cells = Cells::with(RAML, server);
    assert_eq!(cells.sent("client.a.get()").header("cookie"), None);
    assert_eq!(cells.sent("client.a.get()").header("cookie"), Some("session=s1"));
    cells.client("other", RAML);
    assert_eq!(cells.sent("other.a.get()").header("cookie"), Some("session=s1"));
}

#[test]
fn a_failed_call_names_method_url_and_cause() {
    let refused = Server::refused("");
    let mut cells = Cells::of(&format!("baseUri: {refused}\n{RAML}"));
    let error = cells.failure("client.a.get({ x: 1 })");
    assert!(error.message.starts_with(&format!("GET {refused}/a?x=1 failed: ")), "{error:?}");
    assert!(error.message.to_lowercase().contains("refused"), "{error:?}");
    assert!(error.help.is_some());
    let mut cells = Cells::with(RAML, Server::with(|_| Answer::Close));
    let error = cells.failure("client.a.post({})");
    assert!(error.message.starts_with(&format!("POST {} failed: ", cells.server.url("/a"))), "{error:?}");
    let error = Cells::of(&format!("baseUri: http://unknown.invalid\n{RAML}")).failure("client.a.get()");
    assert!(error.message.starts_with("GET http://unknown.invalid/a failed: "), "{error:?}");
    let error = Cells::of(&format!("baseUri: ftp://unknown.invalid\n{RAML}")).failure("client.a.get()");
    assert!(error.message.contains("ftp"), "{error:?}");
}

#[test]
fn a_call_without_a_callback_blocks() {
    let mut cells = Cells::of("baseUri: SERVER/echo\n/a:\n  get:\n");
    cells
        .gives("let order = []; order.push(client.a.get().status); order.push('after'); order", &json!([200, "after"]));
}

#[test]
fn a_callback_receives_error_and_response() {
    let mut cells = Cells::of("baseUri: SERVER/echo\n/a:\n  get:\n  post:\n");
    let pick = "(error, response) => done(null, [error, response.status, response.body.url])";
    let ok = |url: &str| json!([null, 200, url]);
    cells.gives(&format!("done = async(); client.a.get({pick})"), &ok("/echo/a"));
    cells.gives(&format!("done = async(); client.a.get({{ x: 1 }}, {pick})"), &ok("/echo/a?x=1"));
    let options = "{ query: { y: 2 } }";
    cells.gives(&format!("done = async(); client.a.get({{ x: 1 }}, {options}, {pick})"), &ok("/echo/a?y=2&x=1"));
    cells.gives(&format!("done = async(); client.a.get({{ x: 1 }}, null, {pick})"), &ok("/echo/a?x=1"));
    cells.gives(&format!("done = async(); client.a.post({{ x: 1 }}, {pick})"), &ok("/echo/a"));
    cells.gives(&format!("done = async(); client('/b').put({{ x: 1 }}, {pick})"), &ok("/echo/b"));
    // The callback of the cell can be passed on.
    cells.run("client.a.get({ x: 1 }, async()); 'not this'");
    cells.gives("[$_.status, $_.body.url]", &json!([200, "/echo/a?x=1"]));
}

#[test]
fn a_call_with_a_callback_is_asynchronous() {
    let mut cells = Cells::of("baseUri: SERVER/echo\n/a:\n  get:\n");
    let code = "order = []; client.a.get(() => order.push('answer')); order.push('after'); order";
    // The cell waits for the response before it ends.
    cells.run(code);
    cells.gives("order", &json!(["after", "answer"]));
    // It also waits for work started by the callback.
    cells.run(
        "order = []; client.a.get(() => client.a.get({ x: 1 }, (error, response) => order.push(response.body.url)))",
    );
    cells.gives("order", &json!(["/echo/a?x=1"]));
    // Several concurrent calls.
    cells.run("n = 0; for (let i = 0; i < 20; i++) client.a.get({ i }, () => n++)");
    cells.gives("n", &json!(20));
}

#[test]
fn a_truthy_third_argument_selects_the_callback_of_the_cell() {
    let mut cells = Cells::of("baseUri: SERVER/echo\n/a:\n  get:\n");
    for truthy in ["true", "1", "'yes'", "{}", "[]"] {
        cells.run(&format!("client.a.get({{ x: 1 }}, null, {truthy}); 'not this'"));
        cells.gives("[$_.status, $_.body.url]", &json!([200, "/echo/a?x=1"]));
    }
    for falsy in ["false", "0", "''", "null", "undefined"] {
        cells.gives(&format!("client.a.get({{}}, {{}}, {falsy}).status"), &json!(200));
    }
    let mut cells = Cells::of(&format!("baseUri: {}\n{RAML}", Server::refused("")));
    assert!(cells.error("client.a.get({}, {}, true); 1").contains("failed: "));
}

#[test]
fn a_callback_receives_the_error_of_a_failed_call() {
    let mut cells = Cells::of(&format!("baseUri: {}\n{RAML}", Server::refused("")));
    cells.gives(
        "done = async(); client.a.get((error, response) => done(null, [error instanceof Error, typeof response]))",
        &json!([true, "undefined"]),
    );
    assert!(cells.error("client.a.get({}, async())").contains("failed: "));
    let mut cells = answering(200, "application/json", b"{");
    cells.gives(
        "done = async(); client.a.get((error) => done(null, error.message.slice(0, 24)))",
        &json!("Could not parse response"),
    );
}

#[test]
fn an_error_in_a_callback_fails_the_cell() {
    let mut cells = Cells::of("baseUri: SERVER/echo\n/a:\n  get:\n");
    let error = cells.failure("x = 1\nclient.a.get(() => {\n  throw new RangeError('mine')\n})");
    assert_eq!((error.name.as_str(), error.message.as_str()), ("RangeError", "mine"));
    assert_eq!(error.position.map(|position| position.line), Some(6));
    assert_eq!(cells.error("done = async(); client.a.get(() => { throw new Error('mine') })"), "Error: mine");
    assert_eq!(cells.error("done = async(); client.a.get(() => done(new Error('given')))"), "Error: given");
    // The next cell is not affected.
    cells.gives("client.a.get().status", &json!(200));
}

#[test]
fn an_invalid_call_throws_even_with_a_callback() {
    let mut cells = Cells::of("/{id}:\n  get:\n");
    let call = "client.id().get(() => {})";
    assert_eq!(cells.error(call), r#"TypeError: URI parameter "id" is missing"#);
}

#[test]
fn each_call_is_sent_once() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let server = Server::with(|_| {
        CALLS.fetch_add(1, Ordering::SeqCst);
        Answer::new(503, "text/plain", "busy")
    });
    Cells::with(RAML, server).run("client.a.post({})");
    assert_eq!(CALLS.load(Ordering::SeqCst), 1);
}

#[test]
fn a_call_that_outlives_its_cell_is_cancelled() {
    let mut cells = Cells::of(RAML);
    cells.error("client('/hang').get(() => { late = true }); throw new Error('mine')");
    cells.gives("typeof late", &json!("undefined"));
    cells.gives("fetch('SERVER/text/x').then(() => typeof late)", &json!("undefined"));
}

#[test]
fn one_cell_may_make_any_number_of_calls() {
    // In both modes of running a cell, which `let` selects.
    for declaration in ["var", "let"] {
        let mut cells = Cells::of("/users:\n  get:\n");
        let code = format!("for ({declaration} i = 0; i < 300; i++) last = client.users.get().status; last > 0");
        assert_eq!(cells.run(&code), "true");
    }
}
