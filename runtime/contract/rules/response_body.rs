//! `contract/response-body`: a response body that breaks its schema.

use std::collections::HashSet;

use apinb_definition::model::Body;
use apinb_record::contract::MessagePart;
use apinb_schema::located::LocatedViolation;
use apinb_schema::validator::Validator;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use serde_json::Value;

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/response-body",
        severity: Severity::Error,
        title: "Response body breaks its schema",
        documentation: "The body of a response does not match the schema that the definition has for its status and media \
            type. The finding shows the keyword that it breaks. Of `oneOf` and `anyOf` it shows the alternative that the \
            discriminator selects, else the one that the value comes closest to. A property that is `writeOnly` need not \
            be there even if it is required, and `1.0` is an integer. It is a note where a mock server responds with an \
            example of the definition that breaks its own schema. Correct the server, or the schema.",
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
                  \"content\": { \"text\": \"{\\\"id\\\": \\\"five\\\"}\" } } } ] } }
",
            },
        ],
    },
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(body) = call.response_body() else { return Vec::new() };
    let place = call.place_of(body.declared);
    let of_examples = match call.is_mocked() && !body.violations.is_empty() {
        true => example_breaches(body.declared, body.validator()),
        false => HashSet::new(),
    };
    let breach = |violation: &LocatedViolation| {
        let breach = Breach::of_body(violation, MessagePart::ResponseBody, &body.value, place);
        if !of_examples.contains(&violation.place.trail) {
            return breach;
        }
        let help =
            "The mock server responds with an example of the definition that breaks its schema: correct one of them.";
        Breach { severity: Some(Severity::Note), help: Some(help.to_owned()), ..breach }
    };
    body.violations.iter().map(breach).collect()
}

/// The keywords that the examples of a body break, by their places in the schema.
fn example_breaches(body: &Body, validator: &Validator) -> HashSet<Vec<String>> {
    let values = body.examples.iter().filter_map(|example| serde_json::from_str(example.text.as_str()).ok());
    let violations = values.filter_map(|value: Value| validator.locate_violations(&value).ok());
    violations.flatten().map(|violation| violation.place.trail).collect()
}
