//! JSON of a parsed definition.

use crate::tests::outline::outline;
use crate::tests::{lines, loaded};

#[track_caller]
fn check(text: &str, diagnostics: &str, expected: Option<&[&str]>) {
    let loaded = loaded(text, &[]);
    assert_eq!(lines(&loaded), diagnostics);
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
fn a_definition_may_have_errors_beside_it() {
    check("{\"specification\": {\"title\": \"T\", \"resources\": []}, \"errors\": []}", "", Some(&[]));
}

#[test]
fn other_json_is_not_a_definition() {
    let start =
        "Start the definition with `#%RAML 1.0` or `#%RAML 0.8`, or declare `openapi: 3…` or `swagger: \"2.0\"`.";
    let other = format!(
        "api.raml:1:1: expected an API definition, found JSON without the `title` and `resources` of a parsed definition ({start})"
    );
    check("{\"a\": 1}", &other, None);
    check("[]", &other, None);
}

#[test]
fn invalid_json_has_a_position() {
    let help = "Fix this line; apinb skips the rest of the document.";
    for (text, location, message) in [
        ("{\n  \"title\": }", "2:12", "expected a JSON value"),
        ("{\"a\": \"b", "1:7", "unterminated string"),
        ("{\"a\": \"\\x\"}", "1:7", "invalid escape or line break in a string"),
        ("{\"a\"; 1}", "1:5", "expected `:`"),
        ("{\"a\": 1,}", "1:9", "expected a key in double quotes"),
        ("{\"a\": [1 2]}", "1:10", "expected `,` or `]`"),
        ("{} x", "1:4", "unexpected text after the JSON value"),
        ("[", "1:2", "unexpected end of JSON"),
    ] {
        check(text, &format!("api.raml:{location}: {message} ({help})"), None);
    }
}
