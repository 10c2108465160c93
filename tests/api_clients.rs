//! `API.createClient`: the source of the definition, the variable of the client, and failed loads.

use std::collections::BTreeMap;

use apinb_project::settings::Source;
use apinb_record::run::ConsoleLevel;
use serde_json::json;

use crate::support::{Answer, Case, Cells, Server};

const RAML: &str = "/users:\n  get:\n  /{id}:\n    get:\n";

fn cells() -> Cells {
    Cells::of(RAML)
}

/// A server with a definition at `/api.raml`.
fn serving(content_type: &'static str, text: &'static str) -> Server {
    Server::with(move |request| match request.url.as_str() {
        "/gone.raml" => Answer::new(404, "text/plain", "gone"),
        "/login.raml" => Answer::new(200, "text/html", "<!DOCTYPE html><title>Log in</title>"),
        "/api.raml" | "/apiplatform/team/definition" => Answer::new(200, content_type, text),
        _ => Answer::new(200, "text/plain", "called"),
    })
}

const SMALL: &str = "#%RAML 0.8\ntitle: Small\nbaseUri: https://small.test\n/users:\n  get:\n";

#[test]
fn the_client_is_available_in_the_same_cell() {
    // In both modes of running a cell.
    for start in ["", "let start = 1\n"] {
        let mut cells = cells();
        cells.asks(&format!("{start}API.createClient('made', 'client.raml')\nmade.users.id(5).get()"), "GET /users/5");
        cells.asks("made.users.get()", "GET /users");
    }
}

#[test]
fn a_callback_receives_error_and_client() {
    let mut cells = cells();
    let pick = "(error, client) => { seen = [error, client === made, typeof client.users.get] }";
    for arguments in [pick.to_owned(), format!("{{ query: {{ a: 1 }} }}, {pick}"), format!("undefined, {pick}")] {
        // The callback runs after the cell continues; the client exists before that.
        let call =
            format!("seen = null; API.createClient('made', 'client.raml', {arguments}); [seen, typeof made.users]");
        cells.gives(&call, &json!([null, "function"]));
        cells.gives("seen", &json!([null, true, "function"]));
    }
    cells.run("made = null; API.createClient('made', 'client.raml', async()); 'not this'");
    cells.gives("$_ === made", &json!(true));
    let error = cells.failure("API.createClient('made', 'client.raml', () => { throw new RangeError('mine') })");
    assert_eq!((error.name.as_str(), error.message.as_str()), ("RangeError", "mine"));
}

#[test]
fn a_dotted_name_creates_nested_objects() {
    let mut cells = cells();
    cells.asks("API.createClient('apis.team.one', 'client.raml'); apis.team.one.users.get()", "GET /users");
    cells.run("API.createClient('apis.team.two', 'client.raml')");
    cells.gives("[Object.keys(apis), Object.keys(apis.team)]", &json!([["team"], ["one", "two"]]));
    // An existing object is extended; a value that cannot have properties is replaced.
    cells.run("mine = { kept: 1 }; API.createClient('mine.client', 'client.raml')");
    cells.gives("[mine.kept, typeof mine.client.users]", &json!([1, "function"]));
    cells.run("five = 5; API.createClient('five.client', 'client.raml')");
    cells.gives("typeof five.client.users", &json!("function"));
    cells.run("function box() {} API.createClient('box.client', 'client.raml')");
    cells.gives("[typeof box, typeof box.client.users]", &json!(["function", "function"]));
}

#[test]
fn a_name_must_be_a_string() {
    let mut cells = cells();
    for call in ["API.createClient()", "API.createClient('')", "API.createClient(5, 'client.raml')"] {
        let error = cells.error(call);
        assert!(error.starts_with("TypeError: API.createClient: the first argument is the client's name"), "{error}");
    }
}

#[test]
fn the_result_shows_how_to_explore_the_client() {
    let mut cells = cells();
    let shown = cells.run("API.createClient('made', 'client.raml')");
    assert_eq!(shown, "made { users(id) }, for example made.users.get()".replace("(id)", ""));
    assert_eq!(cells.run("made.users"), "made.users { get(), id(id) }");
}

#[test]
fn a_failed_load_leaves_an_empty_object_and_fails_the_cell() {
    let mut cells = Cells::without_client(serving("application/raml+yaml", SMALL));
    cells.file("broken.raml", "#%RAML 0.8\n\t: [");
    cells.file("text.raml", "hello\n");
    let refused = Server::refused("/api.raml");
    for (reference, cause) in [
        ("SERVER/gone.raml", "the server responded with 404"),
        ("SERVER/login.raml", "expected an API definition, found an HTML page"),
        (refused.as_str(), "connection refused"),
        ("https://nowhere.invalid/api.raml", "no such host"),
        ("missing.raml", "there is no file at"),
        ("text.raml", "expected an API definition, found a text that starts with `hello`"),
        ("{ \"a\": 1 }", "JSON without the `title`"),
    ] {
        let error = cells.failure(&format!("API.createClient('api.broken', '{reference}'); after = 1"));
        let reference = reference.replace("SERVER", &cells.server.url(""));
        assert!(error.message.starts_with("cannot load the definition of `api.broken`: "), "{error:?}");
        assert!(error.message.contains(cause), "no {cause:?} in {error:?}");
        assert!(error.help.is_some_and(|help| help.contains("`--definition api.broken=FILE`")), "{reference}");
        cells.gives("[api.broken, Object.keys(api.broken), typeof after]", &json!([{}, [], "undefined"]));
    }
    for call in
        ["API.set(api.broken, {})", "API.get(api.broken)", "API.unset(api.broken)", "API.authenticate(api.broken)"]
    {
        let error = cells.error(call);
        assert!(error.ends_with("the definition of this client could not be loaded"), "{error}");
    }
}

#[test]
fn a_failed_load_replaces_an_earlier_client() {
    let mut cells = cells();
    cells.error("API.createClient('client', 'missing.raml')");
    cells.gives("client", &json!({}));
    cells.asks("API.createClient('client', 'client.raml'); client.users.get()", "GET /users");
}

#[test]
fn a_callback_receives_the_error_of_a_failed_load() {
    let mut cells = cells();
    cells.run(
        "API.createClient('broken', 'missing.raml', (error, client) => { seen = [error.message, typeof client] })",
    );
    cells.gives("[broken, seen[0].includes('there is no file'), seen[1]]", &json!([{}, true, "undefined"]));
    let error = cells.error("API.createClient('broken', 'missing.raml', async()); 1");
    assert!(error.contains("there is no file"), "{error}");
}

#[test]
fn an_invalid_definition_is_reported_and_its_valid_parts_are_used() {
    let mut cells = Cells::without_client(Server::start());
    cells.file("invalid.raml", &cells.definition("unknown: 1\nother: 2\n/users:\n  get:\n"));
    let outcome = cells.outcome("API.createClient('invalid', 'invalid.raml'); invalid.users.get().status");
    assert_eq!(outcome.result.unwrap().unwrap().short, "404");
    let warning = &outcome.console[0];
    assert_eq!(warning.level, ConsoleLevel::Warn);
    assert!(
        warning.text.starts_with("the definition of `invalid` has 2 errors; `apinb definition check "),
        "{warning:?}"
    );
}

#[test]
fn a_definition_is_requested_with_the_original_headers() {
    let mut cells = Cells::without_client(serving("application/raml+yaml", SMALL));
    let request = cells.sent("API.createClient('small', 'SERVER/api.raml')");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", "/api.raml"));
    assert_eq!(request.header("accept"), Some("application/raml+yaml, application/json, */*"));
    // The call is in the record of its cell, and the definition is not loaded again for another client.
    let outcome = cells.outcome("API.createClient('again', 'SERVER/gone.raml')");
    assert_eq!((outcome.calls.len(), outcome.calls[0].status), (1, Some(404)));
    cells.run("API.createClient('again', 'SERVER/api.raml')");
    assert_eq!(cells.server.requests().len(), 2);
}

#[test]
fn the_language_follows_from_the_text() {
    let mut cells = Cells::without_client(Server::start());
    let raml = cells.definition("/users:\n  get:\n");
    let openapi = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\nservers: [{ url: SERVER }]\n\
                   paths: { /users: { get: { responses: { '200': { description: ok } } } } }\n";
    cells.file("old.yaml", &raml);
    cells.file("new.json", &raml.replace("RAML 0.8", "RAML 1.0"));
    cells.file("other.raml", &openapi.replace("SERVER", &cells.server.url("")));
    for file in ["old.yaml", "new.json", "other.raml"] {
        cells.asks(&format!("API.createClient('client', '{file}'); client.users.get()"), "GET /users");
    }
}

/// The JSON that a RAML parser produces for a definition.
const PARSED: &str = r#"{
    "title": "Parsed", "version": "v3", "baseUri": "SERVER/{version}", "protocols": ["HTTP"],
    "resources": [{
        "relativeUri": "/users", "relativeUriPathSegments": ["users"],
        "methods": [{ "method": "get" }, { "method": "post", "body": { "application/x-www-form-urlencoded": null } }],
        "resources": [{ "relativeUri": "/{id}", "methods": [{ "method": "get" }] }]
    }]
}"#;

#[test]
fn json_of_a_parsed_definition_is_accepted() {
    let server = Server::start();
    let parsed = PARSED.replace("SERVER", &server.url(""));
    let mut cells = Cells::without_client(server);
    cells.file("api.raml", &parsed);
    cells.file("api.json", &format!("\u{feff}\n{parsed}"));
    cells.run(&format!("parsed = {parsed}; undefined"));
    for reference in ["'api.raml'", "'api.json'", "parsed", "JSON.stringify(parsed)"] {
        cells.asks(&format!("API.createClient('client', {reference}); client.users.id(5).get()"), "GET /v3/users/5");
        cells.body("client.users.post({ a: 'b c' })", Some(("application/x-www-form-urlencoded", "a=b%20c")));
    }
    let mut cells =
        Cells::without_client(serving("application/json", r#"{"title":"T","resources":[{"relativeUri":"/a"}]}"#));
    cells.gives("API.createClient('client', 'SERVER/api.raml'); Object.keys(client)", &json!(["a"]));
}

#[test]
fn an_absolute_path_is_relative_to_the_site() {
    let server = serving("application/raml+yaml", SMALL);
    for site in ["", "/", "/portal", "/portal/team?x=1"] {
        let cell = "API.createClient('small', '/apiplatform/team/definition'); Object.keys(small)";
        let front = format!("---\nsite: {}\n---\n", server.url(site));
        let outcome = Case::notebook(format!("{front}\n```javascript\n{cell}\n```\n")).run();
        outcome.exit(0).cell(0).is("[ \"users\" ]");
        assert_eq!(server.requests().last().unwrap().url, "/apiplatform/team/definition");
    }
    // It can be mapped, as written and as the resolved URL.
    let url = server.url("/apiplatform/other/definition");
    for key in ["/apiplatform/other/definition", &url] {
        let cell = "API.createClient('small', '/apiplatform/other/definition'); Object.keys(small)";
        let notebook = format!("---\nsite: {}\n---\n\n```javascript\n{cell}\n```\n", server.url("/"));
        let toml = format!("[definitions]\n\"{key}\" = \"small.raml\"\n");
        let outcome = Case::notebook(notebook).file("apinb.toml", toml).file("small.raml", SMALL).run();
        outcome.exit(0).cell(0).is("[ \"users\" ]");
    }
    // Without a site, it is a file relative to the notebook.
    let case = Case::cells(["API.createClient('small', '/apis/small.raml'); Object.keys(small)"]);
    case.file("apis/small.raml", SMALL).run().exit(0).cell(0).is("[ \"users\" ]");
}

#[test]
fn a_reference_tag_refers_to_the_api_of_the_notebook() {
    let tags = ["#REF_TAG_DEFENITION", "#REF_TAG_DEFENITION_Team API:"];
    let cell = |tag: &str| format!("API.createClient('small', '{tag}'); Object.keys(small)");
    let outcome = Case::cells(tags.map(cell)).run();
    outcome.exit(1);
    for (number, tag) in tags.iter().enumerate() {
        let text = format!("`{tag}` stands for the API that the notebook belongs to; no definition replaces it");
        outcome.cell(number).fails(&format!("cannot load the definition of `small`: {text}"));
        let help = format!("Pass `--definition small=FILE`, or add to apinb.toml: definitions.\"{tag}\" = \"FILE\".");
        assert_eq!(outcome.cell(number).help(), help);
        // Both kinds of help work.
        let toml = format!("[definitions]\n\"{tag}\" = \"small.raml\"\n");
        let case = || Case::cells([cell(tag)]).file("small.raml", SMALL);
        case().file("apinb.toml", toml).run().exit(0).cell(0).is("[ \"users\" ]");
        case().args(["--definition", "small=small.raml"]).run().exit(0).cell(0).is("[ \"users\" ]");
    }
}

#[test]
fn an_overridden_definition_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.raml");
    std::fs::write(&file, SMALL).unwrap();
    let mut cells = Cells::with_settings(Server::start(), |settings| {
        settings.definitions_by_client = BTreeMap::from([("small".to_owned(), Source::File(file))]);
    });
    for reference in ["'missing.raml'", "'https://nowhere.invalid/api.raml'", "'../../api.raml'", "{ a: 1 }"] {
        cells.gives(&format!("API.createClient('small', {reference}); Object.keys(small)"), &json!(["users"]));
    }
    assert!(cells.error("API.createClient('other', 'missing.raml')").contains("there is no file"));
}

#[test]
fn a_notebook_names_files_that_it_may_read() {
    for (cell, help) in [
        ("API.createClient('client', '../outside.raml')", "--allow-read"),
        ("API.createClient('client', '/../outside.raml')", "--allow-read"),
        ("API.createClient('client', 'file:///etc/passwd')", "=FILE`"),
        ("API.createClient('client', 'ftp://nowhere.invalid/api.raml')", "=FILE`"),
        ("load('../outside.js')", "--allow-read"),
        ("load('file:///etc/passwd')", "=FILE`"),
    ] {
        let outcome = Case::cells([cell, "'alive'"]).run();
        outcome.exit(3).cell(0).fails("PolicyError: cannot load ").cell(1).is("\"alive\"");
        assert!(outcome.cell(0).help().contains(help), "{cell}: {}", outcome.cell(0).help());
    }
    // The notebook can catch the error; the run still ends with exit code 3.
    let case = Case::cells(["try { load('../outside.js') } catch (error) { error.name }"]);
    case.run().exit(3).cell(0).is("\"PolicyError\"");
}
