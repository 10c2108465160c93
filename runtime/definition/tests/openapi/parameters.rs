//! Parameters: location, facets and serialization.

use crate::model::{Style, StyleForm};
use crate::tests::openapi::{check, definition, v2, v30};

#[test]
fn parameters_have_their_declared_location() {
    check(
        &v30(
            "components:\n  parameters:\n    trace: { name: X-Trace, in: header, schema: { type: string, maxLength: 8 } }\n  schemas:\n    Colour: { type: string, enum: [ red, blue ], default: red, description: a colour }\n\
             paths:\n  /a/{id}/{other}:\n    parameters:\n      - { name: other, in: path, required: true, schema: {} }\n      - { name: id, in: path, required: true, schema: { type: integer, minimum: 1 } }\n      - { name: q, in: query, schema: { type: string } }\n\
             \x20     - { $ref: '#/components/parameters/trace' }\n    get:\n      parameters:\n        - { name: q, in: query, required: true, description: own, example: true, schema: { type: boolean } }\n\
             \x20       - { name: colour, in: query, schema: { $ref: '#/components/schemas/Colour' } }\n        - { name: Authorization, in: header, schema: {} }\n\
             \x20       - { name: session, in: cookie, schema: { type: string } }\n        - { name: day, in: query, schema: { allOf: [ { type: string, format: date } ] } }\n\
             \x20     responses: {}\n    put: { responses: {} }\n",
        ),
        &[],
        &[
            "schema Colour: { \"type\": \"string\", \"enum\": [ \"red\", \"blue\" ], \"default\": \"red\", \"description\": \"a colour\" }",
            "/a/{id}/{other} (id:integer min=1, other:any)",
            "  get h(X-Trace maxLength=8) q(q!:boolean example=true about=own, colour[red,blue] default=red about=a colour, day:date)",
            "  put h(X-Trace maxLength=8) q(q)",
        ],
    );
}

/// Checks the style of the only parameter.
#[track_caller]
fn check_style(text: &str, expected: Option<(StyleForm, bool, bool)>) {
    let (location, rest) = text.split_once(' ').unwrap_or((text, ""));
    let required = if location == "path" { ", required: true" } else { "" };
    let path = if location == "path" { "/a/{p}" } else { "/a" };
    let parameter = format!(
        "paths: {{ '{path}': {{ get: {{ parameters: [ {{ name: p, in: {location}{required}, {rest} }} ], responses: {{}} }} }} }}\n"
    );
    let whole = if rest.contains("schema:") || rest.contains("content:") { v30(&parameter) } else { v2(&parameter) };
    let definition = definition(&whole, &[]);
    let resource = &definition.resources[0];
    let method = &resource.methods[0];
    let all = [&resource.uri_parameters, &method.query_parameters, &method.headers, &method.cookies];
    let style = all.iter().find_map(|parameters| parameters.first()).unwrap().style;
    let expected = expected.map(|(form, explode, reserved)| Style { form, explode, reserved });
    assert_eq!(style, expected, "{text}");
}

#[test]
fn styles_are_declared_or_default() {
    use StyleForm::{DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited, TabDelimited};
    let list = "schema: { type: array, items: {} }";
    for (text, expected) in [
        ("query schema: { type: string }", None),
        ("query schema: { type: string }, allowReserved: true", Some((Form, true, true))),
        (&format!("query {list}"), Some((Form, true, false))),
        (&format!("query {list}, explode: false"), Some((Form, false, false))),
        (&format!("query {list}, style: spaceDelimited"), Some((SpaceDelimited, false, false))),
        (&format!("query {list}, style: pipeDelimited"), Some((PipeDelimited, false, false))),
        ("query schema: { type: object }, style: deepObject", Some((DeepObject, true, false))),
        ("query content: { application/json: { schema: { type: object } } }", Some((Json, false, false))),
        (&format!("path {list}"), Some((Simple, false, false))),
        (&format!("path {list}, style: label, explode: true"), Some((Label, true, false))),
        ("path schema: { type: string }, style: matrix", Some((Matrix, false, false))),
        (&format!("header {list}"), Some((Simple, false, false))),
        (&format!("cookie {list}"), Some((Form, true, false))),
        ("query type: string", None),
        ("query type: array, items: { type: string }", Some((Form, false, false))),
        ("query type: array, items: {}, collectionFormat: multi", Some((Form, true, false))),
        ("query type: array, items: {}, collectionFormat: ssv", Some((SpaceDelimited, false, false))),
        ("query type: array, items: {}, collectionFormat: tsv", Some((TabDelimited, false, false))),
        ("query type: array, items: {}, collectionFormat: pipes", Some((PipeDelimited, false, false))),
        ("header type: array, items: {}", Some((Simple, false, false))),
    ] {
        check_style(text, expected);
    }
}

#[test]
fn parameters_of_version_2_declare_their_type_inline() {
    let definition = definition(
        &v2(
            "paths:\n  /a:\n    get:\n      parameters:\n        - { name: n, in: query, type: integer, format: int32, maximum: 9, exclusiveMaximum: true, default: 3 }\n\
             \x20       - { name: l, in: query, type: array, items: { type: string, enum: [ x ] }, collectionFormat: csv }\n      responses: {}\n",
        ),
        &[],
    );
    let [number, list] = definition.resources[0].methods[0].query_parameters.as_slice() else { panic!("two") };
    assert_eq!(number.default.as_deref(), Some("3"));
    let schema = |parameter: &crate::model::Parameter| parameter.schema.as_ref().unwrap().json().unwrap().clone();
    assert_eq!(
        schema(number),
        serde_json::json!({"type": "integer", "format": "int32", "default": 3, "exclusiveMaximum": 9})
    );
    assert_eq!(schema(list), serde_json::json!({"type": "array", "items": {"type": "string", "enum": ["x"]}}));
}
