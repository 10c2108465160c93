//! `apinb run --json`: the events of a run as JSON Lines.

use std::io::{BufRead as _, BufReader, Read as _};

use serde_json::Value;

use crate::support::{Case, Server, document, wait};

/// The events, each of which is valid.
#[track_caller]
fn events(stdout: &str) -> Vec<Value> {
    assert!(stdout.ends_with('\n'), "{stdout}");
    stdout.lines().map(|line| document("events", line)).collect()
}

/// The name of an event, and its notebook and cell.
fn name(event: &Value) -> String {
    let mut name = event["event"].as_str().unwrap().to_owned();
    for key in ["notebook", "cell"] {
        if let Some(number) = event[key].as_u64() {
            name.push_str(&format!(" {number}"));
        }
    }
    name
}

#[test]
fn a_run_writes_an_event_on_each_line() {
    let server = Server::start();
    let cells = [
        "NAME = prompt('Name?'); console.warn(`hello\\n${NAME}`)".to_owned(),
        format!("(await fetch('{}')).status", server.url("/status/404")),
        "throw new RangeError('wrong')".to_owned(),
    ];
    let case = Case::cells(cells).args(["--json", "--input", "NAME=Ann"]);
    let outcome = case.file("b.md", "```js\n1\n```\n\n```js\n2\n```\n").args(["b.md"]).run();
    outcome.exit(1).stderr_contains("2 notebooks, 5 cells");
    let events = events(&outcome.stdout);
    let names: Vec<String> = events.iter().map(name).collect();
    assert_eq!(
        names,
        [
            "run_started",
            "notebook_started 0",
            "cell_started 0 0",
            "prompt 0 0",
            "console 0 0",
            "cell_ended 0 0",
            "cell_started 0 1",
            "call 0 1",
            "cell_ended 0 1",
            "cell_started 0 2",
            "cell_ended 0 2",
            "notebook_ended 0",
            "notebook_started 1",
            "cell_started 1 0",
            "cell_ended 1 0",
            "cell_started 1 1",
            "cell_ended 1 1",
            "notebook_ended 1",
            "summary",
        ]
    );
    assert_eq!((&events[0]["version"], &events[0]["notebooks"]), (&1.into(), &2.into()));
    assert_eq!((&events[3]["variable"], &events[3]["answer"]), (&"NAME".into(), &"Ann".into()));
    assert_eq!((&events[4]["level"], &events[4]["text"]), (&"warn".into(), &"hello\nAnn".into()));
    assert_eq!((&events[7]["method"], &events[7]["status"]), (&"GET".into(), &404.into()));
    assert_eq!((&events[8]["status"], &events[8]["result"]), (&"passed".into(), &"404".into()));
    assert_eq!(events[10]["error"]["message"], "wrong");
    assert_eq!((&events[18]["summary"]["failed"], &events[18]["notebooks"]), (&1.into(), &2.into()));
    // The report has the same.
    let report = outcome.report();
    assert_eq!(report["notebooks"][0]["cells"][2]["error"], events[10]["error"]);
    assert_eq!(report["summary"], events[18]["summary"]);
}

#[test]
fn rows_and_parallel_notebooks_have_their_events_together() {
    let cells = "```js\nNAME = prompt('Name?')\nconsole.log(NAME)\n```\n";
    let case = Case::command(["run", "a.md", "b.md", "--json", "--inputs", "rows.csv", "--jobs", "4"])
        .file("a.md", cells)
        .file("b.md", cells)
        .file("rows.csv", "NAME\nAnn\nBob\n");
    let outcome = case.run();
    outcome.exit(0);
    let events = events(&outcome.stdout);
    let notebooks: Vec<u64> = events.iter().filter_map(|event| event["notebook"].as_u64()).collect();
    assert!(notebooks.is_sorted() && notebooks.last() == Some(&3), "{}", outcome.stdout);
    let texts: Vec<&str> = events.iter().filter_map(|event| event["text"].as_str()).collect();
    assert_eq!(texts, ["Ann", "Ann", "Bob", "Bob"]);
    let rows: Vec<&Value> = events.iter().filter_map(|event| event.pointer("/row/number")).collect();
    assert_eq!(rows, [1, 1, 2, 2]);
}

#[test]
fn events_are_redacted() {
    let cell = "API_KEY = prompt('Key?'); console.log(API_KEY); throw new Error(API_KEY)";
    let outcome = Case::cells([cell]).args(["--json", "--input", "API_KEY=hunter22"]).run();
    outcome.exit(1).contains_nowhere("hunter22", &[]);
    assert!(events(&outcome.stdout).iter().any(|event| event["text"] == "[secret]"), "{}", outcome.stdout);
}

#[test]
fn a_notebook_that_cannot_run_has_events() {
    let outcome = Case::command(["run", "none.md", "--json"]).run();
    outcome.exit(2);
    let names: Vec<String> = events(&outcome.stdout).iter().map(name).collect();
    assert_eq!(names, ["run_started", "notebook_started 0", "notebook_ended 0", "summary"]);
}

#[test]
fn events_and_a_report_cannot_share_stdout() {
    let case = Case::command(["run", "a.md", "--json", "--report", "tap=-"]).file("a.md", "```js\n1\n```\n");
    case.run().exit(2).stdout_is("").stderr_contains("`--json` and a report cannot both go to stdout");
}

#[test]
fn a_closed_pipe_ends_the_events_and_not_the_run() {
    let case = Case::cells(["console.log('x'.repeat(100000))", "1", "throw 1"]).args(["--json"]);
    let mut child = case.process().spawn().unwrap();
    drop(child.stdin.take());
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(wait(child).code(), Some(1), "{stderr}");
    assert!(document("events", first.trim())["event"] == "run_started", "{first}");
    assert!(stderr.contains("3 cells: 2 passed, 1 failed") && !stderr.contains("panic"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_has_a_summary() {
    let server = Server::start();
    let cell = format!("console.log('waits'); await fetch('{}')", server.url("/hang"));
    let case = Case::cells([cell, "2".to_owned()]).args(["--json"]);
    let mut child = case.process().spawn().unwrap();
    drop(child.stdin.take());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("waits")));
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let last = lines.last().unwrap();
    assert_eq!(wait(child).code(), Some(130));
    let summary = document("events", &last);
    assert_eq!((&summary["event"], &summary["summary"]["skipped"]), (&"summary".into(), &1.into()));
}
