//! RAML 1.0 data types: the JSON Schema, parameters and examples of declarations, and their diagnostics.

mod diagnostics;
mod examples;
mod hostile;
mod inheritance;
mod parameters;
mod schemas;

use serde_json::{Map, Value};

use crate::load::Loaded;
use crate::tests::{lines, loaded};
use apinb_text::diagnostic::Diagnostic;

/// A definition that declares `types`, which are indented by two spaces.
fn with_types(types: &str) -> String {
    format!("#%RAML 1.0\ntitle: T\ntypes:\n{types}")
}

/// The JSON Schema of each declared type.
fn schemas(loaded: &Loaded) -> Value {
    let schemas = loaded.definition.as_ref().map(|definition| {
        let all = definition.schemas.iter();
        all.map(|(name, schema)| (name.to_owned(), schema.json().cloned().unwrap_or(Value::Null)))
            .collect::<Map<_, _>>()
    });
    Value::Object(schemas.unwrap_or_default())
}

/// Checks the schemas of valid types.
#[track_caller]
fn check(types: &str, expected: &Value) {
    check_with(types, &[], expected);
}

/// Like [`check`], with other documents that the types include.
#[track_caller]
fn check_with(types: &str, others: &[(&str, &str)], expected: &Value) {
    let loaded = loaded(&with_types(types), others);
    assert_eq!(lines(&loaded), "", "the types must be valid:\n{types}");
    let schemas = schemas(&loaded);
    assert_eq!(format!("{schemas:#}"), format!("{expected:#}"), "{types}");
}

/// Checks the diagnostics of types, without their help.
#[track_caller]
fn check_diagnostics(types: &str, expected: &[&str]) {
    let loaded = loaded(&with_types(types), &[]);
    assert_eq!(diagnostics(&loaded), expected.join("\n"), "{types}");
}

fn diagnostics(loaded: &Loaded) -> String {
    let one = |diagnostic: &dyn Diagnostic| {
        let line = crate::tests::line(diagnostic);
        let help = diagnostic.help().map(|help| format!(" ({help})")).unwrap_or_default();
        let line = line.strip_suffix(&help).unwrap_or(&line).to_owned();
        line.strip_prefix("api.raml:").map(str::to_owned).unwrap_or(line)
    };
    loaded.diagnostics.iter().map(|diagnostic| one(diagnostic.as_ref())).collect::<Vec<_>>().join("\n")
}
