//! Headers, body and content type of a call.

use crate::support::Cells;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain;charset=UTF-8";

/// A resource `/a` whose POST declares these body types.
fn declaring(types: &[&str]) -> Cells {
    let bodies: String = types.iter().map(|name| format!("      {name}:\n")).collect();
    let body = if types.is_empty() { "" } else { "    body:\n" };
    Cells::of(&format!("/a:\n  get:\n  head:\n  put:\n  patch:\n  delete:\n  post:\n{body}{bodies}"))
}

fn cells() -> Cells {
    declaring(&[])
}

#[test]
fn accept_defaults_to_anything() {
    let mut cells = cells();
    cells.header("client.a.get()", "accept", Some("*/*"));
    cells.header("client.a.get({}, { headers: { ACCEPT: 'text/csv' } })", "accept", Some("text/csv"));
    cells.run("API.set(client, 'headers', { Accept: 'text/html' })");
    cells.header("client.a.get()", "accept", Some("text/html"));
    cells.header("client.a.get({}, { headers: { accept: 'text/csv' } })", "accept", Some("text/csv"));
}

#[test]
fn headers_are_merged_case_insensitively() {
    let mut cells = cells();
    cells.run("API.set(client, 'headers', { 'X-One': 1, 'X-Two': 'a' })");
    cells.header("client.a.get({}, { headers: { 'x-one': 2 } })", "x-one", Some("2"));
    cells.header("client.a.get({}, { headers: { 'x-one': 2 } })", "x-two", Some("a"));
    cells.header("client.a.get({}, { headers: { 'X-A': 1, 'x-a': 2 } })", "x-a", Some("2"));
    cells.header("client.a.get({}, { headers: { 'x-one': null } })", "x-one", None);
    cells.header("client.a.get({}, { headers: new Headers({ 'X-One': 3 }) })", "x-one", Some("3"));
    cells.header("client.a.get({}, { headers: undefined })", "x-one", Some("1"));
    let request = cells.sent("client.a.get({}, { headers: { 'X-List': ['a', 'b'] } })");
    assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-list").count(), 2);
    assert!(cells.error("client.a.get({}, { headers: { 'x-bad': 'a\\nb' } })").contains("x-bad"));
    assert!(cells.error("client.a.get({}, { headers: { 'x bad': 'a' } })").contains("x bad"));
}

#[test]
fn bodies_in_wire_form_are_sent_unchanged() {
    let mut cells = declaring(&[JSON, "text/csv"]);
    cells.body("client.a.post('{\"a\": é}')", Some((TEXT, "{\"a\": é}")));
    cells.body("client.a.post(42)", Some((TEXT, "42")));
    cells.body("client.a.post(0)", Some((TEXT, "0")));
    cells.body("client.a.post(false)", Some((TEXT, "false")));
    cells.body("client.a.post(new Blob(['ab', 'c'], { type: 'text/x' }))", Some(("text/x", "abc")));
    cells.body("client.a.post(new Blob(['abc']))", Some(("", "abc")));
    cells.body("client.a.post(new File(['abc'], 'a.csv', { type: 'text/csv' }))", Some(("text/csv", "abc")));
    cells.body("client.a.post(new TextEncoder().encode('abc'))", Some(("", "abc")));
    cells.body("client.a.post(new TextEncoder().encode('xabc').subarray(1))", Some(("", "abc")));
    cells.body("client.a.post(new TextEncoder().encode('abc').buffer)", Some(("", "abc")));
    cells.body(
        "client.a.post(new URLSearchParams({ a: 'b c' }))",
        Some(("application/x-www-form-urlencoded;charset=UTF-8", "a=b+c")),
    );
    let typed = "{ headers: { 'content-TYPE': 'application/xml' } }";
    cells.body(&format!("client.a.post('<a/>', {typed})"), Some(("application/xml", "<a/>")));
    cells.body(
        &format!("client.a.post(new Blob(['<a/>'], {{ type: 'x/y' }}), {typed})"),
        Some(("application/xml", "<a/>")),
    );
}

#[test]
fn bodies_in_wire_form_have_the_only_declared_type() {
    let mut cells = declaring(&["text/csv"]);
    cells.body("client.a.post('a,b')", Some(("text/csv", "a,b")));
    cells.body("client.a.post(1)", Some(("text/csv", "1")));
    cells.body("client.a.post(new Blob(['a,b']))", Some(("text/csv", "a,b")));
    cells.body("client.a.post(new TextEncoder().encode('a,b'))", Some(("text/csv", "a,b")));
    cells.body("client.a.post(new TextEncoder().encode('a,b').buffer)", Some(("text/csv", "a,b")));
    cells.body("client.a.post(undefined, { beforeSend(r) { r.body = 'a,b' } })", Some(("text/csv", "a,b")));
    // A type of its own, or of the caller.
    cells.body("client.a.post(new Blob(['abc'], { type: 'text/x' }))", Some(("text/x", "abc")));
    cells.body("client.a.post(new URLSearchParams({ a: 1 }))", Some((&format!("{FORM};charset=UTF-8"), "a=1")));
    cells.body("client.a.post('x', { headers: { 'Content-Type': 'text/xml' } })", Some(("text/xml", "x")));
    for types in [&["text/csv", "text/xml"][..], &["*/*"], &["image/*"], &["multipart/form-data"], &[]] {
        declaring(types).body("client.a.post('x')", Some((TEXT, "x")));
        declaring(types).body("client.a.post(new Blob(['x']))", Some(("", "x")));
    }
}

#[test]
fn values_are_serialized_by_the_content_type() {
    let mut cells = cells();
    let mut check = |body: &str, content_type: &str, expected: &str| {
        let call = format!("client.a.post({body}, {{ headers: {{ 'Content-Type': '{content_type}' }} }})");
        cells.body(&call, Some((content_type, expected)));
    };
    check("{ a: [1, null], b: 'é' }", JSON, r#"{"a":[1,null],"b":"é"}"#);
    check("[1, 2]", "Application/JSON; charset=utf-8", "[1,2]");
    check("{ d: new Date(0) }", "application/vnd.api+json", r#"{"d":"1970-01-01T00:00:00.000Z"}"#);
    check("{ a: [1, 2], b: 'c d', e: [], n: null, o: { x: 1 } }", FORM, "a=1&a=2&b=c%20d&n=&o=%7B%22x%22%3A1%7D");
    check("{ a: 1, u: undefined, n: null }", FORM, "a=1&n=");
    check("{ a: 1, u: undefined, n: null }", JSON, r#"{"a":1,"n":null}"#);
    check("{ toString: () => 'hello' }", "text/plain", "hello");
    check("[1, 2]", "text/csv;header=absent", "1,2");
}

#[test]
fn an_object_without_a_text_cannot_be_text() {
    let mut cells = declaring(&["text/plain"]);
    let error = cells.failure("client.a.post({ a: 1 })");
    assert_eq!(error.message, "cannot send an object as \"text/plain\": it has no text");
    assert!(error.help.is_some_and(|help| help.contains("JSON.stringify(body)")));
    assert!(cells.error("client.a.post(new Map(), { headers: { 'Content-Type': 'text/csv' } })").contains("text/csv"));
    assert!(cells.server.requests().is_empty());
    cells.body("client.a.post(JSON.stringify({ a: 1 }))", Some(("text/plain", r#"{"a":1}"#)));
}

#[test]
fn an_unserializable_type_is_an_error() {
    let mut cells = declaring(&["application/xml"]);
    let error = r#"TypeError: Can not serialize content type of "application/xml""#;
    assert_eq!(cells.error("client.a.post({ a: 1 })"), error);
    cells.body("client.a.post('<a/>')", Some(("application/xml", "<a/>")));
    cells.body(
        "client.a.post({ a: 1 }, { headers: { 'content-type': 'application/json' } })",
        Some((JSON, r#"{"a":1}"#)),
    );
}

#[test]
fn the_type_defaults_to_the_preferred_one_of_the_definition() {
    let check =
        |types: &[&str], expected: (&str, &str)| declaring(types).body("client.a.post({ a: 1 })", Some(expected));
    check(&[], (JSON, r#"{"a":1}"#));
    check(&["text/xml", FORM, JSON], (JSON, r#"{"a":1}"#));
    check(&["text/xml", "multipart/form-data", FORM], (FORM, "a=1"));
    let outcome = declaring(&["text/x", "text/y"]).error("client.a.post({ a: 1 })");
    assert_eq!(outcome, "TypeError: cannot send an object as \"text/x\": it has no text");
    check(&["application/vnd.test+json"], ("application/vnd.test+json", r#"{"a":1}"#));
    // The type of the client precedes that of the definition.
    let mut cells = declaring(&[JSON]);
    cells.run(&format!("API.set(client, 'headers', {{ 'content-type': '{FORM}' }})"));
    cells.body("client.a.post({ a: 1 })", Some((FORM, "a=1")));
}

/// Checks type and body, with the boundary replaced by `B`.
#[track_caller]
fn check_multipart(cells: &mut Cells, call: &str, expected: &str) {
    let request = cells.sent(call);
    let content_type = request.header("content-type").unwrap_or_default().to_owned();
    let boundary =
        content_type.strip_prefix("multipart/form-data; boundary=").unwrap_or_else(|| panic!("{content_type}"));
    assert!(boundary.len() > 20);
    assert_eq!(request.text().replace(boundary, "B"), expected.replace('\n', "\r\n"), "{call}");
}

#[test]
fn form_data_is_sent_as_multipart() {
    let mut cells = declaring(&[JSON]);
    let field = "--B\nContent-Disposition: form-data; name=\"a\"\n\n1\n--B--\n";
    check_multipart(&mut cells, "f = new FormData(); f.append('a', 1); client.a.post(f)", field);
    let file =
        "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"b.txt\"\nContent-Type: text/x\n\nabc\n--B--\n";
    let append = "f = new FormData(); f.append('f', new Blob(['abc'], { type: 'text/x' }), 'b.txt');";
    check_multipart(&mut cells, &format!("{append} client.a.post(f)"), file);
    // A type without its boundary is unreadable.
    let typed = "{ headers: { 'Content-Type': 'multipart/form-data' } }";
    check_multipart(&mut cells, &format!("{append} client.a.post(f, {typed})"), file);
    check_multipart(&mut cells, &format!("{append} client.a.post(f, {{ query: {{ x: 1 }} }})"), file);
    let unnamed = "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"blob\"\nContent-Type: application/octet-stream\n\nabc\n--B--\n";
    check_multipart(&mut cells, "f = new FormData(); f.append('f', new Blob(['abc'])); client.a.post(f)", unnamed);
    let escaped = "--B\nContent-Disposition: form-data; name=\"a%22%0D%0Ab\"; filename=\"é.bin\"\nContent-Type: application/octet-stream\n\nx\n--B--\n";
    check_multipart(
        &mut cells,
        "f = new FormData(); f.append('a\"\\nb', new File(['x'], 'é.bin')); client.a.put(f)",
        escaped,
    );
}

#[test]
fn multipart_leaves_out_undefined_fields() {
    let mut cells = declaring(&["multipart/form-data"]);
    let field = "--B\nContent-Disposition: form-data; name=\"a\"\n\n1\n--B\nContent-Disposition: form-data; name=\"n\"\n\n\n--B--\n";
    check_multipart(&mut cells, "client.a.post({ a: 1, u: undefined, n: null })", field);
}

#[test]
fn bytes_of_a_file_arrive_unchanged() {
    let mut cells = cells();
    let bytes = "bytes = new Uint8Array(256).map((_, index) => index);";
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(cells.sent(&format!("{bytes} client.a.post(new Blob([bytes]))")).body, all);
    let request = cells.sent("f = new FormData(); f.append('f', new File([bytes], 'x')); client.a.post(f)");
    let at = request.body.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(request.body[at..at + 256], all);
    assert_eq!(request.header("content-length"), Some(request.body.len().to_string().as_str()));
}

#[test]
fn fields_become_multipart_if_the_type_requires_it() {
    let field = |name: &str, value: &str| format!("--B\nContent-Disposition: form-data; name=\"{name}\"\n\n{value}\n");
    let expected = format!("{}{}{}{}--B--\n", field("a", "1"), field("b", "x"), field("b", "y"), field("n", ""));
    let body = "{ a: 1, b: ['x', 'y'], n: null, none: [] }";
    check_multipart(&mut declaring(&["multipart/form-data"]), &format!("client.a.post({body})"), &expected);
    let typed = "{ headers: { 'Content-Type': 'multipart/form-data' } }";
    check_multipart(&mut cells(), &format!("client.a.post({body}, {typed})"), &expected);
    let file =
        "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\nContent-Type: text/csv\n\n1,2\n--B--\n";
    let body = "{ f: new File(['1,2'], 'a.csv', { type: 'text/csv' }) }";
    check_multipart(&mut declaring(&["multipart/form-data"]), &format!("client.a.post({body})"), file);
}

#[test]
fn a_call_without_a_body_sends_none_and_no_type() {
    let mut cells = declaring(&[JSON]);
    for call in
        ["get()", "get({ a: 1 })", "head()", "post()", "put()", "patch()", "delete()", "post(null)", "post(undefined)"]
    {
        cells.body(&format!("client.a.{call}"), None);
    }
    cells.body("client.a.delete({})", Some((JSON, "{}")));
    cells.body("client.a.delete({}, { query: { a: 1 } })", Some((JSON, "{}")));
    cells.body("client('/a').delete({})", Some((JSON, "{}")));
    // The type of bodies of the client.
    cells.run("API.set(client, 'headers', { 'Content-Type': 'application/json' })");
    cells.body("client.a.get()", None);
    cells.body("client.a.delete()", None);
    // The type of this call.
    cells.header("client.a.get({}, { headers: { 'content-type': 'x/y' } })", "content-type", Some("x/y"));
}

#[test]
fn a_body_of_the_options_or_the_client_is_the_default() {
    let mut cells = cells();
    cells.body("client.a.post(undefined, { body: { a: 1 } })", Some((JSON, r#"{"a":1}"#)));
    cells.run("API.set(client, 'body', { b: 2 })");
    cells.body("client.a.post()", Some((JSON, r#"{"b":2}"#)));
    cells.body("client.a.post({ c: 3 })", Some((JSON, r#"{"c":3}"#)));
    cells.body("client.a.post(undefined, { body: { a: 1 } })", Some((JSON, r#"{"a":1}"#)));
    for verb in ["post", "put", "patch", "delete"] {
        cells.body(&format!("client.a.{verb}(null, {{ body: {{ a: 1 }} }})"), Some((JSON, r#"{"a":1}"#)));
        cells.body(&format!("client.a.{verb}(null)"), Some((JSON, r#"{"b":2}"#)));
        cells.body(&format!("client('/a').{verb}(null, {{ body: 'x' }})"), Some((TEXT, "x")));
        cells.body(&format!("client.a.{verb}(null, {{ body: null }})"), None);
    }
    // The first argument of these is a query: only their own options have a body.
    for verb in ["get", "head"] {
        cells.body(&format!("client.a.{verb}()"), None);
        cells.body(&format!("client.a.{verb}({{ q: 1 }}, {{ body: {{ a: 1 }} }})"), Some((JSON, r#"{"a":1}"#)));
    }
    cells.body("client('/a').get(null, { body: 'x' })", Some((TEXT, "x")));
}

#[test]
fn before_send_can_change_the_request() {
    let mut cells = cells();
    cells.header(
        "client.a.get({}, { beforeSend: (r) => { r.headers['X-Url'] = r.url } })",
        "x-url",
        Some(&cells.server.url("/a")),
    );
    cells.header("client.a.get({}, { beforeSend(r) { r.setRequestHeader('accept', 'x/y') } })", "accept", Some("x/y"));
    cells.asks("client.a.get({}, { beforeSend(r) { r.url += '?signed=1' } })", "GET /a?signed=1");
    cells.asks("client.a.get({}, { beforeSend(r) { r.method = 'PUT' } })", "PUT /a");
    let request = cells.sent("client.a.get({}, { headers: { 'x-list': ['a', 'b'] }, beforeSend() {} })");
    assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-list").count(), 2);
    cells.run("API.set(client, 'beforeSend', (r) => { r.headers['x-who'] = 'client' })");
    cells.header("client.a.get()", "x-who", Some("client"));
    cells.header("client.a.get({}, { beforeSend(r) { r.headers['x-who'] = 'call' } })", "x-who", Some("call"));
    cells.header(
        "client.a.post({ a: 1 }, { beforeSend(r) { r.headers['x-body'] = r.body } })",
        "x-body",
        Some(r#"{"a":1}"#),
    );
    cells.body("client.a.post({ a: 1 }, { beforeSend(r) { r.headers.x = 1 } })", Some((JSON, r#"{"a":1}"#)));
    cells.body("client.a.post({ a: 1 }, { beforeSend(r) { r.body = { b: 2 } } })", Some((JSON, r#"{"b":2}"#)));
    cells.body("client.a.post({ a: 1 }, { beforeSend(r) { r.body = 'b=2' } })", Some((JSON, "b=2")));
    cells.body("client.a.post({ a: 1 }, { beforeSend(r) { r.body = undefined } })", None);
    assert_eq!(cells.error("client.a.get({}, { beforeSend() { throw new Error('no') } })"), "Error: no");
}
