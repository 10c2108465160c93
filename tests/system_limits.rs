//! Limits that the system sets for the process: each gives an error and exit code 2, none ends it silently.
#![cfg(target_os = "linux")]

use std::process::Command;

use crate::support::{Case, program, wait};

/// Runs the notebook of a case under limits that a shell sets; the exit code and stderr.
fn limited(limits: &str, case: &Case) -> (Option<i32>, String) {
    let script = format!("{limits}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(program()).args(case.arguments()).current_dir(case.folder());
    command.env_clear().envs(case.variables());
    let errors = tempfile::NamedTempFile::new().unwrap();
    command.stdout(std::process::Stdio::null()).stderr(errors.reopen().unwrap());
    let status = wait(command.spawn().unwrap());
    (status.code(), std::fs::read_to_string(errors.path()).unwrap())
}

#[track_caller]
fn check(limits: &str, notebook: &str, code: i32, message: &str) {
    let case = Case::command(["run", "a.md", "--report", "json=report.json"]).file("a.md", notebook);
    let (ended, stderr) = limited(limits, &case);
    assert_eq!(ended, Some(code), "{limits}: {stderr}");
    assert!(stderr.contains(message), "{limits}: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

const ONE: &str = "```js\n1\n```\n";
const LONG: &str = "```js\nconsole.log('x'.repeat(50000))\n```\n";
const RECURSION: &str = "```js\n(function f() { f() })()\n```\n";

#[test]
fn a_file_that_becomes_too_large_is_an_error() {
    // Blocks of 512 bytes.
    check("ulimit -f 8", LONG, 2, "cannot write `report.json`");
    check("ulimit -f 8", LONG, 2, "File too large");
}

#[test]
fn too_few_descriptors_are_an_error() {
    check("ulimit -n 8", ONE, 2, "at most 8 files may be open: apinb needs 32");
    check("ulimit -n 32", ONE, 0, "");
    // A soft limit is raised.
    check("ulimit -S -n 8", ONE, 0, "");
}

#[test]
fn a_small_stack_is_an_error() {
    check("ulimit -s 64", RECURSION, 2, "the stack is limited to 64 KB: JavaScript needs 2048 KB");
    // A soft limit is raised; the recursion ends with an error of JavaScript.
    check("ulimit -S -s 256", RECURSION, 1, "");
    check("ulimit -s 2048", RECURSION, 1, "");
}

#[test]
fn a_small_address_space_is_an_error() {
    check("ulimit -v 4194304", ONE, 2, "the address space is limited to 4096 MB: V8 reserves 40960 MB");
    // A command without JavaScript needs no such space.
    let case = Case::command(["rules"]);
    assert_eq!(limited("ulimit -v 4194304", &case).0, Some(0));
}
