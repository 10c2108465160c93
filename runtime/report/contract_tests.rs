//! The contract of a run in reports for machines: JUnit and annotations.

use apinb_record::contract::{
    CallPlace, CalledOperation, Contract, ContractFinding, ContractMode, DefinitionPlace, MessagePart, ValuePlace,
};
use apinb_record::position::FilePosition;
use apinb_record::run::{RunRecord, Summary};
use apinb_text::diagnostic::Severity;

use crate::github::annotations::of_run;
use crate::junit;

fn finding(number: usize, severity: Severity, operation: Option<&str>) -> ContractFinding {
    let position = |file: &str, line| FilePosition { file: file.to_owned(), line, column: 7 };
    ContractFinding {
        key: number.to_string(),
        api: "Users 1.0".to_owned(),
        rule: "contract/response-body".to_owned(),
        severity,
        known: false,
        fails: false,
        operation: operation.map(str::to_owned),
        message: format!("message {number}"),
        help: Some("Correct it.".to_owned()),
        definition: operation.map(|_| DefinitionPlace {
            position: position("api.yaml", number),
            length: 4,
            source_line: "      type: integer".to_owned(),
            way: Vec::new(),
        }),
        value: Some(ValuePlace {
            part: MessagePart::ResponseBody,
            path: "$.id".to_owned(),
            excerpt: Some("\"x\"".to_owned()),
        }),
        calls: 2,
        first: CallPlace {
            number: 1,
            method: "GET".to_owned(),
            url: "https://u.example/users".to_owned(),
            status: 200,
            notebook: Some("a.md".to_owned()),
            cell: Some(3),
            position: Some(position("a.md", 9)),
        },
        cells: vec!["a.md $3".to_owned()],
    }
}

/// A run without notebooks, with five errors and a warning of one operation, another operation, and a call of none.
fn run(mode: ContractMode) -> RunRecord {
    let called =
        |operation: &str| CalledOperation { api: "Users 1.0".to_owned(), operation: operation.to_owned(), calls: 2 };
    let mut findings: Vec<ContractFinding> =
        (1..=5).map(|number| finding(number, Severity::Error, Some("GET /users"))).collect();
    findings.push(finding(6, Severity::Warning, Some("GET /users")));
    findings.push(ContractFinding { known: true, ..finding(7, Severity::Error, Some("GET /users/{id}")) });
    findings.push(finding(8, Severity::Warning, None));
    let operations = vec![called("GET /users"), called("GET /users/{id}")];
    let mut contract = Contract { operations, findings, ..Contract::default() };
    contract.apply(mode, Severity::Error);
    RunRecord {
        version: 1,
        generator: "apinb 1.2.3".to_owned(),
        started: "2024-01-01T00:00:00.5Z".to_owned(),
        milliseconds: 1.0,
        notebooks: Box::new(Vec::new()),
        skipped_files: Vec::new(),
        shard: None,
        contract: Some(contract),
        summary: Summary::default(),
    }
}

fn xml(mode: ContractMode) -> String {
    let mut text = Vec::new();
    junit::write(&run(mode), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn each_called_operation_is_a_test_case() {
    let text = xml(ContractMode::Fail);
    let has = |part: &str| assert!(text.contains(part), "{part}\n{text}");
    has("<testsuites name=\"apinb\" tests=\"3\" failures=\"1\"");
    has("<testsuite name=\"contract\" tests=\"3\" failures=\"1\" errors=\"0\"");
    has("<testcase name=\"GET /users\" classname=\"contract.Users 1 0\" time=\"0.000\">");
    has("<failure type=\"contract/response-body\" message=\"message 1 (and 4 more)\">");
    has("api.yaml:1:7");
    has("<system-out>warning[contract/response-body]: message 6");
    // A known finding is not a failure.
    has("<testcase name=\"GET /users/{id}\" classname=\"contract.Users 1 0\" time=\"0.000\"/>");
    has("<testcase name=\"other calls\"");
    assert!(!text.contains("message 7"), "{text}");
}

#[test]
fn findings_that_fail_nothing_are_output() {
    let text = xml(ContractMode::Warn);
    assert!(text.contains("tests=\"3\" failures=\"0\"") && !text.contains("<failure"), "{text}");
    assert!(text.contains("<system-out>error[contract/response-body]: message 1"), "{text}");
}

#[test]
fn findings_are_annotations_of_the_definition() {
    let annotations = |mode, places: &dyn Fn(&str) -> Option<String>| of_run(&run(mode), places).unwrap();
    let all = |file: &str| Some(file.to_owned());
    let failing = annotations(ContractMode::Fail, &all);
    assert_eq!(failing.lines().count(), 5, "{failing}");
    let first = "::error file=api.yaml,line=1,col=7,title=GET /users%3A contract/response-body::message 1%0Avalue: \
                 response body $.id = \"x\"%0Acall: GET https://u.example/users → 200, and 1 more%0Ahelp: Correct it.";
    assert_eq!(failing.lines().next(), Some(first));
    let warned = annotations(ContractMode::Warn, &all);
    assert_eq!(warned.matches("::warning file=api.yaml").count(), 3, "{warned}");
    assert_eq!(warned.lines().count(), 3, "{warned}");
    // The definition may be elsewhere, and the notebook, too.
    let in_notebook = annotations(ContractMode::Warn, &|file| (file == "a.md").then(|| file.to_owned()));
    assert!(in_notebook.starts_with("::warning file=a.md,line=9,col=7,title="), "{in_notebook}");
    let nowhere = annotations(ContractMode::Warn, &|_| None);
    assert!(nowhere.starts_with("::warning title=GET /users%3A"), "{nowhere}");
}
