//! Inheritance of facets and properties, and discriminators.

use serde_json::json;

use crate::tests::types::check;

#[test]
fn a_type_that_adds_nothing_is_a_reference() {
    check(
        "  A: B\n  B: { type: C, description: d }\n  C: { type: integer, minimum: 1 }\n",
        &json!({
            "A": {"$ref": "#/$defs/B"},
            "B": {"description": "d", "$ref": "#/$defs/C"},
            "C": {"type": "integer", "minimum": 1},
        }),
    );
}

#[test]
fn facets_and_properties_are_inherited() {
    check(
        "  Employee: { type: Person, properties: { id: integer, name: { type: string, minLength: 2 } }, additionalProperties: false }\n\
         \x20 Person: { description: p, properties: { name: string, age?: Age, /^x-/: nil } }\n\
         \x20 Age: { type: number, minimum: 0, default: 3 }\n\
         \x20 Teens: { type: Age, minimum: 13, maximum: 19 }\n",
        &json!({
            "Employee": {"type": "object", "properties": {
                "name": {"type": "string", "minLength": 2}, "age": {"$ref": "#/$defs/Age"}, "id": {"type": "integer"}},
                "required": ["name", "id"], "patternProperties": {"^x-": {"type": "null"}}, "additionalProperties": false},
            "Person": {"description": "p", "type": "object", "properties": {
                "name": {"type": "string"}, "age": {"$ref": "#/$defs/Age"}}, "required": ["name"],
                "patternProperties": {"^x-": {"type": "null"}}},
            "Age": {"type": "number", "minimum": 0, "default": 3},
            "Teens": {"type": "number", "minimum": 13, "maximum": 19},
        }),
    );
}

#[test]
fn patterns_accumulate_and_enumerations_narrow() {
    check(
        "  A: { type: string, pattern: ^a, enum: [ a, ab, b ] }\n  B: { type: A, pattern: b$, enum: [ ab ] }\n",
        &json!({
            "A": {"type": "string", "pattern": "^a", "enum": ["a", "ab", "b"]},
            "B": {"type": "string", "pattern": "^a", "enum": ["ab"], "allOf": [{"pattern": "b$"}]},
        }),
    );
}

#[test]
fn a_type_can_inherit_from_several_types() {
    check(
        "  A: { properties: { x: number, a?: string } }\n  B: { properties: { x?: integer, a: { type: string, maxLength: 3 } }, additionalProperties: false }\n\
         \x20 C: [ A, B ]\n  D: { type: [ A, object ], minProperties: 1 }\n\
         \x20 E: { type: [ F, G ] }\n  F: { type: number, minimum: 4 }\n  G: { type: number, maximum: 10, minimum: 1 }\n\
         \x20 H: [ A, B | F ]\n",
        &json!({
            "A": {"type": "object", "properties": {"x": {"type": "number"}, "a": {"type": "string"}}, "required": ["x"]},
            "B": {"type": "object", "properties": {"x": {"type": "integer"}, "a": {"type": "string", "maxLength": 3}},
                "required": ["a"], "additionalProperties": false},
            "C": {"type": "object", "properties": {"x": {"type": "integer"}, "a": {"type": "string", "maxLength": 3}},
                "required": ["x", "a"], "additionalProperties": false},
            "D": {"type": "object", "minProperties": 1,
                "properties": {"x": {"type": "number"}, "a": {"type": "string"}}, "required": ["x"]},
            "E": {"type": "number", "minimum": 4, "maximum": 10},
            "F": {"type": "number", "minimum": 4},
            "G": {"type": "number", "minimum": 1, "maximum": 10},
            "H": {"type": "object", "properties": {"x": {"type": "number"}, "a": {"type": "string"}}, "required": ["x"],
                "allOf": [{"anyOf": [{"$ref": "#/$defs/B"}, {"$ref": "#/$defs/F"}]}]},
        }),
    );
}

#[test]
fn properties_are_overridden_by_narrower_ones() {
    check(
        "  P: { properties: { a: any, b: number, c: Animal, d?: 'string[]', e: Animal | nil } }\n\
         \x20 Q: { type: P, properties: { a: string, b: { type: integer, maximum: 3 }, c: Cat, d: { type: 'string[]', minItems: 1 }, e: Cat } }\n\
         \x20 Animal: { properties: { n: string } }\n  Cat: { type: Animal, properties: { claws: integer } }\n",
        &json!({
            "P": {"type": "object", "properties": {"a": {}, "b": {"type": "number"}, "c": {"$ref": "#/$defs/Animal"},
                "d": {"type": "array", "items": {"type": "string"}},
                "e": {"anyOf": [{"$ref": "#/$defs/Animal"}, {"type": "null"}]}}, "required": ["a", "b", "c", "e"]},
            "Q": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer", "maximum": 3},
                "c": {"$ref": "#/$defs/Cat"},
                "d": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                "e": {"$ref": "#/$defs/Cat"}}, "required": ["a", "b", "c", "d", "e"]},
            "Animal": {"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"]},
            "Cat": {"type": "object", "properties": {"n": {"type": "string"}, "claws": {"type": "integer"}},
                "required": ["n", "claws"]},
        }),
    );
}

#[test]
fn a_discriminator_distinguishes_subtypes() {
    check(
        "  Thing: { minProperties: 1, type: object }\n  Pet: { type: Thing, discriminator: kind, properties: { kind: string } }\n  Cat: { type: Pet, discriminatorValue: cat }\n\
         \x20 Lion: { type: Cat, properties: { mane: boolean } }\n  Dog: Pet\n  House: { properties: { pet: Pet } }\n",
        &json!({
            "Thing": {"type": "object", "minProperties": 1},
            "Pet": {"type": "object", "minProperties": 1, "properties": {"kind": {"type": "string"}},
                "required": ["kind"], "discriminator": {"propertyName": "kind", "mapping": {"Pet": "#/$defs/Pet", "cat": "#/$defs/Cat",
                    "Lion": "#/$defs/Lion", "Dog": "#/$defs/Dog"}}},
            "Cat": {"type": "object", "minProperties": 1, "properties": {"kind": {"type": "string", "enum": ["cat", "Lion"]}},
                "required": ["kind"]},
            "Lion": {"type": "object", "minProperties": 1, "properties": {"kind": {"type": "string", "const": "Lion"},
                "mane": {"type": "boolean"}}, "required": ["kind", "mane"]},
            "Dog": {"type": "object", "minProperties": 1, "properties": {"kind": {"type": "string", "const": "Dog"}}, "required": ["kind"]},
            "House": {"type": "object", "properties": {"pet": {"$ref": "#/$defs/Pet"}}, "required": ["pet"]},
        }),
    );
}

#[test]
fn user_defined_facets_are_inherited() {
    check(
        "  Date: { type: date-only, facets: { onlyFuture?: boolean, holidays: boolean } }\n  Meeting: { type: Date, holidays: true }\n",
        &json!({
            "Date": {"type": "string", "format": "date"},
            "Meeting": {"type": "string", "format": "date"},
        }),
    );
}
