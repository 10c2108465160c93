//! The settings of a client and the options of a call, which replace or are merged at each level; `API.set`, `API.get`
//! and `API.unset`.

use serde_json::json;

use crate::support::Cells;

const RAML: &str = "baseUri: SERVER/{version}/{domain}\nversion: v1\nbaseUriParameters: { domain: { default: d } }\n\
                    /a:\n  get:\n  post:\n  /{id}:\n    get:\n";

/// Cells with a client created with these settings.
fn with(settings: &str) -> Cells {
    let mut cells = Cells::of(RAML);
    cells.run(&format!("API.createClient('client', 'client.raml', {settings})"));
    cells
}

#[test]
fn a_body_is_replaced() {
    let mut cells = with("{ body: { a: 1, b: 1 } }");
    let json = "application/json";
    cells.body("client.a.post()", Some((json, r#"{"a":1,"b":1}"#)));
    cells.body("client.a.post(undefined, { body: { b: 2 } })", Some((json, r#"{"b":2}"#)));
    cells.body("client.a.post({ c: 3 }, { body: { b: 2 } })", Some((json, r#"{"c":3}"#)));
    cells.body("API.set(client, { body: { c: 4 } }); client.a.post()", Some((json, r#"{"c":4}"#)));
    cells.body("API.set(client, 'body', [5]); client.a.post()", Some((json, "[5]")));
    cells.body("client.a.post(undefined, { body: null })", None);
    cells.body("API.unset(client, 'body'); client.a.post()", None);
}

#[test]
fn a_base_uri_is_replaced() {
    let mut cells = with("{ baseUri: 'SERVER/made' }");
    cells.asks("client.a.get()", "GET /made/a");
    cells.asks("client.a.get({}, { baseUri: 'SERVER/{version}/call' })", "GET /v1/call/a");
    cells.asks("client.a.get({}, { baseUri: new URL('SERVER/url/') })", "GET /url/a");
    cells.asks("API.set(client, { baseUri: 'SERVER/merged' }); client.a.get()", "GET /merged/a");
    cells.asks("API.set(client, 'baseUri', 'SERVER/set'); client.a.get()", "GET /set/a");
    cells.asks("API.set(client, 'baseUri', null); client.a.get()", "GET /v1/d/a");
    cells.asks("API.set(client, 'baseUri', 'SERVER/set'); API.unset(client, 'baseUri'); client.a.get()", "GET /v1/d/a");
}

#[test]
fn before_send_is_replaced() {
    let header = |value: &str| format!("(request) => request.setRequestHeader('x-by', '{value}')");
    let mut cells = with(&format!("{{ beforeSend: {} }}", header("made")));
    cells.header("client.a.get()", "x-by", Some("made"));
    cells.header(&format!("client.a.get({{}}, {{ beforeSend: {} }})", header("call")), "x-by", Some("call"));
    cells.header("client.a.get({}, { beforeSend: null })", "x-by", None);
    cells.run(&format!("API.set(client, {{ beforeSend: {} }})", header("merged")));
    cells.header("client.a.get()", "x-by", Some("merged"));
    cells.run(&format!("API.set(client, 'beforeSend', {})", header("set")));
    cells.header("client.a.get()", "x-by", Some("set"));
    cells.header("API.unset(client, 'beforeSend'); client.a.get()", "x-by", None);
}

#[test]
fn a_proxy_setting_is_stored_and_replaced() {
    let mut cells = with("{ proxy: 'https://one.invalid' }");
    cells.gives("API.get(client, 'proxy')", &json!("https://one.invalid"));
    cells.gives("API.set(client, { proxy: 2 }); API.get(client, 'proxy')", &json!(2));
    cells.gives("API.set(client, 'proxy', false); API.get(client, 'proxy')", &json!(false));
    cells.asks("client.a.get({}, { proxy: 'https://two.invalid' })", "GET /v1/d/a");
}

#[test]
fn uri_parameters_are_merged() {
    let mut cells = with("{ uriParameters: { id: 1, other: 1 } }");
    cells.asks("client.a.id().get()", "GET /v1/d/a/1");
    cells.asks("client.a.id(7).get()", "GET /v1/d/a/7");
    cells.asks("client.a.id().get({}, { uriParameters: { id: 2 } })", "GET /v1/d/a/2");
    cells.asks("client('/{id}/{other}').get({}, { uriParameters: { other: 3 } })", "GET /v1/d/1/3");
    cells.asks("API.set(client, { uriParameters: { other: 4 } }); client('/{id}/{other}').get()", "GET /v1/d/1/4");
    cells.run("API.set(client, 'uriParameters', { other: 5 })");
    assert_eq!(cells.error("client.a.id().get()"), r#"TypeError: URI parameter "id" is missing"#);
}

#[test]
fn base_uri_parameters_are_merged() {
    let mut cells = with("{ baseUriParameters: { domain: 'made' } }");
    cells.gives("API.get(client)", &json!({ "baseUriParameters": { "version": "v1", "domain": "made" } }));
    cells.asks("client.a.get()", "GET /v1/made/a");
    cells.asks("client.a.get({}, { baseUriParameters: { version: 'call' } })", "GET /call/made/a");
    cells.asks("API.set(client, { baseUriParameters: { version: 'v2' } }); client.a.get()", "GET /v2/made/a");
    // The setting is replaced completely: `version` is gone, but the definition still has it.
    cells.run("API.set(client, 'baseUriParameters', { domain: 'set' })");
    cells.gives("API.get(client, 'baseUriParameters')", &json!({ "domain": "set" }));
    cells.asks("client.a.get()", "GET /v1/set/a");
    cells.asks("API.set(client, 'baseUriParameters', { version: 'v3' }); client.a.get()", "GET /v3/d/a");
}

#[test]
fn headers_are_merged() {
    let mut cells = with("{ headers: { 'X-One': 1, 'X-Two': 1 } }");
    let mut check = |call: &str, one: Option<&str>, two: Option<&str>| {
        let request = cells.sent(call);
        assert_eq!((request.header("x-one"), request.header("x-two")), (one, two), "{call}");
    };
    check("client.a.get()", Some("1"), Some("1"));
    check("client.a.get({}, { headers: { 'x-two': 2 } })", Some("1"), Some("2"));
    check("API.set(client, { headers: { 'x-one': 3 } }); client.a.get()", Some("3"), Some("1"));
    check("API.set(client, { headers: new Headers({ 'x-one': 4 }) }); client.a.get()", Some("4"), Some("1"));
    check("API.set(client, 'headers', { 'x-one': 5 }); client.a.get()", Some("5"), None);
    check("API.set(client, 'headers', new Map([['x-two', 6]])); client.a.get()", None, Some("6"));
    check("API.set(client, 'headers', null); client.a.get()", None, None);
}

#[test]
fn a_query_is_merged() {
    let mut cells = with("{ query: { a: 1, b: 1 } }");
    cells.asks("client.a.get()", "GET /v1/d/a?a=1&b=1");
    cells.asks("client.a.get({}, { query: 'b=2' })", "GET /v1/d/a?a=1&b=2");
    cells.asks("API.set(client, { query: { b: 3 } }); client.a.get()", "GET /v1/d/a?a=1&b=3");
    cells.asks("API.set(client, { query: 'c=4' }); client.a.get()", "GET /v1/d/a?a=1&b=3&c=4");
    cells.asks("API.set(client, 'query', { c: 5 }); client.a.get()", "GET /v1/d/a?c=5");
    cells.asks("API.set(client, 'query', new URLSearchParams('x=1&x=2')); client.a.get()", "GET /v1/d/a?x=1&x=2");
}

#[test]
fn settings_can_be_read_and_unset() {
    let mut cells = Cells::of(RAML);
    cells.gives("API.get(client)", &json!({ "baseUriParameters": { "version": "v1" } }));
    cells.gives("API.get(client, 'query') === undefined", &json!(true));
    cells.gives("API.set(client, 'query', 'a=1')", &json!("a=1"));
    cells.gives("API.set(client, 'query', { a: 1 })", &json!({ "a": 1 }));
    cells.gives("API.set(client, { headers: { b: 2 } }).headers", &json!({ "b": 2 }));
    let all = json!({ "baseUriParameters": { "version": "v1" }, "query": { "a": 1 }, "headers": { "b": 2 } });
    cells.gives("API.get(client)", &all);
    cells.gives("API.set(client, { query: undefined, headers: null }); API.get(client)", &all);
    cells.gives("API.unset(client, 'query'); Object.keys(API.get(client))", &json!(["baseUriParameters", "headers"]));
    cells.gives("API.unset(client, 'query'); API.unset(client); API.get(client)", &json!({}));
    cells.asks("client.a.get()", "GET /v1/d/a");
    // Each client has its own settings, even if two clients share a definition.
    cells.run("API.createClient('other', 'client.raml'); API.set(other, 'query', { o: 1 })");
    cells.asks("client.a.get()", "GET /v1/d/a");
    cells.asks("other.a.get()", "GET /v1/d/a?o=1");
    // A call does not change them.
    cells.run("other.a.get({ g: 1 }, { query: { p: 1 }, headers: { h: 1 } })");
    cells.gives("API.get(other, 'query')", &json!({ "o": 1 }));
}

#[test]
fn an_unknown_setting_is_an_error() {
    let mut cells = Cells::of(RAML);
    for call in [
        "API.set(client, 'querry', {})",
        "API.set(client, { querry: {} })",
        "API.get(client, 'querry')",
        "API.unset(client, 'querry')",
        "API.createClient('other', 'client.raml', { querry: {} })",
    ] {
        let error = cells.failure(call);
        assert_eq!(format!("{}: {}", error.name, error.message), "TypeError: \"querry\" is not a client setting");
        assert_eq!(error.help.as_deref(), Some("Did you mean query?"));
    }
    let settings = "body, proxy, baseUri, beforeSend, uriParameters, baseUriParameters, headers, query";
    assert_eq!(cells.failure("API.get(client, 'nothing')").help, Some(format!("Use one of {settings}.")));
    for (call, kind) in [
        ("API.createClient('other', 'client.raml', 'text')", "\"text\""),
        ("API.createClient('other', 'client.raml', 5)", "5"),
        ("API.set(client, ['query'])", "an array"),
    ] {
        let message = format!("TypeError: client settings: expected an object, got {kind}");
        assert_eq!(cells.error(call), message, "{call}");
    }
}

#[test]
fn a_setting_of_the_wrong_type_names_the_expected_type() {
    let mut cells = Cells::of(RAML);
    for (key, value, wanted, kind) in [
        ("headers", "'text'", "an object", "\"text\""),
        ("headers", "[['a', 'b']]", "an object", "an array"),
        ("headers", "() => {}", "an object", "a function"),
        ("headers", "true", "an object", "true"),
        ("query", "5", "an object or a string", "5"),
        ("query", "['a']", "an object or a string", "an array"),
        ("query", "client.a", "an object or a string", "a function"),
        ("uriParameters", "'id=1'", "an object", "\"id=1\""),
        ("uriParameters", "'x'.repeat(99)", "an object", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\""),
        ("baseUriParameters", "[1]", "an object", "an array"),
        ("baseUri", "{}", "a string", "an object"),
        ("baseUri", "5", "a string", "5"),
        ("beforeSend", "'text'", "a function", "\"text\""),
        ("beforeSend", "{}", "a function", "an object"),
    ] {
        let message = format!("TypeError: setting \"{key}\": expected {wanted}, got {kind}");
        for call in [
            format!("API.set(client, '{key}', {value})"),
            format!("API.set(client, {{ {key}: {value} }})"),
            format!("API.createClient('other', 'client.raml', {{ {key}: {value} }})"),
            format!("client.a.get({{}}, {{ {key}: {value} }})"),
            format!("client.a.post({{}}, {{ {key}: {value} }}, () => {{}})"),
        ] {
            assert_eq!(cells.error(&call), message, "{call}");
        }
        // `null` and `undefined` unset it.
        cells.run(&format!("API.set(client, '{key}', null); API.set(client, '{key}', undefined)"));
    }
    for (options, kind) in [("'text'", "\"text\""), ("5", "5"), ("[1]", "an array")] {
        let message = format!("TypeError: call options: expected an object, got {kind}");
        assert_eq!(cells.error(&format!("client.a.get({{}}, {options})")), message);
    }
    assert!(cells.server.requests().is_empty());
}

#[test]
fn only_a_client_has_settings() {
    let mut cells = Cells::of(RAML);
    for value in ["undefined", "{}", "'client'", "client.a", "client.a.get", "() => {}"] {
        for function in ["set", "get", "unset", "authenticate"] {
            let message =
                format!("TypeError: API.{function}: the first argument is not a client made by API.createClient");
            assert_eq!(cells.error(&format!("API.{function}({value}, 'query', {{}})")), message);
        }
    }
}

#[test]
fn a_client_node_is_not_a_valid_body_or_callback() {
    let mut cells = Cells::of(RAML);
    for (call, message) in [
        ("client.a.post(client)", "post(): expected data, got client, which is part of a client"),
        ("client.a.post(client.a.id(5))", "post(): expected data, got client.a.id(5), which is part of a client"),
        ("client.a.get(client.a)", "get(): expected data, got client.a, which is part of a client"),
        ("client.a.post(client.a.get)", "post(): expected data, got client.a.get, which is part of a client"),
        (
            "client('/b').put(client('/b').get)",
            "put(): expected data, got client(\"/b\").get, which is part of a client",
        ),
        (
            "client.a.get({}, client.a)",
            "get(): expected options or a callback, got client.a, which is part of a client",
        ),
        ("client.a.get({}, {}, client)", "get(): expected a callback, got client, which is part of a client"),
    ] {
        let error = cells.failure(call);
        assert_eq!(format!("{}: {}", error.name, error.message), format!("TypeError: {message}"), "{call}");
        assert_eq!(error.help.as_deref(), Some("Pass a value from a response, such as its body."));
    }
    assert!(cells.server.requests().is_empty());
}
