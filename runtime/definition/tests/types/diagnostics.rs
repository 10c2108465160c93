//! Diagnostics of types, and their positions.

use serde_json::json;

use crate::tests::types::{check_diagnostics, schemas, with_types};
use crate::tests::{lines, loaded};

#[test]
fn invalid_expressions_are_reported() {
    check_diagnostics(
        "  A: string[\n  B: (A | C[]\n  C: \"A | Bb | lib.X\"\n  D: { type: A | }\n  E: [ A, 'string |' ]\n  F: Strin\n  G: { properties: { a: A B } }\n",
        &[
            "4:13: invalid type `string[`: expected `]` after `[`",
            "5:14: invalid type `(A | C[]`: expected `)`",
            "6:11: unknown type `Bb`",
            "6:16: unknown library `lib` in `lib.X`",
            "7:17: invalid type `A |`: expected a type",
            "8:20: invalid type `string |`: expected a type",
            "9:6: unknown type `Strin`",
            "10:27: invalid type `A B`: expected `|`, `[]`, `?` or the end",
        ],
    );
}

#[test]
fn similar_names_are_suggested() {
    let loaded = loaded(&with_types("  Person: strng\n  B: Persn\n  C: date\n  D: Quite\n"), &[]);
    assert_eq!(
        lines(&loaded),
        "api.raml:4:11: unknown type `strng` (Did you mean `string`?)\n\
         api.raml:5:6: unknown type `Persn` (Did you mean `Person`?)\n\
         api.raml:6:6: unknown type `date` (Did you mean `datetime`?)\n\
         api.raml:7:6: unknown type `Quite` (Declare it under `types` in the root, or use a type of a library.)"
    );
}

#[test]
fn cyclic_inheritance_is_reported() {
    check_diagnostics(
        "  A: B\n  B: { type: C, description: d }\n  C: { type: A, minProperties: 1 }\n  D: D\n  E: E | nil\n  F: { type: [ object, F ] }\n  G: G[]\n  I: { type: { type: I, description: d } }\n  H: { properties: { h?: H } }\n",
        &[
            "6:14: a type inherits from itself: `A` → `B` → `C` → `A`",
            "7:6: a type inherits from itself: `D` → `D`",
            "8:6: a type inherits from itself: `E` → `E`",
            "9:24: a type inherits from itself: `F` → `F`",
            "11:22: a type inherits from itself: `I` → `I`",
        ],
    );
}

#[test]
fn a_subtype_may_not_widen_its_parent() {
    check_diagnostics(
        "  N: { type: number, minimum: 5, maximum: 9, multipleOf: 2, format: int16 }\n  N1: { type: N, minimum: 3, maximum: 10, multipleOf: 3, format: int32 }\n  N2: { type: N, minimum: 6, multipleOf: 4, format: int8 }\n\
         \x20 S: { type: string, enum: [ a, b ] }\n  S1: { type: S, enum: [ a, c ] }\n  O: { properties: { a: string, b?: integer }, additionalProperties: false }\n\
         \x20 O1: { type: O, additionalProperties: true, properties: { a?: string, b: nil, /^x/: string } }\n  L: { type: array, uniqueItems: true, items: string }\n  L1: { type: L, uniqueItems: false, items: integer }\n",
        &[
            "5:27: `minimum: `3`` allows more than the inherited `5`",
            "5:39: `maximum: `10`` allows more than the inherited `9`",
            "5:55: `multipleOf: `3`` allows more than the inherited `2`",
            "5:66: `format: `int32`` allows more than the inherited `int16`",
            "8:24: `enum: `\"c\"`` allows more than the inherited `[\"a\",\"b\"]`",
            "10:40: `additionalProperties: `true`` allows more than the inherited `false`",
            "10:60: `a` cannot be optional: the inherited property is required",
            "10:72: `b` cannot be nil: the inherited property is an integer",
            "10:80: `/^x/` and `additionalProperties: false` cannot be used together",
            "12:31: `uniqueItems: `false`` allows more than the inherited `true`",
            "12:38: `items` cannot be an integer: the inherited property is a string",
        ],
    );
}

#[test]
fn types_without_a_common_value_are_reported() {
    check_diagnostics(
        "  A: [ string, integer ]\n  B: { type: [ C, D ] }\n  C: { properties: { x: string } }\n  D: { properties: { x: boolean } }\n",
        &[
            "4:16: no value is both a string and an integer",
            "5:19: `x` cannot be a boolean: the inherited property is a string",
        ],
    );
}

#[test]
fn unknown_facets_are_reported() {
    check_diagnostics(
        "  A: { type: string, minItems: 1, maxLenght: 2, required: true }\n  B: { minLength: -1, maxLength: x, pattern: [ a ] }\n  C: { type: number, multipleOf: 0, format: int99, minimum: low }\n\
         \x20 D: { type: integer, enum: [ 1, x, 1.5 ], minimum: 5, maximum: 4 }\n  E: { type: object, additionalProperties: string, discriminator: kind }\n  F: { type: string, schema: integer }\n\
         \x20 G: { type: '{}', properties: { a: } }\n  H: { example: 1, examples: { a: 1 } }\n  string: { type: integer }\n  I: { type: { a: b } }\n  J: { facets: { enum: string, (x): string, mine: string } }\n  K: { properties: { x: { discriminator: y, properties: { y: } } } }\n",
        &[
            "4:22: unknown key `minItems` in a string type",
            "4:35: unknown key `maxLenght` in a string type",
            "4:49: unknown key `required` in a string type",
            "5:19: invalid value `-1` for `minLength`",
            "5:34: invalid value `x` for `maxLength`",
            "5:46: `pattern` must be a string, not a list",
            "6:34: invalid value `0` for `multipleOf`",
            "6:45: invalid value `int99` for `format`",
            "6:61: invalid value `low` for `minimum`",
            "7:34: invalid value `\"x\"` for `enum`",
            "7:37: invalid value `1.5` for `enum`",
            "7:65: `minimum` is above `maximum`",
            "8:44: invalid value `string` for `additionalProperties`",
            "8:67: invalid value `kind` for `discriminator`",
            "9:22: `schema` and `type` cannot be used together",
            "10:20: `properties` cannot be added to a type that is a JSON or XML schema",
            "11:20: `examples` and `example` cannot be used together",
            "12:3: invalid value `string` for `types`",
            "13:16: unknown key `a` in a string type",
            "14:18: invalid value `enum` for `facets`",
            "14:32: invalid value `(x)` for `facets`",
            "15:27: invalid value `y` for `discriminator`",
            "11:17: `1` is a number, but the example must be a string",
        ],
    );
}

#[test]
fn schemas_of_cyclic_types_end() {
    let text = with_types("  A: A\n  B: { type: { type: B } }\n  C: { type: [ C, D ] }\n  D: C | nil\n");
    let loaded = loaded(&text, &[]);
    let schemas = &loaded.definition.as_ref().unwrap().schemas;
    for (name, schema) in schemas.iter() {
        assert_eq!(schema.validate(schemas, &json!({})), Ok(Vec::new()), "{name}: {:#?}", schema.json());
    }
}

#[test]
fn an_invalid_type_does_not_affect_the_rest() {
    let text = with_types(
        "  A: { type: B, minimum: 1 }\n  B: { type: integer, minimum: 3, bad: x }\n  C: { properties: { a: Missing, b: 'x[', c: A } }\n",
    );
    let loaded = loaded(&text, &[]);
    assert_eq!(
        schemas(&loaded),
        json!({
            "A": {"type": "integer", "minimum": 3},
            "B": {"type": "integer", "minimum": 3},
            "C": {"type": "object", "properties": {"a": {}, "b": {}, "c": {"$ref": "#/$defs/A"}},
                "required": ["a", "b", "c"]},
        })
    );
}
