//! Makes one finding of the same difference in many calls.

use std::collections::{BTreeMap, HashMap};

use apinb_definition::model::Status;
use apinb_record::contract::merge::{MAX_CELLS, MAX_FINDINGS};
use apinb_record::contract::{
    CallPlace, CalledOperation, Contract, ContractFinding, ContractMode, DefinitionPlace, MessagePart, Unchecked,
    VERSION, ValuePlace, WayStep,
};
use apinb_record::position::FilePosition;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::SourcePosition;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::span::Location;

use crate::breach::{Breach, BreachValue};
use crate::call::Call;
use crate::path::shown_url;

/// Maximum length of a URL, in characters.
const MAX_URL: usize = 300;
/// Maximum length of a message, and of a path in a value, in characters.
const MAX_MESSAGE: usize = 400;

/// A breach, with its rule and its severity.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) breach: Breach,
}

/// The findings so far.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    /// Redacts what the findings quote.
    redactor: Redactor,
    findings: Vec<ContractFinding>,
    /// By the title of the API and the key.
    by_key: HashMap<(String, String), usize>,
    operations: HashMap<(String, String), usize>,
    calls: usize,
    other_calls: usize,
    /// Why parts could not be checked.
    unchecked: BTreeMap<(String, MessagePart), String>,
}

impl Collector {
    pub(crate) fn new(redactor: Redactor) -> Self {
        Self { redactor, ..Self::default() }
    }

    /// Counts a call that belongs to no definition.
    pub(crate) fn skip(&mut self) {
        self.other_calls += 1;
    }

    pub(crate) fn add(&mut self, call: &Call<'_>, found: Vec<Found>) {
        self.calls += 1;
        let api = &call.api.definition().title;
        for Unchecked { operation, part, reason } in call.unchecked() {
            self.unchecked.entry((operation, part)).or_insert(reason);
        }
        if let Some(operation) = call.label() {
            *self.operations.entry((api.clone(), operation)).or_default() += 1;
        }
        let mut in_this_call: Vec<usize> = Vec::new();
        // Of a call with many findings, the URL may be long.
        let mut here: Option<CallPlace> = None;
        for Found { rule, severity, breach } in found {
            let key = (api.clone(), key(call, rule, &breach));
            let at = match self.by_key.get(&key) {
                Some(at) => *at,
                None if self.findings.len() < MAX_FINDINGS => {
                    self.by_key.insert(key.clone(), self.findings.len());
                    let here = here.get_or_insert_with(|| call_place(call, &self.redactor)).clone();
                    self.findings.push(finding(call, here, (rule, severity, breach), (key.1, &self.redactor)));
                    self.findings.len() - 1
                }
                None => continue,
            };
            let Some(finding) = self.findings.get_mut(at).filter(|_| !in_this_call.contains(&at)) else { continue };
            in_this_call.push(at);
            finding.calls += 1;
            finding.severity = finding.severity.max(severity);
            let place = &call.exchange.place;
            if let (Some(notebook), Some(cell)) = (&place.notebook, place.cell) {
                let name = format!("{notebook} ${cell}");
                if finding.cells.len() < MAX_CELLS && !finding.cells.contains(&name) {
                    finding.cells.push(name);
                }
            }
        }
    }

    pub(crate) fn finish(self) -> Contract {
        let Self { redactor: _, findings, by_key: _, operations, calls, other_calls, unchecked } = self;
        let unchecked = unchecked.into_iter();
        let unchecked = unchecked.map(|((operation, part), reason)| Unchecked { operation, part, reason }).collect();
        let operations = operations.into_iter();
        let mut operations: Vec<CalledOperation> =
            operations.map(|((api, operation), calls)| CalledOperation { api, operation, calls }).collect();
        operations.sort_by(|one, other| (&one.api, &one.operation).cmp(&(&other.api, &other.operation)));
        let (version, mode, skipped_calls) = (VERSION, ContractMode::default(), 0);
        let (gone, coverage) = (Vec::new(), Vec::new());
        let mut contract = Contract {
            version,
            mode,
            calls,
            other_calls,
            skipped_calls,
            operations,
            findings,
            unchecked,
            gone,
            coverage,
        };
        contract.sort_findings();
        contract
    }
}

/// `GET /users 200 contract/response-body User/properties/id/type $[*].id`.
fn key(call: &Call<'_>, rule: &Rule, breach: &Breach) -> String {
    let operation = call.label().unwrap_or_else(|| call.exchange.method.clone());
    let value = breach.value.as_ref().map(|value| format!(" {}", value.any_path)).unwrap_or_default();
    let trail = if breach.trail.is_empty() { "-" } else { &breach.trail };
    format!("{operation} {} {} {trail}{value}", call.exchange.status, rule.code)
}

fn call_place(call: &Call<'_>, redactor: &Redactor) -> CallPlace {
    let exchange = call.exchange;
    CallPlace {
        number: exchange.place.number,
        method: exchange.method.clone(),
        url: redactor.redact(&shown_url(&exchange.url)).truncate(MAX_URL),
        status: exchange.status,
        notebook: exchange.place.notebook.clone(),
        cell: exchange.place.cell,
        position: exchange.place.position.clone(),
    }
}

fn finding(
    call: &Call<'_>,
    first: CallPlace,
    (rule, severity, breach): (&Rule, Severity, Breach),
    (key, redactor): (String, &Redactor),
) -> ContractFinding {
    let definition = breach.location.as_ref().map(|location| place(call, location, &breach));
    let is_secret = breach.value.as_ref().is_some_and(|value| value.content.is_secret(redactor));
    let message = breach.masked.filter(|_| is_secret).unwrap_or(breach.message);
    let value = breach.value.map(|BreachValue { part, path, content, .. }| {
        let path = redactor.redact(&path).truncate(MAX_MESSAGE);
        ValuePlace { part, path, excerpt: content.excerpt(redactor) }
    });
    ContractFinding {
        key,
        api: call.api.definition().title.clone(),
        rule: rule.code.to_owned(),
        severity,
        known: false,
        fails: false,
        operation: call.label(),
        message: redactor.redact(&message).truncate(MAX_MESSAGE),
        help: breach.help,
        definition,
        value,
        calls: 0,
        first,
        cells: Vec::new(),
    }
}

fn place(call: &Call<'_>, location: &Location, breach: &Breach) -> DefinitionPlace {
    let SourcePosition { file, line, column, length, source_line } = SourcePosition::new(location);
    let position = FilePosition { file, line, column };
    let mut way = Vec::new();
    if let Some(method) = call.method() {
        let name = call.label().unwrap_or_default();
        way.push(WayStep { name, position: method.location.as_ref().map(file_position) });
    }
    let is_response = breach.value.as_ref().is_some_and(|value| {
        use apinb_record::contract::MessagePart::{ResponseBody, ResponseHeader};
        matches!(value.part, ResponseBody | ResponseHeader)
    });
    if let Some(response) = call.declared().filter(|_| is_response) {
        let name = match response.status {
            Status::Code(code) => code.to_string(),
            other => other.to_string(),
        };
        way.push(WayStep { name, position: response.location.as_ref().map(file_position) });
    }
    way.extend(breach.names.iter().map(|name| WayStep { name: name.clone(), position: None }));
    DefinitionPlace { position, length, source_line: source_line.unwrap_or_default(), way }
}

fn file_position(location: &Location) -> FilePosition {
    let position = location.position();
    FilePosition { file: location.file.name().to_owned(), line: position.line, column: position.column }
}
