//! One shop, described in five languages, whose server disagrees with its definition in one point at a time: each
//! disagreement is one finding, on the right line of the definition and at the right place of the value; the corrected
//! call has none.

use std::fs;
use std::path::Path;

use apinb_record::contract::Contract;
use serde_json::{Value, json};

use super::{api, checked};
use crate::exchange::{Body, Exchange, ExchangePlace, Message};

/// A language: the root document, the documents that it includes, and the number of disagreements that can be described
/// in it.
const LANGUAGES: [(&str, &[&str], usize); 5] = [
    ("openapi-3.1.yaml", &[], 73),
    ("openapi-3.0.yaml", &[], 65),
    ("openapi-2.0.yaml", &[], 56),
    ("raml-1.0.raml", &["failing.raml"], 60),
    ("raml-0.8.raml", &["item.json", "items.json", "user.json"], 59),
];

/// A disagreement. The definition has `@name` on the line that it breaks; a language without that line cannot describe
/// it.
struct Disagreement {
    name: &'static str,
    rule: &'static str,
    /// The place of the value.
    path: &'static str,
    wrong: Vec<Exchange>,
    right: Vec<Exchange>,
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop").join(name)).unwrap()
}

fn call(method: &str, path: &str, status: u16) -> Exchange {
    Exchange {
        method: method.to_owned(),
        url: format!("https://shop.example.org/v1{path}"),
        status,
        place: ExchangePlace { number: 1, ..ExchangePlace::default() },
        ..Exchange::default()
    }
}

fn message(media_type: &str, text: &str) -> Message {
    Message { headers: vec![("Content-Type".to_owned(), media_type.to_owned())], body: Body::Text(text.to_owned()) }
}

impl Exchange {
    fn answering(self, media_type: &str, text: &str) -> Self {
        let Message { headers, body } = message(media_type, text);
        Self { response: Message { headers: [self.response.headers, headers].concat(), body }, ..self }
    }

    fn json(self, value: &Value) -> Self {
        self.answering("application/json; charset=utf-8", &value.to_string())
    }

    fn sending(self, media_type: &str, text: &str) -> Self {
        Self { request: message(media_type, text), ..self }
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.request.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn answering_header(mut self, name: &str, value: &str) -> Self {
        self.response.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// `GET /items` with `query`, answered as declared.
fn items(query: &str) -> Exchange {
    call("GET", &format!("/items{query}"), 200).answering_header("X-Total", "2").json(&json!([{"id": 1}]))
}

/// `GET /items/1`, answered with an item with this property.
fn item(name: &str, value: &Value) -> Vec<Exchange> {
    vec![call("GET", "/items/1", 200).json(&json!({"id": 1.0, name: value}))]
}

fn body(name: &'static str, path: &'static str, property: &str, wrong: &Value, right: &Value) -> Disagreement {
    Disagreement { name, rule: "response-body", path, wrong: item(property, wrong), right: item(property, right) }
}

fn one(name: &'static str, rule: &'static str, path: &'static str, wrong: Exchange, right: Exchange) -> Disagreement {
    Disagreement { name, rule, path, wrong: vec![wrong], right: vec![right] }
}

#[rustfmt::skip]
fn bodies() -> Vec<Disagreement> {
    vec![
        body("type", "$.id", "id", &json!("x"), &json!(1.0)),
        body("minLength", "$.name", "name", &json!("a"), &json!("ab")),
        body("maxLength", "$.name", "name", &json!("abcdef"), &json!("abcde")),
        body("pattern", "$.name", "name", &json!("ABC"), &json!("abc")),
        body("minimum", "$.price", "price", &json!(-1), &json!(0)),
        body("maximum", "$.price", "price", &json!(101), &json!(100)),
        body("multipleOf", "$.price", "price", &json!(0.7), &json!(1.5)),
        body("enum", "$.state", "state", &json!("broken"), &json!("used")),
        body("format", "$.created", "created", &json!("yesterday"), &json!("2026-01-31T12:00:00Z")),
        body("minItems", "$.tags", "tags", &json!([]), &json!(["a"])),
        body("maxItems", "$.tags", "tags", &json!(["a", "b", "c", "d"]), &json!(["a", "b", "c"])),
        body("uniqueItems", "$.tags", "tags", &json!(["a", "a"]), &json!(["a", "b"])),
        body("items", "$.tags[1]", "tags", &json!(["a", 5]), &json!(["a", "5"])),
        body("ref", "$.owner.email", "owner", &json!({}), &json!({"email": "a@b.example"})),
        body("nested", "$.nested.deep.level", "nested", &json!({"deep": {"level": "x"}}), &json!({"deep": {"level": 1}})),
        body("nullable", "$.comment", "comment", &json!(5), &Value::Null),
        body("additionalProperties", "$.closed.b", "closed", &json!({"b": 1}), &json!({"a": "1"})),
        body("minProperties", "$.sized", "sized", &json!({}), &json!({"a": 1})),
        body("maxProperties", "$.sized", "sized", &json!({"a": 1, "b": 2, "c": 3}), &json!({"a": 1, "b": 2})),
        body("oneOf", "$.choice.lives", "choice", &json!({"kind": "cat", "lives": "9"}), &json!({"kind": "cat", "lives": 9})),
        body("discriminator", "$.pet.wings", "pet", &json!({"species": "Bird", "wings": "2"}), &json!({"species": "Bird", "wings": 2})),
        body("allOf", "$.combined.b", "combined", &json!({"a": 1, "b": 2}), &json!({"a": 1, "b": "2"})),
        body("map", "$.map.x", "map", &json!({"x": "1"}), &json!({"x": 1})),
        body("not", "$.forbidden", "forbidden", &json!("text"), &json!(5)),
        body("anyOf", "$.either", "either", &json!([]), &json!(5)),
        body("const", "$.fixed", "fixed", &json!(6), &json!(5)),
        body("prefixItems", "$.pair[0]", "pair", &json!([1, 1]), &json!(["1", 1])),
        body("contains", "$.some", "some", &json!(["a"]), &json!(["a", 1])),
        body("dependentRequired", "$.linked.b", "linked", &json!({"a": "1"}), &json!({"a": "1", "b": "2"})),
        body("propertyNames", "$.names", "names", &json!({"long": "1"}), &json!({"abc": "1"})),
        body("patternProperties", "$.prefixed[\"x-a\"]", "prefixed", &json!({"x-a": "1"}), &json!({"x-a": 1})),
        body("then", "$.conditional.b", "conditional", &json!({"a": "yes"}), &json!({"a": "yes", "b": "1"})),
        body("exclusiveMinimum", "$.over", "over", &json!(10), &json!(11)),
        one("required", "response-body", "$.id", call("GET", "/items/1", 200).json(&json!({"name": "abc"})),
            call("GET", "/items/1", 200).json(&json!({"id": 1, "name": "abc"}))),
        one("array-item", "response-body", "$[1].id",
            call("GET", "/items", 200).answering_header("X-Total", "2").json(&json!([{"id": 1}, {"id": "x"}])), items("")),
        one("trait", "response-body", "$.code", call("GET", "/items?page=1", 400).json(&json!({"code": "x"})),
            call("GET", "/items?page=1", 400).answering("application/problem+json", "\u{feff}{\"code\": 5}")),
        one("resource-type", "response-body", "$[0].sku", call("GET", "/parts", 200).json(&json!([{"sku": 5}])),
            call("GET", "/parts", 200).json(&json!([{"sku": "5"}]))),
        Disagreement { name: "undocumented", rule: "undocumented-property", path: "$.color",
            wrong: item("color", &json!("red")), right: item("name", &json!("abc")) },
        Disagreement { name: "deprecated-response", rule: "deprecated", path: "$.legacy",
            wrong: item("legacy", &json!("x")), right: item("name", &json!("abc")) },
        Disagreement { name: "write-only", rule: "read-write-only", path: "$.secret",
            wrong: item("secret", &json!("x")), right: item("name", &json!("abc")) },
    ]
}

#[rustfmt::skip]
fn responses() -> Vec<Disagreement> {
    let list = json!([{"id": 1}]);
    vec![
        one("undeclared-status", "undeclared-status", "202", call("GET", "/items", 202), items("")),
        one("server-error", "server-error", "503", call("GET", "/items", 503), items("")),
        one("media-type", "media-type", "Content-Type",
            call("GET", "/items", 200).answering_header("X-Total", "2").answering("text/html", "<p>"), items("")),
        one("media-type-missing", "media-type", "Content-Type",
            Exchange { response: Message { headers: vec![("X-Total".to_owned(), "2".to_owned())],
                body: Body::Text("[]".to_owned()) }, ..items("") }, items("")),
        one("invalid-json", "media-type", "$",
            call("GET", "/items", 200).answering_header("X-Total", "2").answering("application/json", "[{"), items("")),
        one("missing-body", "missing-body", "$",
            call("GET", "/items", 200).answering_header("X-Total", "2"),
            Exchange { response: Message { body: Body::Empty, ..items("").response }, ..call("HEAD", "/items", 200) }),
        one("unexpected-body", "unexpected-body", "$",
            call("POST", "/items", 201).sending("application/json", "{\"count\": 1}").json(&json!({})),
            call("POST", "/items", 201).sending("application/json", "{\"count\": 1}")),
        one("header-missing", "response-header", "X-Total", call("GET", "/items", 200).json(&list), items("")),
        one("header-type", "response-header", "X-Total",
            call("GET", "/items", 200).answering_header("X-Total", "many").json(&list), items("")),
        one("header-item", "response-header", "X-Sizes", items("").answering_header("X-Sizes", "x"),
            items("").answering_header("x-sizes", "3")),
        one("deprecated-operation", "deprecated", "", call("GET", "/old", 204), items("")),
        one("sunset", "deprecated", "Sunset", items("").answering_header("Sunset", "Sat, 31 Jan 2026 00:00:00 GMT"), items("")),
        one("security", "security", "", call("GET", "/private", 204),
            call("GET", "/private", 204).header("Authorization", "Bearer x").header("X-Key", "x")),
        Disagreement { name: "lifecycle-deleted", rule: "lifecycle", path: "200",
            wrong: vec![call("DELETE", "/items/1", 204), call("GET", "/items/1", 200).json(&json!({"id": 1}))],
            right: vec![call("DELETE", "/items/1", 204), call("GET", "/items/1", 404)] },
        Disagreement { name: "lifecycle-created", rule: "lifecycle", path: "404",
            wrong: vec![call("POST", "/items", 201).sending("application/json", "{}").answering_header("Location", "/v1/items/7"),
                call("GET", "/items/7", 404)],
            right: vec![call("POST", "/items", 201).sending("application/json", "{}").answering_header("Location", "items/7"),
                call("GET", "/items/7", 200).json(&json!({"id": 7})), call("DELETE", "/items/7", 204),
                call("GET", "/items/7", 404)] },
        one("example", "example", "$.size", call("GET", "/sample", 200).json(&json!({"size": 5})),
            call("GET", "/sample", 200).json(&json!({"size": "small"}))),
    ]
}

#[rustfmt::skip]
fn requests() -> Vec<Disagreement> {
    let post = |media_type: &str, text: &str| call("POST", "/items", 201).sending(media_type, text);
    let put = |text: &str| call("PUT", "/orders", 204).sending("application/json", text);
    vec![
        one("query-type", "request", "page", items("?page=first"), items("?page=1")),
        one("query-enum", "request", "sort", items("?sort=up"), items("?sort=asc")),
        one("query-list", "request", "ids", items("?ids=x"), items("?ids=1")),
        one("query-required", "request", "q", call("GET", "/search", 200), call("GET", "/search?q=", 200)),
        one("unknown-query", "request", "pag", items("?pag=1"), items("?page=1")),
        one("deprecated-parameter", "deprecated", "oldest", items("?oldest=1"), items("")),
        one("request-header", "request", "X-Trace", items("").header("x-trace", "abcde"), items("").header("x-trace", "abcd")),
        one("cookie", "request", "theme", items("").header("Cookie", "a=b; theme=pink"), items("").header("Cookie", "theme=dark")),
        one("path-type", "request", "id", call("GET", "/items/x", 404), call("GET", "/items/5", 404)),
        one("request-type", "request", "$.count", put("{\"count\": \"x\"}"), put("{\"count\": 1}")),
        one("request-missing", "request", "$", call("POST", "/items", 201), post("application/json", "{\"count\": 1}")),
        one("request-media-type", "request", "Content-Type", post("text/csv", "count"), post("application/json", "{}")),
        one("form", "request", "$.age",
            call("POST", "/forms", 204).sending("application/x-www-form-urlencoded", "age=old"),
            call("POST", "/forms", 204).sending("application/x-www-form-urlencoded", "age=5")),
        one("read-only", "read-write-only", "$.number", put("{\"number\": 1}"), put("{}")),
        one("deprecated-request", "deprecated", "$.code", put("{\"code\": \"x\"}"), put("{}")),
        one("unknown-method", "unknown-operation", "", call("PATCH", "/items/1", 405), call("OPTIONS", "/items/1", 200)),
        one("unknown-path", "unknown-operation", "", call("GET", "/item", 404), items("")),
    ]
}

/// The findings as `RULE LINE PATH`, where LINE is the text after `@` of a marked line that has `name`.
fn found(contract: &Contract, name: &str) -> Vec<String> {
    let line = |finding: &apinb_record::contract::ContractFinding| {
        let source = finding.definition.as_ref().map(|place| place.source_line.as_str()).unwrap_or_default();
        let marked = source.split(['@', ' ', '"']).any(|word| word == name);
        let line = if finding.definition.is_none() {
            "-"
        } else if marked {
            name
        } else {
            source
        };
        let path = finding.value.as_ref().map(|value| value.path.as_str()).unwrap_or_default();
        format!("{} {line} {path} x{}", finding.rule.trim_start_matches("contract/"), finding.calls)
    };
    contract.findings.iter().map(line).collect()
}

#[test]
fn the_sign_in_of_a_definition_is_not_an_unknown_operation() {
    let texts = ["raml-1.0.raml", "failing.raml"].map(|name| (name, read(name)));
    let documents: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let token = Exchange { url: "https://shop.example.org/v1/token".to_owned(), ..call("POST", "/items", 200) };
    let definition = documents.iter().map(|(name, text)| (*name, text.replace("org/token", "org/v1/token")));
    let changed: Vec<(&str, String)> = definition.collect();
    let changed: Vec<(&str, &str)> = changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(found(&checked(&api(&changed), std::slice::from_ref(&token)), ""), [""; 0]);
    assert_eq!(checked(&api(&documents), &[token]).findings.len(), 1);
}

/// A call as an entry of an HTTP archive.
fn entry(call: &Exchange) -> Value {
    let headers = |message: &Message| -> Value {
        message.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
    };
    let text = |message: &Message| match &message.body {
        Body::Text(text) => Some(text.clone()),
        _ => None,
    };
    let mut request = json!({ "method": call.method, "url": call.url, "headers": headers(&call.request) });
    if let Some(text) = text(&call.request) {
        request["postData"] = json!({ "text": text });
    }
    let content = json!({ "text": text(&call.response).unwrap_or_default() });
    json!({ "request": request,
        "response": { "status": call.status, "headers": headers(&call.response), "content": content } })
}

/// The calls of the disagreements of OpenAPI 3.0, for `bench/contract/compare`.
#[test]
#[ignore = "writes the file that APINB_DISAGREEMENTS names"]
fn disagreements_are_written() {
    let file = std::env::var("APINB_DISAGREEMENTS").expect("APINB_DISAGREEMENTS names a file");
    let definition = read("openapi-3.0.yaml");
    let all = bodies().into_iter().chain(responses()).chain(requests());
    let described = all.filter(|one| one.name == "unknown-path" || definition.contains(&format!("@{}\n", one.name)));
    let described: Vec<Value> = described
        .map(|one| {
            let entries = |calls: &[Exchange]| calls.iter().map(entry).collect::<Vec<_>>();
            json!({ "name": one.name, "rule": one.rule, "wrong": entries(&one.wrong), "right": entries(&one.right) })
        })
        .collect();
    fs::write(file, json!(described).to_string()).unwrap();
}

#[test]
fn each_disagreement_is_found_once_in_each_language() {
    let all: Vec<Disagreement> = bodies().into_iter().chain(responses()).chain(requests()).collect();
    assert!(all.len() >= 40);
    let mut wrong = Vec::new();
    for (root, others, expected) in LANGUAGES {
        let texts: Vec<(&str, String)> = std::iter::once(&root).chain(others).map(|name| (*name, read(name))).collect();
        let documents: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let has = |name: &str| {
            let marks = documents.iter().flat_map(|(_, text)| text.split_whitespace());
            marks.map(|word| word.trim_matches([',', '"'])).any(|word| word.strip_prefix('@') == Some(name))
        };
        let api = api(&documents);
        let mut described = 0;
        for Disagreement { name, rule, path, wrong: bad, right } in &all {
            let line = if *name == "unknown-path" { "-" } else { *name };
            if line != "-" && !has(name) {
                continue;
            }
            described += 1;
            let lines = found(&checked(&api, bad), name);
            if lines != [format!("{rule} {line} {path} x1")] {
                wrong.push(format!("{root} {name}: {lines:#?}"));
            }
            let lines = found(&checked(&api, right), name);
            if !lines.is_empty() {
                wrong.push(format!("{root} {name}, corrected: {lines:#?}"));
            }
        }
        if described != expected {
            wrong.push(format!("{root} describes {described} disagreements, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
