//! What clients may ask for beyond the definition: pages of other origins, preferred responses, strict requests.

use std::sync::Arc;

use apinb_definition::load::{Detail, load_with};
use apinb_definition::model::Definition;
use apinb_mock::{AllowedOrigins, MockSettings};
use apinb_text::source::address::Address;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Inline};

const API: &str = "\
openapi: 3.0.3
info: { title: Things, version: '1' }
servers: [ { url: 'https://things.example/v1' } ]
paths:
  /things:
    get:
      parameters:
        - { name: page, in: query, schema: { type: integer } }
      responses:
        '200':
          description: things
          content:
            application/json:
              examples:
                none: { value: [] }
                one: { value: [ { id: 1 } ] }
        '404':
          description: gone
          content: { application/json: { example: { error: gone } } }
        5XX:
          description: broken
          content: { application/json: { examples: { full: { value: { error: full } } } } }
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [ name ]
              properties:
                id: { type: integer, readOnly: true }
                name: { type: string }
                size: { type: integer, minimum: 1 }
      responses:
        '201': { description: created, content: { application/json: { example: { id: 1, name: a } } } }
";

fn definition() -> Arc<Definition> {
    let address = Address::File("/folder/api.yaml".to_owned());
    let loaded = load_with(&address, Arc::new(Inline(API.to_owned())), Detail::Origins);
    Arc::new(loaded.definition.expect("a definition"))
}

fn with(settings: MockSettings) -> Api {
    Api::with(vec![definition()], settings)
}

fn ask(api: &Api, method: &str, headers: &[(&str, &str)]) -> Answer {
    api.send(method, "/v1/things", headers, b"")
}

#[test]
fn pages_of_this_machine_may_call_and_of_others_if_they_are_named() {
    let preflight = |api: &Api, origin: &str| {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type, x-own"),
        ];
        ask(api, "OPTIONS", &asked)
    };
    let api = with(MockSettings::default());
    for origin in ["http://localhost:3000", "http://127.0.0.1:5173"] {
        let answer = ask(&api, "GET", &[("origin", origin)]);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(origin)));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("x-apinb-mock")));
        let answer = preflight(&api, origin);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some(origin)));
        assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, x-own"));
    }
    for origin in ["https://app.example", "null", "http://localhost.evil.example"] {
        assert_eq!(ask(&api, "GET", &[("origin", origin)]).header("access-control-allow-origin"), None);
        assert_eq!(preflight(&api, origin).header("access-control-allow-origin"), None);
    }
    // Errors can be read, too.
    let missing = api.send("GET", "/v1/thing", &[("origin", "http://localhost")], b"");
    assert_eq!((missing.status, missing.header("access-control-allow-origin")), (404, Some("http://localhost")));
    let origins = AllowedOrigins(vec!["https://app.example".to_owned()]);
    let api = with(MockSettings { origins, ..MockSettings::default() });
    assert_eq!(preflight(&api, "https://app.example").status, 204);
    let answer = ask(&api, "GET", &[("origin", "https://app.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(ask(&api, "GET", &[]).header("access-control-allow-origin"), None);
}

#[test]
fn a_client_prefers_a_status_and_an_example() {
    let api = with(MockSettings::default());
    let check = |prefer: &str, status: u16, body: &Value| {
        let answer = ask(&api, "GET", &[("prefer", prefer)]);
        assert_eq!((answer.status, &answer.json()), (status, body), "{prefer}");
    };
    check("code=404", 404, &json!({"error": "gone"}));
    check("code=503", 503, &json!({"error": "full"}));
    check("example=one", 200, &json!([{"id": 1}]));
    check("example=full, code=500", 500, &json!({"error": "full"}));
    check("respond-async", 200, &json!([]));
    let applied = ask(&api, "GET", &[("prefer", "code=404")]);
    assert_eq!(applied.header("preference-applied"), Some("code=404"));
    for (prefer, message) in [
        ("code=418", "the operation does not declare the status 418"),
        ("code=many", "`many` is not a status from 200 to 599"),
        ("example=two", "the operation has no example `two`"),
    ] {
        let answer = ask(&api, "GET", &[("prefer", prefer)]);
        assert_eq!((answer.status, answer.origin()), (400, "error"));
        assert_eq!(answer.json()["message"], message);
    }
}

#[test]
fn requests_that_break_the_definition_are_refused() {
    let api = with(MockSettings { validate_requests: true, ..MockSettings::default() });
    let answer = api.send_json("POST", "/v1/things", &json!({"size": 0}));
    assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/problem+json")));
    let problem = answer.json();
    assert_eq!((&problem["title"], &problem["status"]), (&json!("Bad Request"), &json!(400)));
    let violations: Vec<String> = problem["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| format!("{} {} {}", one["in"], one["path"], one["definition"]).replace('"', ""))
        .collect();
    assert_eq!(violations, ["request body $.size api.yaml:34:40", "request body $.name api.yaml:30:27"]);
    let page = api.call("GET", "/v1/things?page=first");
    assert_eq!((page.status, &page.json()["violations"][0]["path"]), (400, &json!("page")));
    assert_eq!(api.call("POST", "/v1/things").status, 400);
    assert_eq!(api.send_json("POST", "/v1/things", &json!({"name": "b", "size": 1})).status, 201);
    assert_eq!(api.call("GET", "/v1/things?page=1").status, 200);
    let lenient = with(MockSettings::default());
    assert_eq!(lenient.send_json("POST", "/v1/things", &json!({"size": 0})).status, 201);
}
