//! `--jobs`: several notebooks in parallel.

use serde_json::Value;

use crate::support::{Case, Outcome, Server, Terminal};

/// Forty different notebooks: some fail, one is not a notebook, all send calls.
fn forty(jobs: &str, server: &Server) -> Case {
    let mut case = Case::command(["run", "books", "--jobs", jobs, "--report", "json=report.json"]);
    for number in 0..40 {
        let url = server.url(&format!("/text/{number}"));
        let busy = "for (let i = 0; i < 50000; i++) { n = (n * 31 + i) % 1000003 }";
        let mut text = format!(
            "---\ntitle: Number {number}\n---\n\n```js\nlet n = {number}; {busy} n\n```\n\n```js\nconsole.log('line one\\nline two of {number}'); (await (await fetch('{url}')).text())\n```\n"
        );
        if number % 7 == 3 {
            text.push_str("\n# It fails\n\n```js\nnull.x\n```\n\n```js\n$0 === n\n```\n");
        }
        let text = if number == 20 { b"```js\n\xff\n```".to_vec() } else { text.into_bytes() };
        case = case.file(&format!("books/{number:02}.md"), text);
    }
    // Not a text, so skipped in a folder; an error if named.
    case.args(["books/20.md"])
}

/// Masks values that differ between runs.
fn masked(outcome: &Outcome) -> (String, Value) {
    fn without_times(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    match name.as_str() {
                        "milliseconds" | "started" | "waited" => *value = Value::Null,
                        _ => without_times(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(without_times),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let times = regex::Regex::new(r" *\d+(\.\d+)? (ms|s)\b").unwrap();
    let mut report = outcome.report();
    without_times(&mut report);
    (times.replace_all(&outcome.stdout, " TIME").into_owned(), report)
}

#[test]
fn parallel_runs_report_the_same_as_sequential_ones() {
    let server = Server::start();
    let one = forty("1", &server).run();
    let four = forty("4", &server).run();
    one.exit(2);
    four.exit(2);
    let (one, four) = (masked(&one), masked(&four));
    assert_eq!(one.0, four.0);
    assert_eq!(one.1, four.1);
    assert_eq!(four.1["notebooks"].as_array().unwrap().len(), 40);
    assert_eq!(four.1["summary"]["failed"], 6, "{}", four.1["summary"]);
}

#[test]
fn notebooks_run_in_parallel() {
    // Each notebook waits for the other.
    let server = Server::with({
        let barrier = std::sync::Barrier::new(2);
        move |_| {
            barrier.wait();
            crate::support::Answer::new(200, "text/plain", "both")
        }
    });
    let cell = format!("```js\nawait (await fetch('{}')).text()\n```\n", server.url("/"));
    let case = Case::command(["run", "a.md", "b.md", "-j", "2"]).file("a.md", &cell).file("b.md", &cell);
    case.run().exit(0).stdout_contains("2 cells: 2 passed");
}

#[test]
fn mocked_notebooks_have_separate_mock_servers() {
    let definition = "#%RAML 0.8\ntitle: T\nbaseUri: http://api.test\n/things:\n  get:\n    responses:\n      200:\n        body:\n          application/json:\n            example: '[1]'\n";
    let cells = "```js\nAPI.createClient('client', 'api.raml')\n```\n\n```js\nclient.things.get().body\n```\n";
    let mut case = Case::command(["run", ".", "--mock", "--jobs", "3"]).file("api.raml", definition);
    for name in ["a", "b", "c", "d", "e"] {
        case = case.file(&format!("{name}.md"), cells);
    }
    case.run().exit(0).stdout_contains("10 cells: 10 passed, 0 failed, 0 skipped; 5 calls");
}

#[test]
fn fail_fast_starts_no_further_notebook() {
    let case = Case::command(["run", "--fail-fast=all", "--jobs", "2", "a.md", "b.md", "c.md", "d.md"])
        .file("a.md", "```js\nthrow 1\n```\n")
        .file("b.md", "```js\nwhile (true) {}\n```\n")
        .file("c.md", "```js\n1\n```\n")
        .file("d.md", "```js\n1\n```\n")
        .args(["--cell-timeout", "300ms"]);
    let outcome = case.run();
    outcome.exit(1).stdout_contains("2 skipped");
}

#[cfg(unix)]
#[test]
fn questions_are_asked_one_at_a_time_with_their_notebook() {
    let ask = "```js\nA = prompt('Your name?')\n```\n";
    let case = Case::command(["run", "a.md", "b.md", "--jobs", "2"]).file("a.md", ask).file("b.md", ask);
    let mut terminal = Terminal::start(case, 100);
    terminal.shows(".md asks:").shows("? Your name?").types("Ann\r");
    terminal.shows(".md asks:").shows("? Your name?").types("Ann\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("a.md asks:") && screen.contains("b.md asks:"), "{screen}");
    assert!(screen.contains("2 notebooks"), "{screen}");
}

/// `a.md` asks until the others have ended: they are given to workers, run and end meanwhile. Only their output waits.
#[cfg(unix)]
#[test]
fn other_notebooks_go_on_while_a_person_is_asked() {
    let server = Server::start();
    let call = |name: &str| {
        format!("```js\nconsole.log('{name} ran'); (await fetch('{}')).status\n```\n", server.url(&format!("/{name}")))
    };
    let mut case = Case::command(["run", "a.md", "b.md", "c.md", "d.md", "--jobs", "2"]);
    case = case.file("a.md", "```js\nA = prompt('Your name?')\n```\n");
    for name in ["b", "c", "d"] {
        case = case.file(&format!("{name}.md"), call(name));
    }
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("a.md asks:").shows("? Your name?");
    while server.requests().len() < 3 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    terminal.types("Ann\r").shows("Ann");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    let (asked, after) = screen.split_once("Ann").unwrap();
    assert!(!asked.contains("b ran"), "{screen}");
    let order: Vec<usize> = ["b ran", "c ran", "d ran"].iter().map(|text| after.find(text).expect(text)).collect();
    assert!(order.is_sorted(), "{screen}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_all_notebooks() {
    let server = Server::start();
    let cell = format!("```js\n(await fetch('{}')).status\n```\n\n```js\n2\n```\n", server.url("/hang"));
    let mut case = Case::command(["run", "--jobs", "2", "a.md", "b.md", "c.md"]);
    for name in ["a.md", "b.md", "c.md"] {
        case = case.file(name, &cell);
    }
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("0 of 3 notebooks").types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("3 notebooks"), "{screen}");
}
