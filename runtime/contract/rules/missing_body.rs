//! `contract/missing-body`: a response without a body where the definition declares one.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::exchange::Body;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/missing-body",
        severity: Severity::Warning,
        title: "Missing body",
        documentation: "A response has no body, and the definition declares one for its status. Responses to `HEAD` and \
            those with status 204, 205 or 304 never have one. Send the body, or remove it from the definition.",
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
          content:
            application/json: {}
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
    if call.exchange.response.body != Body::Empty || call.has_no_body() {
        return Vec::new();
    }
    let Some(first) = declared.bodies.first() else { return Vec::new() };
    // A file may be empty.
    if !declared.bodies.iter().any(|body| crate::media::is_json(&body.media_type)) {
        return Vec::new();
    }
    let message =
        format!("the response has no body; the definition declares `{}`", crate::media::essence(&first.media_type));
    let help = "Send the body, or remove it from the definition.";
    let breach = Breach::new(message, help, "content").at(first.location.as_ref().or(declared.location.as_ref()));
    vec![breach.about(MessagePart::ResponseBody, "$", None)]
}
