//! Whole definitions, from text to model: one file per language feature, then diagnostics and hostile input.

mod bodies;
mod conformance_08;
#[path = "../../../tests/support/cpu.rs"]
mod cpu;
mod deferred_documents;
mod diagnostics;
mod hostile;
mod includes;
mod json;
mod openapi;
mod origins;
mod outline;
mod parameters;
mod published_schemas;
mod raml10;
mod security;
mod templates;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

use outline::outline;

use crate::load::{Detail, Loaded, load_with};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

/// Documents in memory, by path. Access to paths that start with `/outside` is denied.
struct Memory(HashMap<String, String>);

impl Loader for Memory {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        if address.starts_with("/outside") {
            return Err(LoadError::NotAllowed {
                address,
                why: "is outside of `/d`".to_owned(),
                help: "Stay inside.".to_owned(),
            });
        }
        self.0.get(&address).cloned().ok_or(LoadError::NotFound { address })
    }
}

/// Loads `/d/api.raml`, which may include the other documents, with paths relative to `/d`.
fn loaded(root: &str, others: &[(&str, &str)]) -> Loaded {
    loaded_from("api.raml", &[others, &[("api.raml", root)]].concat())
}

/// Loads `/d/ROOT`, one of the documents.
pub(crate) fn loaded_from(root: &str, documents: &[(&str, &str)]) -> Loaded {
    loaded_with(root, documents, Detail::Plain)
}

fn loaded_with(root: &str, documents: &[(&str, &str)], detail: Detail) -> Loaded {
    let documents = documents.iter().map(|(name, text)| match name.starts_with("http") {
        true => ((*name).to_owned(), (*text).to_owned()),
        false => (format!("/d/{name}"), (*text).to_owned()),
    });
    let mut loaded = load_with(&Address::file(&format!("/d/{root}")), Arc::new(Memory(documents.collect())), detail);
    loaded.read_all();
    loaded
}

/// A diagnostic in one line: `api.raml:2:3: message (help)`.
fn line(problem: &dyn Diagnostic) -> String {
    let location = problem.location().map(|location| {
        let position = location.position();
        let name = location.file.name().trim_start_matches("/d/");
        format!("{name}:{}:{}: ", position.line, position.column)
    });
    let cause = problem.source().map(|cause| format!(": {cause}"));
    let help = problem.help().map(|help| format!(" ({help})"));
    [location.unwrap_or_default(), problem.to_string(), cause.unwrap_or_default(), help.unwrap_or_default()].concat()
}

fn lines(loaded: &Loaded) -> String {
    loaded.diagnostics.iter().map(|problem| line(problem.as_ref())).collect::<Vec<_>>().join("\n")
}

/// The text of a definition with a title, which most tests would otherwise repeat.
fn raml(body: &str) -> String {
    format!("#%RAML 0.8\ntitle: T\n{body}")
}

/// Checks the outline of a valid definition.
#[track_caller]
fn check(body: &str, others: &[(&str, &str)], expected: &[&str]) {
    let loaded = loaded(&raml(body), others);
    assert_eq!(lines(&loaded), "", "the definition must be valid");
    assert_eq!(outline(&loaded.definition.unwrap()), expected.join("\n"));
}

/// Checks the diagnostics of a definition and the outline of its remaining parts.
#[track_caller]
fn check_diagnostics(body: &str, others: &[(&str, &str)], diagnostics: &[&str], expected: &[&str]) {
    let loaded = loaded(&raml(body), others);
    assert_eq!(lines(&loaded), diagnostics.join("\n"));
    assert_eq!(outline(&loaded.definition.unwrap()), expected.join("\n"));
}
