//! JSON of a parsed definition.

use super::{lines, loaded, outline::outline};

#[track_caller]
fn check(text: &str, problems: &str, expected: Option<&[&str]>) {
    let loaded = loaded(text, &[]);
    assert_eq!(lines(&loaded), problems);
    assert_eq!(loaded.definition.as_ref().map(outline), expected.map(|lines| lines.join("\n")));
}

#[test]
fn resources_and_methods_are_lists() {
    check(
        r#"{
            "title": "T", "version": "v1", "baseUri": "https://h.test/{version}", "mediaType": "application/json",
            "securitySchemes": [{"basic": {"type": "Basic Authentication", "name": "basic"}}],
            "securedBy": ["basic", null],
            "schemas": [{"user": "{\"a\": \"\ud83d\ude00\"}"}],
            "resourceTypes": [{"c": {}}],
            "resources": [{
                "relativeUri": "/users", "relativeUriPathSegments": ["users"], "type": "c", "is": ["t"],
                "methods": [
                    {"method": "get", "is": ["t"], "queryParameters": {"q": {"name": "q", "type": "integer", "repeat": false}}},
                    {"method": "post", "body": {"application/json": {"name": "application/json", "schema": "user"}},
                     "responses": {"201": {"code": "201", "body": null}}}
                ],
                "resources": [{"relativeUri": "/{id}", "uriParameters": {"id": {"required": true}}}]
            }],
            "__METADATA__": {}
        }"#,
        "",
        Some(&[
            "version: v1",
            "baseUri: https://h.test/{version}",
            "baseUriParameters: version[v1]",
            "mediaType: application/json",
            "schema user: {\"a\": \"😀\"}",
            "scheme basic: Basic",
            "securedBy: basic none",
            "/users",
            "  get q(q:integer)",
            "  post {application/json schema={\"a\": \"😀\"}} -> 201",
            "/users/{id} (id)",
        ]),
    );
}

#[test]
fn a_definition_may_stand_beside_its_errors() {
    check("{\"specification\": {\"title\": \"T\", \"resources\": []}, \"errors\": []}", "", Some(&[]));
}

#[test]
fn other_json_is_told_apart() {
    let start = "a definition starts with `#%RAML 1.0` or `#%RAML 0.8`, or says `openapi: 3…` or `swagger: \"2.0\"`";
    let other = format!(
        "api.raml:1:1: this is not an API definition but JSON without the `title` and `resources` of a parsed definition ({start})"
    );
    check("{\"a\": 1}", &other, None);
    check("[]", &other, None);
}

#[test]
fn broken_json_has_a_place() {
    let help = "the rest of the document was left out; mend this line";
    for (text, place, message) in [
        ("{\n  \"title\": }", "2:12", "no JSON value starts like this"),
        ("{\"a\": \"b", "1:7", "this text has no closing `\"`"),
        ("{\"a\": \"\\x\"}", "1:7", "this text has a faulty escape or a line end"),
        ("{\"a\"; 1}", "1:5", "a `:` has to stand here"),
        ("{\"a\": 1,}", "1:9", "a key in `\"` has to stand here"),
        ("{\"a\": [1 2]}", "1:10", "a `,` or `]` has to stand here"),
        ("{} x", "1:4", "there is more after the end of the JSON value"),
        ("[", "1:2", "the JSON ends too early"),
    ] {
        check(text, &format!("api.raml:{place}: {message} ({help})"), None);
    }
}
