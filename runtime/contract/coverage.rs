//! How much of a definition calls show: operations, statuses, media types, parameters, values and properties.

use std::collections::{BTreeSet, HashMap, HashSet};

use apinb_definition::model::{Body, Parameter, Status};
use apinb_record::contract::MessagePart;
use apinb_record::contract::coverage::{
    CellPlace, DefinitionCoverage, MAX_CELLS, OperationCoverage, PartCoverage, PartKind, PartPlace, Shown,
};
use apinb_schema::direction::Direction;
use apinb_schema::properties::SeenProperties;
use apinb_text::diagnostic::Severity;
use apinb_text::source::span::Location;
use serde_json::Value;

use crate::api::{Api, Operation};
use crate::call::Call;
use crate::collect::Found;
use crate::path::property_path;
use crate::rules::request::{Sent, sent};

/// Maximum number of parts of a definition that are listed.
const MAX_PARTS: usize = 300_000;
/// Maximum number of parameters and values of an operation that code has.
const MAX_DOCUMENTED: usize = 10_000;
/// Maximum number of places with errors of an operation.
const MAX_VIOLATIONS: usize = 1_000;

/// What calls and notebooks show of a definition.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By the label of the operation.
    operations: HashMap<String, SeenOperation>,
}

/// Which operations of a definition a coverage lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All.
    Whole,
    /// Those that something shows, to be united with one that has all.
    Seen,
}

#[derive(Debug, Default)]
struct SeenOperation {
    calls: usize,
    shown: Shown,
    parts: HashMap<(PartKind, String), Shown>,
    bodies: HashMap<BodyKey, SeenProperties>,
    /// Of the bodies that code has.
    documented: HashMap<String, SeenProperties>,
    /// The places in bodies that have errors. The status is that of the declared response; requests have none.
    violations: HashSet<(Option<Status>, String)>,
    cells: BTreeSet<CellPlace>,
    has_more_cells: bool,
}

/// A call in the code of a notebook, as far as it is certain.
#[derive(Clone, Debug)]
pub struct DocumentedCall {
    /// `GET /users/{id}`.
    pub operation: String,
    /// The parameters that it passes, and their values if those are literals.
    pub parameters: Vec<(MessagePart, String, Option<String>)>,
    /// The body, with null for what is not certain.
    pub body: Option<Value>,
    pub cell: CellPlace,
}

/// The declared status of a response, none for requests; and the media type.
type BodyKey = (Option<Status>, String);

impl SeenOperation {
    fn part(&mut self, kind: PartKind, name: String) -> &mut Shown {
        self.parts.entry((kind, name)).or_default()
    }

    fn add_cell(&mut self, cell: CellPlace) {
        self.cells.insert(cell);
        if self.cells.len() > MAX_CELLS {
            self.cells.pop_last();
            self.has_more_cells = true;
        }
    }

    /// Adds an error of the contract.
    fn violate(&mut self, call: &Call<'_>, found: &Found) {
        self.shown.violated = true;
        let Some(value) = &found.breach.value else { return };
        let status = call.declared().map(|response| response.status);
        match value.part {
            MessagePart::Path | MessagePart::Query | MessagePart::RequestHeader | MessagePart::Cookie => {
                let name = parameter_name(value.part, &value.path);
                if let Some(part) = self.parts.get_mut(&(PartKind::Parameter, name)) {
                    part.violated = true;
                }
            }
            MessagePart::RequestBody => self.violate_body(None, &value.any_path),
            MessagePart::Status | MessagePart::ResponseHeader | MessagePart::ResponseBody => {
                let Some(status) = status else { return };
                self.part(PartKind::Status, status.to_string()).violated = true;
                if value.part == MessagePart::ResponseBody {
                    if let Some(body) = call.response_body() {
                        let name = format!("{status} {}", body.declared.media_type);
                        self.part(PartKind::MediaType, name).violated = true;
                    }
                    self.violate_body(Some(status), &value.any_path);
                }
            }
        }
    }

    fn violate_body(&mut self, status: Option<Status>, path: &str) {
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.insert((status, path.to_owned()));
        }
    }
}

impl Coverage {
    /// Adds the parts that a call shows, and the errors that were found in it.
    pub(crate) fn add(&mut self, call: &Call<'_>, found: &[Found]) {
        let Some(operation) = call.operation() else { return };
        let seen = self.operations.entry(operation.label()).or_default();
        seen.calls += 1;
        seen.shown.called = true;
        let place = &call.exchange.place;
        if let (Some(notebook), Some(cell)) = (&place.notebook, place.cell) {
            seen.add_cell(CellPlace { notebook: notebook.clone(), cell });
        }
        for Sent { parameter, part, texts } in sent(call, operation) {
            let name = parameter_name(part, &parameter.name);
            for text in texts.iter().filter(|text| parameter.values.contains(text)) {
                seen.part(PartKind::EnumValue, format!("{name}={text}")).called = true;
            }
            seen.part(PartKind::Parameter, name).called = true;
        }
        if let Some(body) = call.request_body()
            && let Some(properties) = call.api.properties(body.declared, Direction::Request)
        {
            let key = (None, body.declared.media_type.clone());
            properties.see(&body.value, seen.bodies.entry(key).or_default());
        }
        if let Some(response) = call.declared() {
            let status = response.status;
            seen.part(PartKind::Status, status.to_string()).called = true;
            if let Some(declared) = call.declared_body(&response.bodies, &call.exchange.response)
                && call.response_content().is_present()
            {
                seen.part(PartKind::MediaType, format!("{status} {}", declared.media_type)).called = true;
            }
            if let Some(body) = call.response_body()
                && let Some(properties) = call.api.properties(body.declared, Direction::Response)
            {
                let key = (Some(status), body.declared.media_type.clone());
                properties.see(&body.value, seen.bodies.entry(key).or_default());
            }
        }
        found.iter().filter(|found| found.severity == Severity::Error).for_each(|found| seen.violate(call, found));
    }

    /// Adds a call that is not made. A body counts for each media type that has its properties.
    pub fn document(&mut self, api: &Api, call: DocumentedCall) {
        let DocumentedCall { operation, parameters, body, cell } = call;
        let Some(declared) = api.operation(&operation) else { return };
        let seen = self.operations.entry(operation).or_default();
        seen.shown.documented = true;
        seen.add_cell(cell);
        for (part, name, value) in parameters {
            let name = parameter_name(part, &name);
            if let Some(value) = value.filter(|_| seen.parts.len() < MAX_DOCUMENTED) {
                seen.part(PartKind::EnumValue, format!("{name}={value}")).documented = true;
            }
            seen.part(PartKind::Parameter, name).documented = true;
        }
        for known in declared.method.bodies.iter().filter(|_| body.is_some()) {
            if let (Some(properties), Some(body)) = (api.properties(known, Direction::Request), &body) {
                properties.see(body, seen.documented.entry(known.media_type.clone()).or_default());
            }
        }
    }

    /// The parts of the definition, and what shows them. They have positions if `api` has.
    #[must_use]
    pub fn count(&self, api: &Api, extent: Extent) -> DefinitionCoverage {
        let mut left = MAX_PARTS;
        let mut known = HashSet::new();
        let mut truncated = false;
        let mut operations = Vec::new();
        let none = SeenOperation::default();
        for operation in api.operations() {
            let label = operation.label();
            let seen = self.operations.get(&label);
            if extent == Extent::Seen && seen.is_none() || !known.insert(label.clone()) {
                continue;
            }
            let mut parts = Parts { api, seen: seen.unwrap_or(&none), all: Vec::new(), known: HashMap::new(), left };
            parts.add_operation(&operation);
            left = parts.left.saturating_sub(parts.all.len());
            truncated |= parts.is_full();
            operations.push(parts.finish(label, &operation));
        }
        DefinitionCoverage {
            title: api.definition().title.clone(),
            definition: api.address().to_owned(),
            operations,
            truncated,
        }
    }
}

/// The parts of an operation.
struct Parts<'a> {
    api: &'a Api,
    seen: &'a SeenOperation,
    all: Vec<PartCoverage>,
    known: HashMap<(PartKind, String), usize>,
    left: usize,
}

impl Parts<'_> {
    fn is_full(&self) -> bool {
        self.all.len() >= self.left
    }

    fn add_operation(&mut self, operation: &Operation<'_>) {
        let method = operation.method;
        let in_path = operation.resources.iter().flat_map(|resource| &resource.uri_parameters);
        let in_path = in_path.filter(|parameter| operation.path.contains(&format!("{{{}}}", parameter.name)));
        let parameters = [
            (MessagePart::Path, in_path.collect::<Vec<_>>()),
            (MessagePart::Query, method.query_parameters.iter().collect()),
            (MessagePart::RequestHeader, method.headers.iter().collect()),
            (MessagePart::Cookie, method.cookies.iter().collect()),
        ];
        for (part, parameters) in parameters {
            parameters.into_iter().for_each(|parameter| self.parameter(part, parameter, method.location.as_ref()));
        }
        self.bodies(&method.bodies, None, method.location.as_ref());
        for response in &method.responses {
            let place = response.location.as_ref().or(method.location.as_ref());
            self.add(PartKind::Status, response.status.to_string(), place, None);
            self.bodies(&response.bodies, Some(response.status), place);
        }
        for (status, path) in &self.seen.violations {
            self.violate(*status, path);
        }
    }

    /// Adds a part, once. `shown`: what is known beside the parts that were seen by name.
    fn add(&mut self, kind: PartKind, name: String, place: Option<&Location>, shown: Option<Shown>) {
        let key = (kind, name);
        let mut all_shown = self.seen.parts.get(&key).copied().unwrap_or_default();
        shown.into_iter().for_each(|shown| all_shown.add(shown));
        if let Some(part) = self.known.get(&key).and_then(|at| self.all.get_mut(*at)) {
            part.shown.add(all_shown);
            return;
        }
        if self.is_full() {
            return;
        }
        self.known.insert(key.clone(), self.all.len());
        self.all.push(PartCoverage { kind, name: key.1, place: part_place(place), shown: all_shown });
    }

    fn parameter(&mut self, part: MessagePart, parameter: &Parameter, around: Option<&Location>) {
        let name = parameter_name(part, &parameter.name);
        let place = parameter.location.as_ref().or(around);
        self.add(PartKind::Parameter, name.clone(), place, None);
        for value in &parameter.values {
            self.add(PartKind::EnumValue, format!("{name}={value}"), place, None);
        }
    }

    fn bodies(&mut self, bodies: &[Body], status: Option<Status>, around: Option<&Location>) {
        let (kind, direction) = match status {
            None => (PartKind::RequestProperty, Direction::Request),
            Some(_) => (PartKind::ResponseProperty, Direction::Response),
        };
        for body in bodies {
            let place = body.location.as_ref().or(around);
            if let Some(status) = status {
                self.add(PartKind::MediaType, format!("{status} {}", body.media_type), place, None);
            }
            let Some(properties) = self.api.properties(body, direction) else { continue };
            let seen = self.seen.bodies.get(&(status, body.media_type.clone()));
            let documented = self.seen.documented.get(&body.media_type).filter(|_| status.is_none());
            for property in properties.all() {
                let sources = self.api.definition().sources.as_deref();
                let own = property.source.and_then(|source| sources?.location(source));
                let place = own.as_ref().or(place);
                let name = in_body(status, &property_path(&property.path));
                let shown = |is: &dyn Fn(&SeenProperties) -> bool| Shown {
                    called: seen.is_some_and(is),
                    documented: documented.is_some_and(is),
                    violated: false,
                };
                for (index, value) in property.values.iter().enumerate() {
                    let shown = shown(&|seen| seen.has_value(property.number, index));
                    self.add(PartKind::EnumValue, format!("{name}={value}"), place, Some(shown));
                }
                self.add(kind, name, place, Some(shown(&|seen| seen.has(property.number))));
            }
        }
    }

    /// Marks the property at a place with an error, or the closest declared one around it.
    fn violate(&mut self, status: Option<Status>, path: &str) {
        let kind = if status.is_some() { PartKind::ResponseProperty } else { PartKind::RequestProperty };
        let mut path = path;
        loop {
            let known = self.known.get(&(kind, in_body(status, path)));
            if let Some(part) = known.and_then(|at| self.all.get_mut(*at)) {
                part.shown.violated = true;
                return;
            }
            let Some((above, _)) = path.rfind(['.', '[']).and_then(|at| path.split_at_checked(at)) else { return };
            path = above;
        }
    }

    fn finish(self, label: String, operation: &Operation<'_>) -> OperationCoverage {
        let SeenOperation { calls, shown, cells, has_more_cells, .. } = self.seen;
        OperationCoverage {
            operation: label,
            place: part_place(operation.method.location.as_ref()),
            shown: *shown,
            calls: *calls,
            parts: self.all,
            cells: cells.iter().cloned().collect(),
            more_cells: *has_more_cells,
        }
    }
}

/// `query sort`.
fn parameter_name(part: MessagePart, name: &str) -> String {
    let part = match part {
        MessagePart::Path => "path",
        MessagePart::Query => "query",
        MessagePart::Cookie => "cookie",
        _ => "header",
    };
    format!("{part} {name}")
}

/// `$.name` in a request, `200 $.name` in a response.
fn in_body(status: Option<Status>, path: &str) -> String {
    match status {
        None => path.to_owned(),
        Some(status) => format!("{status} {path}"),
    }
}

fn part_place(location: Option<&Location>) -> PartPlace {
    let place = |location: &Location| PartPlace {
        file: Some(location.file.name().to_owned()),
        line: Some(location.position().line),
    };
    location.map(place).unwrap_or_default()
}
