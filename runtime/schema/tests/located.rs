//! Violations with their places in the schema, and marked properties.

use std::sync::Arc;

use apinb_text::source::deferred::Text;
use apinb_text::source::span::{Location, SourceFile, Span};
use serde_json::{Value, json};

use crate::direction::Direction;
use crate::marks::MarkKind;
use crate::origin::Sources;
use crate::schema::{Schema, Schemas, reference};

/// Each violation as `POINTER KEYWORD TRAIL [BRANCH]`.
fn found(schema: &Value, schemas: &Schemas, direction: Direction, value: &Value) -> Vec<String> {
    let validator = Schema::from_json(schema.clone()).directed_validator(schemas, direction).unwrap();
    let violations = validator.locate_violations(value).unwrap();
    let line = |one: &crate::located::LocatedViolation| {
        let branch = one.branch.as_ref().map(|branch| format!(" [{branch}]")).unwrap_or_default();
        format!("{} {} {}{branch}", one.pointer, one.keyword, one.place.trail.join("."))
    };
    violations.iter().map(line).collect()
}

fn animals() -> Schemas {
    let mut schemas = Schemas::default();
    schemas.insert(
        "Cat",
        Schema::from_json(json!({"type": "object", "required": ["lives"],
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}})),
    );
    schemas.insert(
        "Dog",
        Schema::from_json(json!({"type": "object",
        "properties": {"kind": {"const": "dog"}, "name": {"type": "string"}, "age": {"type": "integer"}}})),
    );
    schemas.insert(
        "Pet",
        Schema::from_json(json!({"type": "object", "required": ["kind"],
        "properties": {"kind": {"type": "string"}}, "discriminator": {"propertyName": "kind"}})),
    );
    schemas.insert(
        "Bird",
        Schema::from_json(json!({"allOf": [{"$ref": reference("Pet")},
        {"properties": {"wings": {"type": "integer"}}}]})),
    );
    schemas
}

#[test]
fn the_alternative_of_the_tag_is_named() {
    let schema = json!({"oneOf": [{"$ref": reference("Cat")}, {"$ref": reference("Dog")}, {"type": "null"}]});
    let check = |value: Value, expected: &[&str]| {
        assert_eq!(found(&schema, &animals(), Direction::Response, &value), expected, "{value}");
    };
    check(json!({"kind": "cat", "lives": "9"}), &["/lives type Cat.properties.lives.type [Cat]"]);
    check(json!({"kind": "cat"}), &["/lives required Cat.required.lives [Cat]"]);
    check(json!({"kind": "dog", "name": 1, "age": 1.0}), &["/name type Dog.properties.name.type [Dog]"]);
    check(json!(5), &[" oneOf oneOf"]);
}

#[test]
fn a_discriminator_leads_to_the_schema_that_inherits() {
    let schema = json!({"items": {"$ref": reference("Pet")}});
    let check = |value: Value, expected: &[&str]| {
        assert_eq!(found(&schema, &animals(), Direction::Response, &value), expected, "{value}");
    };
    check(json!([{"kind": "Bird", "wings": 2}, {"kind": "fish"}]), &[]);
    check(json!([{"kind": "Bird", "wings": "two"}]), &["/0/wings type Bird.allOf.1.properties.wings.type"]);
    check(json!([{}]), &["/0/kind required Pet.required.kind"]);
}

#[test]
fn required_properties_depend_on_the_direction() {
    let schema = json!({"required": ["id", "password"], "properties":
        {"id": {"readOnly": true}, "password": {"writeOnly": true}}});
    let none = Schemas::default();
    assert_eq!(found(&schema, &none, Direction::Request, &json!({})), ["/password required required.password"]);
    assert_eq!(found(&schema, &none, Direction::Response, &json!({})), ["/id required required.id"]);
    let schema = json!({"allOf": [{"properties": {"id": {"readOnly": true}}}, {"required": ["id"]}]});
    assert_eq!(found(&schema, &none, Direction::Request, &json!({})), [""; 0]);
}

#[test]
fn each_property_that_is_not_allowed_is_one_violation() {
    let schema = json!({"properties": {"a": {}}, "additionalProperties": false});
    let expected = ["/b additionalProperties additionalProperties", "/c~1d additionalProperties additionalProperties"];
    assert_eq!(found(&schema, &Schemas::default(), Direction::Response, &json!({"a": 1, "b": 1, "c/d": 1})), expected);
}

#[test]
fn properties_are_marked_once_for_all_items() {
    let schema = json!({"items": {"properties": {"id": {"readOnly": true}, "old": {"deprecated": true},
        "secret": {"writeOnly": true}, "free": {"type": "object"}, "open": {"properties": {}, "additionalProperties": true}}}});
    let validator = Schema::from_json(schema).directed_validator(&Schemas::default(), Direction::Response).unwrap();
    let value = json!([{"id": 1, "free": {"x": 1}}, {"old": 1, "secret": 1, "new": 1, "open": {"y": 1}}, {"new": 1}]);
    let marks = validator.marks(&value, Direction::Response);
    let marks: Vec<(MarkKind, &str)> = marks.iter().map(|mark| (mark.kind, mark.pointer.as_str())).collect();
    let expected =
        [(MarkKind::Deprecated, "/1/old"), (MarkKind::OtherDirection, "/1/secret"), (MarkKind::Undocumented, "/1/new")];
    assert_eq!(marks, expected);
}

#[test]
fn texts_are_read_as_their_types() {
    let check = |schema: Value, text: Value, expected: Value| {
        let schema = Schema::from_json(schema);
        let validator = schema.directed_validator(&Schemas::default(), Direction::Request).unwrap();
        let mut value = text;
        validator.read_texts(&mut value);
        assert_eq!(value, expected);
    };
    check(json!({"type": "integer"}), json!("5"), json!(5));
    check(json!({"type": "integer"}), json!("x"), json!("x"));
    check(json!({"type": ["string", "integer"]}), json!("5"), json!("5"));
    check(json!({"type": "array", "items": {"type": "boolean"}}), json!(["true", "no"]), json!([true, "no"]));
    check(json!({"properties": {"a": {"enum": [1, 2]}}}), json!({"a": "1", "b": "1"}), json!({"a": 1, "b": "1"}));
}

#[test]
fn keywords_have_source_positions() {
    let text = "{\n  \"properties\": {\n    \"id\": {\n      \"type\": \"integer\"\n    }\n  }\n}";
    let file = Arc::new(SourceFile::new("user.json", text));
    let sources = Arc::new(Sources::default());
    let schema =
        Schema::from_text(Text::from(Arc::clone(&file))).with_origin(&sources, Location::new(&file, Span::default()));
    let validator = schema.directed_validator(&Schemas::default(), Direction::Response).unwrap();
    let violations = validator.locate_violations(&json!({"id": "x"})).unwrap();
    let place = sources.location(violations[0].place.source.as_deref().unwrap()).unwrap();
    assert_eq!((place.position().line, place.position().column), (4, 7));
}
