//! Golden files: expected output in `tests/specs/`, rewritten if `APINB_BLESS=1`. Placeholders replace only times and
//! ports.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::case::root;

static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" *\b[0-9]+(\.[0-9]+)? (ms|s|min [0-9]+ s)\b").unwrap());
/// RFC 9110 section 5.6.7.
static DATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\b").unwrap());
static PORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"127\.0\.0\.1:[0-9]+").unwrap());

/// Checks `output` against `tests/specs/<name>/output.txt`; `APINB_BLESS=1` writes it.
#[track_caller]
pub(crate) fn golden_text(name: &str, output: &str) {
    check(name, output);
}

#[track_caller]
pub(super) fn check(name: &str, output: &str) {
    let output = PORT.replace_all(output, "127.0.0.1:[port]");
    let output = TIME.replace_all(&output, " [time]");
    let output = DATE.replace_all(&output, "[date]");
    golden_file(&root().join("tests/specs").join(name).join("output.txt"), &output);
}

/// Checks `output` against the file `path`; `APINB_BLESS=1` writes it.
#[track_caller]
pub(crate) fn golden_file(path: &Path, output: &str) {
    if std::env::var_os("APINB_BLESS").is_some_and(|bless| bless == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, output.as_bytes()).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == output,
        "the output differs from {}; `APINB_BLESS=1 cargo test --test specs` writes it\n\
         --- expected\n{expected}\n--- output\n{output}",
        path.display()
    );
}

/// Copies the content of the folder except golden output.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else if entry.file_name() != "output.txt" {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
