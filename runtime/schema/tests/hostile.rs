//! Schemas and values intended to crash, hang or exhaust memory. Each test is fast and fits on the stack of a test.

use serde_json::{Map, Value, json};

use crate::error::SchemaError;
use crate::schema::{Schema, Schemas, reference};
use crate::tests::cpu::within;
use crate::tests::{schemas, text};

/// More CPU time than any of these inputs takes.
const CPU_SECONDS: u64 = 60;

fn nested(levels: usize, value: Value, around: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(value, |value, _| around(value))
}

#[test]
fn cycles_end() {
    within(CPU_SECONDS, || {
        for schema in [
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#"}]}),
            json!({"not": {"$ref": "#"}}),
            json!({"anyOf": [{"$ref": "#/anyOf/1"}, {"$ref": "#/anyOf/0"}]}),
            json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "#"}),
            json!({"properties": {"a": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}, "unevaluatedProperties": {"$ref": "#"}}),
        ] {
            assert!(text(&schema).validate(&schemas(), &json!({"a": {"b": 1}})).is_ok(), "{schema}");
        }
    });
}

#[test]
fn depth_is_bounded() {
    let deep = text(&nested(60, json!({"type": "string"}), |schema| json!({"allOf": [schema]})));
    assert_eq!(deep.validate(&schemas(), &json!(1)).map(|violations| violations.len()), Ok(1));
    let node = nested(100, json!({"next": null}), |value| json!({"next": value}));
    let schema = Schema::from_json(json!({"$ref": reference("Node")}));
    assert_eq!(schema.validate(&schemas(), &node), Ok(Vec::new()));
    let node = nested(400, json!({"next": null}), |value| json!({"next": value}));
    assert_eq!(schema.validate(&schemas(), &node), Err(SchemaError::TooMuchWork));

    let mut chain = Schemas::default();
    for number in 0..20_000 {
        chain.insert(number.to_string(), Schema::from_json(json!({"$ref": reference(&(number + 1).to_string())})));
    }
    chain.insert("20000", Schema::from_json(json!({"type": "null"})));
    let schema = Schema::from_json(json!({"$ref": reference("0")}));
    assert_eq!(schema.validate(&chain, &json!(1)), Err(SchemaError::TooMuchWork));
}

#[test]
fn work_is_bounded() {
    within(CPU_SECONDS, || {
        let mut fan = Map::new();
        for number in 0..40 {
            let next = json!({"$ref": format!("#/x/{}", number + 1)});
            fan.insert(number.to_string(), json!({"allOf": [next, next]}));
        }
        fan.insert("40".to_owned(), json!({"type": "null"}));
        let fan = text(&json!({"$ref": "#/x/0", "x": fan}));
        assert_eq!(fan.validate(&schemas(), &json!(1)), Err(SchemaError::TooMuchWork));
        let wide: Vec<Value> = (0..3000).map(|number| json!({"const": number})).collect();
        let wide = text(&json!({"items": {"anyOf": wide}}));
        assert_eq!(wide.validate(&schemas(), &json!(vec![-1; 3000])), Err(SchemaError::TooMuchWork));
        let many: Map<String, Value> = (0..300_000).map(|number| (number.to_string(), json!({}))).collect();
        let many = Schema::from_json(json!({"properties": many}));
        assert!(matches!(many.validate(&schemas(), &json!(1)), Err(SchemaError::TooLarge { .. })));
    });
}

#[test]
fn patterns_are_bounded() {
    within(CPU_SECONDS, || {
        let instance = json!(format!("{}b", "a".repeat(5_000)));
        for pattern in ["^(a+)+$", "^(?=(a+)+$)b", "(a*)*c\\1", "(?:a|a)*(?!x)c"] {
            let violations = text(&json!({"pattern": pattern})).validate(&schemas(), &instance);
            assert_eq!(violations.map(|violations| violations.len()), Ok(1), "{pattern}");
        }
        for pattern in ["((a{100}){100}){100}", "(", "(?<!x", "\\p{Nonsense}"] {
            let violations = text(&json!({"pattern": pattern})).validate(&schemas(), &instance);
            assert!(matches!(violations, Err(SchemaError::Invalid { .. })), "{pattern}: {violations:?}");
        }
    });
}

#[test]
fn violations_are_few_and_short() {
    let schema = text(&json!({"items": {"enum": ["x".repeat(10_000)]}}));
    let violations = schema.validate(&schemas(), &json!(vec!["y".repeat(10_000); 500])).unwrap();
    assert!(!violations.is_empty() && violations.len() <= 50);
    assert!(violations.iter().all(|violation| violation.message.len() < 400));
}
