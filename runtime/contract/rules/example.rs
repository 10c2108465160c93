//! `contract/example`: an example of the definition that has another shape than the responses.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::content::Content;
use crate::media;
use crate::state::State;

/// Maximum number of findings for one response.
const MAX_FINDINGS: usize = 5;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/example",
        severity: Severity::Note,
        title: "Example of another shape",
        documentation: "The example that the definition has for a response differs from the responses: a value has another \
            type than in all of them, such as a string for a number. Readers copy examples. Correct the example, or the \
            server.",
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
              example: { id: five }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users/me\" },
    \"response\": { \"status\": 200, \"headers\": [ { \"name\": \"Content-Type\", \"value\": \"application/json\" } ],
                  \"content\": { \"text\": \"{\\\"id\\\": 5}\" } } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check,
};

fn check(call: &Call<'_>, state: &mut State) -> Vec<Breach> {
    let (Some(operation), Some(response)) = (call.operation(), call.declared()) else { return Vec::new() };
    let Some(body) = call.declared_body(&response.bodies, &call.exchange.response) else { return Vec::new() };
    if !media::is_json(&body.media_type) || body.examples.is_empty() || call.is_mocked() {
        return Vec::new();
    }
    let Content::Value(value) = call.response_content() else { return Vec::new() };
    let key = format!("{} {} {}", operation.label(), response.status, body.media_type);
    let Some(seen) = state.observe(key, value) else { return Vec::new() };
    let mut breaches = Vec::new();
    for shape in call.api.example_shapes(body).iter() {
        for (path, types) in &shape.paths {
            let Some(answered) = seen.paths.get(path) else { continue };
            // `null` says nothing about the type that a value has otherwise.
            if types.contains("null") || answered.contains("null") || !types.is_disjoint(answered) {
                continue;
            }
            let list =
                |types: &std::collections::BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
            let message = format!("the example has a {} at `{path}`, the responses a {}", list(types), list(answered));
            let breach =
                Breach::new(message, "Correct the example, or the server.", "example").at(body.location.as_ref());
            breaches.push(breach.about(MessagePart::ResponseBody, path, None));
            if breaches.len() >= MAX_FINDINGS {
                return breaches;
            }
        }
    }
    breaches
}
