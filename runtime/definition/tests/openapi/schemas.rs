//! Converting the schema dialect of each version to JSON Schema 2020-12.

use serde_json::{Value, json};

use crate::tests::openapi::{check_diagnostics, definition, named, v2, v30, v31};

/// Checks the converted schema `S` of a version.
#[track_caller]
fn check(version: fn(&str) -> String, schema: &Value, expected: &Value) {
    let key = if version("").starts_with("swagger") { "definitions: " } else { "components: { schemas: " };
    let end = if key.ends_with("schemas: ") { " }" } else { "" };
    let text = version(&format!("{key}{{ S: {schema}, Other: {{ type: string }} }}{end}\n"));
    assert_eq!(named(&definition(&text, &[]), "S"), *expected, "{schema}");
}

#[test]
fn schemas_of_every_version_become_2020_12() {
    check(v30, &json!({"type": "string", "nullable": true}), &json!({"type": ["string", "null"]}));
    check(
        v30,
        &json!({"type": "string", "nullable": true, "enum": ["a"]}),
        &json!({"type": ["string", "null"], "enum": ["a", null]}),
    );
    check(
        v30,
        &json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Other"}], "description": "d"}),
        &json!({"description": "d", "anyOf": [{"allOf": [{"$ref": "#/$defs/Other"}]}, {"type": "null"}]}),
    );
    check(v30, &json!({"type": "string", "nullable": false}), &json!({"type": "string"}));
    check(v30, &json!({"minimum": 1, "exclusiveMinimum": true}), &json!({"exclusiveMinimum": 1}));
    check(v30, &json!({"maximum": 1, "exclusiveMaximum": false}), &json!({"maximum": 1}));
    check(v30, &json!({"type": "string", "example": "x"}), &json!({"type": "string", "examples": ["x"]}));
    check(
        v30,
        &json!({"type": "string", "format": "uuid", "readOnly": true, "x-a": 1, "xml": {"name": "n"}}),
        &json!({"type": "string", "format": "uuid", "readOnly": true, "x-a": 1, "xml": {"name": "n"}}),
    );
    // Siblings of a `$ref` are ignored before 3.1.
    let beside = json!({"$ref": "#/components/schemas/Other", "description": "d"});
    check(v30, &beside, &json!({"$ref": "#/$defs/Other"}));
    check(v31, &beside, &json!({"$ref": "#/$defs/Other", "description": "d"}));
    check(v2, &json!({"type": "file"}), &json!({"type": "string", "format": "binary"}));
    check(
        v2,
        &json!({"type": "integer", "x-nullable": true}),
        &json!({"type": ["integer", "null"], "x-nullable": true}),
    );
    check(
        v31,
        &json!({"type": ["string", "null"], "examples": ["x"], "const": "1", "exclusiveMinimum": 1, "prefixItems": [true, {"if": false}]}),
        &json!({"type": ["string", "null"], "examples": ["x"], "const": "1", "exclusiveMinimum": 1, "prefixItems": [true, {"if": false}]}),
    );
    check(
        v31,
        &json!({"properties": {"example": {"type": "string"}, "$ref": {"type": "string"}, "nullable": true}}),
        &json!({"properties": {"example": {"type": "string"}, "$ref": {"type": "string"}, "nullable": true}}),
    );
    // Values are not converted, regardless of their keys.
    check(
        v30,
        &json!({"default": {"nullable": true, "$ref": "x"}}),
        &json!({"default": {"nullable": true, "$ref": "x"}}),
    );
}

#[test]
fn recursive_properties_are_valid() {
    let node = json!({"properties": {"next": {"$ref": "#/components/schemas/S"}, "all": {"items": {"$ref": "#/components/schemas/S"}}}});
    check(v30, &node, &json!({"properties": {"next": {"$ref": "#/$defs/S"}, "all": {"items": {"$ref": "#/$defs/S"}}}}));
}

#[test]
fn discriminators_distinguish_alternatives() {
    let text = v30(
        "components:\n  schemas:\n    Pet:\n      oneOf: [ { $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' } ]\n      discriminator: { propertyName: kind, mapping: { hound: '#/components/schemas/Dog', wolf: Dog } }\n\
         \x20   Cat: { type: object }\n    Dog: { type: object }\n",
    );
    assert_eq!(
        named(&definition(&text, &[]), "Pet"),
        json!({
            "oneOf": [
                {"$ref": "#/$defs/Cat", "properties": {"kind": {"enum": ["Cat"]}}, "required": ["kind"]},
                {"$ref": "#/$defs/Dog", "properties": {"kind": {"enum": ["hound", "wolf"]}}, "required": ["kind"]},
            ],
            "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/$defs/Dog", "wolf": "#/$defs/Dog"}},
        })
    );
    let text = v2("definitions: { Pet: { type: object, discriminator: kind } }\n");
    assert_eq!(
        named(&definition(&text, &[]), "Pet"),
        json!({"type": "object", "discriminator": {"propertyName": "kind"}})
    );
}

#[test]
fn anchors_and_ids_resolve() {
    let text = v31(
        "components:\n  schemas:\n    A: { $id: 'https://s.test/a', $anchor: here, $defs: { B: { type: integer } }, type: string }\n\
         \x20   S: { properties: { a: { $ref: 'https://s.test/a' }, b: { $ref: '#here' }, c: { $ref: '#/components/schemas/A/$defs/B' }, d: { $ref: 'https://s.test/a#/$defs/B' } } }\n",
    );
    let definition = definition(&text, &[]);
    assert_eq!(named(&definition, "A"), json!({"type": "string"}));
    assert_eq!(
        named(&definition, "S"),
        json!({"properties": {
            "a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}, "c": {"$ref": "#/$defs/A.B"}, "d": {"$ref": "#/$defs/A.B"},
        }})
    );
    assert_eq!(named(&definition, "A.B"), json!({"type": "integer"}));
}

#[test]
fn keywords_of_the_wrong_type_are_dropped() {
    check_diagnostics(
        &v30(
            "components:\n  schemas:\n    S: { type: text, required: true, enum: x, minLength: -1, minimum: a, properties: [], items: 5 }\n    T: { type: [ string ], nullable: maybe, discriminator: {} }\n",
        ),
        &[],
        &[
            "api.raml:6:16: invalid value `text` for `type` (Use `string`, `number`, `integer`, `boolean`, `array` or `object`.)",
            "api.raml:6:32: `required` must be a list, not a string (Check the indentation of the lines below the key.)",
            "api.raml:6:44: `enum` must be a list, not a string (Check the indentation of the lines below the key.)",
            "api.raml:6:58: invalid value `-1` for `minLength` (Use a non-negative integer.)",
            "api.raml:6:71: invalid value `a` for `minimum` (Use a number.)",
            "api.raml:6:86: `properties` must be a map, not a list (Check the indentation of the lines below the key.)",
            "api.raml:6:97: `schema` must be a map, not a string (Check the indentation of the lines below the key.)",
            "api.raml:7:16: `type` must be a string, not a list (Check the indentation of the lines below the key.)",
            "api.raml:7:38: `nullable` must be `true` or `false`, not a string (Check the indentation of the lines below the key.)",
            "api.raml:7:45: missing `propertyName` in a discriminator (Add it.)",
        ],
        &["schema S: { \"properties\": {}, \"items\": true }", "schema T: { \"type\": \"string\" }"],
    );
}
