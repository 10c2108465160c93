//! Cassettes in the forms of other tools.

use apinb_contract::exchange::Body as CallBody;
use apinb_record::cassette::{Body, Cell, Head, Interaction, Request, Response, Text, VERSION, headers};
use serde_json::{Value, json};

use crate::cassette::Cassette;
use crate::wiremock::mappings;

fn json_body(value: Value) -> Option<Body> {
    Some(Body { json: Some(value), ..Body::default() })
}

fn interaction(method: &str, url: &str, body: Option<Body>, status: u16, response: Option<Body>) -> Interaction {
    let media_type = headers([("Content-Type", "application/json")]);
    Interaction {
        request: Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: if body.is_some() { media_type.clone() } else { Default::default() },
            body,
            ..Request::default()
        },
        response: Response { status, headers: media_type, body: response, ..Response::default() },
    }
}

fn cassette() -> Cassette {
    let head = Head {
        definitions: Default::default(),
        documents: Default::default(),
        locale: None,
        seed: "0123456789abcdef".to_owned(),
        start: "2026-01-01T00:00:00Z".to_owned(),
        time_zone: None,
        version: VERSION,
    };
    let job = "https://api.example.org/jobs/7?full=true&tag=a&tag=b";
    let mut cassette = Cassette { head, cells: Default::default(), contents: Default::default() };
    let picture = cassette.store("image/png", &[0xff, 0, 1]);
    let text = Some(Body { text: Some(Text::new("a\nb")), ..Body::default() });
    let interactions = vec![
        interaction(
            "POST",
            "https://api.example.org/jobs",
            json_body(json!({"a": 1})),
            201,
            json_body(json!({"id": 7})),
        ),
        interaction("POST", "https://api.example.org/login", json_body(json!({"pin": "{{input.PIN}}"})), 200, text),
        interaction("GET", job, None, 200, json_body(json!({"state": "running"}))),
        interaction("GET", job, None, 200, json_body(json!({"state": "done"}))),
        interaction("GET", "https://api.example.org/picture", None, 200, picture),
    ];
    let cell = Cell { cell: "Run a job".to_owned(), interactions, version: VERSION, ..Cell::default() };
    cassette.cells.insert("run-a-job".to_owned(), cell);
    cassette
}

#[test]
fn wiremock_gets_requests_responses_and_sequences() {
    let mappings = mappings(&cassette());
    let list = mappings["mappings"].as_array().unwrap();
    assert_eq!(mappings["meta"]["total"], 5);
    assert_eq!(
        list[0]["request"],
        json!({
            "method": "POST",
            "urlPath": "/jobs",
            "headers": { "content-type": { "equalTo": "application/json" } },
            "bodyPatterns": [{ "equalToJson": { "a": 1 }, "ignoreArrayOrder": false }],
        })
    );
    assert_eq!(list[0]["response"]["jsonBody"], json!({"id": 7}));
    // No request has a placeholder.
    assert!(list[1]["request"].get("bodyPatterns").is_none());
    assert_eq!(list[1]["response"]["body"], "a\nb");
    let parameters = &list[2]["request"]["queryParameters"];
    assert_eq!(
        parameters,
        &json!({
            "full": { "equalTo": "true" }, "tag": { "hasExactly": [{ "equalTo": "a" }, { "equalTo": "b" }] }
        })
    );
    let states: Vec<_> =
        list[2..4].iter().map(|one| (&one["requiredScenarioState"], &one["newScenarioState"])).collect();
    assert_eq!(states, [(&json!("Started"), &json!("response 2")), (&json!("response 2"), &Value::Null)]);
    assert_eq!(list[4]["response"]["base64Body"], "/wAB");
}

#[test]
fn interactions_are_calls_for_the_contract() {
    let cassette = cassette();
    let calls: Vec<_> = cassette.exchanges("jobs.cassette").collect();
    assert_eq!(calls.len(), 5);
    assert_eq!((calls[0].method.as_str(), calls[0].status, calls[0].place.number), ("POST", 201, 1));
    assert_eq!(calls[0].place.notebook.as_deref(), Some("jobs.cassette/run-a-job.json"));
    assert_eq!(calls[0].request.body, CallBody::Text("{\"a\":1}".to_owned()));
    assert_eq!(calls[1].response.body, CallBody::Text("a\nb".to_owned()));
    assert_eq!(calls[2].request.body, CallBody::Empty);
    assert_eq!(calls[4].response.body, CallBody::Unknown);
}

#[test]
fn a_listing_has_sizes_and_media_types() {
    let shown = cassette().shown("jobs.cassette");
    let cell = &shown.cells[0];
    assert_eq!((cell.file.as_str(), cell.label.as_str(), cell.interactions.len()), ("run-a-job.json", "Run a job", 5));
    assert_eq!((cell.interactions[4].bytes, cell.interactions[4].media_type.as_deref()), (3, Some("application/json")));
}
