//! Built-in types, facets, properties, expressions, inline schemas.

use serde_json::{Value, json};

use crate::tests::types::{check, schemas, with_types};
use crate::tests::{lines, loaded};

/// Checks the schema of one declaration, the text after `A: `.
#[track_caller]
fn check_one(declaration: &str, expected: &Value) {
    check(&format!("  A: {declaration}\n"), &json!({ "A": expected }));
}

#[test]
fn built_in_types() {
    for (name, expected) in [
        ("any", json!({})),
        ("nil", json!({"type": "null"})),
        ("boolean", json!({"type": "boolean"})),
        ("string", json!({"type": "string"})),
        ("number", json!({"type": "number"})),
        ("integer", json!({"type": "integer"})),
        ("date-only", json!({"type": "string", "format": "date"})),
        ("datetime", json!({"type": "string", "format": "date-time"})),
        ("file", json!({"type": "string", "contentEncoding": "base64"})),
        ("array", json!({"type": "array"})),
        ("object", json!({"type": "object"})),
        ("", json!({"type": "string"})),
        ("{ description: d }", json!({"description": "d", "type": "string"})),
        ("{ type: }", json!({"type": "string"})),
    ] {
        check_one(name, &expected);
    }
}

#[test]
fn dates_without_a_json_schema_format_are_patterns() {
    let text = with_types("  T: time-only\n  D: datetime-only\n  H: { type: datetime, format: rfc2616 }\n");
    let loaded = loaded(&text, &[]);
    let definition = loaded.definition.as_ref().unwrap();
    for (name, good, bad) in [
        ("T", "12:30:00.5", "12:30:00Z"),
        ("D", "2015-07-04T21:00:00", "2015-07-04T21:00:00Z"),
        ("H", "Sun, 28 Feb 2016 16:41:41 GMT", "2016-02-28T16:41:41Z"),
    ] {
        let schema = definition.schemas.get(name).unwrap();
        assert!(schema.json().unwrap().get("pattern").is_some());
        assert_eq!(schema.validate(&definition.schemas, &json!(good)), Ok(Vec::new()), "{name}");
        assert!(!schema.validate(&definition.schemas, &json!(bad)).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn facets_of_scalars() {
    for (declaration, expected) in [
        (
            "{ type: string, minLength: 1, maxLength: 5, pattern: '^a', enum: [ a, '1', 'true' ] }",
            json!({"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a", "enum": ["a", "1", "true"]}),
        ),
        (
            "{ type: number, minimum: -1.5, maximum: 1e3, multipleOf: 0.5, format: double }",
            json!({"type": "number", "format": "double", "minimum": -1.5, "maximum": 1e3, "multipleOf": 0.5}),
        ),
        ("{ type: integer, enum: 3 }", json!({"type": "integer", "enum": [3]})),
        (
            "{ type: integer, format: int8 }",
            json!({"type": "integer", "format": "int8", "minimum": -128, "maximum": 127}),
        ),
        (
            "{ type: number, format: int16, minimum: 0 }",
            json!({"type": "integer", "format": "int16", "minimum": 0, "maximum": 32767}),
        ),
        (
            "{ type: file, fileTypes: [ 'image/png' ], minLength: 1, maxLength: 300 }",
            json!({"type": "string", "contentEncoding": "base64", "minLength": 4, "maxLength": 400,
                "contentMediaType": "image/png"}),
        ),
        (
            "{ type: file, fileTypes: [ '*/*' ] }",
            json!({"type": "string", "contentEncoding": "base64", "x-fileTypes": ["*/*"]}),
        ),
        ("{ type: boolean, enum: [ true ] }", json!({"type": "boolean", "enum": [true]})),
    ] {
        check_one(declaration, &expected);
    }
}

#[test]
fn descriptions_and_annotations_are_copied() {
    check(
        "  A:\n    displayName: N\n    description: d\n    type: integer\n    default: 3\n    examples: { one: 1, two: { value: 2 } }\n\
         \x20   xml: { attribute: true, name: a }\n",
        &json!({"A": {"title": "N", "description": "d", "type": "integer", "default": 3, "examples": [1, 2],
            "xml": {"attribute": true, "name": "a"}}}),
    );
    let text =
        "#%RAML 1.0\ntitle: T\nannotationTypes: { note: string }\ntypes:\n  A:\n    (note): n\n    type: string\n";
    let loaded = loaded(text, &[]);
    assert_eq!(schemas(&loaded), json!({"A": {"type": "string", "x-note": "n"}}));
}

#[test]
fn scalars_with_annotations_are_scalars() {
    let text = "#%RAML 1.0\ntitle: T\nannotationTypes: { note: string }\ntypes:\n  A:\n    type: { value: string, (note): n }\n    minLength: { value: 3, (note): n }\n";
    assert_eq!(schemas(&loaded(text, &[])), json!({"A": {"type": "string", "minLength": 3}}));
}

#[test]
fn properties_become_json_schema() {
    check(
        "  A:\n    properties:\n      a:\n      b?: integer\n      c: { type: boolean, required: false }\n      d?: { required: true }\n      e??: nil\n\
         \x20     f: A\n      g: { type: A, description: d }\n      h: { properties: { i: { items: A } } }\n      j?: { type: A, required: false }\n",
        &json!({"A": {
            "type": "object",
            "properties": {
                "a": {"type": "string"},
                "b": {"type": "integer"},
                "c": {"type": "boolean"},
                "d?": {"type": "string"},
                "e?": {"type": "null"},
                "f": {"$ref": "#/$defs/A"},
                "g": {"description": "d", "$ref": "#/$defs/A"},
                "h": {"type": "object", "properties": {"i": {"type": "array", "items": {"$ref": "#/$defs/A"}}},
                    "required": ["i"]},
                "j?": {"$ref": "#/$defs/A"},
            },
            "required": ["a", "d?", "f", "g", "h"],
        }}),
    );
}

#[test]
fn additional_and_pattern_properties() {
    check(
        "  A: { additionalProperties: false, minProperties: 1, maxProperties: 2, type: object }\n\
         \x20 B: { properties: { id: integer, /^x-/: string } }\n\
         \x20 C: { properties: { x-id: integer, /^x-/: string, //: boolean } }\n\
         \x20 D: { properties: { /^ab/: integer, /^a/: string, /z$/: nil } }\n",
        &json!({
            "A": {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": false},
            "B": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"],
                "patternProperties": {"^x-": {"type": "string"}}},
            "C": {"type": "object", "properties": {"x-id": {"type": "integer"}}, "required": ["x-id"],
                "additionalProperties": {"type": "boolean"},
                "patternProperties": {"^(?!(?:x-id)$)x-": {"type": "string"}}},
            "D": {"type": "object", "patternProperties": {
                "^ab": {"type": "integer"},
                "^(?!ab)a": {"type": "string"},
                "^(?!ab)(?!a)(?=.*(?:z$))": {"type": "null"}}},
        }),
    );
}

#[test]
fn a_name_is_checked_by_the_first_pattern_that_fits() {
    let text = with_types("  A: { properties: { xid?: integer, /^x/: string, /d$/: boolean, //: nil } }\n");
    let loaded = loaded(&text, &[]);
    let definition = loaded.definition.as_ref().unwrap();
    let schema = definition.schemas.get("A").unwrap();
    for (value, right) in [
        (json!({"xid": 1}), true),
        (json!({"xid": "1"}), false),
        (json!({"xxd": "1"}), true),
        (json!({"xxd": true}), false),
        (json!({"yd": true}), true),
        (json!({"y": true}), false),
        (json!({"y": null}), true),
    ] {
        let violations = schema.validate(&definition.schemas, &value).unwrap();
        assert_eq!(violations.is_empty(), right, "{value}: {violations:?}");
    }
}

#[test]
fn arrays_become_json_schema() {
    for (declaration, expected) in [
        ("string[]", json!({"type": "array", "items": {"type": "string"}})),
        ("integer[][]", json!({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}})),
        (
            "{ type: array, items: A, minItems: 1, maxItems: 2, uniqueItems: true }",
            json!({"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/$defs/A"}, "uniqueItems": true}),
        ),
        ("{ type: 'string[]', minItems: 1 }", json!({"type": "array", "minItems": 1, "items": {"type": "string"}})),
        (
            "{ items: { type: string, maxLength: 3 } }",
            json!({"type": "array", "items": {"type": "string", "maxLength": 3}}),
        ),
        ("A[]", json!({"type": "array", "items": {"$ref": "#/$defs/A"}})),
    ] {
        check_one(declaration, &expected);
    }
}

#[test]
fn unions_become_any_of() {
    check(
        "  A: B | string[] | nil\n  B: (integer | boolean)?\n  C: { type: B | object, enum: [ 1 ], description: d }\n  D: ( B | nil )[]\n",
        &json!({
            "A": {"anyOf": [{"$ref": "#/$defs/B"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            "B": {"anyOf": [{"type": "integer"}, {"type": "boolean"}, {"type": "null"}]},
            "C": {"description": "d", "anyOf": [{"$ref": "#/$defs/B"}, {"type": "object"}], "enum": [1]},
            "D": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/B"}, {"type": "null"}]}},
        }),
    );
}

#[test]
fn recursion_through_properties_items_and_unions() {
    check(
        "  Tree: Leaf | Node\n  Leaf: integer\n  Node: { properties: { left: Tree, more?: 'Node[]', next?: Node | nil, up?: { type: Node, minProperties: 1 } } }\n",
        &json!({
            "Tree": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"$ref": "#/$defs/Node"}]},
            "Leaf": {"type": "integer"},
            "Node": {"type": "object", "properties": {
                "left": {"$ref": "#/$defs/Tree"},
                "more": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
                "up": {"minProperties": 1, "allOf": [{"$ref": "#/$defs/Node"}]},
            }, "required": ["left"]},
        }),
    );
}

#[test]
fn json_and_xml_schemas_are_unchanged() {
    let types = "  A: !include a.json\n  B: { type: !include a.json, description: d }\n  C: '{\"type\": \"array\"}'\n  D: !include d.xsd\n\
                 \x20 E: { schema: C }\n  F: { properties: { a: A, c: '{\"type\": \"null\"}' } }\n";
    let others = [("a.json", "{\"type\": \"object\"}"), ("d.xsd", "<xs:schema/>")];
    let loaded = loaded(&with_types(types), &others);
    let misplaced =
        "the type of a property, parameter or header cannot be a JSON or XML schema (Declare a RAML type for it.)";
    assert_eq!(lines(&loaded), format!("api.raml:9:31: {misplaced}\napi.raml:9:25: {misplaced}"));
    assert_eq!(
        schemas(&loaded),
        json!({
            "A": {"type": "object"},
            "B": {"type": "object"},
            "C": {"type": "array"},
            "D": null,
            "E": {"$ref": "#/$defs/C"},
            "c (schema 1)": {"type": "null"},
            "F": {"type": "object", "properties": {
                "a": {"$ref": "#/$defs/A"}, "c": {"$ref": "#/$defs/c%20%28schema%201%29"}}, "required": ["a", "c"]},
        }),
    );
}

#[test]
fn a_fragment_of_a_json_schema_is_resolved() {
    let text = "{\"definitions\": {\"x\": {\"$ref\": \"#/definitions/y\"}, \"y\": {\"type\": \"null\"}}}";
    let root = with_types(
        "  A: !include a.json#/definitions/x\n  B: { properties: { a: !include 'a.json#/definitions/y' } }\n",
    );
    let loaded = loaded(&root, &[("a.json", text)]);
    let schemas = &loaded.definition.as_ref().unwrap().schemas;
    for (name, good, bad) in [("A", json!(null), json!(1)), ("B", json!({"a": null}), json!({"a": 1}))] {
        let schema = schemas.get(name).unwrap();
        assert_eq!(schema.validate(schemas, &good), Ok(Vec::new()), "{name}");
        assert_eq!(schema.validate(schemas, &bad).map(|all| all.len()), Ok(1), "{name}");
    }
}

#[test]
fn types_of_other_documents_are_included() {
    let root = "#%RAML 1.0\ntitle: T\nuses: { lib: lib.raml }\ntypes:\n  A: lib.User[]\n  B: !include b.raml\n  C: { type: lib.Admin, properties: { x: B } }\n";
    let others = [
        (
            "lib.raml",
            "#%RAML 1.0 Library\ntypes:\n  User: { properties: { name: Name } }\n  Name: string\n  Admin: { type: User }\n",
        ),
        ("b.raml", "#%RAML 1.0 DataType\ntype: integer\nminimum: 3\n"),
    ];
    let loaded = loaded(root, &others);
    assert_eq!(crate::tests::types::lines(&loaded), "");
    let name = json!({"$ref": "#/$defs/lib.Name"});
    let schemas = schemas(&loaded);
    assert_eq!(schemas["A"], json!({"type": "array", "items": {"$ref": "#/$defs/lib.User"}}));
    assert_eq!(schemas["B"], json!({"type": "integer", "minimum": 3}));
    assert_eq!(
        schemas["C"],
        json!({"type": "object", "properties": {"name": name, "x": {"$ref": "#/$defs/B"}}, "required": ["name", "x"]})
    );
    assert_eq!(schemas["lib.Admin"], json!({"$ref": "#/$defs/lib.User"}));
}

#[test]
fn samples_of_types_are_valid() {
    let text = with_types(
        "  Id: { type: integer, format: int32 }\n  Small: { type: integer, format: int8, minimum: 100 }\n  When: { properties: { d: date-only, t: time-only, l: datetime-only, z: datetime, h: { type: datetime, format: rfc2616 } } }\n\
         \x20 Pet: { discriminator: kind, properties: { kind: string, id: Id } }\n  Cat: { type: Pet, discriminatorValue: cat, properties: { lives: { type: integer, minimum: 1, maximum: 9 } } }\n  Lion: { type: Cat, properties: { mane: boolean } }\n\
         \x20 Zoo: { properties: { pets: 'Pet[]', first: Cat | Lion, map: { properties: { /^x-/: string, //: integer } }, none: nil, photo: { type: file, minLength: 5 }, up?: Zoo } }\n\
         \x20 List: { type: 'Small[]', minItems: 2, uniqueItems: true }\n  Text: { type: string, minLength: 3, enum: [ abc, abcd ] }\n  Maybe: Zoo | nil\n",
    );
    let loaded = loaded(&text, &[]);
    assert_eq!(crate::tests::types::lines(&loaded), "");
    let schemas = &loaded.definition.as_ref().unwrap().schemas;
    assert_eq!(schemas.len(), 10);
    for (name, schema) in schemas.iter() {
        let sample = schema.sample(schemas).unwrap();
        assert_eq!(schema.validate(schemas, &sample), Ok(Vec::new()), "{name}: {sample}");
    }
    let id = schemas.get("Id").and_then(|schema| schema.sample(schemas)).unwrap();
    assert!((0..=1_000).contains(&id.as_i64().unwrap()), "{id}");
}
