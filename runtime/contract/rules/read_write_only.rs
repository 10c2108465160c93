//! `contract/read-write-only`: a `writeOnly` property in a response, or a `readOnly` one in a request.

use apinb_record::contract::MessagePart;
use apinb_schema::marks::MarkKind;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::{Call, CheckedBody};
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/read-write-only",
        severity: Severity::Warning,
        title: "Property of the other direction",
        documentation: "A response has a property that is `writeOnly`, such as a password, or a request has one that is \
            `readOnly`, such as an id that the server assigns. Do not send the property, or correct the schema.",
        example: &[
            ExampleDocument {
                name: "api.yaml",
                text: "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org' } ]
paths:
  /users/me:
    get:
      responses:
        '200':
          description: a user
          content:
            application/json:
              schema:
                properties:
                  pin: { type: string, writeOnly: true }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users/me\" },
    \"response\": { \"status\": 200, \"headers\": [ { \"name\": \"Content-Type\", \"value\": \"application/json\" } ],
                  \"content\": { \"text\": \"{\\\"pin\\\": \\\"1234\\\"}\" } } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let request = call.request_body().map(|body| (body, MessagePart::RequestBody, "readOnly"));
    let response = call.response_body().map(|body| (body, MessagePart::ResponseBody, "writeOnly"));
    request.into_iter().chain(response).flat_map(|(body, part, word)| of_body(call, body, part, word)).collect()
}

fn of_body<'a>(call: &Call<'a>, body: &CheckedBody<'a>, part: MessagePart, word: &str) -> Vec<Breach> {
    let place = call.place_of(body.declared);
    let marks = body.marks.iter().filter(|mark| mark.kind == MarkKind::OtherDirection);
    let breach = |mark: &apinb_schema::marks::Mark| {
        let name = crate::path::last_name(&mark.pointer);
        let message = format!("the {} has the {word} property `{name}`", part.noun());
        let breach =
            Breach::new(message, "Do not send the property, or correct the schema.", mark.place.trail.join("/"));
        Breach { location: place.locate(&mark.place), names: mark.place.names.clone(), ..breach }.in_body(
            part,
            &body.value,
            &mark.pointer,
        )
    };
    marks.map(breach).collect()
}
