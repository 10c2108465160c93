//! The schemas of the public JSON formats: `docs/*.schema.json`.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::Value;

use super::case::root;

/// Parses `text` and checks it against `docs/NAME.schema.json`.
#[track_caller]
pub(crate) fn document(name: &'static str, text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    let validator = validator(name);
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}\n{document:#}", errors.join("\n"));
    document
}

/// Parses a report and checks that it is valid by its schema, that every failed cell has an error, and that only passed
/// cells have a result.
#[track_caller]
pub(crate) fn valid_report(text: &str) -> Value {
    let report = document("report", text);
    let notebooks = report["notebooks"].as_array().unwrap();
    for cell in notebooks.iter().flat_map(|notebook| notebook["cells"].as_array().unwrap()) {
        assert_eq!(cell.get("error").is_some(), cell["status"] == "failed", "{cell:#}");
        assert!(cell.get("result").is_none() || cell["status"] == "passed", "{cell:#}");
    }
    report
}

/// The validator of a schema, built once.
fn validator(name: &'static str) -> Arc<Validator> {
    static BUILT: Mutex<BTreeMap<&str, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let build = || {
        let schema = fs::read_to_string(root().join(format!("docs/{name}.schema.json"))).unwrap();
        let schema: Value = serde_json::from_str(&schema).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        Arc::new(options.build(&schema).unwrap())
    };
    Arc::clone(BUILT.lock().unwrap().entry(name).or_insert_with(build))
}
