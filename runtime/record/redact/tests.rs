//! A secret in every text of every type that is redacted. The values are complete literals, so that a new field does
//! not compile here either.

use crate::position::{CellPosition, FilePosition, NotebookPosition};
use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Redact;
use crate::call::{CallPurpose, CallRecord, MessageRecord};
use crate::check::{
    ColumnNeed, ColumnState, DefinitionNeed, DefinitionState, FieldNeed, FieldSource, InputNeed, InputState, Needs,
    NotebookNeeds, SchemeNeed, ScriptNeed, ScriptState, Unreadable,
};
use crate::contract::coverage::{
    CellPlace, DefinitionCoverage, OperationCoverage, PartCoverage, PartKind, PartPlace, Shown,
};
use crate::contract::{
    CallPlace, CalledOperation, Contract, ContractFinding, ContractMode, DefinitionPlace, MessagePart, Unchecked,
    ValuePlace, WayStep,
};
use crate::error::{ErrorKind, ErrorRecord};
use crate::event::{CallEvent, CellEnd, CellStart, ConsoleEvent, NotebookEnd, NotebookStart, PromptEvent, RunEvent};
use crate::explanation::{
    Api, Body, Child, Document, Example, Explanation, Field, Method, Outline, Parameter, Parameters, Requirement,
    Resource, Response, Schema, Scheme, Server, Style, StyleForm, Summary as MethodSummary,
};
use crate::finding::Finding;
use crate::part::PartRecord;
use crate::piece::{JsonPosition, Piece, UnknownPiece};
use crate::plan::RequestPlan;
use crate::port::{Choice, Confidence, ConfigFile, FailedCell, FileState, MockedRun, Port, PortedNotebook};
use crate::request::{self, Credentials, Input, PlannedCall, Request, Requests};
use crate::run::{
    CellRecord, CellStatus, ConsoleLevel, ConsoleRecord, NotebookRecord, OmittedRecord, PromptKind, PromptOrigin,
    PromptRecord, ResultValue, RowRecord, Summary,
};
use crate::search::{FoundMethod, Search, SearchWord};
use crate::settings::{SettingOrigin, SettingRecord, Settings};
use apinb_text::diagnostic::Severity;
use apinb_text::secret::redactor::Redactor;
use apinb_text::web::escape::Escape;

const SECRET: &str = "hunter22";

fn secret() -> String {
    format!("a {SECRET} b")
}

fn some() -> Option<String> {
    Some(secret())
}

/// The names of the fields with a text selected by `wanted`.
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

/// Checks that only the fields `own`, which have texts of apinb, have no secret before, and that only the fields
/// `retained` have one afterwards.
#[track_caller]
fn check<T: Redact + Serialize>(mut value: T, own: &[&str], retained: &[&str]) {
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
    assert_eq!(named(&value, &|text| text.contains(SECRET)), names(retained));
}

fn error() -> ErrorRecord {
    ErrorRecord {
        kind: ErrorKind::Thrown,
        name: secret(),
        message: secret(),
        position: Some(FilePosition { file: secret(), line: 1, column: 1 }),
        source_line: some(),
        stack: vec![secret()],
        causes: vec![secret()],
        actual: some(),
        expected: some(),
        code: some(),
        caused_by: Some(1),
        help: some(),
    }
}

fn message() -> MessageRecord {
    MessageRecord { headers: vec![(secret(), secret())], body: some(), truncated: true }
}

fn notebook() -> NotebookRecord {
    let call = CallRecord {
        method: secret(),
        url: secret(),
        path: some(),
        purpose: CallPurpose::Call,
        mocked: false,
        replayed: false,
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
        skip: some(),
        milliseconds: 1.0,
        result: some(),
        result_full: some(),
        value: Some(ResultValue::Json {
            json: Value::Object([(secret(), Value::from(secret()))].into_iter().collect()),
        }),
        error: Some(error()),
        console: vec![ConsoleRecord { level: ConsoleLevel::Log, text: secret() }],
        prompts: vec![prompt],
        calls: vec![call],
        refused: false,
        omitted: OmittedRecord::default(),
    };
    NotebookRecord {
        path: secret(),
        row: Some(RowRecord { number: 1, label: some() }),
        title: some(),
        skip: some(),
        mocked: true,
        started: secret(),
        error: Some(error()),
        cells: vec![cell],
        drift: None,
        summary: Summary::default(),
        milliseconds: 1.0,
        parts: vec![
            PartRecord::FrontMatter(secret()),
            PartRecord::Text(secret()),
            PartRecord::Code { number: 0, opening: secret(), code: secret(), indent: String::new() },
        ],
    }
}

#[test]
fn the_record_of_a_notebook_is_redacted() {
    let retained = ["http_version", "started"];
    check(notebook(), &["indent", "kind", "level", "origin", "purpose", "status"], &retained);
    // The JSON form omits the parts.
    let mut record = notebook();
    let redactor = Redactor::default();
    redactor.add(SECRET);
    record.redact(&redactor);
    assert!(!format!("{:?}", record.parts).contains(SECRET));
}

#[test]
fn events_are_redacted() {
    let NotebookRecord { path, row, skip, error, mut cells, summary, milliseconds, .. } = notebook();
    let cell = cells.remove(0);
    let (notebook, number) = (0, cell.number);
    let calls = cell.calls.iter().cloned().map(|call| RunEvent::Call(CallEvent { notebook, cell: number, call }));
    let prompts =
        cell.prompts.iter().cloned().map(|prompt| RunEvent::Prompt(PromptEvent { notebook, cell: number, prompt }));
    let console =
        cell.console.iter().cloned().map(|console| RunEvent::Console(ConsoleEvent { notebook, cell: number, console }));
    let mut events: Vec<RunEvent> = calls.chain(prompts).chain(console).collect();
    events.extend([
        RunEvent::NotebookStarted(NotebookStart { notebook, name: secret(), title: some(), mocked: true, cells: 1 }),
        RunEvent::CellStarted(CellStart { notebook, cell: number, label: secret() }),
        RunEvent::CellEnded(CellEnd::of(notebook, &cell)),
        RunEvent::NotebookEnded(NotebookEnd { notebook, path, row, skip, error, summary, milliseconds }),
    ]);
    for event in events {
        let (own, retained): (&[&str], &[&str]) = match &event {
            RunEvent::Call(_) => (&["event", "purpose"], &["http_version", "started"]),
            RunEvent::Prompt(_) => (&["event", "kind", "origin"], &[]),
            RunEvent::Console(_) => (&["event", "level"], &[]),
            RunEvent::CellEnded(_) => (&["event", "kind", "status"], &[]),
            RunEvent::NotebookEnded(_) => (&["event", "kind"], &[]),
            _ => (&["event"], &[]),
        };
        check(event, own, retained);
    }
}

const POSITION: CellPosition = CellPosition { cell: 0, line: 1, column: 1 };

fn unreadable() -> Unreadable {
    Unreadable { message: secret(), help: some() }
}

fn script() -> ScriptNeed {
    ScriptNeed { reference: some(), state: ScriptState::Missing, help: some(), position: POSITION }
}

#[test]
fn a_check_report_is_redacted() {
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
        modules: vec![script()],
        inputs: vec![InputNeed {
            variable: some(),
            question: some(),
            confirm: false,
            secret: false,
            default: some(),
            state: InputState::Missing,
            help: some(),
            position: POSITION,
        }],
        columns: vec![ColumnNeed { name: secret(), state: ColumnState::Missing, help: some(), position: POSITION }],
        schemes: vec![SchemeNeed {
            client: secret(),
            name: secret(),
            kind: secret(),
            token: false,
            fields: vec![FieldNeed { name: secret(), secret: true, source: FieldSource::Prompt }],
        }],
        hosts: vec![secret()],
        findings: vec![Finding {
            code: "client/unknown-member",
            severity: Severity::Error,
            message: secret(),
            help: some(),
            position: NotebookPosition { cell: None, line: 1, column: 1 },
            length: 1,
            source_line: secret(),
        }],
    };
    check(
        Needs { version: 1, mocked: false, notebooks: vec![notebook] },
        &["code", "severity", "source", "state"],
        &[],
    );
}

#[test]
fn a_port_report_is_redacted() {
    let file =
        ConfigFile { path: secret(), state: FileState::Differs, text: secret(), difference: some(), shadows: some() };
    let failed = FailedCell {
        cell: Some(0),
        message: secret(),
        help: some(),
        position: Some(FilePosition { file: secret(), line: 1, column: 1 }),
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
        run: Some(MockedRun { passed: 1, calls: 1, failed: vec![failed] }),
    };
    check(Port { version: 1, files: vec![file], notebooks: vec![notebook] }, &["state", "confidence"], &[]);
}

#[test]
fn no_secret_is_left_in_findings_about_calls() {
    let position = || FilePosition { file: secret(), line: 1, column: 1 };
    let place = || PartPlace { file: some(), line: Some(1) };
    let finding = ContractFinding {
        key: secret(),
        api: secret(),
        rule: "contract/response-body".to_owned(),
        severity: Severity::Error,
        known: false,
        fails: false,
        operation: some(),
        message: secret(),
        help: some(),
        definition: Some(DefinitionPlace {
            position: position(),
            length: 1,
            source_line: secret(),
            way: vec![WayStep { name: secret(), position: Some(position()) }],
        }),
        value: Some(ValuePlace { part: MessagePart::ResponseBody, path: secret(), excerpt: some() }),
        calls: 1,
        first: CallPlace {
            number: 1,
            method: secret(),
            url: secret(),
            status: 200,
            notebook: some(),
            cell: Some(0),
            position: Some(position()),
        },
        cells: vec![secret()],
    };
    let contract = Contract {
        version: 1,
        mode: ContractMode::Warn,
        calls: 1,
        other_calls: 0,
        skipped_calls: 0,
        operations: vec![CalledOperation { api: secret(), operation: secret(), calls: 1 }],
        findings: vec![finding],
        unchecked: vec![Unchecked { operation: secret(), part: MessagePart::ResponseBody, reason: secret() }],
        gone: vec!["key".to_owned()],
        coverage: vec![DefinitionCoverage {
            title: secret(),
            definition: secret(),
            operations: vec![OperationCoverage {
                operation: secret(),
                place: place(),
                shown: Shown { called: true, violated: true, documented: true },
                calls: 1,
                parts: vec![PartCoverage {
                    kind: PartKind::Parameter,
                    name: secret(),
                    place: place(),
                    shown: Shown::default(),
                }],
                cells: vec![CellPlace { notebook: secret(), cell: 1 }],
                more_cells: true,
            }],
            truncated: true,
        }],
    };
    check(contract, &["mode", "kind", "rule", "severity", "part", "gone"], &[]);
}

#[test]
fn settings_are_redacted() {
    let setting = SettingRecord {
        key: secret(),
        value: Some(json!([secret(), { "a": secret() }])),
        origin: SettingOrigin::File,
        from: secret(),
    };
    check(Settings { version: 1, settings: vec![setting] }, &["origin"], &[]);
}

fn outline(nested: bool) -> Outline {
    Outline {
        read_only: true,
        write_only: true,
        kind: secret(),
        description: some(),
        values: vec![secret().into()],
        default: Some(secret().into()),
        example: Some(json!({ "a": [secret()] })),
        pattern: some(),
        minimum: Some(1.into()),
        maximum: Some(1.into()),
        exclusive_minimum: Some(1.into()),
        exclusive_maximum: Some(1.into()),
        min_length: Some(1),
        max_length: Some(1),
        fields: if nested {
            vec![Field { name: secret(), required: true, outline: outline(false) }]
        } else {
            Vec::new()
        },
        alternatives: if nested { vec![outline(false)] } else { Vec::new() },
        more: true,
    }
}

fn parameter() -> Parameter {
    Parameter {
        name: secret(),
        required: true,
        deprecated: true,
        repeat: true,
        style: Some(Style { form: StyleForm::Form, explode: true, reserved: true }),
        display_name: some(),
        outline: outline(true),
    }
}

fn parameters() -> Parameters {
    Parameters {
        uri: vec![parameter()],
        query: vec![parameter()],
        headers: vec![parameter()],
        cookies: vec![parameter()],
        base_uri: vec![parameter()],
    }
}

fn schema() -> Schema {
    Schema { outline: Some(outline(true)), schema: json!({ "a": secret() }) }
}

fn body() -> Body {
    Body {
        media_type: secret(),
        form_parameters: vec![parameter()],
        schema: Some(schema()),
        examples: vec![Example { name: some(), description: some(), text: secret() }],
    }
}

fn requirement() -> Requirement {
    Requirement { schemes: vec![scheme()] }
}

fn scheme() -> Scheme {
    Scheme {
        name: secret(),
        kind: some(),
        description: some(),
        scopes: vec![secret()],
        grants: vec![secret()],
        headers: vec![parameter()],
        query: vec![parameter()],
        cookies: vec![parameter()],
    }
}

fn child() -> Child {
    Child { name: secret(), path: secret(), methods: vec![secret()] }
}

fn annotations() -> Map<String, Value> {
    [("a".to_owned(), json!([secret()]))].into_iter().collect()
}

#[test]
fn an_explanation_is_redacted() {
    let api = Api {
        title: secret(),
        api_version: some(),
        description: some(),
        base_uri: some(),
        base_uri_parameters: vec![parameter()],
        other_servers: vec![Server { uri: secret(), description: some(), parameters: vec![parameter()] }],
        protocols: vec![secret()],
        media_types: vec![secret()],
        secured_by: vec![requirement()],
        security_schemes: vec![scheme()],
        documentation: vec![secret()],
        resources: 1,
        methods: 1,
        children: vec![child()],
        annotations: annotations(),
    };
    let resource = Resource {
        call: secret(),
        path: secret(),
        url: secret(),
        display_name: some(),
        description: some(),
        parameters: parameters(),
        methods: vec![MethodSummary { method: secret(), call: secret(), summary: some(), deprecated: true }],
        children: vec![child()],
        annotations: annotations(),
    };
    let method = Method {
        method: secret(),
        path: secret(),
        url: secret(),
        call: secret(),
        display_name: some(),
        deprecated: true,
        description: some(),
        parameters: parameters(),
        query_string: Some(schema()),
        body_required: true,
        bodies: vec![body()],
        responses: vec![Response {
            status: secret(),
            description: some(),
            headers: vec![parameter()],
            bodies: vec![body()],
        }],
        protocols: vec![secret()],
        secured_by: vec![requirement()],
        annotations: annotations(),
    };
    check(Document::from(Explanation::Api(Box::new(api))), &["form", "kind"], &[]);
    check(Document::from(Explanation::Resource(Box::new(resource))), &["form", "kind"], &[]);
    check(Document::from(Explanation::Method(Box::new(method))), &["form", "kind"], &[]);
}

#[test]
fn a_search_is_redacted() {
    let summary = MethodSummary { method: secret(), call: secret(), summary: some(), deprecated: true };
    let search = Search {
        version: 1,
        words: vec![SearchWord { word: secret(), similar: some(), found: true }],
        methods: vec![FoundMethod { path: secret(), name: some(), summary }],
        omitted: 0,
    };
    check(search, &[], &[]);
}

fn pieces() -> Vec<Piece> {
    let unknown = UnknownPiece { source: secret(), json: JsonPosition::None, escape: Escape::None };
    vec![Piece::Literal(secret()), Piece::Unknown(unknown)]
}

#[test]
fn requests_are_redacted() {
    let named = || vec![(secret(), pieces())];
    let call = |body| {
        Ok(PlannedCall {
            client: secret(),
            method: secret(),
            plan: RequestPlan {
                server: pieces(),
                path: pieces(),
                query: vec![pieces()],
                headers: named(),
                content_type: some(),
                only_content_type: some(),
            },
            own_server: true,
            body: Some(body),
            notes: vec![secret()],
        })
    };
    let calls = [
        call(request::Body::Text(pieces())),
        call(request::Body::Form(named())),
        call(request::Body::Multipart(named())),
        Err(secret()),
    ];
    let server = |credentials| request::Server { client: secret(), uri: pieces(), credentials: Some(credentials) };
    let mut requests = Requests {
        path: secret(),
        title: some(),
        inputs: vec![Input { name: secret(), text: secret(), default: some() }],
        servers: vec![
            server(Credentials::Named { headers: vec![secret()], query: vec![secret()] }),
            server(Credentials::Other(secret())),
        ],
        requests: calls.map(|call| Request { cell: 0, label: secret(), written: secret(), call }).into(),
    };
    let redactor = Redactor::default();
    redactor.add(SECRET);
    requests.redact(&redactor);
    assert!(!format!("{requests:?}").contains(SECRET), "{requests:#?}");
}
