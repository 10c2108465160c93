//! The cost of the check: of small calls, and of one response of 1 MB with 10,000 items. `bench/contract/overhead` runs
//! it and compares it with ajv.
//!
//! `check FOLDER` writes the value and its schema there, for ajv, and prints the shortest times as JSON.

#![allow(clippy::print_stdout, reason = "the times are the output")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing better to do than to stop")]

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use apinb_contract::ContractCheck;
use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::exchange::{Body, Exchange, ExchangePlace, Message};
use apinb_contract::severities::Severities;
use apinb_definition::load::{Detail, load_with};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use serde_json::{Value, json};

const ITEMS: usize = 10_000;
/// Measurements of the large response, and of a thousand small calls.
const REPEATS: usize = 101;

struct Document(String);

impl Loader for Document {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(self.0.clone())
    }
}

/// The schema of an item, and of the list.
fn schemas() -> (Value, Value) {
    let item = json!({
        "type": "object",
        "required": ["id", "name", "state", "created"],
        "properties": {
            "id": { "type": "integer", "minimum": 1 },
            "name": { "type": "string", "minLength": 1, "maxLength": 80 },
            "state": { "type": "string", "enum": ["new", "open", "done"] },
            "price": { "type": "number", "minimum": 0 },
            "tags": { "type": "array", "maxItems": 5, "items": { "type": "string", "pattern": "^[a-z]+$" } },
            "created": { "type": "string", "format": "date-time" },
        },
    });
    (item, json!({ "type": "array", "items": { "$ref": "#/definitions/Item" } }))
}

fn item(number: usize) -> Value {
    let state = ["new", "open", "done"][number % 3];
    let created = format!("2024-01-{:02}T12:00:00Z", number % 28 + 1);
    json!({ "id": number + 1, "name": format!("Item number {number}"), "state": state,
        "price": (number % 1000) as f64 / 10.0, "tags": ["red"], "created": created })
}

fn definition() -> Value {
    let (item, _) = schemas();
    let list = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Item" } });
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Items", "version": "1" },
        "servers": [{ "url": "https://items.example.org/v1" }],
        "paths": {
            "/items": { "get": {
                "parameters": [{ "name": "page", "in": "query", "schema": { "type": "integer" } }],
                "responses": { "200": { "description": "items", "content": content(list) } },
            } },
            "/items/{id}": { "get": {
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                "responses": { "200": { "description": "an item",
                    "content": content(json!({ "$ref": "#/components/schemas/Item" })) } },
            } },
        },
        "components": { "schemas": { "Item": item } },
    })
}

fn call(path: &str, body: &Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: format!("https://items.example.org/v1{path}"),
        status: 200,
        request: Message { headers: vec![("accept".to_owned(), "application/json".to_owned())], body: Body::Empty },
        response: Message {
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Body::Text(body.to_string()),
        },
        place: ExchangePlace { number: 1, ..ExchangePlace::default() },
        ..Exchange::default()
    }
}

/// The shortest times of several functions, which run in turn: other load makes a run longer, never shorter.
fn shortest<const N: usize>(mut runs: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut shortest = [Duration::MAX; N];
    for _ in 0..REPEATS {
        for (run, shortest) in runs.iter_mut().zip(&mut shortest) {
            let start = Instant::now();
            run();
            *shortest = start.elapsed().min(*shortest);
        }
    }
    shortest
}

fn main() {
    // `cargo bench` adds `--bench`.
    let folder = env::args().skip(1).find(|argument| !argument.starts_with("--")).expect("a folder");
    let value: Value = (0..ITEMS).map(item).collect();
    let (of_item, mut of_list) = schemas();
    of_list["definitions"] = json!({ "Item": of_item });
    fs::write(format!("{folder}/value.json"), value.to_string()).expect("a file");
    fs::write(format!("{folder}/schema.json"), of_list.to_string()).expect("a file");

    let loader = Arc::new(Document(definition().to_string()));
    let mut loaded = load_with(&Address::file("/api.json"), loader, Detail::Origins);
    loaded.read_all();
    let api = Arc::new(Api::new(Arc::new(loaded.definition.expect("a definition")), "api.json".to_owned()));
    let mut check = ContractCheck::new(Severities::default(), false);
    check.add(api, Bases::declared());

    let large = call("/items", &value);
    let Body::Text(text) = &large.response.body else { unreachable!("it is a text") };
    let small: Vec<Exchange> = (0..1_000).map(|number| call(&format!("/items/{number}"), &item(number))).collect();
    let check = RefCell::new(check);
    let [parse, whole, calls] = shortest([
        &mut || drop(black_box(serde_json::from_str::<Value>(black_box(text)).expect("JSON"))),
        &mut || check.borrow_mut().check(black_box(&large)),
        &mut || small.iter().for_each(|call| check.borrow_mut().check(black_box(call))),
    ]);
    let contract = check.into_inner().finish();
    assert!(contract.findings.is_empty(), "{:#?}", contract.findings);
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{}",
        json!({ "bytes": text.len(), "parse_ms": ms(parse), "check_ms": ms(whole.saturating_sub(parse)), "whole_ms": ms(whole),
            "small_call_us": ms(calls) })
    );
}
