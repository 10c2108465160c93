//! A secret in every text of every type that has a JSON form. The values are complete literals, so that a new field does
//! not compile here either.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::Redact;
use crate::call::{CallPurpose, CallRecord, MessageRecord};
use crate::check::{
    DefinitionNeed, DefinitionState, Fault, FieldNeed, FieldSource, InputNeed, InputState, Needs, NotebookNeeds,
    Position, SchemeNeed, ScriptNeed, ScriptState, Unreadable,
};
use crate::error::{ErrorKind, ErrorRecord, PositionRecord};
use crate::part::PartRecord;
use crate::port::{Choice, Confidence, ConfigFile, FailedCell, FileState, MockedRun, Port, PortedNotebook};
use crate::run::{
    CellRecord, CellStatus, ConsoleLevel, ConsoleRecord, NotebookRecord, OmittedRecord, PromptKind, PromptOrigin,
    PromptRecord, RowRecord, RunRecord, Summary,
};
use crate::settings::{SettingOrigin, SettingRecord, Settings};
use apinb_text::secret::redactor::Redactor;

const SECRET: &str = "hunter22";

fn secret() -> String {
    format!("a {SECRET} b")
}

fn some() -> Option<String> {
    Some(secret())
}

/// The names of the fields with a text that `wanted` chooses.
fn fields(value: &Value, name: &str, wanted: &dyn Fn(&str) -> bool, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if wanted(text) => {
            found.insert(name.to_owned());
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, name, wanted, found)),
        Value::Object(entries) => entries.iter().for_each(|(name, value)| fields(value, name, wanted, found)),
        _ => {}
    }
}

/// Only the fields `own`, whose texts are apinb's own, have no secret before, and only the fields `kept` have one
/// afterwards.
#[track_caller]
fn check<T: Redact + Serialize>(mut value: T, own: &[&str], kept: &[&str]) {
    let redactor = Redactor::default();
    redactor.add(SECRET);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let named = |value: &T, wanted: &dyn Fn(&str) -> bool| {
        let mut found = BTreeSet::new();
        fields(&serde_json::to_value(value).expect("JSON"), "", wanted, &mut found);
        found
    };
    assert_eq!(named(&value, &|text| !text.contains(SECRET)), names(own));
    value.redact(&redactor);
    assert_eq!(named(&value, &|text| text.contains(SECRET)), names(kept));
}

fn error() -> ErrorRecord {
    ErrorRecord {
        kind: ErrorKind::Thrown,
        name: secret(),
        message: secret(),
        position: Some(PositionRecord { file: secret(), line: 1, column: 1 }),
        source_line: some(),
        stack: vec![secret()],
        causes: vec![secret()],
        help: some(),
    }
}

fn message() -> MessageRecord {
    MessageRecord { headers: vec![(secret(), secret())], body: some(), truncated: true }
}

fn run() -> RunRecord {
    let call = CallRecord {
        method: secret(),
        url: secret(),
        purpose: CallPurpose::Call,
        mocked: false,
        status: Some(200),
        error: some(),
        started: secret(),
        milliseconds: 1.0,
        waited: Some(1.0),
        http_version: some(),
        bytes: 1,
        request: message(),
        response: Some(message()),
    };
    let prompt = PromptRecord {
        kind: PromptKind::Prompt,
        question: secret(),
        variable: some(),
        answer: some(),
        origin: PromptOrigin::Input,
    };
    let cell = CellRecord {
        number: 0,
        line: 1,
        label: secret(),
        status: CellStatus::Failed,
        milliseconds: 1.0,
        result: some(),
        result_full: some(),
        error: Some(error()),
        console: vec![ConsoleRecord { level: ConsoleLevel::Log, text: secret() }],
        prompts: vec![prompt],
        calls: vec![call],
        omitted: OmittedRecord::default(),
    };
    let notebook = NotebookRecord {
        path: secret(),
        row: Some(RowRecord { number: 1, label: some() }),
        title: some(),
        mocked: true,
        started: secret(),
        error: Some(error()),
        cells: vec![cell],
        summary: Summary::default(),
        milliseconds: 1.0,
        parts: vec![
            PartRecord::FrontMatter(secret()),
            PartRecord::Text(secret()),
            PartRecord::Code { number: 0, opening: secret(), code: secret(), indent: String::new() },
        ],
    };
    RunRecord {
        version: 1,
        generator: secret(),
        started: secret(),
        milliseconds: 1.0,
        notebooks: vec![notebook],
        summary: Summary::default(),
    }
}

#[test]
fn a_run_has_no_secret() {
    let kept = ["generator", "http_version", "started"];
    check(run(), &["kind", "level", "origin", "purpose", "status"], &kept);
    // The JSON form leaves the parts out.
    let mut record = run();
    let redactor = Redactor::default();
    redactor.add(SECRET);
    record.redact(&redactor);
    assert!(!format!("{:?}", record.notebooks[0].parts).contains(SECRET));
}

const POSITION: Position = Position { cell: 0, line: 1, column: 1 };

fn unreadable() -> Unreadable {
    Unreadable { message: secret(), help: some() }
}

fn script() -> ScriptNeed {
    ScriptNeed { reference: some(), state: ScriptState::Missing, help: some(), position: POSITION }
}

#[test]
fn a_check_has_no_secret() {
    let notebook = NotebookNeeds {
        path: secret(),
        title: some(),
        error: Some(unreadable()),
        cells: 1,
        unread_cells: vec![0],
        definitions: vec![DefinitionNeed {
            client: some(),
            reference: some(),
            state: DefinitionState::Missing,
            mapped: true,
            address: some(),
            title: some(),
            help: some(),
            position: POSITION,
        }],
        scripts: vec![script()],
        inputs: vec![InputNeed {
            name: some(),
            text: some(),
            confirm: false,
            secret: false,
            default: some(),
            state: InputState::Missing,
            help: some(),
            position: POSITION,
        }],
        schemes: vec![SchemeNeed {
            client: secret(),
            name: secret(),
            kind: secret(),
            token: false,
            fields: vec![FieldNeed { name: secret(), secret: true, source: FieldSource::Prompt }],
        }],
        hosts: vec![secret()],
        faults: vec![Fault { message: secret(), help: some(), position: POSITION, length: 1, source_line: secret() }],
    };
    check(Needs { version: 1, mocked: false, notebooks: vec![notebook] }, &["source", "state"], &[]);
}

#[test]
fn a_port_has_no_secret() {
    let file =
        ConfigFile { path: secret(), state: FileState::Differs, text: secret(), difference: some(), shadows: some() };
    let failed = FailedCell {
        cell: Some(0),
        message: secret(),
        help: some(),
        position: Some(PositionRecord { file: secret(), line: 1, column: 1 }),
        source_line: some(),
    };
    let choice = Choice {
        client: some(),
        reference: some(),
        definition: some(),
        confidence: Confidence::Likely,
        reasons: vec![secret()],
        position: POSITION,
    };
    let notebook = PortedNotebook {
        path: secret(),
        title: some(),
        error: Some(unreadable()),
        definitions: vec![choice],
        scripts: vec![script()],
        mocked: Some(MockedRun { passed: 1, calls: 1, failed: vec![failed] }),
    };
    check(Port { version: 1, files: vec![file], notebooks: vec![notebook] }, &["state", "confidence"], &[]);
}

#[test]
fn settings_have_no_secret() {
    let setting = SettingRecord {
        key: secret(),
        value: Some(json!([secret(), { "a": secret() }])),
        origin: SettingOrigin::File,
        from: secret(),
    };
    check(Settings { version: 1, settings: vec![setting] }, &["origin"], &[]);
}
