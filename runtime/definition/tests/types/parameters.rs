//! Parameters, headers and form fields with types.

use crate::model::{Parameter, ParameterKind};
use crate::tests::{lines, loaded};

/// The query parameters of a method of a definition with these types.
#[track_caller]
fn parameters(parameters: &str, types: &str) -> Vec<Parameter> {
    let text =
        format!("#%RAML 1.0\ntitle: T\n/a:\n  get:\n    queryParameters:\n{parameters}types:\n  None: nil\n{types}");
    let loaded = loaded(&text, &[]);
    assert_eq!(lines(&loaded), "");
    loaded.definition.unwrap().resources[0].methods[0].query_parameters.clone()
}

#[test]
fn parameters_have_names_and_types() {
    let all = parameters(
        "      a:\n      b?: integer\n      c: { type: boolean, required: false }\n      d: string[]\n      e: Age\n      f: Age | nil\n\
         \x20     g: Age | string\n      h: datetime\n      i: { properties: { x: } }\n      j: { type: number, format: int32 }\n      k?: { required: true }\n",
        "  Age: number\n",
    );
    let shown: Vec<String> = all
        .iter()
        .map(|one| {
            format!(
                "{}{}{:?}{}",
                one.name,
                if one.required { "!" } else { ":" },
                one.kind,
                if one.repeat { "*" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a!String",
            "b:Integer",
            "c:Boolean",
            "d!Array*",
            "e!Number",
            "f!Number",
            "g!Any",
            "h!Date",
            "i!Object",
            "j!Integer",
            "k?!String"
        ]
    );
    assert!(all.iter().all(|one| one.schema.is_some() && one.location.is_some()));
}

#[test]
fn parameters_have_the_facets_of_their_type() {
    let all = parameters(
        "      a: { displayName: N, description: d, pattern: ^x, minLength: 1, maxLength: 3, enum: [ x, xy ], default: x, example: xy }\n\
         \x20     b: { type: Small, maximum: 5 }\n      c: Small\n      d: { type: integer, enum: [ 1, 2 ], examples: { one: 1, two: 2 } }\n",
        "  Small: { type: integer, format: int8, minimum: 0, default: 1, example: 2, description: small }\n",
    );
    let [a, b, c, d] = all.as_slice() else { panic!("four parameters") };
    assert_eq!((a.display_name.as_deref(), a.description.as_deref()), (Some("N"), Some("d")));
    assert_eq!((a.pattern.as_deref(), a.min_length, a.max_length), (Some("^x"), Some(1), Some(3)));
    assert_eq!(
        (a.values.join(" "), a.default.as_deref(), a.example.as_deref()),
        ("x xy".to_owned(), Some("x"), Some("xy"))
    );
    assert_eq!((b.minimum, b.maximum, b.default.as_deref()), (Some(0.0), Some(5.0), None));
    assert_eq!((c.minimum, c.maximum), (Some(0.0), Some(127.0)));
    assert_eq!((c.default.as_deref(), c.example.as_deref()), (Some("1"), Some("2")));
    assert_eq!(c.description.as_deref(), Some("small"));
    assert_eq!((d.values.join(" "), d.example.as_deref()), ("1 2".to_owned(), Some("1")));
}

#[test]
fn form_fields_are_the_properties_of_the_type() {
    let text = "#%RAML 1.0\ntitle: T\ntypes:\n  F: { properties: { a: integer, b?: file } }\n/a:\n  post:\n    body:\n\
                \x20     application/x-www-form-urlencoded: { type: F, properties: { c: string } }\n      multipart/form-data: F\n      application/json: F\n";
    let loaded = loaded(text, &[]);
    assert_eq!(lines(&loaded), "");
    let definition = loaded.definition.unwrap();
    let bodies = &definition.resources[0].methods[0].bodies;
    let fields = |at: usize| -> Vec<(String, ParameterKind, bool)> {
        let all = bodies[at].form_parameters.iter();
        all.map(|field| (field.name.clone(), field.kind, field.required)).collect()
    };
    let (a, b) = (("a".to_owned(), ParameterKind::Integer, true), ("b".to_owned(), ParameterKind::File, false));
    assert_eq!(fields(0), [a.clone(), b.clone(), ("c".to_owned(), ParameterKind::String, true)]);
    assert_eq!(fields(1), [a, b]);
    assert_eq!(fields(2), []);
}
