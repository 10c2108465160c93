//! The ways in which a server changes, each with its class, and changes that are none.

use std::sync::Arc;

use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::exchange::{Body, Exchange, Message};
use apinb_definition::load::{Detail, load_with};
use apinb_definition::model::Definition;
use apinb_record::contract::MessagePart;
use apinb_record::drift::DriftClass::{self, Contract, Order, Shape, Size, Value as OtherValue};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use serde_json::{Value, json};

use super::{Collector, Operation, any_index, compare};

const API: &str = r#"
openapi: 3.0.3
info: { title: Shop, version: '1' }
servers: [ { url: 'https://shop.example.org' } ]
paths:
  /items:
    get:
      responses:
        '200':
          description: items
          content:
            application/json:
              schema: { type: object, properties: { items: { type: array, items: { $ref: '#/components/schemas/Item' } }, total: { type: integer } } }
        default: { description: anything, content: { application/json: { schema: { type: object } } } }
components:
  schemas:
    Item:
      type: object
      required: [ id, name ]
      properties:
        id: { type: string, readOnly: true }
        name: { type: string }
        price: { type: number }
        note: { nullable: true }
        state: { type: string, enum: [ new, used, broken ] }
        changed: { type: string, format: date-time }
        owner: { type: object, properties: { uuid: { type: string, format: uuid }, mail: { type: string } } }
"#;

struct Memory;

impl Loader for Memory {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(API.to_owned())
    }
}

fn definition() -> Arc<Definition> {
    let loaded = load_with(&Address::file("/d/api.yaml"), Arc::new(Memory), Detail::Origins);
    Arc::new(loaded.definition.unwrap())
}

fn item(number: usize) -> Value {
    json!({
        "id": format!("i{number}"),
        "name": format!("Item {number}"),
        "price": number,
        "note": "fine",
        "state": if number.is_multiple_of(2) { "new" } else { "used" },
        "changed": "2026-01-01T00:00:00Z",
        "owner": { "uuid": "2b1c8d90-77aa-4f3e-9c55-0a6d1e8f2b34", "mail": "someone@example.org" },
    })
}

fn items(count: usize) -> Value {
    json!({ "items": (1..=count).map(item).collect::<Vec<_>>(), "total": count })
}

fn exchange(status: u16, media_type: &str, body: &Value) -> Exchange {
    Exchange {
        method: "GET".to_owned(),
        url: "https://shop.example.org/items".to_owned(),
        status,
        response: Message {
            headers: vec![
                ("content-type".to_owned(), media_type.to_owned()),
                ("link".to_owned(), "</items?page=2>; rel=next".to_owned()),
                ("etag".to_owned(), "\"1\"".to_owned()),
            ],
            body: Body::Text(body.to_string()),
        },
        ..Exchange::default()
    }
}

fn recorded() -> Exchange {
    exchange(200, "application/json", &items(8))
}

/// The differences of a live response: class, part, path.
fn found(live: &Exchange, with_definition: bool) -> Vec<(DriftClass, MessagePart, String)> {
    let definition = definition();
    let api = Arc::new(Api::new(Arc::clone(&definition), "/d/api.yaml".to_owned()));
    let method = definition.resources.first().and_then(|resource| resource.methods.first());
    assert!(method.is_some());
    let operation = match with_definition {
        true => Operation { api: Some((api, Bases::declared())), method },
        false => Operation::default(),
    };
    compare(&recorded(), live, &operation).into_iter().map(|one| (one.class, one.part, one.path)).collect()
}

/// The live list after a change of all its items.
fn changed(change: impl Fn(usize, &mut Value)) -> Exchange {
    let mut body = items(8);
    let list = body["items"].as_array_mut().unwrap();
    list.iter_mut().enumerate().for_each(|(at, item)| change(at, item));
    exchange(200, "application/json", &body)
}

#[track_caller]
fn check(live: &Exchange, class: DriftClass, path: &str) {
    let found = found(live, true);
    let expected: Vec<(DriftClass, &str)> = vec![(class, path)];
    assert_eq!(found.iter().map(|(class, _, path)| (*class, path.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn each_change_of_a_server_has_its_class_and_nothing_else_is_reported() {
    // 1: a property of another type that the definition forbids.
    check(&changed(|_, item| item["name"] = json!(7)), Contract, "$.items[*].name");
    // 2: a required property is gone.
    check(&changed(|_, item| drop(item.as_object_mut().unwrap().shift_remove("name"))), Contract, "$.items[*].name");
    // 3: a value that the definition does not list.
    check(&changed(|_, item| item["state"] = json!("sold")), Contract, "$.items[*].state");
    // 4: an optional property is gone.
    check(&changed(|_, item| drop(item.as_object_mut().unwrap().shift_remove("price"))), Shape, "$.items[*].price");
    // 5: it is gone from some items.
    let some = |at: usize, item: &mut Value| {
        if at == 3 {
            item.as_object_mut().unwrap().shift_remove("owner");
        }
    };
    check(&changed(some), Shape, "$.items[*].owner");
    // 6: a new property.
    check(&changed(|_, item| item["color"] = json!("red")), Shape, "$.items[*].color");
    // 7: a new object, of which only the top is reported.
    check(&changed(|_, item| item["owner"]["address"] = json!({ "city": "x" })), Shape, "$.items[*].owner.address");
    // 8: null that the definition allows.
    check(&changed(|_, item| item["note"] = Value::Null), Shape, "$.items[*].note");
    // 9: another type that the definition allows.
    check(&changed(|_, item| item["note"] = json!({ "text": "fine" })), Shape, "$.items[*].note");
    // 10: a listed value that was never seen.
    check(&changed(|_, item| item["state"] = json!("broken")), Shape, "$.items[*].state");
    // 11: another status.
    check(&exchange(404, "application/json", &json!({ "error": "gone" })), Shape, "");
    // 12: another media type.
    check(&exchange(200, "text/html", &json!("<html>")), Contract, "Content-Type");
    // 13: the link to the next page is gone.
    let mut live = recorded();
    live.response.headers.retain(|(name, _)| name != "link");
    check(&live, Shape, "link");
    // 14: a sorted list is not sorted.
    let mut body = items(8);
    body["items"].as_array_mut().unwrap().swap(1, 6);
    check(&exchange(200, "application/json", &body), Order, "$.items");
    // 15: ten times as long. (The total is another value, too.)
    let mut body = items(80);
    body["total"] = json!(8);
    let found: Vec<_> = found(&exchange(200, "application/json", &body), true).into_iter().collect();
    let classes: Vec<_> = found.iter().filter(|(class, ..)| *class != OtherValue).collect();
    assert_eq!(classes, [&(Size, MessagePart::ResponseBody, "$.items".to_owned())]);
    // 16: no body.
    let mut live = recorded();
    live.response.body = Body::Empty;
    assert!(super::tests::found(&live, false).iter().all(|(class, _, path)| (*class, path.as_str()) == (Shape, "$")));
    // 17: JSON that is broken.
    let mut live = recorded();
    live.response.body = Body::Text("{\"items\": [".to_owned());
    assert_eq!(super::tests::found(&live, false), [(Shape, MessagePart::ResponseBody, "$".to_owned())]);
}

#[test]
fn other_values_are_only_values_and_volatile_ones_nothing() {
    for with_definition in [true, false] {
        assert_eq!(found(&recorded(), with_definition), []);
        let volatile = |at: usize, item: &mut Value| {
            item["changed"] = json!(format!("2027-05-0{}T01:02:03Z", at + 1));
            item["owner"]["uuid"] = json!(format!("{at}b1c8d90-77aa-4f3e-9c55-0a6d1e8f2b35"));
        };
        let mut live = changed(volatile);
        live.response.headers[2].1 = "\"2\"".to_owned();
        assert_eq!(found(&live, with_definition), []);
        let values = changed(|at, item| item["owner"]["mail"] = json!(format!("person-{at}@example.org")));
        assert_eq!(
            found(&values, with_definition),
            [(OtherValue, MessagePart::ResponseBody, "$.items[*].owner.mail".to_owned())]
        );
    }
    // A read-only id is volatile by the schema.
    assert_eq!(found(&changed(|at, item| item["id"] = json!(format!("x{at}"))), true), []);
    assert_eq!(found(&changed(|at, item| item["id"] = json!(format!("x{at}"))), false).len(), 1);
    // Fewer and more items of the same shape do not differ, nor does an empty list.
    for count in [0, 3, 20] {
        let mut body = items(count);
        body["total"] = json!(8);
        let found = found(&exchange(200, "application/json", &body), true);
        assert!(found.iter().all(|(class, ..)| *class == OtherValue), "{count}: {found:?}");
    }
}

#[test]
fn the_same_difference_is_one_finding() {
    let live = changed(|_, item| item["color"] = json!("red"));
    let definition = definition();
    let api = Arc::new(Api::new(Arc::clone(&definition), "/d/api.yaml".to_owned()));
    let method = definition.resources.first().and_then(|resource| resource.methods.first());
    let operation = Operation { api: Some((api, Bases::declared())), method };
    let mut collector = Collector::default();
    for cell in ["a.md $1", "a.md $1", "a.md $2"] {
        collector.add("GET /items", cell, compare(&recorded(), &live, &operation));
    }
    collector.replayed();
    let wrong = changed(|_, item| item["name"] = json!(7));
    collector.add("GET /items", "a.md $3", compare(&recorded(), &wrong, &operation));
    let drift = collector.finish(false);
    assert_eq!((drift.compared, drift.replayed, drift.unrecorded), (4, 1, 0));
    let shown: Vec<_> = drift.findings.iter().map(|one| (one.class, one.calls, one.cells.len())).collect();
    assert_eq!(shown, [(Contract, 1, 1), (Shape, 3, 2)]);
    let place = drift.findings[0].definition.as_ref().unwrap();
    assert!(place.source_line.contains("name: { type: string }"), "{place:?}");
}

#[test]
fn paths_have_no_numbers() {
    for (path, expected) in [
        ("$.items[3].id", "$.items[*].id"),
        ("$[0][12]", "$[*][*]"),
        ("$[\"a b\"][1]", "$[\"a b\"][*]"),
        ("$", "$"),
        ("$[", "$["),
    ] {
        assert_eq!(any_index(path), expected);
    }
}

#[test]
fn hostile_values_are_compared_in_bounded_time() {
    let deep = |text: &str| {
        let mut live = recorded();
        live.response.body = Body::Text(text.to_owned());
        compare(&live, &recorded(), &Operation::default()).len()
            + compare(&recorded(), &live, &Operation::default()).len()
    };
    assert!(deep(&format!("{}{}", "[".repeat(100), "]".repeat(100))) > 0);
    let wide: serde_json::Map<String, Value> = (0..50_000).map(|at| (format!("p{at}"), json!(at))).collect();
    // Not all of its places are read, so that none is reported as missing.
    assert_eq!(deep(&Value::Object(wide).to_string()), 0);
    let odd = json!({ "": 1, "a.b": { "[*]": 2 }, "\"]": [{ "x": 1 }] });
    assert!(deep(&odd.to_string()) > 0);
}
