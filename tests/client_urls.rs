//! The URL of a call: its tags, base URI and query.

use serde_json::json;

use crate::support::Cells;

#[track_caller]
fn check_tag(value: &str, path: &str) {
    Cells::of("/a/{tag}/b:\n  get:").asks(&format!("client.a.tag({value}).b.get()"), &format!("GET {path}"));
}

#[track_caller]
fn check_query(call: &str, query: &str) {
    let question = if query.is_empty() { "" } else { "?" };
    Cells::of("/a:\n  get:\n  head:\n  post:\n").asks(call, &format!("GET /a{question}{query}"));
}

#[test]
fn tags_are_percent_encoded() {
    check_tag("'AZaz09-_.!~*()'", "/a/AZaz09-_.!~*()/b");
    check_tag("\"it's\"", "/a/it's/b");
    check_tag("'a b/c?d#e&f=g+h%i:j@k,l;m$n[o]'", "/a/a%20b%2Fc%3Fd%23e%26f%3Dg%2Bh%25i%3Aj%40k%2Cl%3Bm%24n%5Bo%5D/b");
    check_tag("'é€😀'", "/a/%C3%A9%E2%82%AC%F0%9F%98%80/b");
    check_tag("'\\ud800'", "/a/%EF%BF%BD/b");
    check_tag("'{x}'", "/a/%7Bx%7D/b");
}

#[test]
fn tags_can_be_any_value() {
    check_tag("[1, 2, 'a b']", "/a/1%2C2%2Ca%20b/b");
    check_tag("[1, null, 2]", "/a/1%2C%2C2/b");
    check_tag("0", "/a/0/b");
    check_tag("false", "/a/false/b");
    check_tag("-1.5e21", "/a/-1.5e%2B21/b");
    check_tag("10n", "/a/10/b");
    check_tag("new Date(0)", "/a/1970-01-01T00%3A00%3A00.000Z/b");
    check_tag("new String('x')", "/a/x/b");
    check_tag("{ x: 1 }", "/a/%7B%22x%22%3A1%7D/b");
}

#[test]
fn an_empty_segment_is_an_error_unless_allowed() {
    check_tag("''", "/a//b");
    check_tag("['']", "/a//b");
    let mut cells = Cells::of("/a/{tag}/b:\n  get:\n/t{x}{y}:\n  get:\n");
    for value in ["", "undefined", "null", "[]", "[null]"] {
        let error = cells.failure(&format!("client.a.tag({value}).b.get()"));
        assert_eq!(error.message, r#"URI parameter "tag" is missing"#, "{value}");
        assert_eq!(error.name, "TypeError");
        assert!(error.help.unwrap().contains("`tag`"));
    }
    assert!(cells.server.requests().is_empty());
    // The segment has literal text.
    cells.asks("client.t(null, 5).get()", "GET /t5");
    cells.asks("client.t('', '').get()", "GET /t");
}

#[test]
fn trailing_slashes_of_the_base_uri_are_removed() {
    Cells::of("baseUri: SERVER///\n/a:\n  get:").asks("client.a.get()", "GET /a");
    Cells::of("baseUri: SERVER/v1/\n/a:\n  get:").asks("client.a.get()", "GET /v1/a");
    Cells::of("baseUri: SERVER/v1/\n/a:\n  get:").asks("client('a').get()", "GET /v1/a");
}

#[test]
fn parameters_of_the_base_uri_are_replaced() {
    let mut cells = Cells::of("baseUri: SERVER/{version}/{domain}\nversion: v 2\n/a:\n  get:");
    assert_eq!(cells.error("client.a.get()"), r#"TypeError: base URI parameter "domain" is missing"#);
    cells.asks("client.a.get({}, { baseUriParameters: { domain: 'a/b' } })", "GET /v%202/a%2Fb/a");
    cells.run("API.set(client, { baseUriParameters: { domain: 'x' } })");
    cells.asks("client.a.get()", "GET /v%202/x/a");
    cells.asks("client.a.get({}, { baseUriParameters: { version: 3 } })", "GET /3/x/a");
    // Values of the definition are preserved.
    cells.run("API.set(client, 'baseUriParameters', { domain: 'y' })");
    cells.gives("API.get(client, 'baseUriParameters')", &json!({ "domain": "y" }));
    cells.asks("client.a.get()", "GET /v%202/y/a");
    cells.run("API.createClient('other', 'client.raml', { baseUriParameters: { domain: 'z' } })");
    cells.asks("other.a.get()", "GET /v%202/z/a");
}

#[test]
fn parameters_with_a_single_value_or_a_default_are_filled() {
    let raml =
        "baseUri: SERVER/{region}/{tier}\nbaseUriParameters:\n  region: { enum: [ eu ] }\n  tier: { default: free }\n";
    let mut cells = Cells::of(&format!(
        "{raml}/a:\n  get:\n/b:\n  baseUriParameters: {{ region: {{ enum: [ files ] }} }}\n  get:\n"
    ));
    cells.asks("client.a.get()", "GET /eu/free/a");
    cells.asks("client.b.get()", "GET /files/free/b");
    cells.asks("client.b.get({}, { baseUriParameters: { region: 'us' } })", "GET /us/free/b");
}

#[test]
fn the_base_uri_can_be_overridden() {
    let mut cells = Cells::of("baseUri: http://unknown.invalid\nversion: v1\n/a:\n  get:");
    cells.asks("client.a.get({}, { baseUri: 'SERVER/other/' })", "GET /other/a");
    cells.asks("API.set(client, 'baseUri', 'SERVER/{version}'); client.a.get()", "GET /v1/a");
    cells.asks("client.a.get({}, { baseUri: undefined })", "GET /v1/a");
    let error = Cells::of("baseUri: ''\n/a:\n  get:").failure("client.a.get()");
    assert!(error.message.contains("base URI"), "{error:?}");
}

#[test]
fn queries_of_all_levels_are_merged() {
    let mut cells = Cells::of("/a:\n  get:\n  head:\n  post:\n");
    cells.run("API.set(client, 'query', { a: 1, b: 1, c: 1 })");
    cells.asks("client.a.get()", "GET /a?a=1&b=1&c=1");
    cells.asks("client.a.get({ c: 3, d: 4 }, { query: { b: 2, c: 2 } })", "GET /a?a=1&b=2&c=3&d=4");
    cells.asks("client.a.head({ c: 3 })", "HEAD /a?a=1&b=1&c=3");
    cells.asks("client.a.post({ c: 3 }, { query: { b: 2 } })", "POST /a?a=1&b=2&c=1");
    cells.asks("client.a.get('b=x&c=y', { query: 'a=z' })", "GET /a?a=z&b=x&c=y");
    cells.asks("client.a.get({}, { query: undefined })", "GET /a?a=1&b=1&c=1");
    cells.asks("client.a.get({ a: [1, 2] })", "GET /a?a=1&a=2&b=1&c=1");
}

#[test]
fn a_query_can_be_a_string() {
    check_query("client.a.get('x=1&y=a%20b&x=2')", "x=1&x=2&y=a%20b");
    check_query("client.a.get('?x=1')", "x=1");
    check_query("client.a.get('a+b=c+d')", "a%20b=c%20d");
    check_query("client.a.get('x')", "x=");
    check_query("client.a.get('x=1=2')", "x=1%3D2");
    check_query("client.a.get('x=%zz')", "x=%25zz");
    check_query("client.a.get('')", "");
    check_query("client.a.get(new URLSearchParams('x=1&x=2&y=a b'))", "x=1&x=2&y=a%20b");
    check_query("client.a.get(new Map([['x', 1], ['y', [2, 3]]]))", "x=1&y=2&y=3");
    check_query("client.a.get('__proto__=1&toString=2')", "__proto__=1&toString=2");
}

#[test]
fn query_values_become_text() {
    check_query("client.a.get({ x: [1, 2], y: ['a', 'b'] })", "x=1&x=2&y=a&y=b");
    check_query("client.a.get({ x: [], y: 1 })", "y=1");
    check_query("client.a.get({ x: [] })", "");
    check_query("client.a.get({})", "");
    check_query("client.a.get(null)", "");
    check_query("client.a.get({ t: true, f: false, n: 0, m: -1.5 })", "t=true&f=false&n=0&m=-1.5");
    check_query("client.a.get({ n: null, u: undefined, e: '' })", "n=&e=");
    check_query("client.a.get({ u: undefined })", "");
    check_query("client.a.get({ l: [undefined, 1] })", "l=&l=1");
    check_query("client.a.get({ x: [null, 1] })", "x=&x=1");
    check_query("client.a.get({ 'a b': 'c d', 'e&f': 'g=h' })", "a%20b=c%20d&e%26f=g%3Dh");
    check_query("client.a.get({ d: new Date(0) })", "d=1970-01-01T00%3A00%3A00.000Z");
    check_query("client.a.get({ d: [new Date(0)] })", "d=1970-01-01T00%3A00%3A00.000Z");
    check_query("client.a.get({ o: { a: [1], b: null } })", "o=%7B%22a%22%3A%5B1%5D%2C%22b%22%3Anull%7D");
    check_query("client.a.get({ o: [{ a: 1 }, 2] })", "o=%7B%22a%22%3A1%7D&o=2");
    check_query("client.a.get({ u: new URL('http://x/y') })", "u=http%3A%2F%2Fx%2Fy");
    check_query("client.a.get({ big: 10n, s: '\\ud800' })", "big=10&s=%EF%BF%BD");
    check_query("client.a.get({ 'filter[id]': '*' })", "filter%5Bid%5D=*");
}

#[test]
fn a_query_is_appended_to_the_query_of_the_path() {
    let mut cells = Cells::of("/search?type=user:\n  get:\n");
    cells.asks("client['search?type=user'].get({ q: 'x' })", "GET /search?type=user&q=x");
    cells.asks("client('/s?').get({ q: 'x' })", "GET /s?q=x");
    cells.asks("client('/s?a=1&').get({ q: 'x' })", "GET /s?a=1&q=x");
    cells.asks("client('/s?a={a}', { a: 'b c' }).get()", "GET /s?a=b%20c");
    cells.asks("client('/s#part').get({ q: 'x' })", "GET /s?q=x");
}

// Parameter styles are tested in `client_requests.rs`, which compares a run with an export.
#[test]
fn a_parameter_with_a_style_is_a_segment_too() {
    let mut cells = Cells::openapi(
        "paths: { '/a/{p}': { get: { parameters: [ { name: p, in: path, required: true, style: label, schema: {} } ], responses: {} } } }",
    );
    assert_eq!(cells.error("client.a.p([]).get()"), "TypeError: URI parameter \"p\" is missing");
    assert_eq!(
        cells.error("client.a.p('.').get()"),
        "TypeError: URI parameter \"p\" cannot be \"..\", which means another path"
    );
}

#[test]
fn dates_in_a_declared_list_become_text() {
    let parameter = "{ name: p, in: query, schema: { type: array, items: {} } }";
    let paths = format!("paths: {{ /a: {{ get: {{ parameters: [ {parameter} ], responses: {{}} }} }} }}");
    Cells::openapi(&paths).asks("client.a.get({ p: [new Date(0)] })", "GET /a?p=1970-01-01T00%3A00%3A00.000Z");
}

#[test]
fn a_base_uri_without_a_host_is_an_error() {
    let mut cells = Cells::openapi("paths:\n  /a: { get: { responses: {} } }");
    let error = cells.error("client.a.get({}, { baseUri: '/v1' })");
    assert_eq!(error, "TypeError: the definition of \"client\" has no base URI with a host");
}

#[test]
fn paths_of_openapi_form_one_tree() {
    let mut cells = Cells::openapi(
        "paths:\n  /pets/{petId}/toys: { get: { responses: {} } }\n  /pets: { get: { responses: {} } }\n  /pets/{petId}: { get: { responses: {} }, trace: { responses: {} } }",
    );
    cells.asks("client.pets.petId(5).toys.get()", "GET /pets/5/toys");
    cells.asks("client.pets.petId(5).get()", "GET /pets/5");
    cells.asks("client.pets.get({ limit: 2 })", "GET /pets?limit=2");
    cells.asks("client.pets.petId(5).trace()", "TRACE /pets/5");
    cells.gives("Object.keys(client.pets)", &serde_json::json!(["petId", "get"]));
}
