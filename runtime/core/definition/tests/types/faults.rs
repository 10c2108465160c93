//! Faults of types, and where they are told to be.

use serde_json::json;

use super::{check_faults, schemas, with_types};
use crate::definition::tests::{lines, loaded};

#[test]
fn expressions() {
    check_faults(
        "  A: string[\n  B: (A | C[]\n  C: \"A | Bb | lib.X\"\n  D: { type: A | }\n  E: [ A, 'string |' ]\n  F: Strin\n  G: { properties: { a: A B } }\n",
        &[
            "4:13: `string[` is no type: `]` must follow `[`",
            "5:14: `(A | C[]` is no type: a closing parenthesis is missing here",
            "6:11: there is no type `Bb`",
            "6:16: there is no library `lib` for `lib.X`",
            "7:17: `A |` is no type: a type is missing here",
            "8:20: `string |` is no type: a type is missing here",
            "9:6: there is no type `Strin`",
            "10:27: `A B` is no type: only `|`, `[]`, `?` or the end can follow a type",
        ],
    );
}

#[test]
fn names_that_are_close_are_suggested() {
    let loaded = loaded(&with_types("  Person: strng\n  B: Persn\n  C: date\n  D: Quite\n"), &[]);
    assert_eq!(
        lines(&loaded),
        "api.raml:4:11: there is no type `strng` (did you mean `string`?)\n\
         api.raml:5:6: there is no type `Persn` (did you mean `Person`?)\n\
         api.raml:6:6: there is no type `date` (did you mean `datetime`?)\n\
         api.raml:7:6: there is no type `Quite` (declare it in the root's `types`, or name a library's)"
    );
}

#[test]
fn circles() {
    check_faults(
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
fn a_subtype_may_not_allow_more() {
    check_faults(
        "  N: { type: number, minimum: 5, maximum: 9, multipleOf: 2, format: int16 }\n  N1: { type: N, minimum: 3, maximum: 10, multipleOf: 3, format: int32 }\n  N2: { type: N, minimum: 6, multipleOf: 4, format: int8 }\n\
         \x20 S: { type: string, enum: [ a, b ] }\n  S1: { type: S, enum: [ a, c ] }\n  O: { properties: { a: string, b?: integer }, additionalProperties: false }\n\
         \x20 O1: { type: O, additionalProperties: true, properties: { a?: string, b: nil, /^x/: string } }\n  L: { type: array, uniqueItems: true, items: string }\n  L1: { type: L, uniqueItems: false, items: integer }\n",
        &[
            "5:27: `minimum` of `3` allows more than that of the type it is based on, `5`",
            "5:39: `maximum` of `10` allows more than that of the type it is based on, `9`",
            "5:55: `multipleOf` of `3` allows more than that of the type it is based on, `2`",
            "5:66: `format` of `int32` allows more than that of the type it is based on, `int16`",
            "8:24: `enum` of `\"c\"` allows more than that of the type it is based on, `[\"a\",\"b\"]`",
            "10:40: `additionalProperties` of `true` allows more than that of the type it is based on, `false`",
            "10:60: `a` cannot be optional: the type it is inherited from requires it",
            "10:72: `b` cannot be nil: in the type it is inherited from it is an integer",
            "10:80: `/^x/` and `additionalProperties: false` exclude each other",
            "12:31: `uniqueItems` of `false` allows more than that of the type it is based on, `true`",
            "12:38: `items` cannot be an integer: in the type it is inherited from it is a string",
        ],
    );
}

#[test]
fn types_that_have_nothing_in_common() {
    check_faults(
        "  A: [ string, integer ]\n  B: { type: [ C, D ] }\n  C: { properties: { x: string } }\n  D: { properties: { x: boolean } }\n",
        &[
            "4:16: nothing can be a string and an integer at once",
            "5:19: `x` cannot be a boolean: in the type it is inherited from it is a string",
        ],
    );
}

#[test]
fn facets_that_a_type_does_not_have() {
    check_faults(
        "  A: { type: string, minItems: 1, maxLenght: 2, required: true }\n  B: { minLength: -1, maxLength: x, pattern: [ a ] }\n  C: { type: number, multipleOf: 0, format: int99, minimum: low }\n\
         \x20 D: { type: integer, enum: [ 1, x, 1.5 ], minimum: 5, maximum: 4 }\n  E: { type: object, additionalProperties: string, discriminator: kind }\n  F: { type: string, schema: integer }\n\
         \x20 G: { type: '{}', properties: { a: } }\n  H: { example: 1, examples: { a: 1 } }\n  string: { type: integer }\n  I: { type: { a: b } }\n  J: { facets: { enum: string, (x): string, mine: string } }\n  K: { properties: { x: { discriminator: y, properties: { y: } } } }\n",
        &[
            "4:22: unknown key `minItems` in a string type",
            "4:35: unknown key `maxLenght` in a string type",
            "4:49: unknown key `required` in a string type",
            "5:19: `minLength` cannot be `-1`",
            "5:34: `maxLength` cannot be `x`",
            "5:46: `pattern` must be a text, not a list",
            "6:34: `multipleOf` cannot be `0`",
            "6:45: `format` cannot be `int99`",
            "6:61: `minimum` cannot be `low`",
            "7:34: `enum` cannot be `\"x\"`",
            "7:37: `enum` cannot be `1.5`",
            "7:65: `minimum` is above `maximum`",
            "8:44: `additionalProperties` cannot be `string`",
            "8:67: `discriminator` cannot be `kind`",
            "9:22: `schema` and `type` exclude each other",
            "10:20: `properties` cannot be added to a type that is a JSON or XML schema",
            "11:20: `examples` and `example` exclude each other",
            "12:3: `types` cannot be `string`",
            "13:16: unknown key `a` in a string type",
            "14:18: `facets` cannot be `enum`",
            "14:32: `facets` cannot be `(x)`",
            "15:27: `discriminator` cannot be `y`",
        ],
    );
}

#[test]
fn nothing_is_made_of_itself() {
    let text = with_types("  A: A\n  B: { type: { type: B } }\n  C: { type: [ C, D ] }\n  D: C | nil\n");
    let loaded = loaded(&text, &[]);
    let schemas = &loaded.definition.as_ref().unwrap().schemas;
    for (name, schema) in schemas.iter() {
        assert_eq!(schema.validate(schemas, &json!({})), Ok(Vec::new()), "{name}: {:#?}", schema.json());
    }
}

#[test]
fn what_is_faulty_does_not_cost_the_rest() {
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
