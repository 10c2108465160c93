//! `fetch`, `Headers`, `Request`, `Response` and `FormData`.

use serde_json::json;

use crate::support::{Answer, Cells, Server};

#[test]
fn a_fetch_sends_the_requested_method_headers_and_body() {
    let mut cells = Cells::without_client(Server::start());
    cells.asks("fetch('SERVER/echo?x=1#part')", "GET /echo?x=1");
    cells.asks("fetch(new URL('SERVER/echo'), { method: 'delete' })", "DELETE /echo");
    cells.asks("fetch('SERVER/echo', { method: 'patch' })", "patch /echo");
    cells.asks("fetch(new Request('SERVER/echo', { method: 'PUT' }))", "PUT /echo");
    cells.header("fetch('SERVER/echo', { headers: { 'X-A': 1 } })", "x-a", Some("1"));
    cells.header("fetch('SERVER/echo', { headers: [['X-A', '1'], ['x-a', '2']] })", "x-a", Some("1, 2"));
    cells.header("fetch('SERVER/echo', { headers: new Headers({ 'X-A': 'b' }) })", "x-a", Some("b"));
    let post = |body: &str| format!("fetch('SERVER/echo', {{ method: 'POST', body: {body} }})");
    cells.body(&post("'é'"), Some(("text/plain;charset=UTF-8", "é")));
    cells.body(
        &post("new URLSearchParams({ a: 'b c' })"),
        Some(("application/x-www-form-urlencoded;charset=UTF-8", "a=b+c")),
    );
    cells.body(&post("new Blob(['x'], { type: 'a/b' })"), Some(("a/b", "x")));
    cells.body(&post("new Uint8Array([120])"), Some(("", "x")));
    cells.body(&post("5"), Some(("text/plain;charset=UTF-8", "5")));
    let typed = "fetch('SERVER/echo', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })";
    cells.body(typed, Some(("application/json", "{}")));
    let form = cells
        .sent("form = new FormData(); form.append('a', 'b'); fetch('SERVER/echo', { method: 'POST', body: form })");
    assert!(form.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    assert!(form.text().contains("name=\"a\"\r\n\r\nb\r\n"), "{}", form.text());
}

#[test]
fn a_fetch_resolves_to_a_response() {
    let mut cells = Cells::without_client(Server::with(|request| match request.url.as_str() {
        "/moved" => Answer::Reply(302, vec![("Location".to_owned(), "/json".to_owned())], Vec::new()),
        "/json" => Answer::new(201, "application/json", "{\"a\":1}"),
        "/form" => Answer::new(200, "application/x-www-form-urlencoded", "a=1&a=2"),
        "/bytes" => Answer::new(200, "image/png", vec![0, 255]),
        "/empty" => Answer::new(204, "text/plain", ""),
        _ => Answer::new(404, "text/plain", "not here"),
    }));
    let url = cells.server.url("/json");
    for (code, expected) in [
        (
            "r = await fetch('SERVER/moved'); [r.status, r.ok, r.redirected, r.type, r.url]",
            json!([201, true, true, "basic", url]),
        ),
        (
            "[r.bodyUsed, await r.clone().json(), await r.text(), r.bodyUsed]",
            json!([false, { "a": 1 }, "{\"a\":1}", true]),
        ),
        (
            "r.text().catch((error) => [error.name, error.message])",
            json!(["TypeError", "the body has already been read"]),
        ),
        ("r = await fetch('SERVER/none'); [r.status, r.ok, await r.text()]", json!([404, false, "not here"])),
        (
            "r = await fetch('SERVER/bytes'); b = await r.blob(); [b.type, b.size, r.headers.get('Content-Length')]",
            json!(["image/png", 2, "2"]),
        ),
        ("[...new Uint8Array(await (await fetch('SERVER/bytes')).arrayBuffer())]", json!([0, 255])),
        ("(await (await fetch('SERVER/bytes')).bytes()).length", json!(2)),
        ("(await (await fetch('SERVER/form')).formData()).getAll('a')", json!(["1", "2"])),
        (
            "parts = []; for await (const part of (await fetch('SERVER/bytes')).body) parts.push(...part); parts",
            json!([0, 255]),
        ),
        ("r = await fetch('SERVER/empty'); [r.status, r.body, await r.text()]", json!([204, null, ""])),
        ("(await fetch('SERVER/none')).json().catch((error) => error.name)", json!("SyntaxError")),
        (
            "r = await fetch('SERVER/moved', { redirect: 'manual' }); [r.status, r.headers.get('location')]",
            json!([302, "/json"]),
        ),
        ("fetch('SERVER/moved', { redirect: 'error' }).catch((error) => error.name)", json!("TypeError")),
    ] {
        cells.gives(code, &expected);
    }
}

#[test]
fn a_failed_fetch_has_its_cause() {
    let mut cells = Cells::without_client(Server::start());
    let refused = Server::refused("/x");
    let error = cells.failure(&format!("fetch('{refused}')"));
    assert_eq!(
        (error.name.as_str(), error.message),
        ("TypeError", format!("GET {refused} failed: connection refused"))
    );
    let error = cells.error("fetch('SERVER/echo', { body: 'x' })");
    assert_eq!(error, "TypeError: Request: GET cannot have a body");
    for (code, text) in [
        ("fetch('/relative')", "TypeError: fetch: `/relative` is not a URL, and the project has no such file"),
        ("new Request('/relative')", "TypeError: Invalid URL"),
        ("fetch('ftp://a.test/')", "TypeError: "),
        ("fetch('SERVER/echo', { method: 'TRACE' })", "TypeError: Request: \"TRACE\" is not an allowed method"),
        ("fetch('SERVER/echo', { headers: { 'a b': 'c' } })", "TypeError: Headers: \"a b\" is not a header name"),
        ("fetch('SERVER/echo', { headers: { a: 'b\\nc' } })", "TypeError: Headers: a value cannot hold a line break"),
        ("fetch('SERVER/echo', { signal: 5 })", "TypeError: fetch: signal is not an AbortSignal"),
        ("fetch('SERVER/echo', { signal: AbortSignal.abort(new RangeError('mine')) })", "RangeError: mine"),
    ] {
        let error = cells.error(code);
        assert!(error.starts_with(text), "{code}: {error}");
    }
    assert!(cells.server.requests().is_empty());
}

#[test]
fn a_fetch_that_outlives_its_cell_is_cancelled() {
    let mut cells = Cells::without_client(Server::start());
    cells.error("fetch('SERVER/hang').catch(() => { late = true }); fetch('SERVER/hang'); throw new Error('mine')");
    // A later cell does not receive the rejection.
    cells.gives("fetch('SERVER/text/x').then(() => typeof late)", &json!("undefined"));
}

#[test]
fn a_fetch_can_be_aborted() {
    let mut cells = Cells::without_client(Server::start());
    cells.gives(
        "const signal = AbortSignal.timeout(20); fetch('SERVER/hang', { signal }).then(() => 0, (error) => error.name)",
        &json!("TimeoutError"),
    );
    cells.gives(
        "const abort = new AbortController(); setTimeout(() => abort.abort(), 20); \
         fetch('SERVER/hang', { signal: abort.signal }).catch((error) => error.name)",
        &json!("AbortError"),
    );
}

#[test]
fn headers_are_read_and_changed() {
    Cells::check(&[
        (
            "h = new Headers({ 'X-B': 1 }); h.append('x-a', '2'); h.append('X-A', ' 3 '); [...h]",
            json!([["x-a", "2, 3"], ["x-b", "1"]]),
        ),
        ("h.set('X-A', 4); h.delete('x-b'); [h.get('x-a'), h.get('none'), h.has('X-B')]", json!(["4", null, false])),
        ("log = []; h.forEach((value, name, all) => log.push(name, value, all === h)); log", json!(["x-a", "4", true])),
        (
            "[[...h.keys()], [...h.values()], Object.prototype.toString.call(h)]",
            json!([["x-a"], ["4"], "[object Headers]"]),
        ),
        (
            "h = new Headers([['set-cookie', 'a'], ['Set-Cookie', 'b']]); [h.getSetCookie(), [...h].length]",
            json!([["a", "b"], 2]),
        ),
        ("new Headers(new Headers({ a: 'b' })).get('A')", json!("b")),
        (
            "['a b', '', 'é'].map((name) => { try { new Headers([[name, 'x']]) } catch (error) { return error.name } })",
            json!(["TypeError", "TypeError", "TypeError"]),
        ),
    ]);
}

#[test]
fn requests_and_responses_can_be_constructed() {
    Cells::check(&[
        (
            "q = new Request('https://a.test/x', { method: 'post', body: 'b', headers: { a: 1 } }); [q.method, q.url, q.headers.get('a'), q.headers.get('content-type'), await q.clone().text()]",
            json!(["POST", "https://a.test/x", "1", "text/plain;charset=UTF-8", "b"]),
        ),
        ("c = new Request(q, { method: 'PUT' }); [c.method, await c.text()]", json!(["PUT", "b"])),
        (
            "r = new Response('b', { status: 418, statusText: 'Teapot', headers: { a: 1 } }); [r.status, r.statusText, r.ok, r.type, r.url, await r.text()]",
            json!([418, "Teapot", false, "default", "", "b"]),
        ),
        (
            "r = Response.json({ a: 1 }, { status: 201 }); [r.status, r.headers.get('content-type'), await r.json()]",
            json!([201, "application/json", { "a": 1 }]),
        ),
        (
            "r = Response.redirect('https://a.test/x', 307); [r.status, r.headers.get('location')]",
            json!([307, "https://a.test/x"]),
        ),
        ("[Response.error().type, Response.error().status, new Response().body]", json!(["error", 0, null])),
        (
            "[99, 600, 1.5].map((status) => { try { new Response('', { status }) } catch (error) { return error.name } })",
            json!(["RangeError", "RangeError", "RangeError"]),
        ),
        ("try { new Response('x', { status: 204 }) } catch (error) { error.name }", json!("TypeError")),
        ("(await new Response(new URLSearchParams('a=1')).formData()).get('a')", json!("1")),
    ]);
}

#[test]
fn a_stream_can_be_a_body() {
    let mut cells = Cells::without_client(Server::start());
    cells.run("stream = () => new Blob(['one ', 'two']).stream()");
    cells.body("fetch('SERVER/echo', { method: 'POST', body: stream(), duplex: 'half' })", Some(("", "one two")));
    cells.body(
        "q = new Request('SERVER/echo', { method: 'POST', body: stream() }); q.headers.set('content-type', 'a/b'); fetch(q.clone())",
        Some(("a/b", "one two")),
    );
    cells.gives("q.text()", &json!("one two"));
    for (code, expected) in [
        (
            "r = new Response(stream()); c = r.clone(); [await r.text(), await c.text(), r.bodyUsed]",
            json!(["one two", "one two", true]),
        ),
        ("r.text().catch((error) => error.message)", json!("the body has already been read")),
        ("try { r.clone() } catch (error) { error.message }", json!("the body has already been read")),
        (
            "s = stream(); r = new Response(s); parts = []; for await (const part of r.body) parts.push(part.length); [r.body === s, parts]",
            json!([true, [4, 3]]),
        ),
        (
            "s = stream(); s.getReader(); try { new Response(s) } catch (error) { error.message }",
            json!("the body stream is locked by another reader"),
        ),
        (
            "new Response(ReadableStream.from(['text'])).text().catch((error) => error.message)",
            json!("a body stream must yield bytes (Uint8Array)"),
        ),
        (
            "new Response(new ReadableStream({ pull(c) { c.error(new RangeError('mine')) } })).text().catch((error) => error.name)",
            json!("RangeError"),
        ),
    ] {
        cells.gives(code, &expected);
    }
}

#[test]
fn form_data_is_read_and_changed() {
    Cells::check(&[
        (
            "f = new FormData(); f.append('a', 1); f.append('b', null); f.append('a', 2); f.set('c', 'x'); [...f]",
            json!([["a", "1"], ["b", "null"], ["a", "2"], ["c", "x"]]),
        ),
        (
            "f.set('a', 3); f.delete('b'); [[...f.keys()], [...f.values()], f.get('a'), f.getAll('a'), f.get('none'), f.has('c')]",
            json!([["a", "c"], ["3", "x"], "3", ["3"], null, true]),
        ),
        (
            "f.append('file', new Blob(['x'], { type: 'a/b' })); file = f.get('file'); [file instanceof File, file.name, file.type]",
            json!([true, "blob", "a/b"]),
        ),
        (
            "f.append('named', new File(['x'], 'a.txt'), 'b.txt'); f.append('kept', new File(['x'], 'c.txt')); [f.get('named').name, f.get('kept').name]",
            json!(["b.txt", "c.txt"]),
        ),
        (
            "log = []; new FormData().forEach(() => log.push(1)); [log, Object.prototype.toString.call(f)]",
            json!([[], "[object FormData]"]),
        ),
        ("try { new FormData(document) } catch (error) { error.name }", json!("ReferenceError")),
    ]);
}

#[test]
fn the_record_has_the_calls_of_a_cell() {
    let mut cells = Cells::without_client(Server::start());
    let outcome = cells.outcome(
        "x = new XMLHttpRequest(); x.open('GET', 'SERVER/status/500', false); x.send(); await fetch('SERVER/text/a'); 1",
    );
    let calls: Vec<_> = outcome.calls.iter().map(|call| (call.method.as_str(), call.status)).collect();
    assert_eq!(calls, [("GET", Some(500)), ("GET", Some(200))]);
}
