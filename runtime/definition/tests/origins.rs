//! Source positions of the keywords of schemas.

use apinb_schema::direction::Direction;
use serde_json::{Value, json};

use crate::load::Detail;
use crate::model::Definition;
use crate::tests::loaded_with;

/// Checks the lines of the violations of `value` in the body of the first response of the first method.
#[track_caller]
fn check(documents: &[(&str, &str)], value: &Value, expected: &[&str]) {
    let loaded = loaded_with(documents[0].0, documents, Detail::Origins);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let definition = loaded.definition.unwrap();
    assert_eq!(lines(&definition, value), expected);
}

fn lines(definition: &Definition, value: &Value) -> Vec<String> {
    let response = &definition.resources[0].methods[0].responses[0];
    assert!(response.location.is_some() && response.bodies[0].location.is_some());
    let schema = response.bodies[0].schema.as_ref().unwrap();
    let validator = schema.directed_validator(&definition.schemas, Direction::Response).unwrap();
    let sources = definition.sources.as_ref().unwrap();
    let violations = validator.locate_violations(value).unwrap();
    let line = |one: apinb_schema::located::LocatedViolation| {
        let location = sources.location(one.place.source.as_deref().unwrap_or_default()).unwrap();
        let text = location.file.text().get(location.span.start..location.span.end).unwrap_or_default();
        let file = location.file.name().rsplit('/').next().unwrap_or_default();
        format!("{file}:{} {text} ({})", location.position().line, one.place.names.join(" "))
    };
    violations.into_iter().map(line).collect()
}

#[test]
fn openapi_keywords_have_lines() {
    let text = "\
openapi: 3.0.3
info: { title: Users, version: '1' }
paths:
  /users:
    get:
      responses:
        '200':
          description: users
          content:
            application/json:
              schema:
                type: array
                items:
                  $ref: '#/components/schemas/User'
components:
  schemas:
    User:
      type: object
      required:
        - id
        - name
      properties:
        id:
          type: integer
          minimum: 1
        name: { type: string, nullable: true, maxLength: 3 }
        tag: { $ref: 'tag.yaml#/Tag' }
";
    let tag = "Tag:\n  enum: [a, b]\n";
    check(
        &[("api.yaml", text), ("tag.yaml", tag)],
        &json!([{"id": "x", "tag": "c"}, {"id": 0, "name": "long"}]),
        &[
            "api.yaml:21 name (User)",
            "api.yaml:24 type: integer (User)",
            "tag.yaml:2 enum (User Tag)",
            "api.yaml:25 minimum: 1 (User)",
            "api.yaml:26 maxLength: 3 (User)",
        ],
    );
}

#[test]
fn raml_facets_have_lines() {
    let text = "\
#%RAML 1.0
title: Users
mediaType: application/json
types:
  Base:
    properties:
      id: integer
  User:
    type: Base
    properties:
      name:
        type: string
        maxLength: 3
      tags?: Tag[]
  Tag: !include tag.raml
/users:
  get:
    responses:
      200:
        body: User[]
";
    let tag = "#%RAML 1.0 DataType\ntype: string\nenum: [a, b]\n";
    check(
        &[("api.raml", text), ("tag.raml", tag)],
        &json!([{"id": "x", "name": "long", "tags": ["c"]}, {"id": 1}]),
        &[
            "api.raml:7 id: integer (User)",
            "api.raml:13 maxLength: 3 (User)",
            "tag.raml:3 enum (User Tag)",
            "api.raml:11 name (User)",
        ],
    );
}

#[test]
fn json_schemas_in_raml_have_lines() {
    let text = "\
#%RAML 0.8
title: Users
schemas:
  - tag: |
      { \"enum\": [\"a\"] }
/users:
  get:
    responses:
      200:
        body:
          application/json:
            schema: !include user.json
";
    let user =
        "{\n  \"properties\": {\n    \"id\": { \"type\": \"integer\" },\n    \"tag\": { \"$ref\": \"tag\" }\n  }\n}\n";
    check(
        &[("api.raml", text), ("user.json", user)],
        &json!({"id": "x", "tag": "c"}),
        &["user.json:3 \"type\": \"integer\" ()", "api.raml:5 \"enum\" (tag)"],
    );
}
