//! How much of a definition calls show: operations, statuses, media types, parameters, values and properties.

use std::collections::{BTreeMap, HashSet};

use apinb_definition::model::{Body, Parameter, Status};
use apinb_record::contract::MessagePart;
use apinb_record::contract::coverage::{Covered, DefinitionCoverage};
use apinb_schema::direction::Direction;
use serde_json::Value;

use crate::api::{Api, Operation};
use crate::call::Call;
use crate::rules::request::{Sent, sent};

/// Maximum number of covered parts that are remembered.
const MAX_SEEN: usize = 500_000;

/// The kinds of parts of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Operation,
    Status,
    MediaType,
    Parameter,
    EnumValue,
    RequestProperty,
    ResponseProperty,
}

/// The parts that calls have shown.
#[derive(Debug, Default)]
pub struct Coverage(HashSet<(Kind, String)>);

/// The parts that a call shows.
pub(crate) fn shown(call: &Call<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    coverage.add_call(call);
    coverage
}

impl Coverage {
    fn see(&mut self, kind: Kind, part: String) {
        if self.0.len() < MAX_SEEN {
            self.0.insert((kind, part));
        }
    }

    /// Adds the parts that others have shown.
    pub(crate) fn add(&mut self, other: Self) {
        other.0.into_iter().for_each(|(kind, part)| self.see(kind, part));
    }

    fn add_call(&mut self, call: &Call<'_>) {
        let Some(operation) = call.operation() else { return };
        let label = operation.label();
        self.see(Kind::Operation, label.clone());
        for Sent { parameter, part, texts } in sent(call, operation) {
            self.see(Kind::Parameter, parameter_part(&label, part, parameter));
            for text in texts {
                self.see(Kind::EnumValue, format!("{}={text}", parameter_part(&label, part, parameter)));
            }
        }
        if let Some(body) = call.request_body() {
            let start = format!("{label} request body");
            self.see_properties(Kind::RequestProperty, &start, &body.value, body.validator());
        }
        let Some(response) = call.declared() else { return };
        let status = format!("{label} {}", response.status);
        self.see(Kind::Status, status.clone());
        if let Some(declared) = call.declared_body(&response.bodies, &call.exchange.response)
            && call.response_content().is_present()
        {
            self.see(Kind::MediaType, format!("{status} {}", declared.media_type));
        }
        if let Some(body) = call.response_body() {
            let start = format!("{status} response body");
            self.see_properties(Kind::ResponseProperty, &start, &body.value, body.validator());
        }
    }

    fn see_properties(
        &mut self,
        kind: Kind,
        start: &str,
        value: &Value,
        validator: &apinb_schema::validator::Validator,
    ) {
        for path in validator.property_paths() {
            if has_path(value, &path) {
                self.see(kind, format!("{start} {}", joined(&path)));
            }
        }
    }

    /// Compares the parts with those of the definition.
    #[must_use]
    pub fn count(&self, api: &Api) -> DefinitionCoverage {
        let mut all: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
        let mut add = |kind: Kind, part: String| all.entry(kind).or_default().push(part);
        for operation in api.operations() {
            parts(api, &operation, &mut add);
        }
        let mut covered = |kind: Kind| {
            let mut known = HashSet::new();
            let parts: Vec<String> =
                all.remove(&kind).unwrap_or_default().into_iter().filter(|part| known.insert(part.clone())).collect();
            let total = parts.len();
            let missing: Vec<String> =
                parts.into_iter().filter(|part| !self.0.contains(&(kind, part.clone()))).collect();
            let covered = total - missing.len();
            Covered { covered, total, missing }
        };
        DefinitionCoverage {
            title: api.definition().title.clone(),
            definition: api.address().to_owned(),
            operations: covered(Kind::Operation),
            statuses: covered(Kind::Status),
            media_types: covered(Kind::MediaType),
            parameters: covered(Kind::Parameter),
            enum_values: covered(Kind::EnumValue),
            request_properties: covered(Kind::RequestProperty),
            response_properties: covered(Kind::ResponseProperty),
        }
    }
}

/// All parts of an operation.
fn parts(api: &Api, operation: &Operation<'_>, add: &mut impl FnMut(Kind, String)) {
    let (label, method) = (operation.label(), operation.method);
    add(Kind::Operation, label.clone());
    let in_path = operation.resources.iter().flat_map(|resource| &resource.uri_parameters);
    let in_path = in_path.filter(|parameter| operation.path.contains(&format!("{{{}}}", parameter.name)));
    let parameters = [
        (MessagePart::Path, in_path.collect::<Vec<_>>()),
        (MessagePart::Query, method.query_parameters.iter().collect()),
        (MessagePart::RequestHeader, method.headers.iter().collect()),
        (MessagePart::Cookie, method.cookies.iter().collect()),
    ];
    for (part, parameters) in parameters {
        for parameter in parameters {
            let name = parameter_part(&label, part, parameter);
            parameter.values.iter().for_each(|value| add(Kind::EnumValue, format!("{name}={value}")));
            add(Kind::Parameter, name);
        }
    }
    let mut properties = |kind: Kind, start: &str, bodies: &[Body], direction: Direction| {
        for body in bodies {
            let Some(validator) = api.body_validator(body, direction) else { continue };
            validator.property_paths().iter().for_each(|path| add(kind, format!("{start} {}", joined(path))));
        }
    };
    properties(Kind::RequestProperty, &format!("{label} request body"), &method.bodies, Direction::Request);
    for response in &method.responses {
        let status = format!("{label} {}", response.status);
        let start = format!("{status} response body");
        properties(Kind::ResponseProperty, &start, &response.bodies, Direction::Response);
    }
    for response in &method.responses {
        let status = format!("{label} {}", response.status);
        response.bodies.iter().for_each(|body| add(Kind::MediaType, format!("{status} {}", body.media_type)));
        // The default covers all statuses that are not listed.
        if response.status != Status::Default {
            add(Kind::Status, status);
        }
    }
}

fn parameter_part(label: &str, part: MessagePart, parameter: &Parameter) -> String {
    format!("{label} {} {}", part.noun(), parameter.name)
}

/// `$.items[*].id`.
fn joined(path: &[String]) -> String {
    path.iter().fold("$".to_owned(), |text, step| if step == "*" { text + "[*]" } else { text + "." + step })
}

/// Whether a value has a property at a path, in any item of its lists.
fn has_path(value: &Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match value {
        Value::Array(items) if first == "*" => items.iter().take(1_000).any(|item| has_path(item, rest)),
        Value::Object(fields) => fields.get(first).is_some_and(|value| has_path(value, rest)),
        _ => false,
    }
}
