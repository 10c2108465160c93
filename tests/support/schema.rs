//! The schemas of the public JSON formats: `docs/*.schema.json`.

use std::fs;

use serde_json::Value;

use super::case::root;

/// The document in `text`, which is valid by `docs/NAME.schema.json`.
#[track_caller]
pub(crate) fn document(name: &str, text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    has_schema(name, &document);
    document
}

/// `document` is valid by `docs/NAME.schema.json`, which is a valid schema.
#[track_caller]
pub(crate) fn has_schema(name: &str, document: &Value) {
    let schema = fs::read_to_string(root().join(format!("docs/{name}.schema.json"))).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}\n{document:#}", errors.join("\n"));
}
