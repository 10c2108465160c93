//! Selecting the resource, the media type and the response.

use serde_json::json;

use crate::support::{Api, definition};

const TWO_TYPES: &str = r#"#%RAML 0.8
title: Shapes
version: v2
baseUri: https://{domain}.shapes.example/api/{version}
/shapes{mediaTypeExtension}:
  uriParameters:
    mediaTypeExtension:
      enum: [.json, .xml]
      required: false
  get:
    responses:
      404:
        body:
          application/json:
            example: '{"never": true}'
      200:
        headers:
          X-Limit:
            example: "60"
        body:
          application/json:
            example: '{"shapes": [{"id": 1}]}'
          text/xml:
            example: <shapes/>
  post:
    responses:
      201:
        body:
          application/json:
            schema: '{"type": "object", "properties": {"id": {"type": "integer", "minimum": 5}, "name": {"type": "string"}}}'
/shapes/{id}{mediaTypeExtension}:
  uriParameters:
    mediaTypeExtension:
      enum: [.json, .xml]
      required: false
  delete:
    responses:
      204:
/pages/{page}.json:
  get:
    responses:
      200:
        body:
          application/json:
            schema: '{"properties": {"title": {"type": "string"}}}'
/nothing:
  get:
"#;

#[test]
fn routes_work_with_and_without_the_base_path() {
    let api = Api::raml(TWO_TYPES);
    for target in ["/api/v2/shapes.json", "/api/v9/shapes", "/shapes", "/shapes.json?x=1", "/shapes/"] {
        let answer = api.call("GET", target);
        assert_eq!((answer.status, answer.json()), (200, json!({"shapes": [{"id": 1}]})), "{target}");
        assert_eq!(answer.header("x-limit"), Some("60"));
        assert_eq!(answer.origin(), "example");
    }
}

#[test]
fn the_media_type_follows_extension_and_accept() {
    let api = Api::raml(TWO_TYPES);
    assert_eq!(api.call("GET", "/shapes.xml").text(), "<shapes/>");
    let answer = api.send("GET", "/shapes", &[("accept", "text/xml;q=0.9, application/json;q=0.1")], b"");
    assert_eq!((answer.text().as_str(), answer.header("content-type")), ("<shapes/>", Some("text/xml")));
}

#[test]
fn responses_without_examples_are_sampled_or_empty() {
    let api = Api::raml(TWO_TYPES);
    let answer = api.call("GET", "/pages/one.json");
    assert_eq!((answer.json(), answer.origin()), (json!({"title": "title"}), "schema"));
    let answer = api.call("GET", "/nothing");
    assert_eq!((answer.status, answer.json(), answer.origin()), (200, json!({}), "nothing"));
    let answer = api.send_json("POST", "/shapes", &json!({"name": "square"}));
    assert_eq!((answer.status, answer.json()), (201, json!({"id": 6, "name": "square"})));
    let answer = api.call("DELETE", "/shapes/9.json");
    assert_eq!((answer.status, answer.body.len(), answer.origin()), (204, 0, "deleted"));
}

#[test]
fn head_and_options_are_supported() {
    let api = Api::raml(TWO_TYPES);
    let answer = api.call("HEAD", "/shapes.json");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = api.call("OPTIONS", "/shapes");
    assert_eq!((answer.status, answer.header("allow")), (204, Some("GET, POST, HEAD, OPTIONS")));
}

#[test]
fn unknown_paths_and_methods_are_errors() {
    let api = Api::raml(TWO_TYPES);
    let answer = api.call("GET", "/api/v2/shaps.json");
    assert_eq!((answer.status, answer.origin()), (404, "error"));
    assert_eq!(
        answer.json(),
        json!({
            "error": "not_found",
            "message": "there is no resource `/api/v2/shaps.json` in `Shapes`",
            "help": "Did you mean `/api/{version}/shapes{mediaTypeExtension}`?"
        })
    );
    let answer = api.call("PUT", "/shapes.json");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, POST, HEAD, OPTIONS")));
    assert_eq!(answer.json()["message"], json!("`/shapes{mediaTypeExtension}` has no method `PUT`"));
}

#[test]
fn the_host_selects_the_definition() {
    let api = |name: &str, path: &str| {
        definition(&format!(
            "#%RAML 0.8\ntitle: {name}\nbaseUri: https://{name}.example\n/{path}:\n  get:\n    responses:\n      200:\n        \
             body:\n          application/json:\n            example: '{{\"name\": \"{name}\"}}'\n"
        ))
    };
    let ask = |host: &str, target: &str| {
        let definitions = vec![api("one", "same"), api("two", "same"), api("three", "other")];
        let answer = Api::of(definitions).host(host).call("GET", target);
        (answer.status, answer.json()["name"].clone())
    };
    assert_eq!(ask("two.example", "/same"), (200, json!("two")));
    assert_eq!(ask("two.example:443", "/same"), (200, json!("two")));
    assert_eq!(ask("127.0.0.1", "/same"), (200, json!("one")));
    assert_eq!(ask("127.0.0.1", "/other"), (200, json!("three")));
    assert_eq!(ask("two.example", "/other"), (404, json!(null)));
}

#[test]
fn two_definitions_of_one_host_are_served_side_by_side() {
    let api = |name: &str, version: &str, base: &str, path: &str| {
        definition(&format!(
            "#%RAML 0.8\ntitle: One API\nversion: {version}\nbaseUri: https://{{mode}}.one.example{base}\n{path}:\n  get:\n    \
             responses:\n      200:\n        body:\n          application/json:\n            example: '{{\"name\": \"{name}\"}}'\n"
        ))
    };
    let definitions = vec![
        api("products", "v1", "/{version}", "/products/{id}"),
        api("history", "v1.2", "/{version}", "/products/{id}"),
        api("requests", "v1", "/{version}", "/requests"),
        api("upload", "v1", "/upload", "/products/{id}"),
        api("latest", "v1", "", "/{any}/latest/x"),
    ];
    let api = Api::of(definitions).host("sandbox.one.example");
    let name = |target: &str| api.get(target)["name"].clone();
    assert_eq!(name("/v1/products/5"), json!("products"));
    assert_eq!(name("/v1.2/products/5"), json!("history"));
    assert_eq!(name("/v1/requests"), json!("requests"));
    assert_eq!(name("/upload/products/5"), json!("upload"));
    assert_eq!(name("/v1/latest/x"), json!("latest"));
    assert_eq!(api.call("GET", "/v1/nothing").status, 404);
}

#[test]
fn an_empty_parameter_is_routed() {
    let api = Api::raml(
        "#%RAML 0.8\ntitle: Empty\n/users:\n  post:\n  /{id}:\n    get:\n      responses:\n        200:\n          body:\n            \
         application/json:\n              example: '{\"id\": 5}'\n    /groups:\n      get:\n        responses:\n          200:\n            body:\n              \
         application/json:\n                example: '{\"groups\": []}'\n/people-search{fields}:\n  get:\n    responses:\n      200:\n        body:\n          \
         application/json:\n            example: '{\"people\": []}'\n",
    );
    assert_eq!(api.get("/users//groups"), json!({"groups": []}));
    assert_eq!(api.get("/users/"), json!({"id": 5}));
    assert_eq!(api.get("/people-search"), json!({"people": []}));
    assert_eq!(api.get("/people-search:(id)"), json!({"people": []}));
    assert_eq!(api.get("//users/7"), json!({"id": 7}));
}

#[test]
fn content_that_can_be_made_is_preferred_and_xml_is_made() {
    let api = Api::raml(
        r##"#%RAML 0.8
title: Types
schemas:
  - book: |
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="book"><xs:complexType><xs:sequence>
      <xs:element name="title" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>
/books/{id}:
  get:
    responses:
      200:
        body:
          text/html:
          application/xml:
            schema: book
/pages:
  get:
    responses:
      200:
        body:
          text/xml:
            schema: '{"type": "object", "properties": {"id": {"type": "integer"}}}'
          application/json:
            schema: '{"type": "object", "properties": {"id": {"type": "integer"}}}'
"##,
    );
    let book = api.call("GET", "/books/5");
    assert_eq!((book.header("content-type"), book.origin()), (Some("application/xml"), "schema"));
    assert!(book.text().ends_with("<book><title>title</title></book>"), "{}", book.text());
    assert_eq!(api.call("GET", "/pages").header("content-type"), Some("application/json"));
    let page = api.send("GET", "/pages", &[("accept", "text/xml")], b"");
    assert!(page.text().ends_with("<value><id>1</id></value>"), "{}", page.text());
}

#[test]
fn what_is_write_only_is_never_in_a_response() {
    let api = Api::of(vec![definition(
        r##"
openapi: 3.0.3
info: { title: Locker, version: "1" }
paths:
  /lockers:
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Locker" } } } }
      responses: { "201": { description: made } }
    get:
      responses: { "200": { description: all, content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Locker" } } } } } }
  /lockers/{id}:
    get:
      parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
      responses: { "200": { description: one, content: { application/json: { schema: { $ref: "#/components/schemas/Locker" } }, application/xml: { schema: { $ref: "#/components/schemas/Locker" } } } } }
components:
  schemas:
    Locker:
      type: object
      required: [id, label, pin]
      properties:
        id: { type: string, readOnly: true }
        label: { type: string, xml: { attribute: true } }
        pin: { type: string, writeOnly: true, example: "4711" }
"##,
    )]);
    assert_eq!(api.get("/lockers/x"), json!({"id": "x", "label": "label"}));
    let made = api.send_json("POST", "/lockers", &json!({"label": "blue", "pin": "9999"}));
    assert_eq!(
        (made.status, made.json()["label"].clone(), made.json().get("pin").cloned()),
        (201, json!("blue"), None)
    );
    assert!(!api.call("GET", "/lockers").text().contains("pin"));
    let xml = api.send("GET", "/lockers/y", &[("accept", "application/xml")], b"").text();
    assert!(xml.ends_with("<Locker label=\"label\"><id>y</id></Locker>"), "{xml}");
}

#[test]
fn credentials_are_required() {
    let secured = "#%RAML 0.8\ntitle: Safe\nsecuritySchemes:\n  - oauth:\n      type: OAuth 2.0\n      settings:\n        \
                   authorizationUri: https://safe.example/authorize\n        accessTokenUri: https://safe.example/token\n        authorizationGrants: [code]\n  \
                   - basic:\n      type: Basic Authentication\nsecuredBy: [oauth, basic]\n/closed:\n  get:\n/open:\n  get:\n    \
                   securedBy: [null, oauth]\n";
    let api = Api::raml(secured);
    assert_eq!(api.call("GET", "/open").status, 200);
    let answer = api.call("GET", "/closed");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"Safe\""));
    for value in ["Bearer anything", "Basic eDp5"] {
        assert_eq!(api.send("GET", "/closed", &[("authorization", value)], b"").status, 200, "{value}");
    }
    assert_eq!(api.send("GET", "/closed", &[("authorization", "Bearer ")], b"").status, 401);
}

const SERVERS: &str = r#"
openapi: 3.0.3
info: { title: Files, version: "7" }
servers: [ { url: "https://api.files.example/v{n}", variables: { n: { default: "1" } } }, { url: "https://old.files.example/legacy/v1" } ]
paths:
  /files:
    get:
      responses: { 4XX: { description: no }, 2XX: { description: yes, content: { application/json: { example: [ { id: 1 } ] } } } }
    post:
      servers: [ { url: "https://up.files.example/upload" } ]
      responses: { default: { description: any, content: { application/json: { example: { id: 1, name: a } } } } }
"#;

#[test]
fn routes_are_below_the_path_of_any_server() {
    let definition = definition(SERVERS);
    let hosts = apinb_definition::model::hosts::hosts(&definition);
    assert_eq!(hosts, ["api.files.example", "old.files.example", "up.files.example"]);
    let api = Api::of(vec![definition]);
    for target in ["/v1/files", "/legacy/v1/files", "/upload/files", "/files"] {
        assert_eq!(api.call("GET", target).json(), json!([{"id": 1}]), "{target}");
    }
    let answer = api.send_json("POST", "/upload/files", &json!({"name": "b"}));
    assert_eq!((answer.status, answer.json()), (200, json!({"id": 2, "name": "b"})));
    assert_eq!(api.call("GET", "/other/files").status, 404);
}
