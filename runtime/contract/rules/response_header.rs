//! `contract/response-header`: a required header that a response does not have, or one that breaks its schema.

use apinb_definition::model::Parameter;
use apinb_record::contract::MessagePart;
use apinb_schema::direction::Direction;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::{Breach, Place, parameter_trail};
use crate::call::Call;
use crate::parameter;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/response-header",
        severity: Severity::Warning,
        title: "Response header breaks its schema",
        documentation: "A response lacks a header that the definition requires, or a header does not match its schema. A \
            list is checked item by item, whether it is in one header or in several. Send the header, or make it optional \
            in the definition.",
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
      responses:
        '200':
          description: users
          headers:
            X-Total: { required: true, schema: { type: integer } }
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
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(declared) = call.declared() else { return Vec::new() };
    // The definition has its own place for the media type.
    let headers = declared.headers.iter().filter(|header| !header.name.eq_ignore_ascii_case("content-type"));
    // A parameter with several types is several parameters of one name: one of them has to fit.
    let mut names: Vec<&str> = Vec::new();
    let mut breaches = Vec::new();
    for header in headers {
        if names.iter().any(|known| known.eq_ignore_ascii_case(&header.name)) {
            continue;
        }
        names.push(&header.name);
        let alternatives = declared.headers.iter().filter(|other| other.name.eq_ignore_ascii_case(&header.name));
        let checked = alternatives.map(|header| breaches_of(call, header));
        breaches.extend(checked.min_by_key(Vec::len).unwrap_or_default());
    }
    breaches
}

fn breaches_of(call: &Call<'_>, header: &Parameter) -> Vec<Breach> {
    const PART: MessagePart = MessagePart::ResponseHeader;
    let texts: Vec<&str> = call.exchange.response.headers(&header.name).collect();
    let place = Place { sources: call.api.definition().sources.as_deref(), fallback: header.location.as_ref() };
    if texts.is_empty() {
        if !header.required || call.exchange.status == 304 {
            return Vec::new();
        }
        let message = format!("the response lacks the required header `{}`", header.name);
        let help = "Send the header, or make it optional in the definition.";
        let breach = Breach::new(message, help, parameter_trail(PART, header)).at(header.location.as_ref());
        return vec![breach.about(PART, &header.name, None)];
    }
    let Some(validator) = call.api.parameter_validator(header, Direction::Response) else { return Vec::new() };
    if validator.is_object() {
        return Vec::new();
    }
    let value = parameter::header(&texts, &validator);
    let violations = validator.locate_violations(&value).unwrap_or_default();
    let breach = |violation| {
        let breach = Breach::of_parameter(violation, PART, &header.name, place);
        breach.about(PART, &header.name, texts.first().copied())
    };
    violations.iter().map(breach).collect()
}
