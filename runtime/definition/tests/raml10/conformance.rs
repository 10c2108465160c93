//! What RAML 1.0 refuses: each sample is valid until its only difference from the valid sample is made.

use crate::tests::raml10::{loaded, raml};
use crate::tests::{line, lines};
use apinb_text::diagnostic::Severity;

/// Checks that `valid` has no error, and that `invalid` has one of the rule `code`. Both stand below a title.
#[track_caller]
fn check(valid: &str, invalid: &str, code: &str) {
    check_with(&raml(valid), &raml(invalid), &[], code);
}

#[track_caller]
fn check_with(valid: &str, invalid: &str, others: &[(&str, &str)], code: &str) {
    let found = loaded(valid, others);
    assert_eq!(lines(&found), "", "must be valid:\n{valid}");
    let found = loaded(invalid, others);
    assert!(found.definition.is_some(), "a definition with errors is usable:\n{invalid}");
    let errors = found.diagnostics.iter().filter(|one| one.severity() == Severity::Error);
    let errors: Vec<(&str, String)> =
        errors.map(|one| (one.rule().map_or("", |rule| rule.code), line(one.as_ref()))).collect();
    assert!(errors.iter().any(|(found, _)| *found == code), "must break {code}: {errors:?}\n{invalid}");
}

const TYPE: &str = "definition/invalid-example";
const VALUE: &str = "definition/invalid-value";
const KEY: &str = "definition/unknown-key";
const KIND: &str = "definition/wrong-kind";
const MISSING: &str = "definition/missing-key";

#[test]
fn the_root_is_checked() {
    check_with("#%RAML 1.0\ntitle: T\n", "#%RAML 1.0\nversion: 1\n", &[], MISSING);
    check_with("#%RAML 1.0\ntitle: T\n", "#%RAML 1.0\ntitle: ''\n", &[], MISSING);
    check_with("#%RAML 1.0\ntitle: T\n", "#%RAML1.0\ntitle: T\n", &[], VALUE);
    check("protocols: [ HTTP ]\n", "protocols: []\n", KIND);
    check("protocols: [ https ]\n", "protocols: HTTP\n", KIND);
    check("mediaType: application/json\n", "mediaType:\n", KIND);
    check("mediaType: [ text/xml ]\n", "mediaType: [ texts/xml ]\n", VALUE);
    check("baseUri: http://{a}.test\n", "baseUri: http://{a.test\n", VALUE);
    check("documentation: [ { title: A, content: B } ]\n", "documentation: [ { title: A, content: '' } ]\n", MISSING);
    check("documentation: [ { title: A, content: B } ]\n", "documentation: []\n", KIND);
}

#[test]
fn resources_and_bodies_are_checked() {
    check("/a: { /b: }\n/a/c:\n", "/a: { /b: }\n/a/b:\n", "raml/duplicate-resource");
    check("/a/{id}:\n", "/a/{id:\n", VALUE);
    check(
        "/{id}: { uriParameters: { id: integer } }\n",
        "/{id}: { uriParameters: { ib: integer } }\n",
        "definition/unused-uri-parameter",
    );
    for key in ["example", "default"] {
        let with = |value: &str| format!("/{{id}}: {{ uriParameters: {{ id: {{ {key}: {value} }} }} }}\n");
        check(&with("a-b"), &with("a/b"), VALUE);
    }
    check(
        "/{id}: { uriParameters: { id: { enum: [ a ], examples: { one: a } } } }\n",
        "/{id}: { uriParameters: { id: { enum: [ a, b/c ] } } }\n",
        VALUE,
    );
    check(
        "/a: { post: { body: { application/json: string } } }\n",
        "/a: { post: { body: { hello/json: string } } }\n",
        VALUE,
    );
}

#[test]
fn scalars_of_another_kind_are_refused() {
    for (kind, right, wrong) in [
        ("string", "'1'", "1"),
        ("string", "a", "true"),
        ("integer", "1", "'1'"),
        ("boolean", "true", "1"),
        ("date-only", "2020-01-31", "2020-31-01"),
        ("datetime", "2020-01-31T10:00:00Z", "31.1.2020"),
        ("date-only | time-only", "10:00:00", "ten"),
        ("string[]", "[ a ]", "[ 1 ]"),
        ("string[]", "[ a ]", "a"),
    ] {
        for key in ["example", "default"] {
            let with = |value: &str| format!("types: {{ A: {{ type: '{kind}', {key}: {value} }} }}\n");
            check(&with(right), &with(wrong), TYPE);
        }
    }
    let facet = |value: &str| {
        format!("types:\n  A: {{ type: number, facets: {{ unit: string }} }}\n  B: {{ type: A, unit: {value} }}\n")
    };
    check(&facet("km"), &facet("1"), TYPE);
    check("types: { A: { enum: [ a, '1' ] } }\n", "types: { A: { enum: [ a, 1 ] } }\n", VALUE);
    check(
        "types: { A: { type: date-only, enum: [ 2020-01-31 ] } }\n",
        "types: { A: { type: date-only, enum: [ 2020-31-01 ] } }\n",
        TYPE,
    );
    check(
        "types: { A: { type: integer | string, enum: [ 1, a ] } }\n",
        "types: { A: { type: integer | string, enum: [ true ] } }\n",
        TYPE,
    );
    check(
        "types: { A: { properties: { a: integer }, example: { a: 1 } } }\n",
        "types: { A: { properties: { a: integer }, examples: [ { a: 1 } ] } }\n",
        KIND,
    );
    check(
        "types: { A: { type: '{\"type\": \"string\"}', example: '\"a\"' } }\n",
        "types: { A: { type: '{\"type\": \"object\"}', example: '\"a\"' } }\n",
        TYPE,
    );
}

#[test]
fn facets_are_checked() {
    check(
        "types: { A: { type: integer | number, minimum: 1 } }\n",
        "types: { A: { type: integer | string, minimum: 1 } }\n",
        KEY,
    );
    check(
        "types: { A: { discriminator: k, properties: { k: string } } }\n",
        "types: { A: { discriminator: k, properties: { k?: string } } }\n",
        VALUE,
    );
    let object = |first: &str, second: &str| {
        format!(
            "types:\n  P: {{ properties: {{ n: {first} }} }}\n  Q: {{ properties: {{ n: {second} }} }}\n\
             \x20 A: {{ properties: {{ p: P }} }}\n  B: {{ type: A, properties: {{ p: Q }} }}\n"
        )
    };
    check(&object("string", "string"), &object("string", "boolean"), "raml/overridden-property");
    let length = |second: &str| {
        format!(
            "types:\n  A: {{ properties: {{ n: {{ type: string, maxLength: 4 }} }} }}\n\
             \x20 B: {{ type: A, properties: {{ n: {{ type: string, {second} }} }} }}\n"
        )
    };
    check(&length("maxLength: 3"), &length("maxLength: 5"), "raml/wider-facet");
    check(&length("minLength: 4"), &length("minLength: 5"), "raml/empty-range");
    check(
        "types: { A: { type: number, facets: { u: string } }, B: { type: A, u: m } }\n",
        "types: { A: { type: number, facets: { u: string } }, B: { type: A } }\n",
        "raml/missing-facet",
    );
}

#[test]
fn schemas_are_checked_and_stay_where_they_are_allowed() {
    const UNUSABLE: &str = "definition/unusable-schema";
    let body = |schema: &str| format!("/a: {{ post: {{ body: {{ application/json: {{ type: '{schema}' }} }} }} }}\n");
    check(&body("{\"type\": \"object\"}"), &body("{\"type\": \"object\""), UNUSABLE);
    check(&body("{\"type\": \"object\"}"), &body("{\"type\": \"thing\"}"), UNUSABLE);
    check(
        &body("{\"$ref\": \"#/definitions/a\", \"definitions\": {\"a\": {}}}"),
        &body("{\"$ref\": \"#/definitions/b\", \"definitions\": {\"a\": {}}}"),
        UNUSABLE,
    );
    let include = |name: &str| raml(&format!("types: {{ A: !include {name} }}\n"));
    let others = [("a.json", "{\"type\": \"object\"}"), ("a.txt", "Some text."), ("a.xsd", "<xs:schema/>")];
    check_with(&include("a.json"), &include("a.txt"), &others, UNUSABLE);
    check_with(&include("a.xsd"), &include("a.json#/none"), &others, UNUSABLE);
    for place in [
        "types: { B: { properties: { a: TYPE } } }\n",
        "types: { B: 'TYPE[]' }\n",
        "types: { B: TYPE | nil }\n",
        "types: { B: { type: array, items: TYPE } }\n",
        "types: {}\n/a: { get: { queryParameters: { q: TYPE } } }\n",
        "types: {}\n/a: { get: { queryString: TYPE } }\n",
        "types: {}\n/a: { get: { headers: { h: { type: TYPE } } } }\n",
        "types: {}\n/{a}: { uriParameters: { a: TYPE } }\n",
    ] {
        let with = |used: &str| {
            place.replace("TYPE", used).replace("types: {", "types: { J: '{\"type\": \"object\"}', S: string, ")
        };
        check(&with("S"), &with("J"), "raml/misplaced-schema");
    }
}

#[test]
fn annotations_are_checked() {
    let typed = |kind: &str, value: &str| format!("annotationTypes: {{ a: {kind} }}\n/a: {{ (a): {value} }}\n");
    for (kind, right, wrong) in [
        ("integer", "1", "x"),
        ("string", "x", "1"),
        ("nil", "", "x"),
        ("boolean", "true", ""),
        ("{ enum: [ x ] }", "x", "y"),
        ("{ properties: { n: integer } }", "{ n: 1 }", "{ n: x }"),
        ("{ properties: { n: integer } }", "{ n: 1 }", "{}"),
        ("{ type: 'string[]', minItems: 2 }", "[ a, b ]", "[ a ]"),
    ] {
        check(&typed(kind, right), &typed(kind, wrong), TYPE);
    }
    check("annotationTypes: { a: string }\n", "annotationTypes: { a: strings }\n", "definition/unknown-name");
    check("annotationTypes: { a: { maxLength: 1 } }\n", "annotationTypes: { a: { minimum: 1 } }\n", KEY);
    check(
        "annotationTypes: { a: { allowedTargets: [ API ] } }\n",
        "annotationTypes: { a: { allowedTargets: [ Apis ] } }\n",
        VALUE,
    );
    let unknown = "definition/unknown-name";
    check(
        "annotationTypes: { a: string }\nsecuritySchemes: { s: { type: x-s, settings: { (a): x } } }\n",
        "securitySchemes: { s: { type: x-s, settings: { (a): x } } }\n",
        unknown,
    );
}

#[test]
fn annotations_have_allowed_targets() {
    let oauth = "requestTokenUri: r, authorizationUri: a, tokenCredentialsUri: t";
    let uses = [
        ("API", "(a): x\n".to_owned()),
        ("DocumentationItem", "documentation: [ { title: T, content: C, (a): x } ]\n".to_owned()),
        ("Resource", "/r: { (a): x }\n".to_owned()),
        ("Method", "/r: { get: { (a): x } }\n".to_owned()),
        ("Response", "/r: { get: { responses: { 200: { (a): x } } } }\n".to_owned()),
        ("RequestBody", "/r: { post: { body: { text/plain: { (a): x } } } }\n".to_owned()),
        ("ResponseBody", "/r: { get: { responses: { 200: { body: { text/plain: { (a): x } } } } } }\n".to_owned()),
        ("TypeDeclaration", "types: { T: { type: integer, (a): x } }\n".to_owned()),
        ("TypeDeclaration", "/r: { get: { queryParameters: { q: { (a): x } } } }\n".to_owned()),
        ("Example", "types: { T: { type: integer, example: { (a): x, value: 1 } } }\n".to_owned()),
        ("ResourceType", "resourceTypes: { t: { (a): x } }\n/r: { type: t }\n".to_owned()),
        ("Trait", "traits: { t: { (a): x } }\n".to_owned()),
        ("SecurityScheme", "securitySchemes: { s: { type: x-s, (a): x } }\n".to_owned()),
        (
            "SecuritySchemeSettings",
            format!("securitySchemes: {{ s: {{ type: OAuth 1.0, settings: {{ {oauth}, (a): x }} }} }}\n"),
        ),
    ];
    for (target, used) in &uses {
        let other = if *target == "API" { "Method" } else { "API" };
        let with = |target: &str| format!("annotationTypes: {{ a: {{ allowedTargets: {target} }} }}\n{used}");
        check(&with(target), &with(other), "raml/annotation-target");
    }
    check(
        "annotationTypes: { a: { allowedTargets: AnnotationType }, b: { (a): x } }\n",
        "annotationTypes: { a: { allowedTargets: API }, b: { (a): x } }\n",
        "raml/annotation-target",
    );
}

#[test]
fn security_schemes_are_checked() {
    let oauth =
        |settings: &str| format!("securitySchemes: {{ o: {{ type: OAuth 2.0, settings: {{ {settings} }} }} }}\n");
    let grants = "authorizationGrants: [ authorization_code ]";
    check(
        &oauth(&format!("{grants}, authorizationUri: a, accessTokenUri: t")),
        &oauth(&format!("{grants}, accessTokenUri: t")),
        MISSING,
    );
    check(&oauth("authorizationGrants: [ implicit ], authorizationUri: a"), &oauth("accessTokenUri: t"), MISSING);
    let scopes = "authorizationGrants: [ password ], accessTokenUri: t, scopes: [ READ ]";
    let used = |scope: &str| format!("{}/a: {{ securedBy: [ o: {{ scopes: [ {scope} ] }} ] }}\n", oauth(scopes));
    check(&used("READ"), &used("WRITE"), VALUE);
    check(
        "securitySchemes: { s: { type: x-s, describedBy: { responses: { 401: } } } }\n",
        "securitySchemes: { s: { type: x-s, describedBy: { responses: { abc: } } } }\n",
        VALUE,
    );
}

#[test]
fn unused_templates_are_checked() {
    let unknown = "definition/unknown-name";
    check("traits: { t: { headers: { H: string } } }\n", "traits: { t: { headers: { H: strin } } }\n", unknown);
    check("traits: { t: { headers: { <<h>>: <<t>> } } }\n", "traits: { t: { header: { <<h>>: <<t>> } } }\n", KEY);
    check(
        "resourceTypes: { r: { uriParameters: { id: integer }, get?: { body: { text/plain: <<x>> } } } }\n",
        "resourceTypes: { r: { uriParameters: { id: integers }, get?: { body: { text/plain: <<x>> } } } }\n",
        unknown,
    );
    check(
        "resourceTypes: { r: { get: { description: d } } }\n",
        "resourceTypes: { r: { gets: { description: d } } }\n",
        KEY,
    );
    check(
        "traits: { t: }\nresourceTypes: { r: { is: [ t ] } }\n",
        "traits: { t: }\nresourceTypes: { r: { is: [ u ] } }\n",
        unknown,
    );
    check(
        "resourceTypes: { r: { get: } }\n/a: { type: r }\n",
        "resourceTypes: { r: { get: , /b: } }\n/a: { type: r }\n",
        KEY,
    );
    let text = raml("resourceTypes: { r: { get: , /b: } }\n/a: { type: r }\n");
    assert!(loaded(&text, &[]).definition.unwrap().resources[0].resources.is_empty(), "not a nested resource");
}

#[test]
fn schemas_refer_to_other_documents() {
    let root = |name: &str| raml(&format!("types: {{ A: {{ type: !include s/{name}, example: '{{\"b\": 1}}' }} }}\n"));
    let others = [
        ("s/a.json", "{\"properties\": {\"b\": {\"$ref\": \"more/b.json#/definitions/n\"}}}"),
        ("s/more/b.json", "{\"definitions\": {\"n\": {\"$ref\": \"../c.json\"}}}"),
        ("s/c.json", "{\"type\": \"integer\", \"not\": {\"required\": [\"x\"], \"$ref\": \"a.json\"}}"),
        ("s/none.json", "{\"properties\": {\"b\": {\"$ref\": \"missing.json\"}}}"),
        ("s/text.json", "{\"type\": \"object\", \"properties\": {\"b\": {\"$ref\": \"d.json\"}}}"),
        ("s/d.json", "{\"type\": \"string\"}"),
    ];
    check_with(&root("a.json"), &root("none.json"), &others, "definition/unusable-schema");
    check_with(&root("a.json"), &root("text.json"), &others, TYPE);
}

#[test]
fn keys_are_unique_and_includes_are_tags() {
    check("/a: { get: }\n", "/a: { get: , get: }\n", "definition/repeated-key");
    check(
        "types: { A: { properties: { b: string } } }\n",
        "types: { A: { properties: { b: string, b?: string } } }\n",
        "definition/repeated-key",
    );
    check("description: a\n", "description: !includea.md\n", "definition/unknown-tag");
}

#[test]
fn other_valid_definitions_are_accepted() {
    for (text, others) in [
        // The parameters of an optional method that the resource does not have.
        (
            "resourceTypes: { r: { get: , post?: { description: <<what>> } } }\n/a: { type: r }\n",
            &[] as &[(&str, &str)],
        ),
        // A body without a media type, merged with one that has some.
        (
            "mediaType: application/json\ntypes: { U: { properties: { n: string } } }\nresourceTypes: { r: { post: { body: { type: U } } } }\n\
             /a: { type: r, post: { body: { application/json: { description: d } } } }\n",
            &[],
        ),
        (
            "types: { Medium: string }\nresourceTypes: { r: { get: { body: { text/plain: <<resourcePathName | !singularize | !uppercamelcase>> } } } }\n/media: { type: r }\n",
            &[],
        ),
        ("types: { F: { type: file, example: !include f.txt } }\n", &[("f.txt", "x")]),
    ] {
        assert_eq!(lines(&loaded(&raml(text), others)), "", "{text}");
    }
    let base = "#%RAML 1.0\ntitle: B\nresourceTypes: { r: { get: { responses: { 200: } } } }\n/a: { type: r }\n";
    let overlay = |content: &str| format!("#%RAML 1.0 Overlay\nextends: base.raml\n/a: {{ {content} }}\n");
    check_with(
        &overlay("get: { description: d, responses: { 200: { description: e } } }"),
        &overlay("get: { description: d, queryParameters: { q: string } }"),
        &[("base.raml", base)],
        "raml/overlay-change",
    );
    check_with(
        &overlay("get: { description: d }"),
        &overlay("post: { description: d }"),
        &[("base.raml", base)],
        "raml/overlay-change",
    );
}
