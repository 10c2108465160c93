//! `contract/unexpected-body`: a response with a body where the definition declares none.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::content::Content;
use crate::exchange::Body;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/unexpected-body",
        severity: Severity::Warning,
        title: "Unexpected body",
        documentation: "A response has a body, and the definition declares none for its status. A mock server, which \
            responds with what it stores, is not reported. Declare the body, or do not send it.",
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
    \"response\": { \"status\": 201, \"headers\": [ { \"name\": \"Content-Type\", \"value\": \"application/json\" } ],
                  \"content\": { \"text\": \"{}\" } } } ] } }
",
            },
        ],
    },
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(declared) = call.declared() else { return Vec::new() };
    let has_body = call.exchange.response.body != Body::Empty && !call.has_no_body();
    // A mock server responds with what it stores, also where the definition declares no body.
    if !has_body || !declared.bodies.is_empty() || call.is_mocked() {
        return Vec::new();
    }
    let message = format!("the response has a body; the definition declares none for status {}", declared.status);
    let help = "Declare the body in the definition, or do not send it.";
    let breach = Breach::new(message, help, "content").at(declared.location.as_ref());
    vec![match call.response_content() {
        Content::Value(value) => breach.in_body(MessagePart::ResponseBody, value, ""),
        Content::Empty | Content::Opaque | Content::Unreadable(_) => breach.about(MessagePart::ResponseBody, "$", None),
    }]
}
