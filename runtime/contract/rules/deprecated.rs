//! `contract/deprecated`: a call uses a part of the API that is going away.

use apinb_definition::model::Annotation;
use apinb_record::contract::MessagePart;
use apinb_schema::marks::MarkKind;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use serde_json::Value;

use super::request::sent;
use super::rule::ContractRule;
use crate::breach::{Breach, parameter_trail};
use crate::call::{Call, CheckedBody};
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/deprecated",
        severity: Severity::Warning,
        title: "Deprecated",
        documentation: "A call uses an operation, a parameter or a property that the definition marks as deprecated (in \
            RAML: with an annotation `deprecated`), or the response has a `Deprecation` or `Sunset` header. A deprecated \
            property in a response is a note, since the caller cannot choose. Use what replaces it.",
        example: &[
            ExampleDocument {
                name: "api.yaml",
                text: "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org' } ]
paths:
  /users:
    get:
      deprecated: true
      responses:
        '200': { description: users }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users\" },
    \"response\": { \"status\": 200 } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check,
};

const HELP: &str = "Use what replaces it; the description of the API may name it.";

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(operation) = call.operation() else { return Vec::new() };
    let method = operation.method;
    let mut breaches = Vec::new();
    if method.deprecated || is_deprecated(&method.annotations) {
        let message = format!("{} is deprecated", operation.label());
        breaches.push(Breach::new(message, HELP, "deprecated").at(method.location.as_ref()));
    }
    for sent in sent(call, operation) {
        let parameter = sent.parameter;
        if parameter.deprecated || is_deprecated(&parameter.annotations) {
            let message = format!("{} `{}` is deprecated", sent.part.noun(), parameter.name);
            let trail = parameter_trail(sent.part, parameter);
            let breach = Breach::new(message, HELP, trail).at(parameter.location.as_ref());
            breaches.push(breach.about(sent.part, &parameter.name, sent.texts.first().map(String::as_str)));
        }
    }
    if let Some(body) = call.request_body() {
        breaches.extend(of_body(call, body, MessagePart::RequestBody, None));
    }
    if let Some(body) = call.response_body() {
        breaches.extend(of_body(call, body, MessagePart::ResponseBody, Some(Severity::Note)));
    }
    for (name, what) in [("Deprecation", "is deprecated"), ("Sunset", "will be removed")] {
        if let Some(text) = call.exchange.response.header(name) {
            let message = format!("the server says that {} {what}", operation.label());
            let breach = Breach::new(message, HELP, "deprecated").at(method.location.as_ref());
            breaches.push(breach.about(MessagePart::ResponseHeader, name, Some(text)));
        }
    }
    breaches
}

fn of_body<'a>(call: &Call<'a>, body: &CheckedBody<'a>, part: MessagePart, severity: Option<Severity>) -> Vec<Breach> {
    let place = call.place_of(body.declared);
    let marks = body.marks.iter().filter(|mark| mark.kind == MarkKind::Deprecated);
    let breach = |mark: &apinb_schema::marks::Mark| {
        let message = format!("the property `{}` is deprecated", crate::path::last_name(&mark.pointer));
        let breach = Breach::new(message, HELP, mark.place.trail.join("/"));
        Breach { severity, location: place.locate(&mark.place), names: mark.place.names.clone(), ..breach }.in_body(
            part,
            &body.value,
            &mark.pointer,
        )
    };
    marks.map(breach).collect()
}

fn is_deprecated(annotations: &[Annotation]) -> bool {
    let said = |annotation: &Annotation| {
        annotation.name.rsplit('.').next() == Some("deprecated") && annotation.value != Value::Bool(false)
    };
    annotations.iter().any(said)
}
