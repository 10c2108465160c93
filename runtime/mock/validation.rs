//! Refuses requests that break their definition, with a problem (RFC 9457) that lists what is wrong.

use apinb_contract::api;
use apinb_contract::exchange::{Body, Exchange, Message};
use apinb_contract::request_findings;
use apinb_record::contract::ContractFinding;
use apinb_text::display::plural::pluralize;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::endpoint::Operation;
use crate::exchange::{Origin, Request, Response};
use crate::routing::Match;
use crate::site::Site;

/// The response to a request that breaks its definition.
pub(crate) fn check(site: &Site, found: &Match<'_>, operation: &Operation, request: &Request) -> Option<Response> {
    let (resources, method) = site.declared(found.endpoint, operation.number)?;
    let path_values = found.values().into_iter().collect();
    let operation = api::Operation { path: &found.endpoint.path.template, method, resources, path_values };
    let findings = request_findings(site.api(), operation, &exchange(request));
    if findings.is_empty() {
        return None;
    }
    let problem = json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": format!("the request breaks the definition: {}", pluralize(findings.len(), "violation")),
        "violations": findings.iter().map(violation).collect::<Vec<_>>(),
    });
    Some(Response::text(400, "application/problem+json", problem.to_string(), Origin::Error))
}

fn violation(finding: &ContractFinding) -> Value {
    let mut violation = Map::new();
    violation.insert("rule".to_owned(), finding.rule.as_str().into());
    violation.insert("message".to_owned(), finding.message.as_str().into());
    if let Some(value) = &finding.value {
        violation.insert("in".to_owned(), value.part.noun().into());
        violation.insert("path".to_owned(), value.path.as_str().into());
    }
    if let Some(place) = &finding.definition {
        // Not the folders of this machine.
        let file = place.position.file.rsplit(['/', '\\']).next().unwrap_or_default();
        violation.insert(
            "definition".to_owned(),
            format!("{file}:{}:{}", place.position.line, place.position.column).into(),
        );
    }
    Value::Object(violation)
}

fn exchange(request: &Request) -> Exchange {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.query).finish();
    let host = if request.host.is_empty() { "localhost" } else { &request.host };
    let body = match std::str::from_utf8(&request.body) {
        Ok("") => Body::Empty,
        Ok(text) => Body::Text(text.to_owned()),
        Err(_) => Body::Unknown,
    };
    Exchange {
        method: request.method.clone(),
        url: format!("http://{host}{}?{query}", request.path),
        request: Message { headers: request.headers.clone(), body },
        ..Exchange::default()
    }
}
