//! `contract/undocumented-property`: a property of a response that the schema does not name.

use apinb_record::contract::MessagePart;
use apinb_schema::marks::MarkKind;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/undocumented-property",
        severity: Severity::Note,
        title: "Undocumented property",
        documentation: "A response has a property that its schema does not name. The schema allows it, since it does not \
            forbid other properties, but readers of the definition do not learn of it. Objects whose schema names no \
            properties, or says something about additional ones, are not reported, nor are responses of a mock server. Add the property to the schema.",
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
                  id: { type: integer }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users/me\" },
    \"response\": { \"status\": 200, \"headers\": [ { \"name\": \"Content-Type\", \"value\": \"application/json\" } ],
                  \"content\": { \"text\": \"{\\\"id\\\": 5, \\\"nickname\\\": \\\"x\\\"}\" } } } ] } }
",
            },
        ],
    },
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    // A mock server adds no property: it has those of the examples, and those that the client has sent.
    let Some(body) = call.response_body().filter(|_| !call.is_mocked()) else { return Vec::new() };
    let place = call.place_of(body.declared);
    let marks = body.marks.iter().filter(|mark| mark.kind == MarkKind::Undocumented);
    let breach = |mark: &apinb_schema::marks::Mark| {
        let name = crate::path::last_name(&mark.pointer);
        let help = "Add the property to the schema; `additionalProperties` says that others are welcome.";
        let breach =
            Breach::new(format!("the schema does not name the property `{name}`"), help, mark.place.trail.join("/"));
        let names = mark.place.names.clone();
        Breach { location: place.locate(&mark.place), names, ..breach }.in_body(
            MessagePart::ResponseBody,
            &body.value,
            &mark.pointer,
        )
    };
    marks.map(breach).collect()
}
