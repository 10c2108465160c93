//! Examples: their forms, their owners, and their validity.

use std::sync::Arc;

use serde_json::json;

use crate::load::load;
use crate::model::Body;
use crate::tests::types::check_diagnostics;
use crate::tests::{Memory, lines, loaded};
use apinb_text::source::address::Address;

/// The only body of a valid definition with these types.
#[track_caller]
fn body(types: &str, body: &str, others: &[(&str, &str)]) -> Body {
    let text = format!(
        "#%RAML 1.0\ntitle: T\ntypes:\n  None: nil\n{types}/a:\n  post:\n    body:\n      application/json:{body}\n"
    );
    let loaded = loaded(&text, others);
    assert_eq!(lines(&loaded), "");
    loaded.definition.unwrap().resources[0].methods[0].bodies[0].clone()
}

fn examples(body: &Body) -> Vec<(Option<&str>, String, bool)> {
    let all = body.examples.iter();
    all.map(|one| (one.name.as_deref(), one.text.as_str().split_whitespace().collect(), one.strict)).collect()
}

#[test]
fn every_form_of_examples_is_read() {
    let types = "  P: { properties: { value: integer } }\n";
    let one = |text: &str| vec![(None, text.to_owned(), true)];
    for (declaration, expected) in [
        (" { type: P, example: { value: { value: 3 } } }", one("{\"value\":3}")),
        (" { type: P, example: '{\"value\": 3}' }", one("{\"value\":3}")),
        (" { type: P, example: { strict: false, value: x } }", vec![(None, "x".to_owned(), false)]),
        (
            " { type: P, examples: { a: { value: { value: 1 } }, b: { displayName: B, value: { value: 2 } } } }",
            vec![(Some("a"), "{\"value\":1}".to_owned(), true), (Some("B"), "{\"value\":2}".to_owned(), true)],
        ),
        (" { type: P, examples: !include e.raml }", vec![(Some("n"), "{\"value\":1}".to_owned(), true)]),
        (" { type: P, example: !include e.json }", one("{\"value\":7}")),
    ] {
        let others =
            [("e.raml", "#%RAML 1.0 NamedExample\nn: { value: { value: 1 } }\n"), ("e.json", "{\"value\": 7}")];
        let body = body(types, declaration, &others);
        assert_eq!(examples(&body), expected, "{declaration}");
    }
}

#[test]
fn a_body_has_the_examples_of_its_type() {
    let types = "  A: { type: B }\n  B: { type: integer, examples: { one: 1 } }\n  C: { type: B, minimum: 0 }\n";
    for (declaration, schema, expected) in [
        (" A", json!({"$ref": "#/$defs/A"}), vec![(Some("one"), "1".to_owned(), true)]),
        (" { type: A }", json!({"$ref": "#/$defs/A"}), vec![(Some("one"), "1".to_owned(), true)]),
        (" { type: A, example: 4 }", json!({"$ref": "#/$defs/A", "examples": [4]}), vec![(None, "4".to_owned(), true)]),
        (" C", json!({"$ref": "#/$defs/C"}), vec![]),
        (" A[]", json!({"type": "array", "items": {"$ref": "#/$defs/A"}}), vec![]),
    ] {
        let body = body(types, declaration, &[]);
        assert_eq!(examples(&body), expected, "{declaration}");
        assert_eq!(body.schema.unwrap().json(), Some(&schema), "{declaration}");
    }
}

#[test]
fn bodies_without_a_type_allow_anything() {
    assert!(body("", "", &[]).schema.is_none());
    assert!(body("", " { example: 3 }", &[]).schema.is_some());
    assert_eq!(body("", " { type: any }", &[]).schema.unwrap().json(), Some(&json!({})));
    let object = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    assert_eq!(body("", " { properties: { a: } }", &[]).schema.unwrap().json(), Some(&object));
}

#[test]
fn a_body_can_be_a_schema() {
    let others = [("s.json", "{\"type\": \"null\"}")];
    for declaration in [" S", " !include s.json", " { type: S }", " { schema: !include s.json }"] {
        let body = body("  S: !include s.json\n", declaration, &others);
        assert_eq!(body.schema.unwrap().text(), "{\"type\": \"null\"}", "{declaration}");
    }
}

#[test]
fn invalid_example_values_are_reported() {
    check_diagnostics(
        "  A:\n    properties: { n: integer, s?: string }\n    example:\n      n: x\n  B: { type: integer, default: 1.5 }\n  C: { type: string, example: 12 }\n\
         \x20 D: { type: A, examples: { a: { n: 1, s: t }, b: { s: t }, c: { strict: false, value: x } } }\n  E: { type: A, example: '{\"n\": 1' }\n\
         \x20 F: { type: A, example: '<n>1</n>' }\n  G: { type: boolean, example: 'true' }\n  H: { type: 'A[]', example: [ { n: 1 }, { n: true } ] }\n",
        &[
            "7:7: invalid example: at `/n`, `x` is not of type `integer`",
            "8:32: invalid default: `1.5` is not of type `integer`",
            "9:31: `12` is a number, but the example must be a string",
            "10:51: invalid example: `n` is missing",
            "11:26: invalid example: not valid JSON: EOF while parsing an object at line 1 column 7",
            "13:32: invalid example: `true` is not of type `boolean` (a quoted value is a string)",
            "14:30: invalid example: at `/1/n`, `true` is not of type `integer`",
        ],
    );
}

#[test]
fn user_defined_facets_are_checked() {
    check_diagnostics(
        "  A: { type: date-only, facets: { size: integer, more?: string } }\n  B: { type: A, size: big }\n  C: { type: A, more: x }\n  D: { type: A, size: 1, mor: x }\n",
        &[
            "6:3: missing facet `size`, which `A` requires",
            "7:26: unknown key `mor` in a date type",
            "5:23: invalid facet: `big` is not of type `integer`",
        ],
    );
}

#[test]
fn an_invalid_pattern_is_reported() {
    check_diagnostics(
        "  A: { type: string, pattern: '(', example: x }\n  B: { properties: { a: { pattern: '[' } } }\n",
        &[
            "4:31: cannot check values against this type: the pattern `(` cannot be used",
            "5:36: cannot check values against this type: the pattern `[` cannot be used",
        ],
    );
}

#[test]
fn types_are_determined_without_reading_documents() {
    let text = "#%RAML 1.0\ntitle: T\ntypes:\n  S: !include s.json\n  W: { type: S, description: d }\n/a:\n  post:\n    body:\n\
                \x20     application/json: { type: S, example: !include e.json }\n      application/x: !include s.json#/a\n      application/y: W\n";
    let documents = [("/d/api.raml".to_owned(), text.to_owned())].into();
    let loaded = load(&Address::file("/d/api.raml"), Arc::new(Memory(documents)));
    assert_eq!((lines(&loaded).as_str(), loaded.deferred.len()), ("", 2));
}
