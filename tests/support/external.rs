//! Third-party tools that some tests need: packages of npm and pip, and Chromium.
//!
//! A test that needs one is named `external_…`, so that `make test-fast` skips it; with another name it fails.

use std::path::PathBuf;
use std::process::Command;

use super::case::root;

/// Fails the calling test unless its name starts with `external_`.
#[track_caller]
pub(super) fn needs_external_tools() {
    let thread = std::thread::current();
    // With one thread, tests run on the main thread.
    let name = thread.name().unwrap_or("main");
    let is_named = name == "main" || name.contains("external_");
    assert!(is_named, "{name}: a test that needs what `make test` installs is called `external_…`");
}

/// The folder of an npm package.
#[track_caller]
pub(crate) fn package(name: &str) -> PathBuf {
    needs_external_tools();
    let path = root().join("tests/node_modules").join(name);
    assert!(path.is_dir(), "the package {name} is missing; `make test` and `tools/node-modules` install it");
    path
}

/// The path of Chai, which the seed notebook loads.
#[track_caller]
pub(crate) fn chai() -> PathBuf {
    needs_external_tools();
    let path = root().join("tests/node_modules/chai/chai.js");
    assert!(path.is_file(), "chai is missing; `make test` and `tools/node-modules` install it");
    path
}

/// What a script for Node prints.
#[track_caller]
pub(crate) fn node(script: &str) -> String {
    needs_external_tools();
    let output = Command::new("node").args(["-e", script]).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
