//! `apinb report merge`: the reports of shards as those of the whole run.

use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Case, Server, document};

/// A report without times, durations and ports.
fn timeless(text: &str) -> String {
    let varying = [
        r#"\d{4}-\d\d-\d\dT[\d:.]+Z"#,
        r#""(milliseconds|waited|time|wait|receive|send|onLoad|onContentLoad)": [\d.]+"#,
        r#"time="[\d.]+"|timestamp="[^"]*""#,
        r"[\d.]+ (ms|s)\b",
        r"duration_ms: [\d.]+",
        r"date: [^\n]*",
        r#"file:///[^"]*/"#,
    ];
    varying
        .iter()
        .fold(text.to_owned(), |text, varying| Regex::new(varying).unwrap().replace_all(&text, "T").into_owned())
}

/// Five notebooks, one of which fails, and one whose text is in a list.
fn notebooks(case: Case, server: &Server) -> Case {
    let call = |number: usize| {
        let fails = if number == 3 { "missing.property" } else { "1" };
        format!(
            "# Notebook {number}\n\n1. First\n   ```js\n   fetch('{}').then(r => r.status)\n   ```\n\nThen\n\n```js\n{fails}\n```\n",
            server.url("/status/204")
        )
    };
    let case = case.file("books/README.md", "```js\n1\n```\n");
    (1..=5).fold(case, |case, number| case.file(&format!("books/{number}.md"), call(number)))
}

#[test]
fn two_shards_are_as_one_run_in_every_kind_of_report() {
    const KINDS: [(&str, &str); 8] = [
        ("json", "json"),
        ("junit", "xml"),
        ("tap", "tap"),
        ("html", "html"),
        ("md", "txt"),
        ("ipynb", "ipynb"),
        ("har", "har"),
        ("sarif", "sarif"),
    ];
    let server = Server::start();
    let reports: Vec<String> =
        KINDS.iter().flat_map(|(kind, ending)| ["--report".to_owned(), format!("{kind}=all.{ending}")]).collect();
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    let run = |arguments: &[&str]| {
        let case = notebooks(Case::command(["run", "books"]).args(arguments), &server).run();
        case.exit(i32::from(!arguments.contains(&"2/2")));
        case
    };
    let whole = run(&reports);
    let shard = |number: &str| run(&["--shard", number, "--report", "json=shard.json"]).file("shard.json");
    let (first, second) = (shard("1/2"), shard("2/2"));
    assert_eq!(document("report", &first)["shard"], json!({ "number": 1, "count": 2 }));
    // In any order of the files.
    let case = Case::command(["report", "merge", "b.json", "a.json"]).args(&reports);
    let merged = case.file("a.json", first).file("b.json", second).run();
    merged.exit(0).stdout_is("2 reports: 5 notebooks, 10 cells: 9 passed, 1 failed, 0 skipped; 5 calls\n");
    for (kind, ending) in KINDS {
        let of = |outcome: &crate::support::Outcome| timeless(&outcome.file(&format!("all.{ending}")));
        pretty_assertions(kind, &of(&whole), &of(&merged));
    }
}

#[track_caller]
fn pretty_assertions(kind: &str, expected: &str, actual: &str) {
    let first = expected.lines().zip(actual.lines()).find(|(one, other)| one != other);
    assert!(
        expected == actual,
        "{kind}: {first:#?} ({} and {} lines)",
        expected.lines().count(),
        actual.lines().count()
    );
}

/// A report with a notebook.
fn report(path: &str, shard: &str) -> String {
    let shard: Value = match shard.split_once('/') {
        Some((number, count)) => {
            json!({ "number": number.parse::<u32>().unwrap(), "count": count.parse::<u32>().unwrap() })
        }
        None => Value::Null,
    };
    let summary = json!({ "cells": 0, "passed": 0, "failed": 0, "skipped": 0, "calls": 0 });
    let notebook = json!({
        "path": path, "mocked": false, "started": "2024-01-01T00:00:00Z", "cells": [], "summary": summary, "milliseconds": 1,
    });
    let mut report = json!({ "version": 1, "started": "2024-01-01T00:00:00Z", "notebooks": [notebook] });
    if !shard.is_null() {
        report["shard"] = shard;
    }
    report.to_string()
}

#[test]
fn reports_that_do_not_belong_together_are_errors() {
    let merge = |first: String, second: String| {
        let case = Case::command(["report", "merge", "a.json", "b.json", "--report", "json=all.json"]);
        case.file("a.json", first).file("b.json", second).run()
    };
    let twice = merge(report("n.md", ""), report("n.md", ""));
    twice.exit(2).stderr_contains("`a.json` and `b.json` both have `n.md`").stderr_contains("different shards");
    merge(report("1.md", "1/2"), report("2.md", "1/2")).exit(2).stderr_contains("both have shard 1/2");
    merge(report("1.md", "1/3"), report("2.md", "3/3")).exit(0).stderr_is("warning: shard 2/3 is missing\n");
    let order = merge(report("2.md", ""), report("1.md", ""));
    let all = document("report", &order.exit(0).file("all.json"));
    assert_eq!((&all["notebooks"][0]["path"], &all["notebooks"][1]["path"]), (&"2.md".into(), &"1.md".into()));
}

#[test]
fn other_files_are_errors() {
    let merge = |text: &str| {
        let case = Case::command(["report", "merge", "a.json", "--report", "json=all.json"]);
        case.file("a.json", text).run()
    };
    merge("{\n  \"version\": 1,\n  \"notebooks\": [5]\n}")
        .exit(2)
        .stderr_contains("`a.json` is not a JSON report of a run (line 3, column 18): invalid type: integer `5`");
    merge("{\"log\": {}}").exit(2).stderr_contains("it has no `version`").stderr_contains("--report json=FILE");
    merge("{\"version\": 9}").exit(2).stderr_contains("it has version 9 of the format; this apinb reads version 1");
    let missing = Case::command(["report", "merge", "none.json", "--report", "json=all.json"]).run();
    missing.exit(2).stderr_contains("cannot read `none.json`");
    // A report that is read is not replaced.
    let own =
        Case::command(["report", "merge", "a.json", "--report", "json=a.json"]).file("a.json", report("n.md", ""));
    own.run().exit(2).stderr_contains("is read by this command");
    let twice = Case::command(["report", "merge", "-", "-", "--report", "json=all.json"]).stdin(report("n.md", ""));
    twice.run().exit(2).stderr_contains("stdin can be read only once");
}

#[test]
fn stdin_and_stdout_may_be_reports() {
    let case = Case::command(["report", "merge", "-", "--report", "json=-"]).stdin(report("n.md", ""));
    let outcome = case.run();
    let merged = document("report", &outcome.exit(0).stdout);
    assert_eq!(merged["notebooks"][0]["path"], "n.md");
    outcome.stderr_contains("1 report: 1 notebook");
}
