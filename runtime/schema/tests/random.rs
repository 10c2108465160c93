//! Any satisfiable schema has a valid sample; invalid schemas do not panic.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::strategy::BoxedStrategy;
use serde_json::{Map, Value, json};

use crate::tests::{schemas, text};

/// A schema with the keywords that have a value.
fn with(fields: &[(&str, Option<Value>)]) -> Value {
    let fields = fields.iter().filter_map(|(word, value)| Some(((*word).to_owned(), value.clone()?)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn strings() -> BoxedStrategy<Value> {
    let lengths = (0_u64..12, 0_u64..12);
    let bounded = (option::of(lengths), any::<bool>()).prop_map(|(lengths, says_type)| {
        with(&[
            ("type", says_type.then(|| json!("string"))),
            ("minLength", Some(json!(lengths.map_or(1, |(least, _)| least)))),
            ("maxLength", lengths.map(|(least, more)| json!(least + more))),
        ])
    });
    let formats =
        ["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "duration", "date-only"];
    let patterns = ["^[a-z]{2,5}$", "^[A-Z]{3}-\\d{4}$", "[0-9]+x", "^(a|b)c*$", "^\\S+@\\S+$", "^#?[0-9a-f]{6}$"];
    prop_oneof![
        bounded,
        proptest::sample::select(formats.to_vec()).prop_map(|format| json!({"type": "string", "format": format})),
        proptest::sample::select(patterns.to_vec()).prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
    ]
    .boxed()
}

fn numbers() -> BoxedStrategy<Value> {
    let bounds = (option::of(-50_i64..50), option::of(20_i64..90), option::of(1_u64..9), any::<[bool; 3]>());
    let whole = bounds.prop_map(|(least, more, step, [is_integer, above, below])| {
        let most = more.map(|more| least.unwrap_or(0) + more);
        with(&[
            ("type", Some(json!(if is_integer { "integer" } else { "number" }))),
            (if above { "exclusiveMinimum" } else { "minimum" }, least.map(|least| json!(least))),
            (if below { "exclusiveMaximum" } else { "maximum" }, most.map(|most| json!(most))),
            ("multipleOf", step.map(|step| json!(step))),
        ])
    });
    let broken = (0_u32..100, 1_u32..100).prop_map(|(least, more)| {
        let least = f64::from(least) / 8.0;
        json!({"type": "number", "exclusiveMinimum": least, "exclusiveMaximum": least + f64::from(more) / 8.0})
    });
    let steps = proptest::sample::select(vec![0.1, 0.01, 0.25, 2.5]);
    prop_oneof![whole, broken, steps.prop_map(|step| json!({"type": "number", "multipleOf": step, "minimum": 0.3}))]
        .boxed()
}

fn leaves() -> BoxedStrategy<Value> {
    prop_oneof![
        strings(),
        numbers(),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "null"})),
        Just(json!({})),
        Just(json!({"type": ["string", "null"], "maxLength": 3})),
        vec(any::<u8>(), 1..4).prop_map(|values| json!({ "enum": values })),
        any::<u8>().prop_map(|value| json!({ "const": value })),
        Just(json!({"type": "integer", "not": {"enum": [1, 2]}})),
        Just(json!({"type": "string", "example": 1, "default": "b"})),
        Just(json!({"$ref": "#/definitions/leaf"})),
        Just(json!({"anyOf": [{"$ref": "#/definitions/node"}, {"type": "null"}]})),
    ]
    .boxed()
}

fn objects(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let properties = btree_map("[a-e]", inner.clone(), 0..4);
    let named = (properties.clone(), vec(any::<bool>(), 5), any::<bool>(), 0_usize..3, option::of(inner.clone()));
    let named = named.prop_map(|(properties, required, is_closed, least, others)| {
        let names = properties.keys().zip(&required).filter(|(_, is_required)| **is_required).map(|(name, _)| name);
        with(&[
            ("type", Some(json!("object"))),
            ("required", Some(json!(names.collect::<Vec<_>>()))),
            ("additionalProperties", if is_closed { Some(json!(false)) } else { others }),
            ("minProperties", Some(json!(if is_closed { least.min(properties.len()) } else { least }))),
            ("properties", Some(json!(properties))),
        ])
    });
    let patterned = (inner.clone(), 0_usize..3).prop_map(|(schema, least)| {
        json!({"type": "object", "patternProperties": {"^x-[a-z]+$": schema}, "additionalProperties": false,
            "minProperties": least})
    });
    let names = inner.clone().prop_map(|schema| {
        json!({"propertyNames": {"minLength": 2, "maxLength": 6}, "additionalProperties": schema, "minProperties": 2})
    });
    let depending = (inner.clone(), inner).prop_map(|(one, other)| {
        json!({"type": "object", "properties": {"a": one, "b": other}, "dependencies": {"a": ["b"]},
            "if": {"required": ["a"]}, "then": {"minProperties": 2}})
    });
    let all = (properties.clone(), properties).prop_map(|(one, other)| {
        let renamed: Map<String, Value> = other.into_iter().map(|(name, schema)| (name + "2", schema)).collect();
        json!({"allOf": [{"properties": one}, {"properties": renamed, "minProperties": 1}], "type": "object"})
    });
    prop_oneof![named, patterned, names, depending, all].boxed()
}

fn lists(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let alike = (inner.clone(), 0_u64..4, 0_u64..4).prop_map(
        |(items, least, more)| json!({"type": "array", "items": items, "minItems": least, "maxItems": least + more}),
    );
    let unique = prop_oneof![
        Just(json!({"type": "integer"})),
        Just(json!({"type": "string", "maxLength": 2})),
        Just(json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})),
    ];
    let unique =
        (unique, 0_u64..8).prop_map(|(items, least)| json!({"items": items, "minItems": least, "uniqueItems": true}));
    let placed = (vec(inner, 1..4), any::<bool>()).prop_map(|(items, is_closed)| {
        json!({"type": "array", "items": items, "additionalItems": !is_closed, "minItems": items.len()})
    });
    let containing = (1_u64..4, -5_i64..30).prop_map(
        |(least, value)| json!({"items": {"type": "integer"}, "contains": {"minimum": value}, "minItems": least}),
    );
    prop_oneof![alike, unique, placed, containing].boxed()
}

fn any_schema() -> BoxedStrategy<Value> {
    let schema = leaves().prop_recursive(4, 24, 4, |inner| {
        let tagged = vec(inner.clone(), 1..4).prop_map(|schemas| {
            let tagged = schemas.into_iter().enumerate().map(|(number, schema)| {
                json!({"type": "object", "properties": {"kind": {"const": number}, "value": schema}, "required": ["kind"]})
            });
            json!({"oneOf": tagged.collect::<Vec<_>>()})
        });
        prop_oneof![
            objects(inner.clone()),
            lists(inner.clone()),
            vec(inner, 1..4).prop_map(|schemas| json!({ "anyOf": schemas })),
            tagged,
        ]
    });
    schema.boxed()
}

/// Keywords with arbitrary values.
fn invalid_schema() -> BoxedStrategy<Value> {
    let words = [
        "$ref",
        "$id",
        "id",
        "$anchor",
        "$schema",
        "type",
        "enum",
        "const",
        "default",
        "example",
        "examples",
        "format",
        "pattern",
        "multipleOf",
        "divisibleBy",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "items",
        "additionalItems",
        "prefixItems",
        "contains",
        "minContains",
        "maxContains",
        "minItems",
        "maxItems",
        "uniqueItems",
        "properties",
        "patternProperties",
        "additionalProperties",
        "propertyNames",
        "required",
        "minProperties",
        "maxProperties",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "extends",
        "disallow",
        "unevaluatedItems",
        "unevaluatedProperties",
        "x",
    ];
    let texts = [
        "",
        "#",
        "#/x",
        "#/properties/x",
        "#x",
        "user",
        "Node",
        "string",
        "integer",
        "object",
        "array",
        "any",
        "null",
        "date",
        "uuid",
        "^a{3}$",
        "(?=a)",
        "(",
        "[^\\x00-\\x{10ffff}]",
        "(a|b)*\\b",
        "http://json-schema.org/draft-03/schema#",
        "http://json-schema.org/draft-04/schema#",
        "https://json-schema.org/draft/2020-12/schema",
        "x",
    ];
    let numbers = [
        json!(0),
        json!(-1),
        json!(1),
        json!(3),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(-0.0),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(1e18),
    ];
    let leaf = prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(|text| json!(text)),
        proptest::sample::select(numbers.to_vec()),
        any::<bool>().prop_map(|value| json!(value)),
        Just(Value::Null),
    ];
    let names = proptest::sample::select(words.to_vec());
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let fields = vec((names.clone(), inner.clone()), 0..7);
        let fields = fields.prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        prop_oneof![
            3 => fields.prop_map(|fields| Value::Object(fields.collect())),
            1 => vec(inner, 0..5).prop_map(Value::Array),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn invalid_schemas_do_not_panic(schema in invalid_schema(), instance in invalid_schema()) {
        let schema = text(&json!({"x": schema, "allOf": [schema], "properties": {"x": schema}}));
        let sample = schema.sample(&schemas()).unwrap();
        if let Ok(validator) = schema.validator(&schemas()) {
            let _ = validator.validate(&instance);
            let _ = validator.validate(&sample);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn samples_are_valid(schema in any_schema()) {
        let mut schema = schema;
        schema["definitions"] = json!({"leaf": {"type": "integer", "minimum": 3}, "node": {"type": "object",
            "properties": {"next": {"anyOf": [{"$ref": "#/definitions/node"}, {"type": "null"}]}, "n": {"type": "integer"}},
            "required": ["next"]}});
        let schema = text(&schema);
        let sample = schema.sample(&schemas()).unwrap();
        assert_eq!(schema.validate(&schemas(), &sample), Ok(Vec::new()), "{sample} by {}", schema.text());
        assert_eq!(schema.sample(&schemas()), Some(sample), "it is not always the same: {}", schema.text());
    }
}
