//! The record of a run: no report of it has a secret, or anything that a terminal acts on, and each is well-formed.

use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::part::PartRecord;
use apinb_record::position::FilePosition;
use apinb_record::redact::Redact as _;
use apinb_record::run::{
    CellRecord, CellStatus, ConsoleLevel, ConsoleRecord, NotebookRecord, OmittedRecord, PromptKind, PromptOrigin,
    PromptRecord, ResultValue, RowRecord, RunRecord, Summary, VERSION,
};
use apinb_report::sarif::{Context, FileUri};
use apinb_report::{ReportKind, Syntax};
use apinb_text::secret::redactor::Redactor;

use crate::Worth;

const SECRET: &str = "hunter2-and-more";

/// A text that is in every field of a record, with a secret in its middle.
pub fn record(data: &[u8]) -> Worth {
    let text = String::from_utf8_lossy(data);
    let (before, after) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let redactor = Redactor::default();
    redactor.add(SECRET);
    let record = run(&format!("{before}{SECRET}{after}"), &redactor);
    for kind in ReportKind::ALL {
        let mut report = Vec::new();
        let context = Context {
            rules: &[],
            root: None,
            uri: &|file| Some(FileUri { text: file.to_owned(), is_relative: false }),
        };
        kind.write(&record, context, &mut report).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        let report = String::from_utf8(report).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        assert!(!report.contains(SECRET), "{} has the secret:\n{report}", kind.name());
        if kind.syntax() != Syntax::Markup {
            let acts = |character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r');
            assert!(!report.contains(acts), "{} has a control character:\n{report:?}", kind.name());
        }
        if matches!(kind, ReportKind::Json | ReportKind::Har | ReportKind::Ipynb | ReportKind::Sarif) {
            assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok(), "{} is not JSON", kind.name());
        }
    }
    Worth::Kept
}

fn run(text: &str, redactor: &Redactor) -> RunRecord {
    let started = "2024-01-01T00:00:00Z".to_owned();
    let cell = |number, status| CellRecord {
        number,
        line: 1,
        label: text.to_owned(),
        status,
        skip: Some(text.to_owned()),
        milliseconds: 1.0,
        result: Some(text.to_owned()),
        result_full: Some(text.to_owned()),
        value: Some(ResultValue::Json { json: serde_json::json!({ text: [text] }) }),
        error: (status == CellStatus::Failed).then(|| error(text)),
        console: vec![ConsoleRecord { level: ConsoleLevel::Log, text: text.to_owned() }],
        prompts: vec![PromptRecord {
            kind: PromptKind::Prompt,
            question: text.to_owned(),
            variable: Some(text.to_owned()),
            answer: Some(text.to_owned()),
            origin: PromptOrigin::Terminal,
        }],
        calls: vec![call(text)],
        refused: false,
        omitted: OmittedRecord::default(),
    };
    let summary = Summary { cells: 2, passed: 1, failed: 1, skipped: 0, calls: 2 };
    let code =
        |number| PartRecord::Code { number, opening: "```js".to_owned(), code: text.to_owned(), indent: String::new() };
    let mut notebook = NotebookRecord {
        path: text.to_owned(),
        row: Some(RowRecord { number: 1, label: Some(text.to_owned()) }),
        title: Some(text.to_owned()),
        skip: Some(text.to_owned()),
        mocked: false,
        started: started.clone(),
        error: None,
        cells: vec![cell(0, CellStatus::Passed), cell(1, CellStatus::Failed), cell(2, CellStatus::Skipped)],
        drift: None,
        summary,
        milliseconds: 1.0,
        parts: vec![PartRecord::FrontMatter(text.to_owned()), PartRecord::Text(text.to_owned()), code(0), code(1)],
    };
    notebook.redact(redactor);
    RunRecord {
        version: VERSION,
        generator: "apinb".to_owned(),
        started,
        milliseconds: 1.0,
        notebooks: Box::new(vec![notebook]),
        skipped_files: Vec::new(),
        summary,
        shard: None,
        contract: None,
    }
}

fn error(text: &str) -> ErrorRecord {
    ErrorRecord {
        position: Some(FilePosition { file: text.to_owned(), line: 1, column: 1 }),
        source_line: Some(text.to_owned()),
        stack: vec![text.to_owned()],
        causes: vec![text.to_owned()],
        code: Some(text.to_owned()),
        help: Some(text.to_owned()),
        ..ErrorRecord::new(ErrorKind::Thrown, text, text)
    }
}

fn call(text: &str) -> CallRecord {
    let message = MessageRecord {
        headers: vec![(text.to_owned(), text.to_owned())],
        body: Some(text.to_owned()),
        truncated: false,
    };
    CallRecord {
        path: Some(text.to_owned()),
        method: text.to_owned(),
        url: format!("http://127.0.0.1/{text}"),
        purpose: CallPurpose::Call,
        mocked: false,
        replayed: false,
        status: Some(200),
        error: None,
        started: "2024-01-01T00:00:00Z".to_owned(),
        milliseconds: 1.0,
        waited: Some(1.0),
        http_version: Some("HTTP/1.1".to_owned()),
        bytes: 1,
        request: message.clone(),
        response: Some(message),
    }
}
