//! The run record as JSON: valid by its schema, complete or absent.

use crate::support::{Case, Server, valid_report};

#[test]
fn reports_conform_to_the_schema() {
    let server = Server::start();
    let cells = [
        "NAME = prompt('Name?'); confirm('Sure?')".to_owned(),
        "console.log('x'); alert('y'); ({ a: 1, b: { c: 'x'.repeat(200) } })".to_owned(),
        format!("fetch('{}', {{ method: 'POST', body: 'x' }}).then(r => r.json())", server.url("/echo")),
        format!("fetch('{}')", Server::refused("/")),
        "function f() { throw new RangeError('x', { cause: new Error('y') }) }\nf()".to_owned(),
        "let x = ;".to_owned(),
        "prompt('unanswered')".to_owned(),
        "undefined".to_owned(),
    ];
    let outcome = Case::cells(&cells).args(["--input", "NAME=x", "--input", "Sure?=yes"]).run();
    outcome.exit(1).report();
    Case::cells(&cells).args(["--fail-fast"]).run().exit(1).report();
    Case::cells(&cells).args(["--mock"]).run().exit(3).report();
    Case::notebook(b"\xff").args(["none.md"]).run().exit(2).report();
    Case::spec("report/mocked").args(["--mock"]).run().exit(0).report();
}

#[test]
fn a_cell_has_its_position_and_activity() {
    let server = Server::start();
    let notebook = format!(
        "---\ntitle: The title\n---\n\nSay hello\n\n```js\nfetch('{}').then(r => r.status)\n```\n\n1. In a list:\n   ```js\n   \
         x = 1\n   null.x\n   ```\n",
        server.url("/status/404")
    );
    let outcome = Case::notebook(notebook).run();
    let report = outcome.exit(1).report();
    assert_eq!(report["notebooks"][0]["title"], "The title");
    assert_eq!(report["notebooks"][0]["path"], "notebook.md");
    let cell = outcome.cell(0).cell;
    assert_eq!((&cell["number"], &cell["line"], &cell["label"]), (&0.into(), &8.into(), &"Say hello".into()));
    assert_eq!(outcome.cell(0).calls(), [format!("GET {} 404", server.url("/status/404"))]);
    assert_eq!(cell["calls"][0]["bytes"], 14);
    assert_eq!(outcome.cell(1).position(), "notebook.md:14:9");
    assert_eq!(outcome.cell(1).cell["error"]["source_line"], "   null.x");
}

#[test]
fn console_output_has_its_level() {
    let cell = "console.log('a', 1); console.warn('b'); console.error('c'); console.debug('d'); alert('e')";
    let outcome = Case::cells([cell]).run();
    assert_eq!(outcome.cell(0).console(), ["log: a 1", "warn: b", "error: c", "debug: d", "alert: e"]);
}

#[test]
fn a_report_on_stdout_is_the_only_output() {
    let outcome = Case::command(["run", "a.md", "--report", "json=-"]).file("a.md", "```js\n1\n```\n").run();
    valid_report(&outcome.exit(0).stdout);
    outcome.stderr_contains("1 cell: 1 passed");
}

#[test]
fn a_file_is_replaced_atomically() {
    let case = Case::cells(["1"])
        .file("report.json", format!("{{\n  \"version\": 1,\n  \"generator\": \"apinb 0\",\n{}", "x".repeat(1 << 20)));
    let outcome = case.args(["--report", "json=second.json"]).run();
    outcome.exit(0).report();
    assert_eq!(outcome.file("second.json"), outcome.file("report.json"));
}

#[cfg(unix)]
#[test]
fn special_files_are_written_to() {
    let outcome = Case::cells(["1"]).args(["--report", "json=/dev/stderr"]).run();
    outcome.exit(0).stderr_contains("\"generator\"");
}
