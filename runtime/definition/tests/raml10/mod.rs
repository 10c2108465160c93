//! RAML 1.0: libraries, fragments, overlays and extensions, and the differences from 0.8. `types` tests its data types.

mod faults;
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

/// Checks the outline, without type schemas, of a definition without diagnostics.
#[track_caller]
fn check(root: &str, others: &[(&str, &str)], expected: &[&str]) {
    check_faults(root, others, &[], expected);
}

/// Checks the diagnostics of a definition and the outline of its usable part.
#[track_caller]
fn check_faults(root: &str, others: &[(&str, &str)], problems: &[&str], expected: &[&str]) {
    let loaded = loaded(root, others);
    assert_eq!(lines(&loaded), problems.join("\n"));
    let outline = outline(&loaded.definition.unwrap());
    let kept: Vec<&str> = outline.lines().filter(|line| !line.starts_with("schema ")).collect();
    assert_eq!(kept.join("\n"), expected.join("\n"));
}
