//! `contract/media-type`: a response body whose media type is not declared, or that cannot be read by it.

use apinb_record::contract::MessagePart;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::quote_series;

use super::rule::ContractRule;
use crate::breach::Breach;
use crate::call::Call;
use crate::content::Content;
use crate::exchange::Body;
use crate::media;
use crate::state::State;

pub(super) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/media-type",
        severity: Severity::Error,
        title: "Wrong media type",
        documentation: "A response has a body whose `Content-Type` is missing or not declared, or the body cannot be read \
            by its type, such as HTML that claims to be JSON. Parameters of the type, such as `charset`, do not matter, \
            and a type that ends in `+json` is JSON. Declare the media type, or correct the server.",
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
    \"response\": { \"status\": 200, \"headers\": [ { \"name\": \"Content-Type\", \"value\": \"text/html\" } ],
                  \"content\": { \"text\": \"<p>users</p>\" } } } ] } }
",
            },
        ],
    },
    is_about_response: true,
    check,
};

fn check(call: &Call<'_>, _: &mut State) -> Vec<Breach> {
    let Some(declared) = call.declared() else { return Vec::new() };
    if call.has_no_body() || call.exchange.response.body == Body::Empty {
        return Vec::new();
    }
    let bodies = &declared.bodies;
    let location = bodies.first().and_then(|body| body.location.as_ref()).or(declared.location.as_ref());
    let help = "Declare the media type in the definition, or correct the `Content-Type` of the response.";
    let names = || quote_series(bodies.iter().map(|body| media::essence(&body.media_type)), "and");
    let part = MessagePart::ResponseHeader;
    match call.exchange.response.header("content-type") {
        None if !bodies.is_empty() => {
            let message = format!("the response has a body and no `Content-Type`; the definition declares {}", names());
            vec![Breach::new(message, help, "content").at(location).about(part, "Content-Type", None)]
        }
        Some(actual) if !bodies.is_empty() && call.declared_body(bodies, &call.exchange.response).is_none() => {
            let message =
                format!("media type `{}` is not declared; the definition declares {}", media_type(actual), names());
            let trail = format!("content/{}", media_type(actual));
            vec![Breach::new(message, help, trail).at(location).about(part, "Content-Type", Some(actual))]
        }
        _ => match call.response_content() {
            Content::Unreadable(reason) => {
                let declared = call.declared_body(bodies, &call.exchange.response);
                let location = declared.and_then(|body| body.location.as_ref()).or(location);
                let help = "Correct the body, or its `Content-Type`.";
                let breach = Breach::new(format!("the body is {reason}"), help, "content").at(location);
                let text = match &call.exchange.response.body {
                    Body::Text(text) => Some(text.as_str()),
                    Body::Empty | Body::Unknown | Body::TooLarge => None,
                };
                vec![breach.about(MessagePart::ResponseBody, "$", text)]
            }
            Content::Empty | Content::Opaque | Content::Value(_) => Vec::new(),
        },
    }
}

fn media_type(header: &str) -> String {
    media::essence(header)
}
