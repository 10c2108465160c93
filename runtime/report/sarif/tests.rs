//! What results have in common; that logs conform to the schema is tested with the whole program.

use apinb_record::check::{Needs, NotebookNeeds, Unreadable};
use apinb_record::finding::Finding;
use apinb_record::position::NotebookPosition;
use apinb_record::rule::RuleRecord;
use apinb_text::diagnostic::Severity;
use serde_json::{Value, json};

use super::{Context, FileUri, Log};

const RULE: RuleRecord = RuleRecord {
    code: "client/unknown-member",
    severity: Severity::Error,
    title: "Unknown member",
    documentation: "There is none.",
    example: Vec::new(),
};

fn log(notebooks: Vec<NotebookNeeds>) -> Value {
    let uri = |file: &str| {
        let below = |path: &str| FileUri { text: path.to_owned(), is_relative: true };
        (!file.starts_with('<')).then(|| below(file))
    };
    let context = Context { rules: &[RULE], root: Some("file:///project/"), uri: &uri };
    let mut log = Log::new("apinb 1.2.3", context);
    log.check(&Needs { version: 1, mocked: false, notebooks });
    let mut text = Vec::new();
    log.write(&mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn finding(line: usize, message: &str) -> Finding {
    Finding {
        code: RULE.code,
        severity: Severity::Warning,
        message: message.to_owned(),
        help: Some("Correct it.".to_owned()),
        position: NotebookPosition { cell: Some(2), line, column: 5 },
        length: 3,
        source_line: "let x".to_owned(),
    }
}

#[test]
fn a_result_has_its_rule_and_its_place() {
    let notebook =
        NotebookNeeds { path: "a.md".to_owned(), findings: vec![finding(7, "no `x`")], ..Default::default() };
    let log = log(vec![notebook]);
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["version"], "1.2.3");
    assert_eq!(run["originalUriBaseIds"]["SRCROOT"]["uri"], "file:///project/");
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!((&rule["id"], &rule["defaultConfiguration"]["level"]), (&json!(RULE.code), &json!("error")));
    assert_eq!(rule["help"]["text"], "There is none. `apinb rules client/unknown-member` shows an example.");
    let result = &run["results"][0];
    assert_eq!((&result["level"], &result["ruleIndex"]), (&json!("warning"), &json!(0)));
    assert_eq!(result["message"]["text"], "no `x`\nhelp: Correct it.");
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"], json!({ "uri": "a.md", "uriBaseId": "SRCROOT" }));
    assert_eq!(location["region"], json!({ "startLine": 7, "startColumn": 5, "endColumn": 8 }));
    assert_eq!(location["contextRegion"]["snippet"]["text"], "let x");
}

#[test]
fn a_fingerprint_is_unique_and_does_not_depend_on_the_line() {
    let prints = |findings: Vec<Finding>| {
        let log = log(vec![NotebookNeeds { path: "a.md".to_owned(), findings, ..Default::default() }]);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let print = |result: &Value| result["partialFingerprints"]["apinb/v1"].as_str().unwrap().to_owned();
        results.iter().map(print).collect::<Vec<_>>()
    };
    let first = prints(vec![finding(1, "a"), finding(2, "a"), finding(3, "b")]);
    assert_eq!(first.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    assert_eq!(first, prints(vec![finding(11, "a"), finding(12, "a"), finding(13, "b")]));
}

#[test]
fn a_result_that_is_in_no_file_says_where_it_is() {
    let error = Some(Unreadable { message: "not UTF-8".to_owned(), help: None });
    let log = log(vec![NotebookNeeds { path: "<stdin>".to_owned(), error, ..Default::default() }]);
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["locations"]), (&json!("run/input"), &Value::Null));
    assert_eq!(result["message"]["text"], "<stdin>:1: not UTF-8");
}

#[test]
fn a_log_has_as_many_results_as_tools_accept() {
    let findings = (0..25_010).map(|line| finding(line + 1, "a")).collect();
    let log = log(vec![NotebookNeeds { path: "a.md".to_owned(), findings, ..Default::default() }]);
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(notification, "10 more results are omitted");
}
