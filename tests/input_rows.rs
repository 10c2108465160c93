//! `--inputs FILE`: the notebooks run once for each row.

use serde_json::{Value, json};

use crate::report_destinations::{KINDS, all_kinds};
use crate::support::{Case, Outcome, Server, Terminal};

const PROMPT: &str = "---\ntitle: Users\n---\n```js\nNAME = prompt('Who?')\n```\n\n```js\nrow\n```\n";
const CSV: &str = "NAME,age\nAnn,30\n\"Bob \"\"B\"\", Jr.\",5\n";

fn case(file: &str, content: &str) -> Case {
    Case::notebook(PROMPT).file(file, content).args(["--inputs", file])
}

/// The row and the first result of each notebook.
fn rows(outcome: &Outcome) -> Vec<(Value, Value)> {
    let report = outcome.report();
    let row = |notebook: &Value| (notebook["row"].clone(), notebook["cells"][0]["result"].clone());
    report["notebooks"].as_array().unwrap().iter().map(row).collect()
}

fn row(number: usize, label: &str, result: &str) -> (Value, Value) {
    (json!({ "number": number, "label": label }), format!("{result:?}").into())
}

#[test]
fn every_format_gives_one_run_per_row() {
    let mut expected = [row(1, "NAME=Ann", "Ann"), row(2, "NAME=Bob \"B\", Jr.", "")];
    expected[1].1 = json!("'Bob \"B\", Jr.'");
    let outcome = case("t.csv", CSV).run();
    assert_eq!(rows(outcome.exit(0)), expected);
    outcome.stdout_contains("Users  notebook.md [1: NAME=Ann]").stdout_contains("2 notebooks");
    for csv in
        ["\u{feff}NAME,age\r\nAnn,30\r\n\r\n\"Bob \"\"B\"\", Jr.\",5", " NAME ,x\nAnn,\n\"Bob \"\"B\"\", Jr.\",\n"]
    {
        assert_eq!(rows(case("t.CSV", csv).run().exit(0)), expected, "{csv}");
    }
    let json = r#"[{ "NAME": "Ann", "age": 30 }, { "age": null, "NAME": "Bob \"B\", Jr." }]"#;
    assert_eq!(rows(case("t.json", json).run().exit(0)), expected);
    let toml = "[[row]]\nNAME = \"Ann\"\nage = 30\n[[row]]\nNAME = 'Bob \"B\", Jr.'\nage = 5\n";
    assert_eq!(rows(case("t.toml", toml).run().exit(0)), expected);
}

#[test]
fn values_are_strings_numbers_and_booleans() {
    let notebook = "```js\n[prompt('a'), prompt('b'), prompt('c'), confirm('d')].join(' ')\n```\n";
    let case = |file: &str, content: &str| case(file, content).file("notebook.md", notebook);
    for (file, content) in [
        ("t.csv", "a,b,c,d\nx,-5,1.5,true\n"),
        ("t.json", r#"[{"a":"x","b":-5,"c":1.5,"d":true}]"#),
        ("t.toml", "row = [{ a = 'x', b = -5, c = 1.5, d = true }]"),
    ] {
        assert_eq!(rows(case(file, content).run().exit(0)), [row(1, "a=x", "x -5 1.5 true")], "{file}");
    }
}

/// The last result of each notebook.
fn last(outcome: &Outcome) -> Vec<String> {
    let report = outcome.report();
    let notebooks = report["notebooks"].as_array().unwrap().iter();
    let results = notebooks.map(|notebook| notebook["cells"].as_array().unwrap().last().unwrap()["result"].clone());
    results.map(|result| result.as_str().unwrap_or("none").to_owned()).collect()
}

#[test]
fn the_values_of_a_row_are_in_a_global() {
    let notebook = "```js\nrow\n```\n";
    for (file, content, expected) in [
        ("t.csv", "name,age\nAnn,30\n,\n", ["{ name: \"Ann\", age: \"30\" }", "{ name: \"\", age: \"\" }"]),
        ("t.json", r#"[{"b":true,"a":1.5},{"b":null,"a":"x"}]"#, ["{ b: true, a: 1.5 }", "{ b: null, a: \"x\" }"]),
        ("t.toml", "row = [{ b = true, a = 5 }, { b = 1.5, a = 'x' }]", ["{ b: true, a: 5 }", "{ b: 1.5, a: \"x\" }"]),
    ] {
        let outcome = case(file, content).file("notebook.md", notebook).run();
        assert_eq!(last(outcome.exit(0)), expected, "{file}");
    }
}

#[test]
fn a_variable_of_the_notebook_replaces_the_row() {
    for (code, expected) in [
        ("var row = 1; row", "1"),
        ("row = 2; row", "2"),
        ("let row = 3; row", "3"),
        ("const row = 4; row", "4"),
        ("function row() {}; typeof row", "\"function\""),
        ("typeof row.NAME", "\"string\""),
        ("delete globalThis.row; typeof row", "\"undefined\""),
        ("f = (row) => row; f(5)", "5"),
    ] {
        let notebook = format!("```js\nprompt('NAME')\n```\n\n```js\n{code}\n```\n");
        let outcome = case("t.csv", "NAME\na\n").file("notebook.md", notebook).run();
        assert_eq!(last(outcome.exit(0)), [expected], "{code}");
    }
    Case::check(&[("typeof row", "\"undefined\""), ("row", ""), ("row?.NAME", ""), ("row = 5; row", "5")]);
}

#[test]
fn a_row_overrides_every_other_input() {
    let notebook = "```js\n[prompt('a'), prompt('b'), prompt('c')].join(' ')\n```\n";
    let case = case("t.json", r#"[{"a":"row"}, {"a":null,"b":"row"}]"#).file("notebook.md", notebook);
    let case = case.args(["--input", "a=flag", "--input", "b=flag"]).file("apinb.toml", "[inputs]\n\"*\" = 'file'\n");
    let expected = [row(1, "a=row", "row flag file"), row(2, "b=row", "flag row file")];
    assert_eq!(rows(case.run().exit(0)), expected);
}

#[test]
fn rows_run_in_parallel_and_in_shards() {
    let csv = "NAME\na\nb\nc\nd\ne\n";
    let all = |case: Case| -> Vec<String> {
        let outcome = case.file("b.md", PROMPT).args(["b.md"]).run();
        let report = outcome.exit(0).report();
        let one = |notebook: &Value| {
            format!("{}{}", notebook["path"].as_str().unwrap(), notebook["cells"][0]["result"].as_str().unwrap())
        };
        report["notebooks"].as_array().unwrap().iter().map(one).collect()
    };
    let expected: Vec<String> = ["a", "b", "c", "d", "e"]
        .iter()
        .flat_map(|n| [format!("notebook.md\"{n}\""), format!("b.md\"{n}\"")])
        .collect();
    assert_eq!(all(case("t.csv", csv)), expected);
    assert_eq!(all(case("t.csv", csv).args(["--jobs", "3"])), expected);
    let mut parts = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let part = all(case("t.csv", csv).args(["--shard", shard]));
        assert!((3..=4).contains(&part.len()), "{part:?}");
        parts.extend(part);
    }
    parts.sort();
    let mut sorted = expected;
    sorted.sort();
    assert_eq!(parts, sorted);
}

#[test]
fn a_failed_row_is_named() {
    let notebook =
        "```js\nNAME = prompt('Who?')\n```\n\n# Check\n\n```js\nif (NAME == 'b') throw new Error('no b'); NAME\n```\n";
    let run = |arguments: &[&str]| {
        case("t.csv", "NAME\na\nb\nc\n").file("notebook.md", notebook).args(arguments).args(all_kinds()).run()
    };
    let outcome = run(&[]);
    outcome.exit(1).stdout_contains("notebook.md [2: NAME=b]").stdout_contains("6 cells: 5 passed, 1 failed");
    let outcome = run(&["--fail-fast=all"]);
    let statuses: Vec<Value> = outcome.exit(1).report()["notebooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notebook| notebook["cells"][1]["status"].clone())
        .collect();
    assert_eq!(statuses, ["passed", "failed", "skipped"]);
    let outcome = run(&["--only", "0"]);
    outcome.exit(0).stdout_contains("3 passed");
}

#[test]
fn every_report_distinguishes_rows() {
    let server = Server::start();
    let notebook = format!("{PROMPT}\n```js\nfetch('{}'); 1\n```\n", server.url("/"));
    let outcome = case("t.csv", "NAME\na.b\nc/d\n").file("notebook.md", notebook).args(all_kinds()).run();
    outcome.exit(0);
    for kind in KINDS {
        let text = outcome.file(&format!("report-{kind}"));
        let one = if kind == "json" { "\"NAME=a.b\"" } else { "[1: NAME=a.b]" };
        let other = if kind == "json" { "\"NAME=c/d\"" } else { "[2: NAME=c/d]" };
        let spots = [text.find(one), text.find(other)];
        assert!(spots[0].is_some() && spots[0] < spots[1], "{kind}: {spots:?}\n{text}");
    }
    let junit = outcome.file("report-junit");
    assert!(junit.contains("classname=\"notebook [1]\"") && junit.contains("classname=\"notebook [2]\""), "{junit}");
    outcome.report();
}

#[test]
fn secrets_of_rows_are_redacted() {
    let notebook = "```js\n[prompt('n'), PASSWORD = prompt('p'), 'open-' + 'sesame'].join(' ')\n```\n";
    let csv = "PASSWORD,n\nopen-sesame,1\nother-secret,2\n";
    let outcome = case("t.csv", csv).file("notebook.md", notebook).args(all_kinds()).run();
    let expected = [row(1, "n=1", "1 [secret] [secret]"), row(2, "n=2", "2 [secret] [secret]")];
    assert_eq!(rows(outcome.exit(0)), expected);
    outcome.contains_nowhere("open-sesame", &["t.csv"]).contains_nowhere("other-secret", &["t.csv"]);
    for (file, content) in [
        ("t.csv", "PASSWORD,n\nopen-sesame\n"),
        ("t.csv", "n,PASSWORD\n1,\"open-sesame\n"),
        ("t.json", "[{\"PASSWORD\": \"open-sesame\" \"n\": 1}]"),
        ("t.json", "[{\"PASSWORD\": [\"open-sesame\"]}]"),
        ("t.json", "[\"open-sesame\", {\"PASSWORD\":1}]"),
        ("t.toml", "[[row]]\nPASSWORD = open-sesame\n"),
        ("t.toml", "[[row]]\nPASSWORD = [\"open-sesame\"]\n"),
    ] {
        case(file, content).run().exit(2).contains_nowhere("open-sesame", &[file]);
    }
}

#[test]
fn diagnostics_have_their_line_and_help() {
    let mut shown = String::new();
    for (file, content) in [
        ("t.csv", "NAME,,NAME\n"),
        ("t.csv", "NAME,age\nAnn,30\nBob\nEve,1,2\n"),
        ("t.csv", "NAME,age\nAnn,\"30\nBob,5\n"),
        ("t.csv", "NAME;age\nAnn;30\n"),
        ("t.csv", "NAME\n"),
        ("t.csv", ""),
        ("t.json", "{\"NAME\": 1}"),
        ("t.json", "[]"),
        ("t.json", "[\n  {\"NAME\": 1},\n  {\"NAME\": 2, \"NAME\": 3}\n]"),
        ("t.json", "[\n  {\"é\": 1},\n  {\"NAME\": {}}\n]"),
        ("t.json", "[1, 2"),
        ("t.toml", "[[rows]]\nNAME = 1\n"),
        ("t.toml", "row = 1\n"),
        ("t.toml", "[[row]]\nNAME = 2026-01-01\n[[row]]\nNAME = [1]\n"),
        ("t.toml", "[[row]\n"),
        ("t.jsn", "[]"),
        ("t", ""),
    ] {
        let outcome = case(file, content).run();
        outcome.exit(2).stdout_is("");
        shown.push_str(&format!("=== {file} {content:?}\n{}\n", outcome.stderr));
    }
    crate::support::golden_text("configuration/input-rows", &shown);
}

#[test]
fn files_are_limited() {
    let many = format!("NAME\n{}", "x\n".repeat(10_001));
    case("t.csv", &many).run().exit(2).stderr_contains("more than 10000 rows").stderr_contains("t.csv:10002:1");
    let many = format!("[{}{{}}]", "{},".repeat(10_000));
    case("t.json", &many).run().exit(2).stderr_contains("more than 10000 rows");
    let names: Vec<String> = (0..11).map(|_| "notebook.md".to_owned()).collect();
    let many = format!("NAME\n{}", "x\n".repeat(9_000));
    let outcome = case("t.csv", &many).args(names).run();
    outcome
        .exit(2)
        .stderr_contains("`t.csv` has too many rows for this number of notebooks")
        .stderr_contains("Split it with `--shard`");
    case("t.csv", &" ".repeat((16 << 20) + 1)).run().exit(2).stderr_contains("larger than 16777216 bytes");
    let deep = format!("[{}", "[".repeat(100_000));
    case("t.json", &deep).run().exit(2).stderr_contains("t.json:1:");
    Case::notebook(PROMPT).args(["--inputs", "none.csv"]).run().exit(2).stderr_contains("cannot read `none.csv`");
    Case::notebook(PROMPT).file("t.csv", b"NAME\n\xff\n").args(["--inputs", "t.csv"]).run().exit(2);
    let outcome = Case::notebook(PROMPT).args(["--inputs", "-"]).run();
    outcome.exit(2).stderr_contains("`-` is stdin, which cannot have rows");
}

#[test]
fn a_notebook_on_stdin_runs_for_each_row() {
    let case = Case::command(["run", "-", "--inputs", "t.csv", "--report", "json=report.json"]).stdin(PROMPT);
    let outcome = case.file("t.csv", CSV).run();
    assert_eq!(rows(outcome.exit(0)).len(), 2);
    assert_eq!(rows(&outcome)[1].1, json!("'Bob \"B\", Jr.'"));
}

#[cfg(unix)]
#[test]
fn a_change_of_the_rows_triggers_a_run() {
    let case = Case::command(["run", "n.md", "--watch", "--inputs", "other/t.csv"]).file("n.md", PROMPT);
    let mut terminal = Terminal::start(case.file("other/t.csv", "NAME\nfirst\n"), 100);
    terminal.shows("\"first\"").shows("waiting for changes").changes("other/t.csv", "NAME\nsecond\n");
    terminal.shows("\"second\"").shows("waiting for changes").types("\u{3}");
    assert_eq!(terminal.end().0, 130);
}
