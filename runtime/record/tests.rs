//! The JSON Schemas of the public formats, generated from the types: `docs/*.schema.json`.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::{
    cassette, cassette_show, check, contract, event, explanation, port, rule, run, scan, search, settings, tokens,
    tree, trust,
};

/// The schema of a document whose root is `T`, with its version at the top.
fn schema<T: JsonSchema>(command: &str, version: u32) -> Value {
    let mut schema = root::<T>(command, version);
    schema["properties"]["version"] = json!({
        "description": "The version of this format. It increases when a field changes its meaning or disappears; new \
                        fields and new values of enumerations may come without a new version.",
        "const": version,
    });
    schema
}

/// The schema of a line of events, the first of which has the version.
fn events() -> Value {
    let mut schema = root::<event::RunEvent>("Line of `apinb run --json`", event::VERSION);
    schema["$defs"]["RunStart"]["properties"]["version"]["const"] = event::VERSION.into();
    schema
}

/// A file of a cassette, of either kind.
#[derive(serde::Serialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum CassetteFile {
    /// `cassette.json`.
    Head(cassette::Head),
    /// The file of a cell.
    Cell(cassette::Cell),
}

/// The schema of the files of a cassette, each of which has the version.
fn cassette() -> Value {
    let mut schema = root::<CassetteFile>("JSON file of a cassette", cassette::VERSION);
    for file in ["Head", "Cell"] {
        schema["$defs"][file]["properties"]["version"]["const"] = cassette::VERSION.into();
    }
    schema
}

fn root<T: JsonSchema>(command: &str, version: u32) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Convention);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), format!("{command}, version {version}").into());
    let mut rest = std::mem::take(schema.ensure_object());
    let head = ["$schema", "title", "description"];
    let mut schema: Map<_, _> = head.iter().filter_map(|word| rest.shift_remove_entry(*word)).collect();
    schema.extend(rest);
    Value::Object(schema)
}

/// The convention of all documents: an absent field is never `null`, and numbers have no format.
#[derive(Clone)]
struct Convention;

impl Transform for Convention {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("format").is_some_and(|format| format != "date-time") {
            schema.remove("format");
        }
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, property) in properties {
                if !required.contains(&name.as_str().into()) {
                    without_null(property);
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

/// The schema of an `Option<T>` becomes that of `T`.
fn without_null(property: &mut Value) {
    let Some(schema) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(alternatives)) = schema.get("anyOf")
        && let [Value::Object(only), null] = alternatives.as_slice()
        && *null == json!({ "type": "null" })
    {
        let only = only.clone();
        schema.shift_remove("anyOf");
        schema.extend(only);
    }
}

/// Each file in `docs`, with its schema.
fn schemas() -> [(&'static str, Value); 17] {
    [
        ("report", schema::<run::RunRecord>("Report of kind `json` of `apinb run`", run::VERSION)),
        ("events", events()),
        ("check", schema::<check::Needs>("Output of `apinb check --json`", check::VERSION)),
        ("contract-check", schema::<contract::Contract>("Output of `apinb contract check --json`", contract::VERSION)),
        ("cassette", cassette()),
        (
            "coverage",
            schema::<contract::coverage::CoverageReport<'static>>(
                "Report of kind `coverage` of `apinb run`, as `.json`",
                contract::coverage::VERSION,
            ),
        ),
        (
            "cassette-show",
            schema::<cassette_show::Cassettes>("Output of `apinb cassette show --json`", cassette_show::VERSION),
        ),
        ("cassette-scan", schema::<scan::Scan>("Output of `apinb cassette scan --json`", scan::VERSION)),
        ("port", schema::<port::Port>("Output of `apinb port --json`", port::VERSION)),
        (
            "definition-show",
            schema::<explanation::Document>("Output of `apinb definition show --json`", explanation::VERSION),
        ),
        ("definition-search", schema::<search::Search>("Output of `apinb definition search --json`", search::VERSION)),
        ("definition-tree", schema::<tree::Tree>("Output of `apinb definition tree --json`", tree::VERSION)),
        ("config-show", schema::<settings::Settings>("Output of `apinb config show --json`", settings::VERSION)),
        ("rules", schema::<rule::Rules>("Output of `apinb rules --json`", rule::VERSION)),
        ("auth-list", schema::<tokens::Tokens>("Output of `apinb auth list --json`", tokens::VERSION)),
        ("trust-show", schema::<trust::ProjectTrust>("Output of `apinb trust show --json`", trust::VERSION)),
        ("trust-list", schema::<trust::TrustAnswers>("Output of `apinb trust list --json`", trust::VERSION)),
    ]
}

#[test]
fn the_schema_files_match_the_types() {
    for (name, schema) in schemas() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/{name}.schema.json"));
        let expected = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
        if std::env::var_os("APINB_BLESS").is_some_and(|bless| bless == "1") {
            fs::write(&file, expected).expect("a file in docs");
        } else {
            assert!(
                fs::read_to_string(&file).unwrap_or_default() == expected,
                "docs/{name}.schema.json differs from its types; `APINB_BLESS=1 cargo test -p apinb_record` writes it"
            );
        }
    }
}

/// Calls `check` with each object in `schema` and its path.
fn each_schema(value: &Value, place: &str, check: &mut impl FnMut(&Map<String, Value>, &str)) {
    match value {
        Value::Object(fields) => {
            check(fields, place);
            fields.iter().for_each(|(name, field)| each_schema(field, &format!("{place}/{name}"), check));
        }
        Value::Array(items) => items.iter().for_each(|item| each_schema(item, place, check)),
        _ => {}
    }
}

#[test]
fn the_schemas_follow_the_conventions() {
    let is_snake_case =
        |name: &str| name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    for (file, schema) in schemas() {
        each_schema(&schema, file, &mut |schema, place| {
            assert_ne!(
                schema.get("additionalProperties"),
                Some(&false.into()),
                "{place}: no reader may refuse new fields"
            );
            let can_be_null = match schema.get("type") {
                Some(Value::Array(types)) => types.contains(&"null".into()),
                only => only == Some(&"null".into()),
            };
            assert!(!can_be_null, "{place}: absent instead of null");
            let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten().chain(schema.get("const"));
            for value in values {
                assert!(value.as_str().is_none_or(is_snake_case), "{place}: {value}");
            }
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
            let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            for (name, property) in properties {
                assert!(is_snake_case(name), "{place}: {name}");
                assert!(
                    property.get("description").is_some() || ["kind", "event", "content"].contains(&name.as_str()),
                    "{place}: {name} has no description"
                );
                let is_list = property["type"] == "array";
                assert!(
                    !is_list || name == "enum" || required.contains(&name.as_str().into()),
                    "{place}: {name} may be absent"
                );
            }
        });
    }
}
