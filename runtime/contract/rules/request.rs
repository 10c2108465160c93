//! `contract/request`: a request that breaks the definition.

use std::collections::HashSet;

use apinb_definition::model::{Definition, Method, Parameter, SecurityScheme};
use apinb_record::contract::MessagePart;
use apinb_schema::direction::Direction;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::quote_series;
use apinb_text::display::suggest::suggest;
use percent_encoding::percent_decode_str;

use super::rule::ContractRule;
use crate::api::Operation;
use crate::breach::{Breach, Place, parameter_trail};
use crate::call::Call;
use crate::content::Content;
use crate::exchange::Body;
use crate::media;
use crate::parameter;

pub(crate) static RULE: ContractRule = ContractRule {
    rule: Rule {
        code: "contract/request",
        severity: Severity::Warning,
        title: "Request breaks the definition",
        documentation: "A request breaks its definition: a parameter in the path or the query, a header, a cookie or the \
            body does not match its schema, is missing although it is required, or is unknown. It is a note if the server \
            refused the request with a 4xx, which is what the definition asks for, and for query parameters that the \
            definition does not know. Correct the call, or the definition.",
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
      parameters:
        - { name: page, in: query, schema: { type: integer } }
      responses:
        '200': { description: users }
",
            },
            ExampleDocument {
                name: "traffic.har",
                text: "\
{ \"log\": { \"entries\": [ {
    \"request\": { \"method\": \"GET\", \"url\": \"https://users.example.org/users?page=first\" },
    \"response\": { \"status\": 200 } } ] } }
",
            },
        ],
    },
    is_about_response: false,
    check: |call, _| check(call),
};

/// A declared parameter, and its texts in the request.
pub(crate) struct Sent<'a> {
    pub(crate) parameter: &'a Parameter,
    pub(crate) part: MessagePart,
    /// One for each time that it occurs, decoded; in the query as its style has them.
    pub(crate) texts: Vec<String>,
}

/// What breaks the definition in the request of a call. A mock server checks its requests with it.
pub(crate) fn check(call: &Call<'_>) -> Vec<Breach> {
    let Some(operation) = call.operation() else { return Vec::new() };
    let mut breaches = parameters(call, operation);
    breaches.extend(unknown_parameters(call, operation));
    breaches.extend(body(call, operation.method));
    if (400..500).contains(&call.exchange.status) {
        breaches.iter_mut().for_each(|breach| breach.severity = Some(Severity::Note));
    }
    breaches
}

/// The declared parameters, each with its texts; those of one name follow one another.
pub(crate) fn sent<'a>(call: &Call<'a>, operation: &Operation<'a>) -> Vec<Sent<'a>> {
    all(call, operation).into_iter().filter(|sent| !sent.texts.is_empty()).collect()
}

fn all<'a>(call: &Call<'a>, operation: &Operation<'a>) -> Vec<Sent<'a>> {
    let method = operation.method;
    let query = query(call);
    let cookies = cookies(call);
    let texts = |pairs: &[(String, String)], name: &str| -> Vec<String> {
        pairs.iter().filter(|(known, _)| known == name).map(|(_, text)| text.clone()).collect()
    };
    let in_path = operation.resources.iter().flat_map(|resource| &resource.uri_parameters);
    let in_path = in_path.filter(|parameter| operation.path_values.iter().any(|(name, _)| *name == parameter.name));
    let mut all: Vec<Sent<'a>> = Vec::new();
    all.extend(in_path.map(|parameter| Sent {
        parameter,
        part: MessagePart::Path,
        texts: texts(&operation.path_values, &parameter.name),
    }));
    all.extend(method.query_parameters.iter().map(|parameter| {
        let mut texts = texts(&query, &parameter.name);
        if texts.is_empty() {
            let parts = query.iter().filter(|(name, _)| parameter::is_part(parameter, name));
            texts.extend(parts.map(|(_, text)| text.clone()));
        }
        Sent { parameter, part: MessagePart::Query, texts }
    }));
    all.extend(method.headers.iter().map(|parameter| Sent {
        parameter,
        part: MessagePart::RequestHeader,
        texts: call.exchange.request.headers(&parameter.name).map(str::to_owned).collect(),
    }));
    all.extend(method.cookies.iter().map(|parameter| Sent {
        parameter,
        part: MessagePart::Cookie,
        texts: texts(&cookies, &parameter.name),
    }));
    all
}

fn parameters<'a>(call: &Call<'a>, operation: &Operation<'a>) -> Vec<Breach> {
    let all = all(call, operation);
    let mut breaches = Vec::new();
    let mut known: HashSet<(MessagePart, &str)> = HashSet::new();
    for sent in &all {
        if !known.insert((sent.part, &sent.parameter.name)) {
            continue;
        }
        // A parameter with several types is several parameters of one name: one of them has to fit.
        let same = all.iter().filter(|other| other.part == sent.part && other.parameter.name == sent.parameter.name);
        breaches.extend(same.map(|sent| of_parameter(call, sent)).min_by_key(Vec::len).unwrap_or_default());
    }
    breaches
}

fn of_parameter(call: &Call<'_>, sent: &Sent<'_>) -> Vec<Breach> {
    let Sent { parameter, part, texts } = sent;
    let location = parameter.location.as_ref().or_else(|| call.method()?.location.as_ref());
    if texts.is_empty() {
        if !parameter.required || *part == MessagePart::Path || parameter::spreads(parameter) {
            return Vec::new();
        }
        let message = format!("the request lacks the required {} `{}`", part.noun(), parameter.name);
        let help = "Send the parameter, or make it optional in the definition.";
        let breach = Breach::new(message, help, parameter_trail(*part, parameter)).at(location);
        return vec![breach.about(*part, &parameter.name, None)];
    }
    let Some(validator) = call.api.parameter_validator(parameter, Direction::Request) else { return Vec::new() };
    let value = match part {
        MessagePart::RequestHeader => {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            Some(parameter::header(&texts, &validator)).filter(|_| !validator.is_object())
        }
        _ => parameter::value(parameter, texts, &validator),
    };
    let Some(value) = value else { return Vec::new() };
    let place = Place { sources: call.api.definition().sources.as_deref(), fallback: location };
    let violations = validator.locate_violations(&value).unwrap_or_default();
    let breach = |violation| {
        let breach = Breach::of_parameter(violation, *part, &parameter.name, place);
        breach.about(*part, &parameter.name, texts.first().map(String::as_str))
    };
    violations.iter().map(breach).collect()
}

/// Query parameters that the definition does not know.
fn unknown_parameters(call: &Call<'_>, operation: &Operation<'_>) -> Vec<Breach> {
    let method = operation.method;
    if method.query_string.is_some() || method.query_parameters.iter().any(parameter::spreads) {
        return Vec::new();
    }
    let definition = call.api.definition();
    let in_schemes = definition.security_schemes.iter().flat_map(|scheme| &scheme.query_parameters);
    let declared: Vec<&Parameter> = method.query_parameters.iter().chain(in_schemes).collect();
    let mut names: Vec<String> = query(call).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let is_known = |name: &String| {
        declared.iter().any(|parameter| parameter.name == *name || parameter::is_part(parameter, name))
            || ["access_token", "oauth_token"].contains(&name.as_str())
            || name.starts_with("oauth_")
    };
    let unknown = names.iter().filter(|name| !is_known(name));
    let breach = |name: &String| {
        let meant = suggest(name, declared.iter().map(|parameter| parameter.name.as_str()));
        let help = match meant {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => "Declare the parameter, or do not send it.".to_owned(),
        };
        let message = format!("the definition has no query parameter `{name}`");
        let breach = Breach::new(message, &help, "parameters").at(method.location.as_ref());
        Breach { severity: Some(Severity::Note), ..breach.about(MessagePart::Query, name, None) }
    };
    unknown.take(20).map(breach).collect()
}

fn body<'a>(call: &Call<'a>, method: &'a Method) -> Vec<Breach> {
    const PART: MessagePart = MessagePart::RequestBody;
    let request = &call.exchange.request;
    let bodies = &method.bodies;
    if bodies.is_empty() {
        return Vec::new();
    }
    let location = bodies.first().and_then(|body| body.location.as_ref()).or(method.location.as_ref());
    let names = || quote_series(bodies.iter().map(|body| media::essence(&body.media_type)), "or");
    if request.body == Body::Empty {
        if !method.body_required {
            return Vec::new();
        }
        let message = format!("the request lacks the required body ({})", names());
        let breach = Breach::new(message, "Send the body, or make it optional in the definition.", "body");
        return vec![breach.at(location).about(PART, "$", None)];
    }
    if let Some(media_type) = request.header("content-type")
        && call.declared_body(bodies, request).is_none()
    {
        let own = media::essence(media_type);
        let message = format!("the body has the media type `{own}`; the definition declares {}", names());
        let breach = Breach::new(message, "Send a declared media type, or declare this one.", format!("body/{own}"));
        return vec![breach.at(location).about(MessagePart::RequestHeader, "Content-Type", Some(media_type))];
    }
    if let Content::Unreadable(reason) = call.request_content() {
        let breach =
            Breach::new(format!("the request body is {reason}"), "Correct the body, or its `Content-Type`.", "body");
        return vec![breach.at(location).about(PART, "$", None)];
    }
    let Some(body) = call.request_body() else { return Vec::new() };
    let place = call.place_of(body.declared);
    body.violations.iter().map(|violation| Breach::of_body(violation, PART, &body.value, place)).collect()
}

/// The query as pairs, decoded as forms are.
pub(crate) fn query(call: &Call<'_>) -> Vec<(String, String)> {
    call.url().map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default()
}

/// The cookies of the request, decoded.
pub(crate) fn cookies(call: &Call<'_>) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text.trim()).decode_utf8_lossy().into_owned();
    let pairs = call.exchange.request.headers("cookie").flat_map(|header| header.split(';'));
    pairs.filter_map(|pair| pair.split_once('=')).map(|(name, text)| (decode(name), decode(text))).collect()
}

/// The security scheme with this name.
pub(crate) fn scheme<'d>(definition: &'d Definition, name: &str) -> Option<&'d SecurityScheme> {
    definition.security_schemes.iter().find(|scheme| scheme.name == name)
}
