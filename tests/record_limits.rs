//! The record is limited, and counts what is omitted.

use serde_json::json;

use crate::support::{Case, Server};

#[test]
fn calls_lines_and_questions_of_a_cell_are_limited() {
    let server = Server::start();
    let calls = format!(
        "for (var n = 0; n < 2010; n++) {{ var x = new XMLHttpRequest(); x.open('GET', '{}', false); x.send() }}",
        server.url("/status/204")
    );
    let cells = [
        calls.as_str(),
        "for (var n = 0; n < 100003; n++) console.log(n)",
        "for (var n = 0; n < 1004; n++) prompt('Who?')",
        "'alive'",
    ];
    let outcome =
        Case::cells(cells).args(["--input", "Who?=Ann", "--cell-timeout", "100s", "--report", "junit=j.xml"]).run();
    outcome.exit(0).cell(3).is("\"alive\"");
    let report = outcome.report();
    let cells = &report["notebooks"][0]["cells"];
    let omitted = |console: u32, prompts: u32, calls: u32| json!({ "console": console, "prompts": prompts, "calls": calls, "results": 0 });
    assert_eq!(cells[0]["omitted"], omitted(0, 0, 10));
    assert_eq!(cells[0]["calls"].as_array().unwrap().len(), 2000);
    assert_eq!(cells[1]["omitted"], omitted(3, 0, 0));
    assert_eq!(cells[2]["omitted"], omitted(0, 4, 0));
    assert_eq!(cells[3].get("omitted"), None);
    assert_eq!(report["summary"]["calls"], 2010, "all that were made");
    for text in ["not recorded: 10 calls", "not recorded: 3 console lines", "not recorded: 4 prompts"] {
        outcome.stdout_contains(text);
        assert!(outcome.file("j.xml").contains(text), "{text}");
    }
}

#[test]
fn the_output_of_a_cell_is_limited_in_bytes() {
    let lines = "for (var n = 0; n < 10001; n++) console.log(n + 'x'.repeat(110)); console.log('hi')";
    let console = |arguments: &[&str]| {
        let outcome = Case::cells([lines]).args(arguments).run();
        outcome.exit(0).report()["notebooks"][0]["cells"][0]["console"].as_array().unwrap().clone()
    };
    assert_eq!(console(&[]).last().unwrap()["text"], "hi");
    let limited = console(&["--max-output", "1"]);
    assert!(limited.len() < 10_001, "{}", limited.len());
    let last = limited.last().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(last.contains("--max-output MB"), "{last}");
}

#[test]
fn the_bytes_of_calls_are_limited() {
    let server = Server::start();
    let code = format!(
        "var body = 'x'.repeat(60000); for (var n = 0; n < 600; n++) {{ \
         var x = new XMLHttpRequest(); x.open('POST', '{}', false); x.send(body) }}",
        server.url("/echo")
    );
    let outcome = Case::cells([code]).args(["--cell-timeout", "100s"]).run();
    let cell = outcome.exit(0).report()["notebooks"][0]["cells"][0].clone();
    let recorded = cell["calls"].as_array().unwrap().len();
    assert!((200..600).contains(&recorded), "{recorded}");
    assert_eq!(cell["omitted"]["calls"], 600 - recorded);
}

#[test]
fn the_number_of_cells_is_limited() {
    let text = "```js\n```\n\n".repeat(20_001);
    let outcome = Case::command(["run", "n.md"]).file("n.md", text).run();
    outcome.exit(2).stdout_contains("`n.md` has more than 20000 code cells");
}
