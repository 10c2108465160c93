//! A cassette as the mappings of WireMock: `{"mappings": […]}`, as its `--load` and `/__admin/mappings/import` read them.
//!
//! Equal requests are a scenario, of which each response leads to the next one; the last one repeats.

use std::collections::BTreeMap;

use apinb_record::cassette::{Interaction, Request, pairs};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use url::Url;

use crate::cassette::Cassette;

/// The mappings, in the order of the cells' files.
#[must_use]
pub fn mappings(cassette: &Cassette) -> Value {
    let mut names = BTreeMap::new();
    let mut groups: Vec<Vec<(&str, Value, &Interaction)>> = Vec::new();
    for (name, cell) in &cassette.cells {
        for interaction in &cell.interactions {
            let request = request(cassette, &interaction.request);
            let group = *names.entry(request.to_string()).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push((name, request, interaction));
            }
        }
    }
    let mut mappings = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        for (at, (cell, request, interaction)) in group.iter().enumerate() {
            let mut mapping = json!({
                "name": format!("{cell}: {} {}", interaction.request.method, interaction.request.url),
                "request": request,
                "response": response(cassette, interaction),
            });
            if let Value::Object(fields) = &mut mapping
                && group.len() > 1
            {
                let state = |at: usize| if at == 0 { "Started".to_owned() } else { format!("response {}", at + 1) };
                fields.insert("scenarioName".to_owned(), format!("scenario {}", number + 1).into());
                fields.insert("requiredScenarioState".to_owned(), state(at).into());
                if at + 1 < group.len() {
                    fields.insert("newScenarioState".to_owned(), state(at + 1).into());
                }
            }
            mappings.push(mapping);
        }
    }
    json!({ "mappings": mappings, "meta": { "total": mappings.len() } })
}

fn request(cassette: &Cassette, request: &Request) -> Value {
    let mut fields = Map::new();
    fields.insert("method".to_owned(), request.method.clone().into());
    match Url::parse(&request.url) {
        Ok(url) => {
            fields.insert("urlPath".to_owned(), url.path().into());
            let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (name, value) in url.query_pairs() {
                query.entry(name.into_owned()).or_default().push(value.into_owned());
            }
            if !query.is_empty() {
                let parameters = query.into_iter().map(|(name, values)| (name, pattern(&values)));
                fields.insert("queryParameters".to_owned(), Value::Object(parameters.collect()));
            }
        }
        Err(_) => {
            fields.insert("url".to_owned(), request.url.clone().into());
        }
    }
    let headers = request.headers.iter().map(|(name, values)| (name.clone(), pattern(values.values())));
    // A boundary is another one in each request.
    let headers = headers.filter(|(_, value)| !value.to_string().contains("boundary=") && !has_placeholder(value));
    let headers: Map<String, Value> = headers.collect();
    if !headers.is_empty() {
        fields.insert("headers".to_owned(), headers.into());
    }
    if let Some(body) = &request.body {
        let is_multipart = pairs(&request.headers)
            .any(|(name, value)| name == "content-type" && value.to_ascii_lowercase().starts_with("multipart/"));
        let pattern = match &body.json {
            Some(json) if !has_placeholder(json) => Some(json!({ "equalToJson": json, "ignoreArrayOrder": false })),
            Some(_) => None,
            None => cassette.bytes(body).and_then(|bytes| match String::from_utf8(bytes.into_owned()) {
                Ok(text) => Some(json!({ "equalTo": text })).filter(|value| !has_placeholder(value)),
                Err(error) => Some(json!({ "binaryEqualTo": STANDARD.encode(error.as_bytes()) })),
            }),
        };
        if let Some(pattern) = pattern.filter(|_| !is_multipart) {
            fields.insert("bodyPatterns".to_owned(), json!([pattern]));
        }
    }
    fields.into()
}

/// Whether a value has a placeholder of a secret, which no request has.
fn has_placeholder(value: &Value) -> bool {
    value.to_string().contains("{{")
}

fn pattern(values: &[String]) -> Value {
    match values {
        [one] => json!({ "equalTo": one }),
        several => {
            let each: Vec<Value> = several.iter().map(|value| json!({ "equalTo": value })).collect();
            json!({ "hasExactly": each })
        }
    }
}

fn response(cassette: &Cassette, interaction: &Interaction) -> Value {
    let response = &interaction.response;
    let mut fields = Map::new();
    fields.insert("status".to_owned(), response.status.into());
    if let Some(text) = &response.status_text {
        fields.insert("statusMessage".to_owned(), text.clone().into());
    }
    let headers = response.headers.iter().map(|(name, values)| match values.values() {
        [one] => (name.clone(), one.clone().into()),
        several => (name.clone(), several.to_vec().into()),
    });
    let headers: Map<String, Value> = headers.collect();
    if !headers.is_empty() {
        fields.insert("headers".to_owned(), headers.into());
    }
    if let Some(body) = &response.body {
        let (name, value) = match (&body.json, cassette.bytes(body).map(|bytes| String::from_utf8(bytes.into_owned())))
        {
            (Some(json), _) => ("jsonBody", json.clone()),
            (None, Some(Ok(text))) => ("body", text.into()),
            (None, Some(Err(error))) => ("base64Body", STANDARD.encode(error.as_bytes()).into()),
            (None, None) => ("body", "".into()),
        };
        fields.insert(name.to_owned(), value);
    }
    fields.into()
}
