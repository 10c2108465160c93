//! `contract/unknown-operation`: a call below the base URI that no operation has.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::quote_series;
use apinb_text::display::truncate::excerpt;

use super::rule::ContractRule;
use crate::api::Route;
use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/unknown-operation",
        severity: Severity::Warning,
        title: "Unknown operation",
        documentation: "A call goes to a URL below the base URI of the definition, and no resource has its path, or the \
            resource does not have its method. `OPTIONS` calls are not reported, since browsers make them on their own. \
            Add the operation to the definition, or correct the call.",
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
        '200': { description: users }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/user\" },
    \"response\": { \"status\": 404 } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let method = &call.exchange.method;
    if method == "OPTIONS" {
        return Vec::new();
    }
    let path = call.url().map(|url| url.path().to_owned()).unwrap_or_default();
    match &call.route {
        Route::Operation(_) => Vec::new(),
        Route::UnknownPath(nearest) => {
            let help = match nearest {
                Some(nearest) => format!("Did you mean `{}`?", excerpt(nearest)),
                None => "Add the path to the definition, or correct the call.".to_owned(),
            };
            vec![Breach::new(format!("the definition has no path for `{method} {path}`"), &help, outline(&path))]
        }
        Route::UnknownMethod(template, verbs, location) => {
            let verbs = quote_series(verbs.iter().map(|verb| verb.method()), "and");
            let message = format!("`{}` has no method {method}; it has {verbs}", excerpt(template));
            let help = "Add the method to the definition, or correct the call.";
            vec![Breach::new(message, help, template.as_str()).at(location.as_ref())]
        }
    }
}

/// A path with `*` for what looks like an identifier, so that calls for many of them have one cause.
fn outline(path: &str) -> String {
    let is_identifier = |segment: &str| {
        !segment.is_empty() && segment.chars().any(|character| character.is_ascii_digit()) || segment.len() > 40
    };
    path.split('/').map(|segment| if is_identifier(segment) { "*" } else { segment }).collect::<Vec<_>>().join("/")
}
