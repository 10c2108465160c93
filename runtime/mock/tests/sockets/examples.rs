//! The definitions of the example notebooks: they are valid, and the mock server sends the responses that the notebooks
//! expect.

use serde_json::json;

use crate::support::{Api, definition_at};

#[test]
fn the_greetings_example_is_served() {
    let api = Api::of(vec![definition_at("notebooks/greetings/greetings.raml")]).host("greetings.example");
    assert_eq!(api.get("/v1/greetings").as_array().map(Vec::len), Some(2));
    assert_eq!(api.get("/v1/greetings?language=fr")[0]["text"], json!("Bonjour"));
    let added = api.send_json("POST", "/v1/greetings", &json!({"language": "it", "text": "Buongiorno"}));
    assert_eq!((added.status, added.json()), (201, json!({"id": 3, "language": "it", "text": "Buongiorno"})));
    assert_eq!(api.get("/v1/greetings/3")["text"], json!("Buongiorno"));
    assert_eq!(api.call("DELETE", "/v1/greetings/3").status, 204);
    assert_eq!(api.call("GET", "/v1/greetings/3").status, 404);
}

#[test]
fn the_bookshelf_example_is_served() {
    let api = Api::of(vec![definition_at("notebooks/bookshelf/bookshelf.raml")]).host("bookshelf.example");
    assert_eq!(api.call("GET", "/api/v1/books").status, 401);
    let api = api.header("authorization", "Basic eDp5");
    let book =
        json!({"isbn": "978-0-00-000002-6", "title": "A Field Guide to Fog", "author": "Ines Holm", "pages": 96});
    assert_eq!(api.send_json("POST", "/api/v1/books", &book).status, 201);
    for (isbn, title) in [("a", "Harbours in Winter"), ("b", "Salt")] {
        let book = json!({"isbn": isbn, "title": title, "author": "Pim de Wit"});
        assert_eq!(api.send_json("POST", "/api/v1/books", &book).json()["book"]["isbn"], json!(isbn));
    }
    let found = api.get("/api/v1/books?author=Pim%20de%20Wit");
    assert_eq!((found["total"].clone(), found["books"][1]["title"].clone()), (json!(2), json!("Salt")));
    let page = api.get("/api/v1/books?limit=2&page=2");
    assert_eq!((page["total"].clone(), page["books"].as_array().map(Vec::len)), (json!(4), Some(2)));

    let at = "/api/v1/books/978-0-00-000002-6";
    assert_eq!(api.send_json("PATCH", at, &json!({"place": "B7"})).status, 200);
    let book = &api.get(at)["book"];
    assert_eq!((&book["place"], &book["pages"]), (&json!("B7"), &json!(96)));

    let form = "reader=noor&days=21";
    let lent = api.send_as("POST", &format!("{at}/loans"), "application/x-www-form-urlencoded", form);
    let loan = json!({"id": 701, "isbn": "978-0-00-000002-6", "reader": "noor", "days": 21, "returned": false});
    assert_eq!((lent.status, lent.json()["loan"].clone()), (201, loan));
    assert_eq!(api.get(&format!("{at}/loans"))["total"], json!(1));
    assert_eq!(api.call("POST", "/api/v1/loans/701/return").json()["loan"]["returned"], json!(true));
    assert_eq!(api.call("DELETE", at).status, 204);
    assert_eq!(api.call("GET", at).status, 404);
}

#[test]
fn the_parcels_example_is_served() {
    let api = Api::of(vec![definition_at("notebooks/parcels/parcels.raml")]).host("eu.parcels.example");
    assert_eq!(api.get("/v3/offices.json")["offices"][1]["city"], json!("Ghent"));
    assert!(api.call("GET", "/v3/offices.xml").text().starts_with("<offices>"));
    assert_eq!(api.call("GET", "/v3/parcels").status, 401);
    let api = api.header("authorization", "Bearer given");
    let sent = api.send_json("POST", "/v3/parcels", &json!({"parcel": {"to": "Grace", "grams": 450}}));
    let parcel = json!({"number": "P-1001", "to": "Grace", "grams": 450, "state": "waiting"});
    assert_eq!((sent.status, sent.json()["parcel"].clone()), (201, parcel));
    assert_eq!(api.get("/v3/parcels/P-1001")["parcel"]["state"], json!("waiting"));
    assert_eq!(api.call("PUT", "/v3/parcels/P-1001/send").json()["parcel"]["to"], json!("Grace"));
    assert_eq!(api.get("/v3/parcels/P-1001")["parcel"]["state"], json!("under way"));
    assert_eq!(api.get("/v3/parcels/P-1001/events")["events"][0]["number"], json!("P-1001"));
    assert_eq!(api.call("DELETE", "/v3/parcels/P-1001").status, 204);
    assert_eq!(api.call("GET", "/v3/parcels/P-1001").status, 404);
}
