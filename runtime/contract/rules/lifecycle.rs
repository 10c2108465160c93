//! `contract/lifecycle`: a resource that is not there after it was created, or still there after it was deleted.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use url::Url;

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/lifecycle",
        severity: Severity::Warning,
        title: "Resource out of its lifecycle",
        documentation: "A call created a resource, as its `Location` says, and a later call got 404 for it; or a call \
            deleted a resource, and a later one still got it. Only the calls themselves are compared, nothing more is \
            sent. A `202 Accepted` promises nothing. Correct the server; turn the rule off for an API that becomes \
            consistent later.",
        example: &[
            ExampleDocument {
                name: "api.yaml",
                text: "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org' } ]
paths:
  /users/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    get:
      responses:
        '200': { description: a user }
    delete:
      responses:
        '204': { description: deleted }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"DELETE\", \"url\": \"https://users.example.org/users/5\" },
    \"response\": { \"status\": 204 } }, {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users/5\" },
    \"response\": { \"status\": 200 } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check,
};

fn check(call: &Call<'_>, state: &mut State) -> Vec<Breach> {
    let (Some(method), Some(mut url)) = (call.method(), call.url().cloned()) else { return Vec::new() };
    url.set_fragment(None);
    let with_query = url.clone();
    url.set_query(None);
    let resource = url.as_str();
    let status = call.exchange.status;
    let is_success = (200..300).contains(&status) && status != 202;
    let breach = |message: &str| {
        let help = "Correct the server, or turn the rule off for this operation.";
        let breach = Breach::new(message, help, "lifecycle").at(method.location.as_ref());
        vec![breach.about(MessagePart::Status, &status.to_string(), None)]
    };
    match call.exchange.method.as_str() {
        "GET" | "HEAD" if status == 404 && state.is_created(resource) => {
            breach("an earlier call created this resource, and it is not there")
        }
        // A query may select something else.
        "GET" | "HEAD" if is_success && state.is_deleted(resource) && with_query.query().is_none() => {
            breach("an earlier call deleted this resource, and it is still there")
        }
        "DELETE" if is_success => {
            state.delete(resource);
            Vec::new()
        }
        "POST" if is_success => {
            let location = call.exchange.response.header("location").and_then(|text| url.join(text).ok());
            if let Some(mut created) = location.filter(|_| status == 201) {
                created.set_query(None);
                created.set_fragment(None);
                if is_same_host(&created, &url) {
                    state.create(created.as_str());
                }
            }
            Vec::new()
        }
        "PUT" if is_success => {
            state.create(resource);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn is_same_host(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str() && one.port_or_known_default() == other.port_or_known_default()
}
