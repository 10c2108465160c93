//! Hostile types: they end in a diagnostic quickly.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use serde_json::json;

use crate::tests::types::{schemas, with_types};
use crate::tests::{lines, loaded};

#[test]
fn long_chains_of_inheritance_are_limited() {
    // Each type is declared below its parent, then above it.
    for below in [true, false] {
        let mut types = String::new();
        for at in 0..20_000 {
            let parent = if below { at - 1 } else { at + 1 };
            writeln!(types, "  T{at}: {{ type: T{parent}, properties: {{ p{at}: string }} }}").unwrap();
        }
        let loaded = loaded(&with_types(&types), &[]);
        let reported = lines(&loaded);
        assert!(
            reported.contains("levels of nesting") || reported.contains("expand to more than"),
            "{}",
            &reported[..400]
        );
    }
}

#[test]
fn long_chains_of_aliases_are_limited() {
    let types: String = (0..20_000).map(|at| format!("  T{at}: T{}\n", at + 1)).collect();
    let reported = lines(&loaded(&with_types(&(types + "  T20000: string\n")), &[]));
    assert!(reported.contains("levels of nesting"), "{}", &reported[..400]);
}

#[test]
fn deeply_nested_properties_are_limited() {
    let types: String = (0..5_000)
        .map(|at| format!("  T{at}: {{ properties: {{ p: {{ type: T{}, minProperties: 1 }} }} }}\n", at + 1))
        .collect();
    let reported = lines(&loaded(&with_types(&(types + "  T5000: object\n")), &[]));
    assert!(reported.contains("levels of nesting"), "{}", &reported[..reported.len().min(400)]);
}

#[test]
fn multiplying_copies_exceed_the_budget() {
    let properties: String = (0..5_000).map(|at| format!("p{at}: string, ")).collect();
    let mut types = format!("  Base: {{ properties: {{ {properties} }} }}\n");
    for at in 0..5_000 {
        writeln!(types, "  T{at}: {{ type: Base, minProperties: {at} }}").unwrap();
    }
    let reported = lines(&loaded(&with_types(&types), &[]));
    assert!(reported.contains("expand to more than"), "{reported}");
}

#[test]
fn unions_of_unions_are_limited() {
    let mut types = String::from("  U0: string | integer\n");
    for at in 1..60 {
        writeln!(types, "  U{at}: (U{0} | U{0})[] | {{}} | U{0}", at - 1).unwrap();
        writeln!(types, "  V{at}: {{ type: [ U{0}, U{0}, U{0} ] }}", at - 1).unwrap();
    }
    assert!(!lines(&loaded(&with_types(&types), &[])).is_empty());
}

#[test]
fn deep_types_fit_the_stack() {
    let deep = "{ properties: { p: ".repeat(50) + "string" + &" } }".repeat(50);
    let mut types = format!("  D: {deep}\n");
    for at in 0..100 {
        writeln!(types, "  T{at}: {{ properties: {{ a: {{ type: T{}, items: {deep} }} }} }}", at + 1).unwrap();
    }
    lines(&loaded(&with_types(&types), &[]));
    let brackets = format!("  A: string{}\n  B: {}string{}\n", "[]".repeat(40), "(".repeat(40), ")".repeat(40));
    assert_eq!(lines(&loaded(&with_types(&brackets), &[])), "");
}

#[test]
fn many_types_are_read_once() {
    let mut types = String::from("  Base: { discriminator: k, properties: { k: string } }\n");
    for at in 0..20_000 {
        writeln!(types, "  T{at}: {{ type: Base, properties: {{ next?: T{}, all?: 'T{at}[]' }} }}", (at * 7) % 20_000)
            .unwrap();
    }
    let loaded = loaded(&with_types(&types), &[]);
    assert_eq!(lines(&loaded), "");
    assert_eq!(schemas(&loaded).as_object().unwrap().len(), 20_001);
}

const EXPRESSIONS: [&str; 16] = [
    "string",
    "integer",
    "number",
    "object",
    "array",
    "any",
    "T0",
    "T1",
    "T2",
    "T3 | nil",
    "T4[]",
    "(T0 | T5)[]",
    "[ T1, T2 ]",
    "[ T3, T4 | T0 ]",
    "{ type: T2, description: d }",
    "T5?",
];
const FACETS: [&str; 20] = [
    "minimum: 1",
    "maximum: 3",
    "maxLength: 3",
    "format: int8",
    "multipleOf: 2",
    "properties: { a: T1, b?: 'T2[]' }",
    "properties: { a: { type: T0, properties: { a: string } }, /^x/: T3, //: T4 }",
    "properties: { a: string, c: T4 | T5, xa: { type: T2, minProperties: 1 } }",
    "items: T4",
    "items: { type: T1, maxItems: 2 }",
    "discriminator: a",
    "discriminatorValue: x",
    "enum: [ 1, a ]",
    "pattern: a",
    "additionalProperties: false",
    "example: { a: 1 }",
    "default: 3",
    "facets: { z: T1, y?: string }",
    "z: 1",
    "uniqueItems: true",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_types_are_read_without_a_panic(
        all in vec((0..EXPRESSIONS.len(), vec(0..FACETS.len(), 0..4)), 6),
    ) {
        let mut types = String::new();
        for (at, (expression, facets)) in all.iter().enumerate() {
            let facets: String = facets.iter().map(|facet| format!(", {}", FACETS[*facet])).collect();
            let expression = EXPRESSIONS[*expression];
            let quoted = if expression.starts_with(['[', '{']) { expression.to_owned() } else { format!("'{expression}'") };
            writeln!(types, "  T{at}: {{ type: {quoted}{facets} }}").unwrap();
        }
        let text = with_types(&types) + "/a: { post: { queryParameters: { q: T0, r: T1 | T2 }, body: { multipart/form-data: T3 } } }\n";
        let loaded = loaded(&text, &[]);
        lines(&loaded);
        let schemas = &loaded.definition.as_ref().unwrap().schemas;
        for (name, schema) in schemas.iter() {
            for value in [json!({"a": {"a": "x"}}), json!([[1], []]), json!(3)] {
                prop_assert!(schema.validate(schemas, &value).is_ok(), "{name}: {:?}\n{types}", schema.validate(schemas, &value));
            }
        }
    }
}
