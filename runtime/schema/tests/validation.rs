//! Validation in every draft.

use serde_json::{Value, json};

use crate::error::SchemaError;
use crate::schema::{Schema, reference};
use crate::tests::{schemas, text};
use apinb_text::source::deferred::Text;

/// Checks the pointer and the keyword of each violation.
fn check_schema(schema: &Schema, instance: &Value, violations: &[(&str, &str)]) {
    let found = schema.validate(&schemas(), instance);
    let found = found.unwrap_or_else(|error| panic!("{error}: {}", schema.text()));
    let mut found: Vec<_> = found.iter().map(|found| (found.pointer.as_str(), found.keyword.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, violations, "{instance} by {}", schema.text());
}

fn check(schema: &Value, instance: &Value, violations: &[(&str, &str)]) {
    check_schema(&text(schema), instance, violations);
}

#[test]
fn drafts_3_and_4_are_supported() {
    let schema = json!({"$schema": "http://json-schema.org/draft-03/schema#", "type": "object", "properties": {
        "id": {"type": "integer", "required": true, "divisibleBy": 5},
        "kind": {"type": ["string", {"properties": {"name": {"required": true}}, "type": "object"}]},
        "extra": {"extends": {"minLength": 2}, "type": "string", "disallow": {"enum": ["no!"]}},
        "any": {"type": "any"}}, "dependencies": {"kind": "any"}});
    check(&schema, &json!({"id": 5, "kind": {"name": 1}, "any": null}), &[]);
    check(&schema, &json!({"kind": {}}), &[("", "required"), ("", "required"), ("/kind", "anyOf")]);
    check(&schema, &json!({"id": 7, "extra": "x"}), &[("/extra", "minLength"), ("/id", "multipleOf")]);
    check(&schema, &json!({"id": 5, "extra": "no!"}), &[("/extra", "not")]);

    let schema = json!({"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "minItems": 1,
        "items": [{"type": "number", "maximum": 3, "exclusiveMaximum": true}], "additionalItems": {"type": "string"}});
    check(&schema, &json!([2.5, "a"]), &[]);
    check(&schema, &json!([3, 4]), &[("/0", "exclusiveMaximum"), ("/1", "type")]);
    check(&schema, &json!([]), &[("", "minItems")]);
    // Siblings of a `$ref` are ignored.
    let schema = json!({"$schema": "http://json-schema.org/draft-04/schema#", "$ref": "#/definitions/a",
        "type": "null", "definitions": {"a": {"type": "integer"}}});
    check(&schema, &json!(1), &[]);
}

#[test]
fn later_drafts_are_supported() {
    let draft6 = "http://json-schema.org/draft-06/schema#";
    check(&json!({"$schema": draft6, "contains": {"const": 1}, "propertyNames": false}), &json!([1]), &[]);
    check(&json!({"$schema": draft6, "contains": {"const": 1}}), &json!([2]), &[("", "contains")]);
    check(&json!({"$schema": draft6, "exclusiveMinimum": 3}), &json!(3), &[("", "exclusiveMinimum")]);
    let draft7 = json!({"$schema": "http://json-schema.org/draft-07/schema#",
        "if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": {"required": ["c"]}});
    check(&draft7, &json!({"a": 1}), &[("", "required")]);
    check(&draft7, &json!({"a": 2, "c": 0}), &[]);
    let schema = json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$ref": "#/$defs/a",
        "items": [{"type": "null"}], "unevaluatedItems": false, "$defs": {"a": {"minItems": 2}}});
    check(&schema, &json!([null]), &[("", "minItems")]);
    check(&schema, &json!([null, 1]), &[("", "unevaluatedItems")]);
    let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/a",
        "prefixItems": [{"$ref": "/b"}], "items": {"$ref": "#c"}, "dependentRequired": {},
        "$defs": {"b": {"$id": "/b", "type": "boolean"}, "c": {"$anchor": "c", "type": "null"}}});
    check(&schema, &json!([true, null]), &[]);
    check(&schema, &json!([null, true]), &[("/0", "type"), ("/1", "type")]);
}

#[test]
fn named_schemas_may_mix_drafts() {
    check(
        &json!({"type": "array", "items": {"$ref": "user"}}),
        &json!([{"id": 1}, {"id": 0}]),
        &[("/1/id", "exclusiveMinimum")],
    );
    check(&json!({"$ref": "user#/definitions/id"}), &json!("1"), &[("", "type")]);
    check(&json!({"$ref": "user"}), &json!({"id": 1, "friend": {}}), &[("/friend", "required")]);
    let node = Schema::from_json(json!({"$ref": reference("Node")}));
    check_schema(&node, &json!({"next": {"next": null}}), &[]);
    check_schema(&node, &json!({"next": null, "of": {"id": 1.5}}), &[("/of/id", "type")]);
    let id = Schema::from_json(json!({"$ref": reference("user") + "/properties/id"}));
    check_schema(&id, &json!(-1), &[("", "exclusiveMinimum")]);
    check(&json!({"$ref": "id"}), &json!(0), &[("", "exclusiveMinimum")]);
    let part = Schema::from_text_at(Text::from(r##"{"a": {"b": {"$ref": "#/c"}}, "c": {"type": "null"}}"##), "/a/b");
    check_schema(&part, &json!(1), &[("", "type")]);
    assert_eq!(part.json(), Some(&json!({"$ref": "#/c"})));
    check(&json!({"$ref": "xml"}), &json!(0), &[]);
    check_schema(&Schema::from_json(json!(false)), &json!(1), &[("", "")]);
    check_schema(&Schema::from_json(json!(true)), &json!(1), &[]);
}

#[test]
fn formats_are_checked() {
    for (format, valid, invalid) in [
        ("date-time", "2015-01-01T12:00:00Z", "2015-01-01"),
        ("date-only", "2015-01-01", "2015-01-32"),
        ("email", "a@example.org", "a"),
        ("uuid", "00000000-0000-4000-8000-000000000001", "1"),
        ("uri", "https://example.org/", "example"),
    ] {
        check(&json!({"format": format}), &json!(valid), &[]);
        check(&json!({"format": format}), &json!(invalid), &[("", "format")]);
    }
    check(&json!({"format": "anything"}), &json!("x"), &[]);
}

#[test]
fn violations_have_messages() {
    let check = |schema: Value, instance: Value, message: &str| {
        let found = text(&schema).validate(&schemas(), &instance).unwrap();
        assert_eq!(found.first().map(ToString::to_string).as_deref(), Some(message), "{schema}");
    };
    check(json!({"type": "string"}), json!(7), "`7` is not of type `string`");
    check(json!({"type": ["string", "null"]}), json!([7]), "the list is not of types `null`, `string`");
    check(json!({"properties": {"a": {"minimum": 3}}}), json!({"a": 2}), "`/a`: `2` is less than 3");
    check(json!({"required": ["a"]}), json!({}), "`a` is missing");
    check(json!({"enum": [1, "b"]}), json!("c"), "`c` is not one of `1`, `b`");
    check(
        json!({"properties": {"a": {}}, "additionalProperties": false}),
        json!({"b": 1, "c": 2}),
        "`b`, `c` are not allowed",
    );
    check(json!({"additionalProperties": false}), json!({"b": 1}), "no properties are allowed");
    check(json!({"properties": {"a": false}}), json!({"a": 1}), "`/a`: `1` is not allowed");
    check(json!({"pattern": "^a$"}), json!("b".repeat(100)), &format!("`{}…` does not match `^a$`", "b".repeat(60)));
    check(json!({"propertyNames": {"maxLength": 1}}), json!({"ab": 1}), {
        "invalid property name: `ab` has more than 1 characters"
    });
}

#[test]
fn invalid_schemas_are_errors() {
    let check = |schema: Schema, expected: &str| {
        let error = schema.validate(&schemas(), &json!(1)).map_err(|error| error.to_string());
        assert_eq!(error, Err(expected.to_owned()));
    };
    check(Schema::from_text(Text::from("<xs:schema/>")), "the schema is not a JSON Schema");
    check(Schema::from_text_at(Text::from("{}"), "/a"), "the schema is not a JSON Schema");
    check(text(&json!({"$ref": "xml#/a"})), "cannot resolve the schema's `$ref: xml#/a`");
    check(text(&json!({"$ref": "nowhere"})), "cannot resolve the schema's `$ref: nowhere`");
    check(text(&json!({"$ref": "http://example.com/a"})), "cannot resolve the schema's `$ref: http://example.com/a`");
    check(text(&json!({"pattern": "(a"})), "the schema is not valid: the pattern `(a` cannot be used");
    check(text(&json!({"items": {"minimum": "1"}})), {
        "the schema is not valid: `/items/minimum`: `1` is not of type `number`"
    });
    let error = text(&json!({"type": "strin"})).validate(&schemas(), &json!(1));
    assert!(matches!(error, Err(SchemaError::Invalid { .. })), "{error:?}");
}
