//! Bodies, responses, media types, examples, forms.

use crate::model::Status;
use crate::tests::openapi::{check, definition, v2, v30};

#[test]
fn bodies_have_media_types_with_schemas_and_examples() {
    check(
        &v30(
            "components:\n  examples: { rex: { summary: A dog, value: { name: Rex } } }\n  requestBodies:\n    pet:\n      required: true\n      content:\n        application/json: { schema: { type: object }, examples: { rex: { $ref: '#/components/examples/rex' }, text: { value: '{\"name\": 1}' } } }\n\
             \x20       '*/*': { example: hello }\n        text/plain: { example: hello }\n\
             paths: { /a: { post: { requestBody: { $ref: '#/components/requestBodies/pet' }, responses: {} } } }\n",
        ),
        &[],
        &[
            "/a",
            "  post {application/json schema={ \"type\": \"object\" } example={\"name\":\"Rex\"} example={\"name\": 1}} \
             {application/json example=hello} {text/plain example=hello}",
        ],
    );
}

#[test]
fn string_examples_of_json_are_quoted() {
    let definition = definition(
        &v30(
            "paths: { /a: { get: { responses: { 200: { description: x, content: { application/json: { example: 'hello' }, text/plain: { example: { a: 1 } } } } } } } }\n",
        ),
        &[],
    );
    let bodies = &definition.resources[0].methods[0].responses[0].bodies;
    assert_eq!(bodies[0].examples[0].text.as_str(), "\"hello\"");
    assert_eq!(bodies[1].examples[0].text.as_str(), "{\"a\":1}");
    assert!(bodies[0].examples[0].strict);
}

#[test]
fn an_example_may_be_a_reference() {
    let definition = definition(
        &v30(
            "components: { examples: { rex: { summary: A dog, value: { name: Rex } } }, schemas: { Pet: { type: object, example: { $ref: 'rex.json' } } } }\n\
             paths: { /a: { get: { responses: { 200: { description: x, content: { application/json: { example: { $ref: '#/components/examples/rex' } }, \
             application/a+json: { examples: { one: { value: { $ref: 'rex.json' } } } }, application/b+json: { schema: { $ref: '#/components/schemas/Pet' } }, \
             application/c+json: { example: { $ref: 'rex.json', more: 1 } } } } } } } }\n",
        ),
        &[("rex.json", "{\"name\": \"Rex\", \"value\": 1}")],
    );
    let bodies = &definition.resources[0].methods[0].responses[0].bodies;
    let examples: Vec<&str> = bodies.iter().map(|body| body.examples[0].text.as_str()).collect();
    let whole = "{\"name\":\"Rex\",\"value\":1}";
    assert_eq!(examples, ["{\"name\":\"Rex\"}", whole, whole, "{\"$ref\":\"rex.json\",\"more\":1}"]);
}

#[test]
fn examples_come_from_the_schema_or_a_document() {
    let definition = definition(
        &v30("components: { schemas: { Pet: { type: object, example: { name: Rex } } } }\n\
             paths: { /a: { get: { responses: { 200: { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } }, text/csv: { examples: { far: { externalValue: pets.csv, description: all } } } } } } } } }\n"),
        &[("pets.csv", "name\nRex\n")],
    );
    let bodies = &definition.resources[0].methods[0].responses[0].bodies;
    assert_eq!(bodies[0].examples[0].text.as_str(), "{\"name\":\"Rex\"}");
    let far = &bodies[1].examples[0];
    assert_eq!(
        (far.name.as_deref(), far.description.as_deref(), far.text.as_str()),
        (Some("far"), Some("all"), "name\nRex\n")
    );
}

#[test]
fn forms_have_parameters() {
    check(
        &v30(
            "components:\n  schemas:\n    Named: { type: object, required: [ name ], properties: { name: { type: string } } }\n\
             paths:\n  /a:\n    post:\n      requestBody:\n        content:\n          multipart/form-data:\n            schema:\n              allOf: [ { $ref: '#/components/schemas/Named' } , { properties: { photo: { type: string, format: binary }, tags: { type: array, items: {} } } } ]\n      responses: {}\n",
        ),
        &[],
        &[
            "schema Named: { \"type\": \"object\", \"required\": [ \"name\" ], \"properties\": { \"name\": { \"type\": \"string\" } } }",
            "/a",
            "  post {multipart/form-data schema={ \"allOf\": [ { \"$ref\": \"#/$defs/Named\" }, { \"properties\": { \"photo\": { \"type\": \"string\", \"format\": \"binary\" }, \"tags\": { \"type\": \"array\", \"items\": {} } } } ] } form(name!, photo:file, tags:array)}",
        ],
    );
}

#[test]
fn bodies_of_version_2_are_read() {
    check(
        &v2(
            "consumes: [ application/json, text/xml ]\nproduces: [ application/json ]\npaths:\n  /a:\n    post:\n      parameters: [ { name: b, in: body, required: true, schema: { type: object } } ]\n      responses:\n        200: { description: d, schema: { type: object }, examples: { application/json: { a: 1 }, text/xml: <a/> } }\n        204: { description: e }\n\
             \x20 /f:\n    post: { parameters: [ { name: x, in: formData, type: string, required: true } ], responses: {} }\n    put: { consumes: [ multipart/form-data, application/x-www-form-urlencoded ], parameters: [ { name: x, in: formData, type: file } ], responses: {} }\n",
        ),
        &[],
        &[
            "mediaType: application/json text/xml",
            "/a",
            "  post {application/json schema={ \"type\": \"object\" }} {text/xml schema={ \"type\": \"object\" }} \
             -> 200 \"d\" {application/json schema={ \"type\": \"object\" } example={\"a\":1}} {text/xml schema={ \"type\": \"object\" } example=<a/>} -> 204 \"e\"",
            "/f",
            "  post {application/x-www-form-urlencoded schema={ \"type\": \"object\", \"properties\": { \"x\": { \"type\": \"string\" } }, \"required\": [ \"x\" ] } form(x!)}",
            "  put {multipart/form-data schema={ \"type\": \"object\", \"properties\": { \"x\": { \"type\": \"string\", \"format\": \"binary\" } } } form(x:file)}",
        ],
    );
}

#[test]
fn responses_cover_statuses_classes_and_the_default() {
    let definition = definition(
        &v30(
            "components: { headers: { left: { description: how many, required: true, schema: { type: integer, example: 7 } } } }\n\
             paths: { /a: { get: { responses: { '200': { description: ok, headers: { X-Left: { $ref: '#/components/headers/left' } }, links: {} }, 4XX: { description: bad }, default: { description: other } } } } }\n",
        ),
        &[],
    );
    let responses = &definition.resources[0].methods[0].responses;
    let statuses: Vec<Status> = responses.iter().map(|response| response.status).collect();
    assert_eq!(statuses, [Status::Code(200), Status::Class(4), Status::Default]);
    let header = &responses[0].headers[0];
    assert_eq!((header.name.as_str(), header.example.as_deref(), header.required), ("X-Left", Some("7"), true));
}
