//! The kind of a cell's error, which a cell cannot forge, the resulting exit code, and its form in reports.

use roxmltree::Document;

use crate::support::{Case, Outcome};

fn kind(outcome: &Outcome, cell: usize) -> String {
    outcome.report()["notebooks"][0]["cells"][cell]["error"]["kind"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn each_error_has_its_kind() {
    let cells = [
        "throw new TypeError('x')",
        "Promise.reject(1)",
        "load('../outside.js')",
        "async function f() { load('../outside.js') } f()",
        "prompt('Who?')",
        "timeout(20); for (;;);",
        "var a = []; for (;;) a.push(new Array(1e6).fill(1))",
        "new Blob([new Uint8Array(200 << 20)])",
        "throw 'interrupted'",
    ];
    let outcome = Case::cells(cells).args(["--max-heap", "64"]).run();
    outcome.exit(3);
    let kinds: Vec<String> = (0..cells.len()).map(|cell| kind(&outcome, cell)).collect();
    assert_eq!(
        kinds,
        ["thrown", "thrown", "policy", "policy", "unanswered", "timeout", "memory", "thrown", "thrown"]
            .map(str::to_owned)
    );
}

#[test]
fn a_cell_cannot_forge_a_kind() {
    let forgeries = [
        "class PolicyError extends Error {}; throw new PolicyError('x')",
        "throw Object.assign(new Error('x'), { name: 'PolicyError', kind: 'policy' })",
        "try { load('../outside.js') } catch (error) { throw new error.constructor('x') }",
        "try { load('../outside.js') } catch (error) { throw Object.create(error) }",
        "throw Object.assign(new Error('x'), { name: 'InputError', kind: 'input' })",
    ];
    for code in forgeries {
        let outcome = Case::cells([code]).run();
        // A refusal counts, even if the cell catches its error.
        outcome.exit(if code.contains("load(") { 3 } else { 1 });
        assert_eq!(kind(&outcome, 0), "thrown", "{code}");
    }
    // A refusal stays a refusal, even if the notebook rethrows or renames the error.
    let again = "try { load('../outside.js') } catch (error) { error.name = 'Error'; throw error }";
    let outcome = Case::cells([again]).run();
    outcome.exit(3);
    assert_eq!(kind(&outcome, 0), "policy");
}

#[test]
fn an_unreadable_notebook_is_an_input_error() {
    let outcome = Case::command(["run", "none.md", "--report", "json=-"]).run();
    outcome.exit(2);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["notebooks"][0]["error"]["kind"], "input");
}

#[test]
fn junit_distinguishes_failures_from_errors() {
    let cells = ["throw new Error('x')", "prompt('Who?')"];
    let outcome = Case::cells(cells).args(["--report", "junit=junit.xml"]).run();
    let text = outcome.exit(1).file("junit.xml");
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("failures"), root.attribute("errors")), (Some("1"), Some("1")));
    let element = |case: usize| {
        let case = root.descendants().filter(|node| node.has_tag_name("testcase")).nth(case).unwrap();
        case.children().find(roxmltree::Node::is_element).unwrap().tag_name().name().to_owned()
    };
    assert_eq!([element(0), element(1)], ["failure", "error"]);
}
