//! Attributes of cells: `setup`, `teardown`, `skip`, `expect-failure`, `label`.

use serde_json::{Value, json};

use crate::support::{Case, Outcome, Server, Terminal};

/// A notebook of cells with these info strings and codes.
fn cells(cells: &[(&str, &str)]) -> String {
    cells.iter().map(|(info, code)| format!("```js {info}\n{code}\n```\n\n")).collect()
}

fn run(notebook: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    Case::notebook(cells(notebook)).args(arguments).run()
}

/// The status of each cell of a notebook: `p`, `f` or `s`.
fn statuses(outcome: &Outcome, notebook: usize) -> String {
    let report = outcome.report();
    let cells = report["notebooks"][notebook]["cells"].as_array().unwrap().clone();
    cells.iter().map(|cell| cell["status"].as_str().unwrap()[..1].to_owned()).collect()
}

const LIFE: [(&str, &str); 5] =
    [("setup", "x = 1"), ("", "y = 2"), ("", "throw x"), ("", "z = 3"), ("teardown", "console.log('cleaned ' + x)")];

#[test]
fn setup_and_teardown_run_whatever_is_selected() {
    for (arguments, code, expected) in [
        (&[][..], 1, "ppfpp"),
        (&["--only", "1"], 0, "ppssp"),
        (&["--from", "3"], 0, "psspp"),
        (&["--until", "1"], 0, "ppssp"),
        (&["--fail-fast"], 1, "ppfsp"),
        (&["--fail-fast=all"], 1, "ppfsp"),
    ] {
        let outcome = run(&LIFE, arguments);
        outcome.exit(code);
        assert_eq!(statuses(&outcome, 0), expected, "{arguments:?}");
        assert_eq!(outcome.cell(4).console(), ["log: cleaned 1"]);
    }
}

#[test]
fn fail_fast_ends_a_notebook_or_all() {
    let case = |arguments: &[&str]| {
        let case = Case::command(["run", "--report", "json=report.json", "a.md", "b.md"]).args(arguments);
        case.file("a.md", cells(&LIFE)).file("b.md", cells(&[("setup", "1"), ("teardown", "2")]))
    };
    for (arguments, settings, expected) in [
        (&["--fail-fast"][..], "", ["ppfsp", "pp"]),
        (&["--fail-fast=all"], "", ["ppfsp", "ss"]),
        (&[], "[run]\nfail-fast = true\n", ["ppfsp", "pp"]),
        (&[], "[run]\nfail-fast = \"all\"\n", ["ppfsp", "ss"]),
        (&["--keep-going"], "[run]\nfail-fast = \"all\"\n", ["ppfpp", "pp"]),
        (&["--fail-fast", "--jobs", "2"], "", ["ppfsp", "pp"]),
    ] {
        let outcome = case(arguments).file("apinb.toml", settings).run();
        outcome.exit(1);
        assert_eq!([statuses(&outcome, 0), statuses(&outcome, 1)], expected, "{arguments:?} {settings}");
    }
    case(&[])
        .file("apinb.toml", "[run]\nfail-fast = \"both\"\n")
        .run()
        .exit(2)
        .stderr_contains("expected `true`, `false` or `all`");
    case(&["--fail-fast=both"]).run().exit(2).stderr_contains("'both'");
}

#[test]
fn a_skipped_cell_is_shown_with_its_reason() {
    let notebook = [("skip=\"no &quot; server\" label=\"Send\"", "throw 1"), ("skip setup", "throw 2"), ("", "3")];
    let reports = ["junit=r.xml", "tap=r.tap", "html=r.html", "md=r.md"];
    let arguments: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let outcome = run(&notebook, &arguments);
    outcome.exit(0).stdout_contains("3 cells: 1 passed, 0 failed, 2 skipped");
    assert_eq!(statuses(&outcome, 0), "ssp");
    let row = outcome.stdout.lines().find(|line| line.contains("$0")).unwrap();
    assert!(row.contains("skipped") && row.contains("Send") && row.contains("no &quot; server"), "{row}");
    let skip: Vec<Value> = (0..3).map(|number| outcome.cell(number).cell["skip"].clone()).collect();
    assert_eq!(skip, [json!("no &quot; server"), json!(""), Value::Null]);
    for (file, texts) in [
        ("r.xml", &["<skipped message=\"no &amp;quot; server\"/>", "<skipped/>"][..]),
        ("r.tap", &["# SKIP no &quot; server", "# SKIP it did not run"]),
        ("r.html", &["skipped: no &amp;quot; server"]),
        ("r.md", &["(skipped: no &quot; server)", "(skipped)"]),
    ] {
        for text in texts {
            assert!(outcome.file(file).contains(text), "{text}: {}", outcome.file(file));
        }
    }
    // A cell that needs it says why its variable is missing.
    let outcome = run(&[("skip", "todo = 1"), ("", "todo.x")], &[]);
    assert_eq!(outcome.exit(1).cell(1).help(), "`todo` is assigned by $0, which is marked `skip`.");
}

#[test]
fn a_cell_may_be_expected_to_fail() {
    let notebook = [
        ("expect-failure", "throw new TypeError('no such user')"),
        ("expect-failure=\"such user\"", "throw new Error('no such user')"),
        ("expect-failure=\"TypeError: no\"", "throw new TypeError('no such user')"),
        ("expect-failure=\"another\"", "throw new Error('no such user')"),
        ("expect-failure", "1"),
        ("", "throw 1"),
        ("", "todo = missing"),
        ("expect-failure", "todo.x"),
    ];
    let outcome = run(&notebook, &["--report", "junit=r.xml"]);
    outcome.exit(1);
    outcome.cell(0).is("failed as expected: TypeError: no such user");
    outcome.cell(1).is("failed as expected: no such user");
    outcome.cell(2).is("failed as expected: TypeError: no such user");
    let other = outcome.cell(3);
    other.fails("Error: no such user");
    assert!(other.help().contains("contains `another`"), "{}", other.help());
    let passed = outcome.cell(4);
    passed.fails("the cell passed, and its fence says `expect-failure`");
    assert_eq!(
        (passed.position().as_str(), &passed.cell["error"]["kind"]),
        ("notebook.md:17:1", &json!("unexpected_pass"))
    );
    // It failed because of another cell, not as it should.
    assert_eq!(outcome.cell(7).fails("todo is not defined").cell(7).cell["error"]["caused_by"], 6);
    assert!(outcome.file("r.xml").contains("failures=\"5\" errors=\"0\""), "{}", outcome.file("r.xml"));
    run(&notebook[..3], &["--fail-fast"]).exit(0).stdout_contains("3 passed");
}

#[test]
fn a_label_names_and_selects_a_cell() {
    let outcome = run(&[("label=\"Next page\"", "1"), ("", "2")], &["--only", "next page"]);
    assert_eq!(statuses(&outcome, 0), "ps");
    assert_eq!(outcome.cell(0).cell["label"], "Next page");
}

#[test]
fn a_cell_that_needs_unselected_ones_says_so() {
    let outcome = run(&[("", "todo = 1"), ("label=\"Next page\"", "todo.x")], &["--only", "Next page"]);
    let help =
        "`todo` is assigned by $0, which was not selected: mark it `setup`, or use `--until` instead of `--only`.";
    assert_eq!(outcome.exit(1).cell(1).fails("todo is not defined").cell(1).help(), help);
    outcome.stdout_contains("mark it `setup`");
}

#[test]
fn a_misspelled_attribute_is_a_warning_of_a_check() {
    let notebook = "text\n\n```js tear-down title=\"x\" {1,3}\n1\n```\n";
    let checked = Case::command(["check", "n.md"]).file("n.md", notebook).run();
    checked.exit(0).stdout_contains("notebook/unknown-attribute").stdout_contains("n.md:3:7");
    checked.stdout_contains("Did you mean `teardown`?");
    Case::command(["run", "n.md"]).file("n.md", notebook).run().exit(0);
}

#[test]
fn a_prompt_skips_marked_cells() {
    let case = Case::command(["repl", "n.md"]).file("n.md", cells(&[("skip", "x = 'ran'"), ("", "y = 'too'")]));
    let outcome = case.stdin("typeof x + ' ' + y\n").run();
    outcome.stdout_contains("undefined too");
}

#[cfg(unix)]
#[test]
fn ctrl_c_lets_cells_clean_up() {
    let server = Server::start();
    let clean_up = format!("console.log('status ' + (await fetch('{}')).status)", server.url("/status/204"));
    let notebook = cells(&[
        ("setup", "1"),
        ("", &format!("await fetch('{}')", server.url("/hang"))),
        ("", "2"),
        ("teardown", &clean_up),
    ]);
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
    terminal.shows("$1").types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("│ \u{1b}[0mstatus 204") && screen.contains("1 skipped"), "{screen}");
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_ends_a_teardown() {
    let server = Server::start();
    let hang = format!("console.log('cleaning'); await fetch('{}')", server.url("/hang"));
    let notebook = cells(&[("", &format!("await fetch('{}')", server.url("/hang"))), ("teardown", &hang)]);
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
    terminal.shows("$0").types("\u{3}").shows("$1").types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(!screen.contains("skipped"), "{screen}");
}

#[cfg(unix)]
#[test]
fn a_cell_that_cleans_up_goes_on_after_ctrl_c() {
    let server = Server::start();
    let slow = format!(
        "console.log('cleaning'); await new Promise(r => setTimeout(r, 400)); console.log('status ' + (await fetch('{}')).status)",
        server.url("/status/204")
    );
    let notebook = cells(&[("", "1"), ("teardown", &slow), ("", "2")]);
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
    terminal.shows("cleaning").types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("status 204") && screen.contains("1 skipped"), "{screen}");
}
