//! `--watch`.

use std::fs;

use crate::support::{Case, Terminal};

#[cfg(unix)]
#[test]
fn a_change_triggers_a_run() {
    let definition = |path: &str| format!("#%RAML 0.8\ntitle: T\nbaseUri: http://a.test\n/{path}:\n  get:\n");
    let case = Case::command(["run", "books/a.md", "--watch", "--mock", "--report", "json=books/report.json"])
        .file("books/a.md", "```js\n'first'\n```\n")
        .file("books/api/a.raml", definition("one"));
    let mut terminal = Terminal::start(case, 200);
    terminal.shows("\"first\"").shows("waiting for changes; Ctrl-C exits");
    let cells =
        "```js\nAPI.createClient('client', 'api/a.raml'); Object.keys(client)\n```\n\n```js\nA = prompt('A')\n```\n";
    terminal.changes("books/a.md", cells).shows("books/a.md changed").shows("one").shows("waiting for changes");
    terminal.changes("books/api/a.raml", &definition("two")).shows("books/api/a.raml changed");
    terminal.shows("two").shows("waiting for changes");
    terminal.changes("apinb.toml", "[mock.inputs]\nA = \"from the file\"\n").shows("apinb.toml changed");
    terminal.shows("from the file").shows("waiting for changes");
    // An error can be fixed.
    terminal.changes("apinb.toml", "[input]\n").shows("Did you mean `inputs`?").shows("waiting for changes");
    terminal.changes("apinb.toml", "").shows("2 passed").shows("waiting for changes");
    terminal.types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.matches("waiting for changes").count() < 9, "its own report is not a change: {screen}");
}

#[cfg(unix)]
#[test]
fn files_outside_of_the_folder_that_were_read_are_watched() {
    let definition = |path: &str| format!("#%RAML 0.8\ntitle: T\nbaseUri: http://a.test\n/{path}: !include get.raml\n");
    let cell =
        "```js\nload('../lib/a.js')\n```\n\n```js\nAPI.createClient('c', '../api/a.raml'); [Object.keys(c), a]\n```\n";
    let case = Case::command(["run", "--watch", "books/a.md"])
        .file("apinb.toml", "")
        .file("books/a.md", cell)
        .file("lib/a.js", "a = 'script 1'")
        .file("api/a.raml", definition("one"));
    let mut terminal = Terminal::start(case, 200);
    terminal.shows("one").shows("script 1").shows("waiting for changes");
    terminal.changes("api/a.raml", &definition("two")).shows("api/a.raml changed").shows("two");
    terminal.shows("waiting for changes");
    // An include that was missing.
    terminal.changes("api/get.raml", "get:\n").shows("api/get.raml changed").shows("waiting for changes");
    terminal.changes("lib/a.js", "a = 'script 2'").shows("lib/a.js changed").shows("script 2");
    terminal.shows("waiting for changes").types("\u{3}");
    assert_eq!(terminal.end().0, 130);
}

/// As `git switch` and `git stash` do with folders that only one branch has.
#[cfg(unix)]
#[test]
fn a_folder_that_comes_back_is_watched_again() {
    let case = Case::command(["run", "books/a.md", "--watch"]).file("books/a.md", "```js\n'first'\n```\n");
    let mut terminal = Terminal::start(case, 200);
    terminal.shows("\"first\"").shows("waiting for changes");
    let (here, away) = (terminal.folder().join("books"), terminal.folder().join("away"));
    fs::rename(&here, &away).unwrap();
    fs::rename(&away, &here).unwrap();
    terminal.shows("books changed").shows("\"first\"").shows("waiting for changes");
    terminal.changes("books/a.md", "```js\n'second'\n```\n").shows("\"second\"").shows("waiting for changes");
    // Another folder in its place.
    fs::rename(&here, &away).unwrap();
    fs::create_dir(&here).unwrap();
    fs::write(here.join("a.md"), "```js\n'third'\n```\n").unwrap();
    terminal.shows("\"third\"").shows("waiting for changes");
    terminal.changes("books/a.md", "```js\n'fourth'\n```\n").shows("\"fourth\"").shows("waiting for changes");
    terminal.types("\u{3}");
    assert_eq!(terminal.end().0, 130);
}

#[cfg(unix)]
#[test]
fn a_notebook_may_be_something_else_for_a_moment() {
    let case = Case::command(["run", "a.md", "--watch"]).file("a.md", "```js\n'first'\n```\n");
    let mut terminal = Terminal::start(case, 200);
    terminal.shows("\"first\"").shows("waiting for changes");
    let path = terminal.folder().join("a.md");
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    terminal.shows("`a.md` is neither a file nor a folder").shows("waiting for changes");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    terminal.shows("`a.md` has no notebook").shows("waiting for changes");
    fs::remove_dir(&path).unwrap();
    terminal.changes("a.md", "```js\n'second'\n```\n").shows("\"second\"").shows("waiting for changes");
    terminal.types("\u{3}");
    assert_eq!(terminal.end().0, 130);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_watching() {
    let case = Case::command(["run", "a.md", "--watch"]).file("a.md", "```js\nwhile (true) {}\n```\n");
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("$0").types("\u{3}");
    let (code, screen) = terminal.end();
    assert!(code == 130 && !screen.contains("waiting"), "{screen}");
}

#[test]
fn an_unwatchable_input_is_an_error() {
    for name in ["-", "https://a.test/n.md"] {
        let outcome = Case::command(["run", "--watch", name]).run();
        outcome.exit(2).stderr_contains(&format!("`{name}` cannot be watched"));
    }
}
