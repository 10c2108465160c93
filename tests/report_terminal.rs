//! The terminal output of a run.

use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Case, Server, Terminal, root};

#[test]
fn a_run_is_shown_in_plain_lines() {
    Case::spec("report/plain").run().exit(1).golden("report/plain");
}

#[test]
fn a_quiet_run_shows_failures_and_the_summary() {
    Case::spec("report/plain").args(["-q"]).run().exit(1).golden("report/quiet");
    Case::cells(["1"]).args(["--quiet"]).run().exit(0).golden("report/quiet-passed");
}

#[test]
fn a_verbose_run_shows_everything() {
    Case::spec("report/mocked").args(["--mock", "-v"]).run().exit(0).golden("report/mocked");
}

#[test]
fn several_notebooks_have_a_total() {
    let case =
        Case::cells(["1"]).file("b.md", "---\ntitle: Other\n---\n```js\nnull.x\n```\n").args(["b.md", "none.md"]);
    case.run().exit(2).golden("report/several");
}

#[test]
fn hostile_text_is_escaped() {
    let outcome = Case::cells(["console.log('\\x1b[2J\\x07'); throw new Error('\\x1b]0;title\\x07')"]).run();
    outcome.exit(1).stdout_contains("␛[2J");
    assert!(!outcome.stdout.contains('\u{1b}') && !outcome.stdout.contains('\u{7}'), "{:?}", outcome.stdout);
}

#[test]
fn long_output_is_truncated_unless_verbose() {
    let cell = "for (let i = 0; i < 100; i++) console.log('line ' + i)";
    Case::cells([cell]).run().exit(0).stdout_contains("line 19\n").stdout_contains("… 80 lines more; -v shows all");
    Case::cells([cell]).args(["--verbose"]).run().exit(0).stdout_contains("line 99\n");
}

#[cfg(unix)]
#[test]
fn lines_fit_the_terminal() {
    let server = Server::start();
    let notebook = format!(
        "A label 日本語 that is much longer than the column for labels has room for it\n\n```js\nfetch('{}/\
         status/404?a_long_query_of_a_call=that_does_not_fit').then(() => 'x'.repeat(90))\n```\n",
        server.url("")
    );
    let time = Regex::new("[0-9. ]{4} m?s").unwrap();
    for (width, expected) in [
        (40, "  ✓ $0  404    N ms  GET /status/404?a_…"),
        (60, "  ✓ $0  404    N ms  GET /status/404?a_long_query_of_a_call…"),
        (100, "  ✓ $0  404    N ms  GET /status/404?a_long_query_o…  A label 日本語 that is muc…  \"xxxxxxxxxxxxxxx…"),
    ] {
        let case = Case::command(["run", "a.md", "--color", "never"]).file("a.md", &notebook);
        let (code, screen) = Terminal::start(case, width).end();
        assert_eq!(code, 0, "{screen}");
        // The spinner erases itself with escape codes; the lines remain.
        let lines: Vec<&str> = screen.lines().filter(|line| line.contains('✓')).collect();
        assert_eq!(lines.len(), 1, "{screen:?}");
        let line = lines[0].rsplit(['\u{1b}', '\r']).find(|part| part.contains('✓')).unwrap();
        let line = &line[line.find("  ✓").unwrap()..];
        assert_eq!(time.replace(line, "   N ms"), expected);
    }
}

#[cfg(unix)]
#[test]
fn the_spinner_is_one_row() {
    let notebook = "日本語の見出しです\n\n```js\nawait new Promise(done => setTimeout(done, 1000))\n```\n";
    let case = Case::command(["run", "a.md", "--color", "never"]).file("a.md", notebook);
    let (code, screen) = Terminal::start(case, 50).end();
    assert_eq!(code, 0, "{screen}");
    // Its frames replace each other; only the row of the cell begins a line.
    let rows = screen.split('\n').filter(|line| line.contains("日本語の見出しです")).count();
    assert!(rows <= 2, "{screen:?}");
}

#[test]
fn a_cell_without_what_a_failed_cell_assigns_is_folded() {
    let cells = ["user = none()", "user.name", "throw new Error('user is not defined')", "other", "1"];
    let outcome = Case::cells(cells).run();
    outcome.exit(1).golden("report/caused");
    let report = outcome.report();
    let causes: Vec<Option<u64>> = report["notebooks"][0]["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| cell["error"]["caused_by"].as_u64())
        .collect();
    assert_eq!(causes, [None, Some(0), None, None, None]);
}

#[test]
fn a_skipped_cell_that_assigns_a_variable_is_named() {
    let outcome = Case::cells(["user = 1", "user"]).args(["--only", "1"]).run();
    outcome.exit(1).stdout_contains("help: `user` is assigned by $0, which was not selected: mark it `setup`, or use `--until` instead of `--only`.");
}

#[test]
fn external_assertion_libraries_show_what_differs() {
    let load = "load('chai')";
    for (version, script) in [("1", "chai/chai.js"), ("4", "chai-4/chai.js")] {
        let chai = root().join("tests/node_modules").join(script);
        let case = Case::cells([
            load,
            "chai.assert.equal(1, 2)",
            "chai.expect([{ b: 1, a: 'x' }]).to.eql([{ a: 'y', b: 1 }])",
        ]);
        let outcome = case.args(["--script".to_owned(), format!("chai={}", chai.display())]).run();
        outcome.exit(1).stdout_contains("-     a: \"y\",").stdout_contains("+     a: \"x\",");
        // The first version says of `equal` that its message is enough.
        let of_numbers = if version == "1" { Value::Null } else { json!("1") };
        assert_eq!(outcome.report()["notebooks"][0]["cells"][1]["error"]["actual"], of_numbers, "chai {version}");
        assert_eq!(outcome.stdout.contains("expected: 2\n"), version != "1", "chai {version}");
    }
}

#[test]
fn a_difference_that_is_deep_or_late_has_a_path() {
    let nested = "deep = (value) => { for (let i = 0; i < 12; i++) value = { a: value }; return value }";
    let long = "list = (last) => Array.from({ length: 300 }, (_, id) => ({ id: id === 299 ? last : id }))";
    let large = "large = (last) => ({ items: Array.from({ length: 9000 }, (_, id) => id === 8000 ? last : id) })";
    let unequal = "fails = (actual, expected) => { throw Object.assign(new Error('unequal'), { actual, expected }) }";
    let outcome = Case::cells([
        &[nested, long, large, unequal].join("\n"),
        "fails(deep(1), deep(2))",
        "fails(list('x'), list('y'))",
        "fails(large('x'), large('y'))",
        "fails(large('x'), { items: [] })",
        "fails({ a: 1 }, { a: 1 })",
    ])
    .run();
    let path = ".a".repeat(12);
    let report = outcome.exit(1).report();
    for (cell, actual, expected) in [
        (1, format!("{path}: 1"), format!("{path}: 2")),
        (2, "[299].id: \"x\"".to_owned(), "[299].id: \"y\"".to_owned()),
        (3, ".items[8000]: \"x\"".to_owned(), ".items[8000]: \"y\"".to_owned()),
        (4, ".items.length: 9000".to_owned(), ".items.length: 0".to_owned()),
    ] {
        let error = &report["notebooks"][0]["cells"][cell]["error"];
        assert_eq!((&error["actual"], &error["expected"]), (&actual.into(), &expected.into()), "{cell}");
    }
    outcome.stdout_contains("expected and actual look the same: they differ in a type or a hidden property");
}

#[test]
fn external_passed_assertions_are_a_mark() {
    for script in ["chai/chai.js", "chai-4/chai.js"] {
        let chai = root().join("tests/node_modules").join(script);
        let case = Case::cells(["load('chai')", "chai.expect([1]).to.eql([1])", "chai.expect(1)", "({ __flags: 1 })"]);
        let outcome = case.args(["--script".to_owned(), format!("chai={}", chai.display())]).run();
        outcome.cell(1).is("✓").cell(2).is("✓").cell(3).is("{ __flags: 1 }").exit(0);
    }
}

#[cfg(unix)]
#[test]
fn messages_are_wrapped_between_words() {
    let message = "a message of many words that is far too long for the narrow terminal in which it is shown";
    let notebook = format!("```js\nthrow Object.assign(new Error('{message}'), {{ help: '{message}' }})\n```\n");
    for width in [40, 50, 80] {
        let case = Case::command(["run", "a.md", "--color", "never"]).file("a.md", &notebook);
        let mut terminal = Terminal::start(case, width);
        terminal.shows("skipped");
        let rows = terminal.rows();
        assert!(rows.lines().all(|row| row.chars().count() <= usize::from(width)), "{rows}");
        // Every word of the message is whole, twice.
        let details = rows.split("error: ").nth(1).unwrap();
        for word in message.split(' ') {
            let whole = details.split_whitespace().filter(|other| other.trim_matches(['\'', ')']) == word).count();
            assert!(whole >= 2, "{word}: {rows}");
        }
        terminal.end();
    }
}

#[test]
fn errors_with_values_show_what_differs() {
    // As Node's `assert` and Jest's `expect` throw.
    let thrown = [
        "throw Object.assign(new Error('unequal'), { actual: 1, expected: 2, operator: 'strictEqual' })",
        "throw Object.assign(new Error('unequal'), { matcherResult: { actual: 1, expected: 2 } })",
        "throw Object.assign(new Error('unequal'), { actual: 1, expected: 2, showDiff: false })",
    ];
    let report = Case::cells(thrown).run().report();
    for (cell, expected) in [(0, "2"), (1, "2"), (2, "")] {
        let error = &report["notebooks"][0]["cells"][cell]["error"];
        assert_eq!(error["expected"].as_str().unwrap_or_default(), expected, "{cell}");
    }
}

#[test]
fn a_failure_on_a_large_body_is_short() {
    let server = Server::start();
    let items = "Array.from({ length: 200 }, (_, id) => ({ id, name: 'name ' + id }))";
    let cell = format!(
        "fetch('{}/echo', {{ method: 'POST', body: JSON.stringify({items}) }}).then(r => r.json()).then(body => {{\n\
         throw new Error('wrong') }})",
        server.url("")
    );
    let outcome = Case::cells([cell]).run();
    outcome.exit(1).stdout_contains("-v shows all");
    assert!(outcome.stdout.lines().count() < 35, "{}", outcome.stdout);
}

#[test]
fn an_assertion_on_a_large_body_is_short() {
    let server = Server::start();
    let items =
        "(last) => Array.from({ length: 200 }, (_, id) => ({ id, name: 'name ' + (id % 9 ? id : last), done: false }))";
    let cell = format!(
        "items = {items}\nbody = await (await fetch('{}', {{ method: 'POST', body: JSON.stringify(items('x')) }})).json()\n\
         assert.deepEqual(JSON.parse(body.body), items('y'))",
        server.url("/echo")
    );
    let outcome = Case::cells([&cell]).run();
    outcome.exit(1).stdout_contains("-v shows all").stdout_contains("-     name: \"name y\"\n");
    assert!(outcome.stdout.lines().count() < 30, "{}", outcome.stdout);
    let all = Case::cells([&cell]).args(["-v"]).run();
    assert!(all.stdout.lines().count() > 1_000 && !all.stdout.contains("-v shows all"));
    let quiet = Case::cells(["1", &cell, "2"]).args(["-q"]).run();
    assert!(quiet.stdout.lines().count() < 30 && !quiet.stdout.contains("$0"), "{}", quiet.stdout);
}
