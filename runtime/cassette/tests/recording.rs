//! A recording has no secret in any encoding, and a replay has values in their places.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_record::cassette::{Head, VERSION};
use apinb_text::secret::redactor::Redactor;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::cassette::Cassette;
use crate::live::Exchange;
use crate::operations::Operations;
use crate::placeholders::restored;
use crate::recorder::{Previous, RecordedCells, Recorder};

fn head() -> Head {
    Head {
        definitions: BTreeMap::new(),
        documents: BTreeMap::new(),
        locale: None,
        seed: "0".repeat(16),
        start: "2026-01-01T00:00:00.000Z".to_owned(),
        time_zone: None,
        version: VERSION,
    }
}

fn exchange(number: u64, request: &str, response: &str) -> Exchange {
    let headers = |extra: &[(&str, &str)]| -> Vec<(String, String)> {
        let all = [("content-type", "application/json")].into_iter().chain(extra.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    Exchange {
        number,
        cell: Some(usize::try_from(number).unwrap()),
        is_signed_anew: false,
        method: "POST".to_owned(),
        url: "https://a.test/x?key=s3cret%2Fvalue".to_owned(),
        request_headers: headers(&[("authorization", "Bearer s3cret/value")]),
        request_body: Arc::new(request.as_bytes().to_vec()),
        status: 200,
        status_text: None,
        version: "HTTP/1.1".to_owned(),
        response_headers: headers(&[
            ("set-cookie", "sid=abc123; Path=/; HttpOnly"),
            ("x-token", "s3cret/value"),
            ("etag", "\"1\""),
        ]),
        response_body: Arc::new(response.as_bytes().to_vec()),
    }
}

fn cells(count: usize) -> RecordedCells {
    let files = (0..count).map(|number| (number, (format!("cell-{number}"), format!("Cell {number}"))));
    RecordedCells { files: files.collect(), ran: (0..count).collect() }
}

fn continued(cassette: &Cassette) -> Previous<'_> {
    Previous { cassette, adds: false }
}

fn recorded(exchanges: Vec<Exchange>, redactor: &Redactor, redact: &[&str], previous: Option<&Cassette>) -> Cassette {
    let mut recorder = Recorder::default();
    let count = exchanges.len();
    exchanges.into_iter().for_each(|exchange| recorder.add(exchange));
    let redact: Vec<_> = redact.iter().map(|path| path.parse().unwrap()).collect();
    let previous = previous.map(continued);
    recorder.finish(head(), &cells(count), previous, &Operations::default(), redactor, &redact)
}

fn text(cassette: &Cassette) -> String {
    cassette.files().values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

#[test]
fn secrets_are_placeholders_in_every_encoding() {
    let redactor = Redactor::default();
    redactor.add("s3cret/value");
    redactor.name("s3cret/value", "shop.access-token");
    let secret = "s3cret/value";
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let forms = [
        secret.to_owned(),
        "s3cret%2Fvalue".to_owned(),
        "s3cret\\/value".to_owned(),
        "s3cret&#x2F;value".to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex.clone(),
        hex.to_uppercase(),
        STANDARD.encode(format!("user:{secret}")),
    ];
    let body = serde_json::json!({ "forms": forms, "other": "kept" }).to_string();
    let cassette = recorded(vec![exchange(0, &body, &body)], &redactor, &[], None);
    let all = text(&cassette);
    for form in forms.iter().chain([&"s3cret".to_owned(), &"abc123".to_owned()]) {
        assert!(!all.contains(form.as_str()), "{form}: {all}");
    }
    assert!(all.contains("{{shop.access-token}}") && all.contains("{{shop.access-token|base64}}"), "{all}");
    assert!(all.contains("sid={{cookie.sid}}; Path=/; HttpOnly") && all.contains("\"other\": \"kept\""), "{all}");
    assert!(!all.contains("x-token") && !all.contains("authorization"), "{all}");
    assert_eq!(cassette.cells["cell-0"].secrets["shop.access-token"], "base64 12");

    // A replay puts made-up values in their place, which it knows as secrets of the same names.
    let replay = Redactor::default();
    let cell = &cassette.cells["cell-0"];
    let stored = cassette.bytes(cell.interactions[0].response.body.as_ref().unwrap()).unwrap();
    let body = restored(&stored, &cell.secrets, &replay).into_owned();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let made_up = body["forms"][0].as_str().unwrap();
    assert_eq!(made_up.len(), secret.len());
    assert_eq!(body["forms"][4], STANDARD.encode(made_up));
    assert_eq!(replay.name_of(made_up).as_deref(), Some("shop.access-token"));
    assert_eq!(replay.redact(made_up), "[secret]");
    // What a replay knows by the name comes first.
    let known = Redactor::default();
    known.add("another");
    known.name("another", "shop.access-token");
    assert_eq!(&*restored(b"{{shop.access-token}} {{x}} {{", &cell.secrets, &known), b"another {{x}} {{");
}

#[test]
fn secrets_without_a_name_are_named_after_their_cell() {
    let redactor = Redactor::default();
    for secret in ["first-secret", "second-secret"] {
        redactor.add(secret);
    }
    let exchanges =
        vec![exchange(0, "", "[\"first-secret\"]"), exchange(1, "[\"second-secret\",\"first-secret\"]", "")];
    let all = text(&recorded(exchanges, &redactor, &[], None));
    for name in ["{{cell-0.secret}}", "{{cell-1.secret}}"] {
        assert!(all.contains(name), "{name}: {all}");
    }
}

#[test]
fn personal_data_becomes_samples_wherever_it_is() {
    let redactor = Redactor::default();
    let exchanges = vec![
        exchange(0, "", r#"{"users":[{"email":"ann@corp.test","name":"Ann Lee"},{"email":"bob@corp.test"}]}"#),
        exchange(1, r#"{"to":"ann@corp.test"}"#, r#"{"note":"sent to ann@corp.test","age":7}"#),
    ];
    let cassette = recorded(exchanges, &redactor, &["$..email", "$.users[*].name", "$.age"], None);
    let all = text(&cassette);
    for value in ["ann@corp.test", "bob@corp.test", "Ann Lee", "\"age\": 7"] {
        assert!(!all.contains(value), "{value}: {all}");
    }
    assert_eq!(all.matches("person-1@example.org").count(), 3, "{all}");
    assert!(all.contains("\"age\": 1"), "{all}");
}

#[test]
fn recording_again_changes_what_differs_only() {
    let redactor = Redactor::default();
    let both = || vec![exchange(0, "[1]", "[1]"), exchange(1, "[2]", "[2]")];
    let first = recorded(both(), &redactor, &[], None);
    let mut later = Recorder::default();
    both().into_iter().for_each(|exchange| later.add(exchange));
    let head = Head { start: "2027-01-01T00:00:00.000Z".to_owned(), ..head() };
    let again = later.finish(head.clone(), &cells(2), Some(continued(&first)), &Operations::default(), &redactor, &[]);
    assert_eq!(again, first, "the head is that of the first recording");
    // A run of one cell keeps the others.
    let mut part = Recorder::default();
    part.add(exchange(1, "[3]", "[3]"));
    let ran = RecordedCells { ran: vec![1], ..cells(2) };
    let part = part.finish(head, &ran, Some(continued(&first)), &Operations::default(), &redactor, &[]);
    assert_eq!(part.cells["cell-0"], first.cells["cell-0"]);
    assert_ne!(part.cells["cell-1"], first.cells["cell-1"]);
}

#[test]
fn a_refused_request_that_was_signed_anew_is_not_recorded() {
    let refused = Exchange { status: 401, ..exchange(0, "", "") };
    let anew = Exchange { number: 1, is_signed_anew: true, ..exchange(0, "", "") };
    let cassette = recorded(vec![refused, anew], &Redactor::default(), &[], None);
    let statuses: Vec<u16> = cassette.cells["cell-0"].interactions.iter().map(|one| one.response.status).collect();
    assert_eq!(statuses, [200]);
}
