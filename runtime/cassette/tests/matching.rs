//! Which recorded interaction answers a request, and what a miss says.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_definition::load::{Detail, load_with};
use apinb_record::cassette::{Cell, Head, Interaction, Response, VERSION};
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

use crate::cassette::Cassette;
use crate::operations::Operations;
use crate::player::Player;
use crate::recorder::described;

const SHOP: &str = r##"
openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: https://api.shop.test/v1 }]
paths:
  /users/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      parameters:
        - { name: fields, in: query, style: form, explode: false, schema: { type: array, items: { type: string } } }
        - { name: X-Version, in: header, schema: { type: string } }
      responses: { '200': { description: ok } }
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                tags: { type: array, uniqueItems: true, items: { type: string } }
      responses: { '200': { description: ok } }
"##;

struct Memory;

impl Loader for Memory {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(SHOP.to_owned())
    }
}

fn shop(base_uri: Option<&str>) -> Operations {
    let mut loaded = load_with(&Address::file("/d/shop.yaml"), Arc::new(Memory), Detail::Origins);
    loaded.read_all();
    let api = Arc::new(Api::new(Arc::new(loaded.definition.unwrap()), "shop.yaml".to_owned()));
    let mut operations = Operations::default();
    operations.add("shop", api, base_uri.map_or_else(Bases::declared, Bases::only));
    operations
}

/// A request: `POST https://…`, headers, a body.
type Sent<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const XML: (&str, &str) = ("content-type", "application/xml");

/// A cassette of cells, whose responses have the statuses 201, 202, …
fn cassette(cells: &[(&str, &[Sent<'_>])], operations: &Operations) -> Cassette {
    let head = Head {
        definitions: BTreeMap::new(),
        documents: BTreeMap::new(),
        locale: None,
        seed: "0".repeat(16),
        start: "2026-01-01T00:00:00.000Z".to_owned(),
        time_zone: None,
        version: VERSION,
    };
    let mut cassette = Cassette { head, cells: BTreeMap::new(), contents: BTreeMap::new() };
    let mut status = 200;
    for (name, requests) in cells {
        let mut cell = Cell { cell: (*name).to_owned(), version: VERSION, ..Cell::default() };
        for sent in *requests {
            status += 1;
            let (mut request, body) = request(sent, operations);
            let media_type = sent.1.iter().find(|(name, _)| *name == "content-type").map_or("", |(_, value)| value);
            request.body = cassette.store(media_type, &body);
            cell.interactions.push(Interaction { request, response: Response { status, ..Response::default() } });
        }
        cassette.cells.insert((*name).to_owned(), cell);
    }
    cassette
}

fn request((line, headers, body): &Sent<'_>, operations: &Operations) -> (apinb_record::cassette::Request, Vec<u8>) {
    let (method, url) = line.split_once(' ').unwrap();
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    described(method, url, &headers, body.as_bytes(), operations, &Redactor::default())
}

/// The status that a request gets, or the message of the miss and its help.
fn play(player: &mut Player, cell: &str, sent: &Sent<'_>, operations: &Operations) -> Result<u16, String> {
    let (request, body) = request(sent, operations);
    match player.play(Some((cell, 3)), &request, &body, operations) {
        Ok((_, interaction)) => Ok(interaction.response.status),
        Err(miss) => Err(format!("{}\nhelp: {}", miss.message(), miss.help())),
    }
}

/// Checks whether a recording of `recorded` answers `sent`.
fn check(recorded: Sent<'_>, sent: Sent<'_>, ignore: &[&str], expected: bool) {
    let operations = shop(None);
    let cassette = cassette(&[("a", &[recorded])], &operations);
    let ignore = ignore.iter().map(|text| text.parse().unwrap()).collect();
    let played = play(&mut Player::new(cassette, ignore), "a", &sent, &operations);
    assert_eq!(played.is_ok(), expected, "{recorded:?} {sent:?}: {played:?}");
}

const USER: &str = "GET https://api.shop.test/v1/users/5";
const POST: &str = "POST https://api.shop.test/v1/users/5";
const OTHER: &str = "POST https://other.test/x";

#[test]
fn operations_parameters_and_headers_are_compared() {
    check((USER, &[], ""), (USER, &[], ""), &[], true);
    check((USER, &[], ""), ("HEAD https://api.shop.test/v1/users/5", &[], ""), &[], false);
    check((USER, &[], ""), ("GET https://api.shop.test/v1/users/6", &[], ""), &[], false);
    // Of a URL without a definition the whole counts.
    check(("GET https://other.test/x", &[], ""), ("GET https://other.test/x", &[], ""), &[], true);
    check(("GET https://other.test/x", &[], ""), ("GET https://another.test/x", &[], ""), &[], false);
    check(("GET https://other.test/x", &[], ""), ("GET https://other.test/y", &[], ""), &[], false);
    for (recorded, sent, expected) in [
        ("?a=1&b=2", "?b=2&a=1", true),
        ("?a=1&a=2", "?a=2&a=1", false),
        ("?a=b%20c", "?a=b+c", true),
        ("?a=1", "?a=2", false),
        ("?a=1", "", false),
        ("?fields=x,y", "?fields=x%2Cy", true),
        ("?fields=x,y", "?fields=y,x", false),
    ] {
        let (recorded, sent) = (format!("{USER}{recorded}"), format!("{USER}{sent}"));
        check((&recorded, &[], ""), (&sent, &[], ""), &[], expected);
    }
    for (recorded, sent, expected) in [
        (("accept", "a/b"), ("accept", "a/c"), false),
        (("x-version", "1"), ("x-version", "2"), false),
        (("x-trace", "1"), ("x-trace", "2"), true),
        (("authorization", "Bearer a"), ("authorization", "Bearer b"), true),
        (("cookie", "a=1"), ("cookie", "a=2"), true),
        (("user-agent", "a"), ("user-agent", "b"), true),
    ] {
        check((USER, &[recorded], ""), (USER, &[sent], ""), &[], expected);
    }
}

#[test]
fn the_base_uri_is_not_compared() {
    let production = shop(None);
    let cassette = cassette(&[("a", &[(USER, &[], "")])], &production);
    let staging = shop(Some("http://localhost:8080/api"));
    let sent = ("GET http://localhost:8080/api/users/5", &[] as &[_], "");
    assert_eq!(play(&mut Player::new(cassette, Vec::new()), "a", &sent, &staging), Ok(201));
}

#[test]
fn bodies_are_compared_by_their_media_type() {
    for (url, header, recorded, sent, expected) in [
        (OTHER, JSON, r#"{"a":1,"b":[1,2]}"#, r#"{ "b": [1.0, 2], "a": 1e0 }"#, true),
        (OTHER, JSON, r#"{"b":[1,2]}"#, r#"{"b":[2,1]}"#, false),
        (POST, JSON, r#"{"tags":["x","y"]}"#, r#"{"tags":["y","x"]}"#, true),
        (POST, JSON, r#"{"tags":["x","y"]}"#, r#"{"tags":["y","y"]}"#, false),
        (OTHER, JSON, r#"{"n":9007199254740993}"#, r#"{"n":9007199254740992}"#, false),
        (OTHER, FORM, "a=1&b=2&a=3", "b=2&a=3&a=1", true),
        (OTHER, FORM, "a=1", "a=2", false),
        (OTHER, XML, "<a b='1' c=\"2\"><d/></a>", "<?xml version=\"1.0\"?>\n<a c='2' b='1'>\n <d></d>\n</a>", true),
        (OTHER, XML, "<a>1</a>", "<a>2</a>", false),
        (OTHER, ("content-type", "text/plain"), "a b", "a  b", false),
    ] {
        check((url, &[header], recorded), (url, &[header], sent), &[], expected);
    }
    let multipart = |boundary: &str, text: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
        )
    };
    for (sent, expected) in [("one", true), ("two", false)] {
        check(
            (OTHER, &[("content-type", "multipart/form-data; boundary=A")], &multipart("A", "one")),
            (OTHER, &[("content-type", "multipart/form-data; boundary=B")], &multipart("B", sent)),
            &[],
            expected,
        );
    }
}

#[test]
fn ignored_parts_are_not_compared() {
    let one = (OTHER, &[JSON] as &[_], r#"{"request_id":1,"list":[{"at":1,"x":1}]}"#);
    let other = (OTHER, &[JSON] as &[_], r#"{"request_id":2,"list":[{"at":2,"x":1}]}"#);
    check(one, other, &["body:$.request_id", "body:$.list[*].at"], true);
    check(one, other, &["body:$.request_id"], false);
    check(one, other, &["body:$..at", "body:$['request_id']"], true);
    check((&format!("{USER}?ts=1"), &[], ""), (&format!("{USER}?ts=2"), &[], ""), &["query:ts"], true);
    check((&format!("{USER}?ts=1"), &[], ""), (USER, &[], ""), &["query:ts"], true);
    check((USER, &[("x-version", "1")], ""), (USER, &[("x-version", "2")], ""), &["header:X-Version"], true);
    for text in ["bodi:$.a", "body:", "body:a", "query:", "a", "body:$.", "body:$[", "body:$.a..", "body:$['a"] {
        assert!(text.parse::<crate::ignore::Ignore>().is_err(), "{text}");
    }
    let error = "qury:a".parse::<crate::ignore::Ignore>().unwrap_err().to_string();
    assert!(error.contains("did you mean `query:`?"), "{error}");
}

#[test]
fn times_of_the_clock_of_the_notebook_are_not_compared() {
    // It starts at 2026-01-01T00:00:00Z.
    for (recorded, sent, expected) in [
        (r#""2026-01-01T00:00:07.123Z""#, r#""2026-01-01T00:00:00.004Z""#, true),
        (r#""2026-03-01T00:00:07Z""#, r#""2026-01-01T00:00:00.004Z""#, true),
        ("1767225607123", "1767225600004", true),
        ("1767225607", "1767225600", true),
        (r#""2026-01-01T00:00:07.123Z""#, r#""2026-01-03T00:00:00Z""#, false),
        (r#""2025-12-01T00:00:00Z""#, r#""2026-01-01T00:00:00Z""#, false),
        (r#""2026-01-01T00:00:07Z""#, "1767225600004", false),
        ("17672256071", "17672256000", false),
    ] {
        let body = |value: &str| format!("{{\"at\":{value}}}");
        check((OTHER, &[JSON], &body(recorded)), (OTHER, &[JSON], &body(sent)), &[], expected);
    }
    check((&format!("{USER}?at=1767225607"), &[], ""), (&format!("{USER}?at=1767225600"), &[], ""), &[], true);
}

#[test]
fn the_same_request_gets_the_next_response() {
    let operations = shop(None);
    let get: Sent<'_> = (USER, &[], "");
    let post: Sent<'_> = (POST, &[JSON], "{}");
    let cassette = cassette(&[("a", &[get, post, get, post]), ("b", &[get, post])], &operations);
    let mut player = Player::new(cassette, Vec::new());
    let mut statuses = |cell: &str, sent: &Sent<'_>, times: usize| -> Vec<Option<u16>> {
        (0..times).map(|_| play(&mut player, cell, sent, &operations).ok()).collect()
    };
    // The cell comes first; a safe method repeats its last response.
    assert_eq!(statuses("b", &get, 3), [Some(205), Some(205), Some(205)]);
    assert_eq!(statuses("a", &get, 3), [Some(201), Some(203), Some(203)]);
    // Others get those of the whole notebook, and are then a miss.
    assert_eq!(statuses("b", &post, 4), [Some(206), Some(202), Some(204), None]);
    assert_eq!(statuses("new", &get, 1), [Some(205)]);
}

#[test]
fn a_miss_says_what_differs_and_two_ways_on() {
    let operations = shop(None);
    let post: Sent<'_> = (POST, &[JSON], r#"{"name":"Ann","at":{"t":1}}"#);
    let cassette = cassette(&[("create-a-user", &[(USER, &[], ""), post])], &operations);
    let message = |sent: Sent<'_>| {
        let mut player = Player::new(cassette.clone(), Vec::new());
        play(&mut player, "create-a-user", &sent, &operations).unwrap_err()
    };
    assert_eq!(
        message((&format!("{POST}?debug=1"), &[JSON], r#"{"name":"Bob","at":{"t":2,"u":null}}"#)),
        r#"the cassette has no response to it; the nearest is interaction 2 of create-a-user.json, POST https://api.shop.test/v1/users/5
  query debug: recorded nothing, sent 1
  body $.at.t: recorded 1, sent 2
  body $.at.u: recorded nothing, sent null
  body $.name: recorded "Ann", sent "Bob"
help: Record it with `--record=missing --only 3`, or set `ignore = ["query:debug", "body:$.at.t", "body:$.at.u", "body:$.name"]` in `[cassette]` of apinb.toml."#
    );
    assert_eq!(
        message(("GET https://api.shop.test/v1/users/7", &[("accept", "a/b")], "")),
        "the cassette has no response to it; the nearest is interaction 1 of create-a-user.json, GET https://api.shop.test/v1/users/5
  path id: recorded 5, sent 7
  header accept: recorded nothing, sent a/b
help: Record it with `--record=missing --only 3`, or record the notebook again with `--record`."
    );
    assert_eq!(
        message(("DELETE https://other.test/x", &[], "")),
        "the cassette has no response to it; the nearest is interaction 1 of create-a-user.json, GET https://api.shop.test/v1/users/5
  operation: recorded GET /users/{id} of `shop`, sent DELETE https://other.test/x
  path id: recorded 5, sent nothing
help: Record it with `--record=missing --only 3`, or record the notebook again with `--record`."
    );
    let mut player = Player::new(cassette.clone(), Vec::new());
    play(&mut player, "create-a-user", &post, &operations).unwrap();
    assert_eq!(
        play(&mut player, "create-a-user", &post, &operations).unwrap_err(),
        "the cassette has no further response to it; the last one is interaction 2 of create-a-user.json
help: Record it with `--record=missing --only 3`, or record the notebook again with `--record`."
    );
    let empty = Cassette { cells: BTreeMap::new(), ..cassette.clone() };
    let message = play(&mut Player::new(empty, Vec::new()), "a", &(USER, &[], ""), &operations).unwrap_err();
    assert!(message.starts_with("the cassette has no interaction\n"), "{message}");
}
