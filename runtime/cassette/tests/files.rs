//! A cassette and its files.

use std::collections::BTreeMap;

use apinb_record::cassette::{Cell, Definition, Document, Head, Interaction, Request, Response, VERSION, headers};
use apinb_text::diagnostic::render::render;

use crate::cassette::Cassette;
use crate::folder::{Files, is_file};
use crate::names::of_cells;

fn head() -> Head {
    Head {
        definitions: BTreeMap::from([(
            "shop".to_owned(),
            Definition { sha256: "00".repeat(32), source: "shop.raml".to_owned() },
        )]),
        documents: BTreeMap::new(),
        locale: Some("en-US".to_owned()),
        seed: "00000000000000ff".to_owned(),
        start: "2026-01-31T12:00:00.000Z".to_owned(),
        time_zone: None,
        version: VERSION,
    }
}

fn sample() -> Cassette {
    let mut cassette = Cassette { head: head(), cells: BTreeMap::new(), contents: BTreeMap::new() };
    let file = cassette.store_document("text/plain", "https://a.test/b/shop.RAML?x", b"#%RAML 1.0\n");
    let document = Document { file: Some(file), status: 200, ..Document::default() };
    cassette.head.documents.insert("https://a.test/b/shop.RAML?x".to_owned(), document);
    let large = "x".repeat(9000);
    let request = Request {
        body: cassette.store("application/json", b"{\"name\":\"Ann\",\"age\":1.0}"),
        headers: headers([("Accept", "a/b"), ("accept", "c/d"), ("Content-Type", "application/json")]),
        method: "POST".to_owned(),
        operation: Some("POST /users/{id}".to_owned()),
        path: BTreeMap::from([("id".to_owned(), "5".to_owned())]),
        url: "https://a.test/users/5".to_owned(),
        ..Request::default()
    };
    let response = |body| Response { body, status: 200, ..Response::default() };
    let interactions = [
        cassette.store("text/plain", b"one\ntwo\n"),
        cassette.store("image/png", &[0, 1, 2]),
        cassette.store("text/html", large.as_bytes()),
        None,
    ]
    .map(|body| Interaction { request: request.clone(), response: response(body) });
    let cell =
        Cell { cell: "Users".to_owned(), interactions: interactions.into(), version: VERSION, ..Cell::default() };
    cassette.cells.insert("users".to_owned(), cell);
    cassette
}

#[test]
fn a_cassette_is_the_same_after_its_files() {
    let cassette = sample();
    let files = cassette.files();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.iter().all(|name| is_file(name)), "{names:?}");
    for ending in [".png", ".html", ".raml"] {
        assert!(names.iter().any(|name| name.ends_with(ending)), "{ending} {names:?}");
    }
    assert_eq!(Cassette::read("users.cassette", files.clone()).unwrap(), cassette);
    assert_eq!(Cassette::read("users.cassette", files.clone()).unwrap().files(), files);
}

#[test]
fn a_file_has_one_value_on_each_line_and_sorted_keys() {
    let files = sample().files();
    let text = String::from_utf8(files["users.json"].to_vec()).unwrap();
    let expected = r#"{
  "cell": "Users",
  "interactions": [
    {
      "request": {
        "body": {
          "json": {
            "name": "Ann",
            "age": 1.0
          }
        },
        "headers": {
          "accept": [
            "a/b",
            "c/d"
          ],
          "content-type": "application/json"
        },
        "method": "POST",
        "operation": "POST /users/{id}",
        "path": {
          "id": "5"
        },
        "url": "https://a.test/users/5"
      },
      "response": {
        "body": {
          "text": [
            "one",
            "two",
            ""
          ]
        },
        "headers": {},
        "status": 200
      }
    },
"#;
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("  ],\n  \"version\": 1\n}\n"), "{text}");
}

#[test]
fn unused_contents_are_removed() {
    let mut cassette = sample();
    cassette.contents.insert("bodies/old.bin".to_owned(), [1][..].into());
    let before = sample().contents;
    cassette.remove_unused_contents();
    assert_eq!(cassette.contents, before);
}

/// Reads the sample with `path` replaced by `text`, or removed.
fn check(path: &str, text: Option<&str>, expected: &str) {
    let mut files = sample().files();
    match text {
        Some(text) => drop(files.insert(path.to_owned(), text.as_bytes().into())),
        None => files.retain(|name, _| !name.ends_with(path)),
    }
    let rendered = match Cassette::read("users.cassette", files) {
        Ok(_) => "read".to_owned(),
        Err(error) => render(&error, None, false),
    };
    assert!(rendered.contains(expected), "{path}: {rendered}");
}

#[test]
fn errors_name_the_file_and_the_place() {
    check("cassette.json", None, "it has no `cassette.json`");
    check("cassette.json", Some("{}"), "missing field `seed`");
    check("users.json", Some("{\n  \"cell\": 5"), "users.cassette/users.json:2:");
    check("users.json", Some("{\"cell\": \"a\"}"), "missing field `interactions`");
    check("users.json", Some("{\"version\": 2}"), "version 2, and this program reads version 1");
    check("users.json", Some(&"[".repeat(10_000)), "users.cassette/users.json:1:");
    check(".png", None, "is missing");
    check(".png", None, "users.cassette/users.json:");
    check(".raml", None, "users.cassette/cassette.json:");
    let cell = |body: &str| {
        format!(
            "{{\"cell\": \"a\", \"version\": 1, \"interactions\": [{{\"request\": {{\"method\": \"GET\", \"url\": \"http://a/\"}},\n\"response\": {{\"status\": 200, \"body\": {body}}}}}]}}"
        )
    };
    check("users.json", Some(&cell("{\"json\": null}")), "read");
    check("users.json", Some(&cell("{}")), "expected one of `file`, `json` and `text`");
    check("users.json", Some(&cell("{\"json\": 1, \"text\": \"a\"}")), "expected one of");
    for file in [
        "../secret",
        "/etc/passwd",
        "bodies/../../x",
        "documents/a.txt",
        "bodies/a\\b",
        "bodies/.x",
        "cassette.json",
        "bodies/",
    ] {
        let body = cell(&serde_json::json!({ "file": file }).to_string());
        check("users.json", Some(&body), "is not a file in `bodies`");
    }
    check("users.json", Some(&cell("{\"file\": \"bodies/no.bin\"}")), "users.json:2:46");
}

#[test]
fn other_files_are_ignored() {
    let mut files: Files = sample().files();
    let expected = sample();
    for name in ["README.md", ".gitattributes", "deep/er/a.json", "bodies/../x", ".hidden.json", "other/x.json"] {
        files.insert(name.to_owned(), b"?"[..].into());
    }
    assert_eq!(Cassette::read("users.cassette", files).unwrap(), expected);
}

#[test]
fn cells_are_named_after_their_labels() {
    let names = of_cells([
        "Create a user!",
        "create: A user",
        "",
        "…",
        "Cassette",
        "CON",
        "com1",
        "Größe ändern",
        "a/../b",
        "create a user 2",
    ]);
    let expected = [
        "create-a-user",
        "create-a-user-2",
        "cell",
        "cell-2",
        "cassette-cell",
        "con-cell",
        "com1-cell",
        "größe-ändern",
        "a-b",
        "create-a-user-2-2",
    ];
    assert_eq!(names, expected);
    let long = of_cells([format!("{} b", "a".repeat(59)).as_str()]);
    assert_eq!(long, ["a".repeat(59)]);
    assert!(names.iter().all(|name| is_file(&format!("{name}.json"))));
}
