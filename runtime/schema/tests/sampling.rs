//! Samples: valid, and readable.
#![allow(clippy::needless_pass_by_value, reason = "tables read better without a `&` before each value")]

use serde_json::{Map, Value, json};

use crate::schema::{Schema, Schemas, reference};
use crate::tests::{schemas, text};
use apinb_text::source::deferred::Text;

/// Checks that the sample is `expected`, and valid.
fn check_schema(schema: &Schema, expected: &Value) {
    let sample = schema.sample(&schemas()).unwrap();
    assert_eq!(sample, *expected, "{}", schema.text());
    assert_eq!(schema.validate(&schemas(), &sample), Ok(Vec::new()), "{sample} by {}", schema.text());
}

fn check(schema: Value, expected: Value) {
    check_schema(&text(&schema), &expected);
}

/// Checks that the sample is valid, and returns it.
fn check_valid(schema: Value) -> Value {
    let schema = text(&schema);
    let sample = schema.sample(&schemas()).unwrap();
    assert_eq!(schema.validate(&schemas(), &sample), Ok(Vec::new()), "{sample} by {}", schema.text());
    sample
}

#[test]
fn simple_types_have_samples() {
    check(json!({"type": "string"}), json!("text"));
    check(json!({"type": "string", "format": "email"}), json!("someone@example.org"));
    check(json!({"type": "string", "minLength": 6}), json!("textxx"));
    check(json!({"type": "string", "maxLength": 2}), json!("te"));
    check(json!({"type": "string", "pattern": "^[A-Z]{2}\\d{2}$"}), json!("AB34"));
    check(json!({"type": ["null", "boolean"]}), json!(true));
    check(json!({"type": "null"}), json!(null));
    check(json!({"type": [{"type": "integer"}]}), json!(1));
    check(json!({"type": "integer", "minimum": 11, "divisibleBy": 5}), json!(15));
    check(json!({"type": "number", "minimum": 1.5}), json!(1.5));
    check(json!({}), json!({}));
    check(json!({"enum": ["red", "blue"]}), json!("red"));
    check(json!({"enum": ["red", 7], "type": "integer"}), json!(7));
    check(json!({"const": [1]}), json!([1]));
    check(json!({"type": "string", "default": "here"}), json!("here"));
}

#[test]
fn valid_declared_examples_are_used() {
    check(json!({"type": "string", "example": "a", "default": "b"}), json!("a"));
    check(json!({"type": "string", "examples": [1, "c"], "default": "b"}), json!("c"));
    check(json!({"type": "string", "example": 1, "default": "b"}), json!("b"));
    check(json!({"properties": {"n": {"type": "integer", "example": "many"}}}), json!({"n": 1}));
    check(json!({"properties": {"n": {"type": "integer"}}, "example": {"n": "x"}}), json!({"n": 1}));
}

#[test]
fn samples_match_every_format() {
    for format in [
        "date-time",
        "date",
        "time",
        "email",
        "uri",
        "uri-reference",
        "uri-template",
        "uuid",
        "ipv4",
        "ipv6",
        "hostname",
        "duration",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
        "date-only",
        "time-only",
        "datetime-only",
        "rfc3339",
        "rfc2616",
        "datetime-rfc2616",
        "iri",
        "anything",
    ] {
        check_valid(json!({"type": "string", "format": format}));
        check_valid(
            json!({"type": "array", "minItems": 40, "uniqueItems": true, "items": {"type": "string", "format": format}}),
        );
    }
}

#[test]
fn objects_have_valid_samples() {
    let user = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}});
    check(user.clone(), json!({"name": "name", "age": 1}));
    check(json!({"items": user}), json!([{"name": "name", "age": 1}]));
    check(json!({"required": ["a"], "additionalProperties": {"type": "integer"}}), json!({"a": 1}));
    check(json!({"type": "object", "additionalProperties": {"type": "integer"}}), json!({"key": 1}));
    check(json!({"additionalProperties": {"type": "integer"}, "minProperties": 2}), json!({"key": 1, "key2": 1}));
    check(json!({"patternProperties": {"^x-[0-9]+$": {"type": "null"}}}), json!({"x-3": null}));
    check(
        json!({"propertyNames": {"enum": ["b", "c"]}, "minProperties": 2, "additionalProperties": {"type": "null"}}),
        json!({"b": null, "c": null}),
    );
    check(json!({"properties": {"a": {"enum": [1]}, "b": {"enum": [2]}}, "maxProperties": 1}), json!({"a": 1}));
    check(
        json!({"properties": {"a": {"type": "integer"}}, "patternProperties": {"^a": {"minimum": 5}}}),
        json!({"a": 5}),
    );
    check(
        json!({"properties": {"a": {"enum": [1]}}, "dependencies": {"a": ["b"], "b": {"properties": {"b": {"enum": [2]}}}}}),
        json!({"a": 1, "b": 2}),
    );
    // An optional part that cannot be valid is omitted.
    check(
        json!({"properties": {"a": {"enum": [1]}, "b": {"type": "string", "minLength": 2, "maxLength": 1}}}),
        json!({"a": 1}),
    );
    check(json!({"properties": {"a": {"enum": [1]}, "b": false}}), json!({"a": 1}));
}

#[test]
fn lists_have_valid_samples() {
    check(json!({"type": "array", "minItems": 2, "items": {"type": "boolean"}}), json!([true, true]));
    check(json!({"items": {"type": "integer"}, "minItems": 3, "uniqueItems": true}), json!([1, 2, 3]));
    check(
        json!({"items": {"type": "string", "maxLength": 1}, "minItems": 3, "uniqueItems": true}),
        json!(["t", "b", "c"]),
    );
    check(json!({"type": "array", "items": [{"type": "boolean"}, {"type": "integer"}]}), json!([true, 1]));
    check(json!({"type": "array", "items": [{"enum": [1]}], "additionalItems": false}), json!([1]));
    check(json!({"items": {"type": "integer"}, "contains": {"minimum": 5}}), json!([5]));
    check(json!({"items": {"type": "integer"}, "contains": {"minimum": 5}, "minContains": 2}), json!([5, 5]));
    check(json!({"type": "array", "maxItems": 0, "items": {"type": "integer"}}), json!([]));
    check(json!({"type": "array"}), json!([]));
    check_valid(json!({"type": "array", "minItems": 2, "uniqueItems": true}));
    check_valid(
        json!({"items": {"properties": {"id": {"type": "integer"}}, "required": ["id"]}, "minItems": 3, "uniqueItems": true}),
    );
}

#[test]
fn references_have_valid_samples() {
    check(
        json!({"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"enum": [7]}}}),
        json!({"a": 7}),
    );
    check(json!({"$ref": "user", "maxProperties": 1}), json!({"id": 1}));
    check_schema(&Schema::from_json(json!({"$ref": reference("user") + "/properties/id"})), &json!(1));
    let nowhere = text(&json!({"properties": {"a": {"$ref": "elsewhere.json"}, "b": {"enum": [1]}}}));
    assert_eq!(nowhere.sample(&schemas()), Some(json!({"a": {}, "b": 1})));
}

#[test]
fn combinations_have_valid_samples() {
    check(
        json!({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"minimum": 3}, "b": {"enum": [2]}}}]}),
        json!({"a": 3, "b": 2}),
    );
    check(json!({"allOf": [{"type": "number"}, {"type": "integer", "multipleOf": 4}, {"multipleOf": 6}]}), json!(12));
    check(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), json!("text"));
    check(json!({"anyOf": [{"type": "null"}, {"type": "integer"}]}), json!(1));
    // The first satisfiable alternative.
    check(json!({"anyOf": [{"enum": ["a"]}, {"enum": [2]}], "type": "integer"}), json!(2));
    check(
        json!({"oneOf": [{"minimum": 1}, {"minimum": 2}, {"type": "string"}], "type": ["integer", "string"]}),
        json!(1),
    );
    check(
        json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"enum": [1]}, "b": {"enum": [2]}}}),
        json!({"b": 2}),
    );
    check(json!({"not": {"type": "object"}}), json!("text"));
    check(json!({"type": "integer", "not": {"const": 1}}), json!(2));
    check(json!({"enum": [1, 2, 3], "not": {"enum": [1, 2]}}), json!(3));
    let condition = json!({"properties": {"kind": {"enum": ["a", "b"]}, "x": {"enum": [1]}}, "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["y"], "properties": {"y": {"enum": [5]}}}});
    check(condition, json!({"kind": "a", "x": 1, "y": 5}));
    check(json!({"type": "integer", "if": {"minimum": 5}, "then": {"multipleOf": 7}, "else": false}), json!(7));
    let pets = json!({"oneOf": [{"$ref": "#/definitions/Cat"}, {"$ref": "#/definitions/Dog"}], "definitions": {
        "Cat": {"properties": {"kind": {"const": "Cat"}, "lives": {"type": "integer"}}, "required": ["kind"]},
        "Dog": {"properties": {"kind": {"const": "Dog"}}, "required": ["kind"]}}});
    check(pets, json!({"kind": "Cat", "lives": 1}));
}

#[test]
fn every_draft_has_valid_samples() {
    check_valid(
        json!({"$schema": "http://json-schema.org/draft-03/schema#", "extends": {"properties": {"a": {"required": true, "type": "string"}}},
        "properties": {"b": {"type": "integer", "divisibleBy": 3, "minimum": 3, "exclusiveMinimum": true, "required": true},
            "c": {"disallow": ["object", {"minLength": 1}]}}}),
    );
    check_valid(json!({"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "minItems": 3,
        "items": [{"type": "number", "maximum": 3, "exclusiveMaximum": true}], "additionalItems": {"type": "string"}}));
    check_valid(
        json!({"$schema": "http://json-schema.org/draft-06/schema#", "contains": {"const": 1}, "type": "array"}),
    );
    check_valid(
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "if": {"required": ["a"]}, "then": {"required": ["b"]},
        "properties": {"a": {"type": "string"}, "b": {"format": "date", "type": "string"}}}),
    );
    check_valid(
        json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$ref": "#/$defs/a", "type": "array",
        "items": [{"type": "null"}], "unevaluatedItems": false, "$defs": {"a": {"maxItems": 2}}}),
    );
    check_valid(
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{"type": "boolean"}],
        "items": {"$ref": "#/$defs/s"}, "minItems": 4, "$defs": {"s": {"type": "string", "pattern": "^[a-z]-[0-9]$"}}}),
    );
}

#[test]
fn recursive_and_invalid_schemas_end() {
    let list = check_valid(json!({"properties": {"child": {"$ref": "#"}, "n": {"type": "integer"}}}));
    assert_eq!(list.pointer("/child/child/n"), Some(&json!(1)));
    let node = Schema::from_json(json!({"$ref": reference("Node")}));
    let sample = node.sample(&schemas()).unwrap();
    assert_eq!(node.validate(&schemas(), &sample), Ok(Vec::new()));
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"required": ["a"], "properties": {"a": {"$ref": "#"}}}),
        json!({"items": {"$ref": "#"}, "minItems": 200}),
        json!({"minItems": 1_000_000_000_000_u64, "items": {}}),
        json!({"minLength": 1_000_000_000_000_u64}),
        json!({"minProperties": 1_000_000_000_000_u64}),
        json!({"type": "nonsense"}),
        json!({"type": 7, "properties": [], "items": "x", "enum": {}, "required": 1, "anyOf": {}, "pattern": 3, "minimum": "a"}),
        json!({"multipleOf": 0}),
        json!({"multipleOf": 1e-300, "minimum": 1e300}),
        json!({"minimum": 1e308, "maximum": -1e308, "type": "integer"}),
        json!(["x"]),
    ] {
        assert_eq!(text(&schema).sample(&schemas()).is_some(), schema.is_object(), "{schema}");
    }
    let many: Map<String, Value> = (0..50).map(|n| (format!("p{n}"), json!({"$ref": "#"}))).collect();
    assert!(text(&json!({"properties": many})).sample(&schemas()).is_some());
    let mut fan = Map::new();
    for number in 0..60 {
        let next = json!({"$ref": format!("#/x/{}", number + 1)});
        fan.insert(number.to_string(), json!({"allOf": [next, next], "anyOf": [next, next]}));
    }
    assert!(text(&json!({"$ref": "#/x/0", "x": fan})).sample(&schemas()).is_some());
    // One property with many constraints; a chain of texts with deep schemas; many copies of a large value.
    let same = vec![json!({"properties": {"a": {"minimum": 1}}}); 40_000];
    assert!(Schema::from_json(json!({ "allOf": same })).sketch(&schemas()).is_some());
    let mut deep = Schemas::default();
    for number in 0..200 {
        let nested = (0..60).fold(json!({"$ref": (number + 1).to_string()}), |schema, _| json!({ "allOf": [schema] }));
        deep.insert(number.to_string(), text(&nested));
    }
    assert!(text(&json!({"$ref": "0"})).sample(&deep).is_some());
    let large: Map<String, Value> = (0..2_000).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let copies = vec![json!({"$ref": "#/x"}); 2_000];
    assert!(text(&json!({"anyOf": copies, "x": {"properties": large}})).sample(&schemas()).is_some());
    let unions = (0..14).map(|n| (format!("p{n}"), json!({"oneOf": [{"type": "string"}, {"type": "string"}]})));
    assert!(text(&json!({"properties": unions.collect::<Map<_, _>>()})).sample(&schemas()).is_some());
    assert_eq!(Schema::from_text(Text::from("<xs:schema/>")).sample(&Schemas::default()), None);
}

#[test]
fn without_a_valid_value_the_first_attempt_is_used() {
    let parts = ["a", "b", "c", "d"].map(|name| (name.to_owned(), json!({"anyOf": [{"$ref": "#"}, {"type": "null"}]})));
    let properties = Map::from_iter(parts);
    let schema = text(&json!({"properties": properties, "required": ["e"], "additionalProperties": false}));
    let sample = schema.sample(&schemas());
    assert_eq!(sample, schema.sketch(&schemas()));
    // There is no second attempt.
    assert_eq!(schema.sample(&Schemas::default()), sample);
}
