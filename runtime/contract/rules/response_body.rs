//! `contract/response-body`: a response body that breaks its schema.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

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
            be there even if it is required, and `1.0` is an integer. Correct the server, or the schema.",
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
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(body) = call.response_body().filter(|_| !call.is_mock_state()) else { return Vec::new() };
    let place = call.place_of(body.declared);
    let breach = |violation| Breach::of_body(violation, MessagePart::ResponseBody, &body.value, place);
    body.violations.iter().map(breach).collect()
}
