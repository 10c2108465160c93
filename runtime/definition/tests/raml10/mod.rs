//! RAML 1.0: composition from libraries, fragments, overlays and extensions; differences from 0.8. Data types are
//! tested separately.

mod conformance;
mod diagnostics;
mod files;
mod hostile;
mod language;
mod modules;
mod overlays;

use crate::tests::outline::outline;
use crate::tests::{lines, loaded};

/// A RAML 1.0 definition with a title.
fn raml(body: &str) -> String {
    format!("#%RAML 1.0\ntitle: T\n{body}")
}

/// Checks the outline of a valid definition, without the schemas of types.
#[track_caller]
fn check(root: &str, others: &[(&str, &str)], expected: &[&str]) {
    check_diagnostics(root, others, &[], expected);
}

/// Checks the diagnostics of a definition and the outline of its remaining parts.
#[track_caller]
fn check_diagnostics(root: &str, others: &[(&str, &str)], diagnostics: &[&str], expected: &[&str]) {
    let loaded = loaded(root, others);
    assert_eq!(lines(&loaded), diagnostics.join("\n"));
    let outline = outline(&loaded.definition.unwrap());
    let without_schemas: Vec<&str> = outline.lines().filter(|line| !line.starts_with("schema ")).collect();
    assert_eq!(without_schemas.join("\n"), expected.join("\n"));
}
