//! What RAML 0.8 refuses: each invalid sample differs from a valid one in one thing.

use crate::tests::{line, lines, loaded, raml};
use apinb_text::diagnostic::Severity;

/// Checks that `valid` has no diagnostic, and that `invalid` has one with this severity and code.
#[track_caller]
fn check(valid: &str, invalid: &str, severity: Severity, code: &str) {
    assert_eq!(lines(&loaded(&raml(valid), &[])), "", "must be valid:\n{valid}");
    let found = loaded(&raml(invalid), &[]).diagnostics;
    let found: Vec<_> =
        found.iter().map(|one| (one.severity(), one.rule().map_or("", |rule| rule.code), line(one.as_ref()))).collect();
    assert!(found.iter().any(|(s, c, _)| (*s, *c) == (severity, code)), "must break {code}: {found:?}\n{invalid}");
}

#[test]
fn values_of_parameters_are_checked() {
    for (declaration, right, wrong) in [
        ("type: integer", "1", "x"),
        ("type: number", "1.5", "'x'"),
        ("type: boolean", "yes", "x"),
        ("type: integer, maximum: 3", "3", "4"),
        ("type: string, enum: [ a, b ]", "a", "c"),
        ("type: string, maxLength: 2", "12", "123"),
        ("pattern: ^a", "ab", "b"),
    ] {
        for key in ["example", "default"] {
            let with = |value: &str| {
                format!("/a: {{ get: {{ queryParameters: {{ q: {{ {declaration}, {key}: {value} }} }} }} }}\n")
            };
            check(&with(right), &with(wrong), Severity::Error, "definition/invalid-example");
        }
    }
}

#[test]
fn schemas_and_their_examples_are_checked() {
    let schemas = |schema: &str| format!("schemas: [ s: '{schema}' ]\n");
    let unusable = "definition/unusable-schema";
    check(&schemas("{\"type\": \"object\"}"), &schemas("{\"type\": "), Severity::Error, unusable);
    check(&schemas("<schema/>"), &schemas("plain text"), Severity::Error, unusable);
    let body = |example: &str| {
        format!(
            "/a: {{ post: {{ body: {{ application/json: {{ schema: '{{\"type\": \"object\"}}', example: '{example}' }} }} }} }}\n"
        )
    };
    check(&body("{}"), &body("[]"), Severity::Warning, "definition/invalid-example");
}

#[test]
fn security_schemes_are_checked() {
    let scheme = |kind: &str, rest: &str| format!("securitySchemes: [ s: {{ type: {kind}{rest} }} ]\n");
    check(&scheme("x-own", ""), &scheme("own", ""), Severity::Error, "definition/invalid-value");
    check(
        &scheme("x-own", ", describedBy: { protocols: [ HTTPS ] }"),
        &scheme("x-own", ", describedBy: { protocol: [ HTTPS ] }"),
        Severity::Error,
        "definition/unknown-key",
    );
    let oauth = "type: OAuth 2.0, settings: { authorizationGrants: [ credentials ], accessTokenUri: t, scopes: [ a ] }";
    let used = |scope: &str| {
        format!(
            "securitySchemes: [ o: {{ {oauth} }} ]\n/a: {{ get: {{ securedBy: [ o: {{ scopes: [ {scope} ] }} ] }} }}\n"
        )
    };
    check(&used("a"), &used("b"), Severity::Error, "definition/invalid-value");
    check(
        &format!("securitySchemes: [ o: {{ {oauth} }} ]\n"),
        "securitySchemes: [ o: { type: OAuth 2.0, settings: } ]\n",
        Severity::Error,
        "definition/missing-key",
    );
}

#[test]
fn templates_are_declared_and_checked() {
    check(
        "traits: [ t: { headers: { H: } } ]\n/a: { get: { is: [ t ] } }\n",
        "/a: { get: { is: [ headers: { H: } ] } }\n",
        Severity::Error,
        "definition/wrong-kind",
    );
    check(
        "resourceTypes: [ r: { get: } ]\n/a: { type: r }\n",
        "/a: { type: { get: { description: d } } }\n",
        Severity::Error,
        "definition/wrong-kind",
    );
    check(
        "traits: [ t: { headers?: { H?: { type: integer } } } ]\n",
        "traits: [ t: { headers?: { H?: { type: int } } } ]\n",
        Severity::Error,
        "definition/invalid-value",
    );
    check("/a: { /b: }\n", "/a: { /b: }\n/a/b:\n", Severity::Error, "raml/duplicate-resource");
}
