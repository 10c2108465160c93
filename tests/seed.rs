//! The seed notebook, unchanged.

use std::fs;

use crate::support::{Case, chai, root};

const CHAI: &str = "https://github.com/chaijs/chai/releases/download/1.9.0/chai.js";

fn notebook() -> Vec<u8> {
    fs::read(root().join("notebooks/zendesk/users-job-statuses.md")).unwrap()
}

fn script() -> String {
    format!("{CHAI}={}", chai().display())
}

#[test]
fn external_it_passes_on_the_mock_server() {
    let mut case = Case::notebook(notebook()).args(["--mock", "--script", &script()]);
    for file in ["apinb.toml", "zendesk.raml"] {
        case = case.file(file, fs::read(root().join("notebooks/zendesk").join(file)).unwrap());
    }
    let outcome = case.run();
    outcome.exit(0).stdout_contains("98 cells: 98 passed, 0 failed, 0 skipped");
    assert_eq!(outcome.file("notebook.md").into_bytes(), notebook());
    outcome.contains_nowhere("made-up-client-secret", &["apinb.toml"]);
}

#[test]
fn external_without_inputs_it_reports_its_needs() {
    let outcome = Case::notebook(notebook()).args(["--script", &script()]).run();
    outcome.exit(1);
    for input in ["DOMAIN", "CLIENT_ID", "CLIENT_SECRET"] {
        outcome.stdout_contains(&format!("--input {input}=…"));
    }
    // The next cell needs the definition, whose URL depends on an answer.
    assert_eq!(outcome.cell(3).cell["status"], "failed");
}
