//! RAML 1.0: how a definition is put together from libraries, fragments, overlays and extensions; what differs from 0.8.
//! Its data types have tests of their own.

mod faults;
mod files;
mod hostile;
mod language;
mod modules;
mod overlays;

use crate::tests::outline::outline;
use crate::tests::{lines, loaded};

/// The text of a definition with a title.
fn raml(body: &str) -> String {
    format!("#%RAML 1.0\ntitle: T\n{body}")
}

/// The outline that a faultless definition has; schemas of types are left out.
#[track_caller]
fn check(root: &str, others: &[(&str, &str)], expected: &[&str]) {
    check_faults(root, others, &[], expected);
}

/// The faults of a definition and the outline of what remains of it.
#[track_caller]
fn check_faults(root: &str, others: &[(&str, &str)], problems: &[&str], expected: &[&str]) {
    let loaded = loaded(root, others);
    assert_eq!(lines(&loaded), problems.join("\n"));
    let outline = outline(&loaded.definition.unwrap());
    let kept: Vec<&str> = outline.lines().filter(|line| !line.starts_with("schema ")).collect();
    assert_eq!(kept.join("\n"), expected.join("\n"));
}
