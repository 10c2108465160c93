//! `contract/undeclared-status`: a response whose status the operation does not declare.

use apinb_definition::model::Status;
use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::quote_series;

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/undeclared-status",
        severity: Severity::Error,
        title: "Undeclared status",
        documentation: "A response has a status that its operation does not declare, neither as itself nor by a class \
            such as `2XX` or by `default`. A status from 400 to 499 is a warning, since many definitions list only some \
            of them; a 5xx breaks `contract/server-error` instead. An operation that declares no responses at all breaks \
            nothing, nor does the 200 of a mock server where the operation declares no success. Declare the status, or correct the server.",
        example: &[
            ExampleDocument {
                name: "api.yaml",
                text: "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org' } ]
paths:
  /users:
    post:
      responses:
        '201': { description: created }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"POST\", \"url\": \"https://users.example.org/users\" },
    \"response\": { \"status\": 202 } } ] } }
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
    let is_checked = (200..500).contains(&status) && status != 304;
    if !is_checked || method.responses.is_empty() || call.declared().is_some() {
        return Vec::new();
    }
    // A mock server responds with 200 where the definition declares no success.
    let is_success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Class(2) | Status::Default);
    if call.is_mocked() && !method.responses.iter().any(|response| is_success(response.status)) {
        return Vec::new();
    }
    let declared = quote_series(method.responses.iter().map(|response| response.status), "and");
    let message = format!("status {status} is not declared; the operation declares {declared}");
    let breach = Breach::new(message, "Declare the status in the definition, or correct the server.", "responses")
        .at(method.location.as_ref())
        .about(MessagePart::Status, &status.to_string(), None);
    vec![Breach { severity: (status >= 400).then_some(Severity::Warning), ..breach }]
}
