//! Whole OpenAPI documents, from text to model: one file per language feature, then diagnostics and hostile input.

mod bodies;
mod diagnostics;
mod hostile;
mod parameters;
mod references;
mod schemas;
mod security;
mod servers;
mod versions;

use serde_json::Value;

use crate::model::Definition;
use crate::tests::outline::outline;
use crate::tests::{lines, loaded};

/// A 3.0 document with these additional lines.
fn v30(body: &str) -> String {
    let paths = if body.lines().any(|line| line.starts_with("paths:")) { "" } else { "paths: {}\n" };
    format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\n{paths}{body}")
}

/// A 3.1 document.
fn v31(body: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\n{body}")
}

/// A 2.0 document.
fn v2(body: &str) -> String {
    let paths = if body.lines().any(|line| line.starts_with("paths:")) { "" } else { "paths: {}\n" };
    format!("swagger: '2.0'\ninfo: {{ title: T, version: '1' }}\n{paths}{body}")
}

/// A valid definition.
#[track_caller]
fn definition(text: &str, others: &[(&str, &str)]) -> Definition {
    let loaded = loaded(text, others);
    assert_eq!(lines(&loaded), "", "the definition must be valid");
    loaded.definition.unwrap()
}

/// Checks the outline of a valid definition, without its version.
#[track_caller]
fn check(text: &str, others: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(shown(&definition(text, others)), expected.join("\n"));
}

/// Checks the diagnostics of a definition and the outline of its remaining parts.
#[track_caller]
fn check_diagnostics(text: &str, others: &[(&str, &str)], diagnostics: &[&str], expected: &[&str]) {
    let loaded = loaded(text, others);
    assert_eq!(lines(&loaded), diagnostics.join("\n"));
    assert_eq!(shown(&loaded.definition.unwrap()), expected.join("\n"));
}

fn shown(definition: &Definition) -> String {
    let outline = outline(definition);
    outline.strip_prefix("version: 1").unwrap_or(&outline).trim_start().to_owned()
}

/// The schema with that name as JSON.
#[track_caller]
fn named(definition: &Definition, name: &str) -> Value {
    let names: Vec<&str> = definition.schemas.iter().map(|(name, _)| name).collect();
    let schema = definition.schemas.get(name).unwrap_or_else(|| panic!("no {name} among {names:?}"));
    schema.json().unwrap().clone()
}
