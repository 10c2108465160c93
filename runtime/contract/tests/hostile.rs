//! Calls and definitions of strangers: nothing hangs, panics or fills the memory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{api, checked};
use crate::exchange::{Body, Exchange, ExchangePlace, Message};

const API: &str = "\
openapi: 3.1.0
info: { title: Any, version: '1' }
servers: [ { url: 'https://a.example' } ]
paths:
  /trees:
    get:
      parameters:
        - { name: q, in: query, style: deepObject, schema: { type: object } }
        - { name: list, in: query, style: pipeDelimited, schema: { type: array, items: { type: integer } } }
      responses:
        '200':
          description: trees
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Tree' }
              example: { next: [ { next: [] } ] }
components:
  schemas:
    Tree:
      type: object
      properties:
        next: { type: array, items: { $ref: '#/components/schemas/Tree' } }
        any: { oneOf: [ { $ref: '#/components/schemas/Tree' }, { type: integer }, { type: array } ] }
      discriminator: { propertyName: kind }
    Leaf:
      allOf: [ { $ref: '#/components/schemas/Tree' } ]
";

fn answered(query: &str, text: String) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: format!("https://a.example/trees{query}"),
        status: 200,
        response: Message {
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Body::Text(text),
        },
        place: ExchangePlace { number: 1, ..ExchangePlace::default() },
        ..Exchange::default()
    }
}

#[test]
fn hostile_calls_are_checked_within_bounds() {
    let started = Instant::now();
    let api = api(&[("api.yaml", API)]);
    let wide: Vec<Value> = (0..50_000).map(|number| json!({ format!("p{number}"): number })).collect();
    let nested = |levels: usize| (0..levels).fold(json!({}), |tree, _| json!({"next": [tree]}));
    let texts = [
        "[".repeat(1 << 20),
        nested(60).to_string(),
        nested(120).to_string(),
        json!({"next": wide, "kind": "Leaf"}).to_string(),
        json!({"any": {"any": {"any": {"any": "x"}}}, "kind": "Tree"}).to_string(),
        "\"".to_owned(),
        format!("{{{}}}", vec!["\"\\u0000/~\": 1"; 10_000].join(",")),
    ];
    let queries = [
        String::new(),
        format!("?{}", "q[a]=1&".repeat(20_000)),
        format!("?list={}", "x|".repeat(50_000)),
        "?list=%ff%00&q=[&=&&".to_owned(),
    ];
    for text in &texts {
        for query in &queries {
            let contract = checked(&api, &[answered(query, text.clone())]);
            assert!(contract.findings.len() <= 5_000);
            for finding in &contract.findings {
                assert!(finding.message.len() < 2_000 && finding.first.url.len() < 2_000, "{}", finding.message.len());
                assert!(finding.key.len() < 20_000, "{}", finding.key.len());
            }
        }
    }
    assert!(started.elapsed() < Duration::from_secs(120), "{:?}", started.elapsed());
}

#[test]
fn unusual_calls_are_checked_or_skipped() {
    let api = api(&[("api.yaml", API)]);
    for url in ["", "not a URL", "https://", "data:text/plain,x", "https://a.example", "https://a.example/%E0%A4%A"] {
        let call = Exchange { url: url.to_owned(), ..answered("", "{}".to_owned()) };
        checked(&api, &[call]);
    }
    for (method, status) in [("", 0), ("GET", 65535), ("TRACE", 200), ("QUERY", 100)] {
        let call = Exchange { method: method.to_owned(), status, ..answered("", "{}".to_owned()) };
        checked(&api, &[call]);
    }
}
