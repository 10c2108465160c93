//! `contract/security`: a secured operation that answered without credentials.

use apinb_definition::model::{SecurityKind, SecurityScheme};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::quote_series;

use super::request::{cookies, query, scheme};
use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/security",
        severity: Severity::Error,
        title: "Answered without credentials",
        documentation: "The definition secures an operation, and the server answered a request without credentials with \
            a 2xx. Either the API is open to everybody, or the definition says too much. Correct the server, or \
            `security` (in RAML `securedBy`) of the operation.",
        example: &[
            ExampleDocument {
                name: "api.yaml",
                text: "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org' } ]
security: [ { token: [] } ]
paths:
  /users:
    get:
      responses:
        '200': { description: users }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
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
    is_about_response: false,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(method) = call.method() else { return Vec::new() };
    let definition = call.api.definition();
    let requirements = method.secured_by.as_ref().unwrap_or(&definition.secured_by);
    let is_open = requirements.is_empty() || requirements.iter().any(|requirement| requirement.schemes.is_empty());
    // What a mock server answers says nothing about the API's security.
    if is_open || !(200..300).contains(&call.exchange.status) || call.is_mocked() {
        return Vec::new();
    }
    let mut names = Vec::new();
    for requirement in requirements {
        let schemes = requirement.schemes.iter().map(|one| scheme(definition, &one.name));
        // A scheme that is not declared cannot be recognized.
        let Some(schemes) = schemes.collect::<Option<Vec<_>>>() else { return Vec::new() };
        if schemes.iter().any(|scheme| has_credentials(call, scheme)) {
            return Vec::new();
        }
        names.extend(requirement.schemes.iter().map(|one| one.name.as_str()));
    }
    names.dedup();
    let message =
        format!("the server answered without credentials; the operation is secured by {}", quote_series(names, "or"));
    let help = "Correct the server, or the security of the operation in the definition.";
    vec![Breach::new(message, help, "security").at(method.location.as_ref())]
}

/// Whether the request has something that may be the credentials of a scheme.
fn has_credentials(call: &Call<'_>, scheme: &SecurityScheme) -> bool {
    let request = &call.exchange.request;
    let query = query(call);
    let has_query = |name: &str| query.iter().any(|(known, _)| known == name);
    let is_named = scheme.headers.iter().any(|header| request.header(&header.name).is_some())
        || scheme.query_parameters.iter().any(|parameter| has_query(&parameter.name))
        || scheme.cookies.iter().any(|cookie| cookies(call).iter().any(|(name, _)| *name == cookie.name));
    let is_signed = request.header("authorization").is_some() || has_query("access_token") || has_query("oauth_token");
    match &scheme.kind {
        SecurityKind::OAuth2(_)
        | SecurityKind::OAuth1(_)
        | SecurityKind::Basic
        | SecurityKind::Digest
        | SecurityKind::Bearer => is_signed || is_named,
        SecurityKind::Other(_) => {
            let says_nothing =
                scheme.headers.is_empty() && scheme.query_parameters.is_empty() && scheme.cookies.is_empty();
            is_named || says_nothing || is_signed
        }
    }
}
