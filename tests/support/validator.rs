//! Third-party readers and validators of reports: `tests/validators`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::case::root;
use super::external::needs_external_tools;

/// Checks that the validator accepts `report`, and returns its output.
#[track_caller]
pub(crate) fn validate(validator: &str, report: &str) -> String {
    needs_external_tools();
    let in_python = Path::new(validator).extension().is_some_and(|extension| extension == "py");
    let modules = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python-modules");
    let mut child = Command::new(if in_python { "python3" } else { "node" })
        .arg(root().join("tests/validators").join(validator))
        .env("PYTHONPATH", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node and python3; `make test` installs what tests/package.json and tests/requirements.txt name");
    // A validator that ends early prints the reason.
    let _ = child.stdin.take().unwrap().write_all(report.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{validator}: {}\n--- report\n{report}", text(output.stderr));
    text(output.stdout)
}
