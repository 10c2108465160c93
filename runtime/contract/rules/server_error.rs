//! `contract/server-error`: a response with a status from 500 to 599.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/server-error",
        severity: Severity::Error,
        title: "Server error",
        documentation: "A response has a status from 500 to 599: the server failed. That is an error even where the \
            definition declares the status. Correct the server; turn the rule off for an operation that answers so on \
            purpose.",
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
        default: { description: any }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users\" },
    \"response\": { \"status\": 500 } } ] } }
",
            },
        ],
    },
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(method) = call.method() else { return Vec::new() };
    let status = call.exchange.status;
    if status < 500 {
        return Vec::new();
    }
    let location = call.declared().and_then(|response| response.location.as_ref()).or(method.location.as_ref());
    let breach = Breach::new(format!("the server answered with status {status}"), "Correct the server.", "responses");
    vec![breach.at(location).about(MessagePart::Status, &status.to_string(), None)]
}
