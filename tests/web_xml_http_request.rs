//! `XMLHttpRequest`, asynchronous and synchronous.

use serde_json::json;

use crate::support::{Cells, Server};

#[test]
fn an_xml_http_request_is_asynchronous() {
    Cells::check(&[
        (
            "log = []; done = async(); x = new XMLHttpRequest(); x.onreadystatechange = () => log.push(x.readyState); for (const name of ['loadstart', 'progress', 'load', 'loadend']) x.addEventListener(name, (e) => log.push(e.type)); x.addEventListener('loadend', () => done(null, log)); x.open('GET', 'SERVER/text/abc'); x.send(); log.push('after')",
            json!([1, "loadstart", "after", 2, 3, "progress", 4, "load", "loadend"]),
        ),
        (
            "[x.status, x.responseText, x.response, x.getResponseHeader('CONTENT-TYPE'), x.responseURL.endsWith('/text/abc'), x.getResponseHeader('none')]",
            json!([200, "abc", "abc", "text/plain", true, null]),
        ),
        ("x.getAllResponseHeaders().split('\\r\\n').includes('content-type: text/plain')", json!(true)),
    ]);
    let mut cells = Cells::without_client(Server::start());
    cells.run("function ask(set, body) { const done = async(); const x = new XMLHttpRequest(); x.open('post', 'SERVER/echo'); set(x); x.onload = () => done(null, x.response); x.send(body) }");
    let request = cells.sent(
        "ask((x) => { x.responseType = 'json'; x.setRequestHeader('X-A', 1); x.setRequestHeader('x-a', 2) }, 'é')",
    );
    assert_eq!((request.method.as_str(), request.header("x-a"), request.text().as_str()), ("POST", Some("1, 2"), "é"));
    cells.gives("[$_.method, $_.body]", &json!(["POST", "é"]));
    cells.run("ask((x) => { x.responseType = 'arraybuffer' }, new Blob(['x'], { type: 'a/b' }))");
    cells.gives("[$_ instanceof ArrayBuffer, $_.byteLength > 10]", &json!([true, true]));
    cells.run("ask((x) => { x.responseType = 'blob' }, new FormData())");
    cells.gives("[$_ instanceof Blob, $_.type]", &json!([true, "application/json"]));
    cells.body(
        "ask(() => {}, new URLSearchParams('a=1'))",
        Some(("application/x-www-form-urlencoded;charset=UTF-8", "a=1")),
    );
    cells.body("ask(() => {}, null)", None);
}

#[test]
fn an_xml_http_request_can_be_synchronous() {
    Cells::check(&[
        (
            "x = new XMLHttpRequest(); x.open('GET', 'SERVER/status/404', false); x.send(); [x.status, x.readyState, JSON.parse(x.responseText)]",
            json!([404, 4, { "status": 404 }]),
        ),
        (
            "log = []; x = new XMLHttpRequest(); x.onload = () => log.push(x.status); x.onloadend = () => log.push('end'); x.open('POST', 'SERVER/echo', false); x.setRequestHeader('Content-Type', 'a/b'); x.send('body'); log.push('after'); [log, JSON.parse(x.response).body]",
            json!([[200, "end", "after"], "body"]),
        ),
        (
            "x = new XMLHttpRequest(); x.open('HEAD', 'SERVER/text/abc', false); x.send(); [x.responseText, x.getResponseHeader('content-length')]",
            json!(["", "3"]),
        ),
        (
            "x = new XMLHttpRequest(); x.open('GET', 'SERVER/close', false); try { x.send() } catch (error) { [error.name, error instanceof DOMException, x.readyState, x.status] }",
            json!(["NetworkError", true, 4, 0]),
        ),
        (
            "x = new XMLHttpRequest(); x.open('GET', 'SERVER/hang', false); x.timeout = 20; try { x.send() } catch (error) { error.name }",
            json!("TimeoutError"),
        ),
    ]);
}

#[test]
fn use_in_the_wrong_state_is_an_error() {
    Cells::check(&[
        (
            "x = new XMLHttpRequest(); [x.readyState, x.status, x.responseText, x.responseXML, XMLHttpRequest.DONE, x.OPENED]",
            json!([0, 0, "", null, 4, 1]),
        ),
        (
            "[() => x.send(), () => x.setRequestHeader('a', 'b'), () => x.open('GET', '/x')].map((f) => { try { f() } catch (error) { return error.name } })",
            json!(["InvalidStateError", "InvalidStateError", "TypeError"]),
        ),
        ("x.responseType = 'json'; try { x.responseText } catch (error) { error.name }", json!("InvalidStateError")),
        (
            "log = []; done = async(); x = new XMLHttpRequest(); x.open('GET', 'SERVER/close'); x.onerror = () => log.push('error'); x.onload = () => log.push('load'); x.onloadend = () => done(null, [log, x.status, x.readyState]); x.send()",
            json!([["error"], 0, 4]),
        ),
        (
            "log = []; x = new XMLHttpRequest(); x.open('GET', 'SERVER/hang'); x.onabort = () => log.push('abort'); x.onloadend = () => log.push('end'); x.send(); x.abort(); [log, x.readyState]",
            json!([["abort", "end"], 0]),
        ),
    ]);
}

#[test]
fn a_request_that_exceeds_its_timeout_is_an_error() {
    let mut cells = Cells::without_client(Server::start());
    cells.gives(
        "done = async(); x = new XMLHttpRequest(); x.open('GET', 'SERVER/hang'); x.timeout = 20; \
         x.ontimeout = () => done(null, 'timeout'); x.onerror = () => done(null, 'error'); x.send()",
        &json!("timeout"),
    );
}
