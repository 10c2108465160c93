//! Documents of a definition that are read when they are first needed: examples, schemas, documentation.

use crate::support::{Answer, Case, Server};

const API: &str = "#%RAML 0.8\ntitle: Things\nbaseUri: https://api.test\nmediaType: application/json\n\
                   documentation: [ { title: Start, content: !include start.md } ]\n\
                   /things: !include things.raml\n";
const THINGS: &str = "get:\n  responses:\n    200:\n      body:\n        application/json:\n          \
                      example: !include things.json\npost:\n  body:\n    application/json:\n      \
                      schema: !include none.json\n";

fn server() -> Server {
    Server::with(|request| match request.url.as_str() {
        "/d/api.raml" => Answer::new(200, "application/raml+yaml", API),
        "/d/things.raml" => Answer::new(200, "text/plain", THINGS),
        "/d/things.json" => Answer::new(200, "application/json", "[{\"id\": 7}]"),
        "/d/start.md" => Answer::new(200, "text/plain", "# Start"),
        _ => Answer::new(404, "text/plain", "none"),
    })
}

/// The requested paths of a server, sorted, since some requests are concurrent.
fn asked(server: &Server) -> Vec<String> {
    let mut paths: Vec<String> = server.requests().into_iter().map(|request| request.url).collect();
    paths.sort();
    paths
}

#[test]
fn a_run_reads_only_used_documents() {
    let server = server();
    let create = format!("API.createClient('client', '{}')", server.url("/d/api.raml"));
    let outcome = Case::cells([create.as_str(), "Object.keys(client.things).join()"]).run();
    outcome.exit(0).cell(1).is("\"get,post\"");
    assert_eq!(asked(&server), ["/d/api.raml", "/d/things.raml"]);
    assert_eq!(outcome.cell(0).calls().len(), 2);
    assert_eq!(outcome.cell(0).cell["console"].as_array().map(Vec::len), Some(0), "missing documents were not read");
}

#[test]
fn a_mock_server_reads_all_documents_and_tolerates_missing_ones() {
    let server = server();
    let create = format!("API.createClient('client', '{}')", server.url("/d/api.raml"));
    let outcome = Case::cells([create.as_str(), "client.things.get().body[0].id"]).args(["--mock"]).run();
    outcome.exit(0).cell(1).is("7");
    let paths = ["/d/api.raml", "/d/none.json", "/d/start.md", "/d/things.json", "/d/things.raml"];
    assert_eq!(asked(&server), paths);
    let calls = outcome.cell(0).calls();
    let in_order = ["api.raml 200", "things.raml 200", "start.md 200", "things.json 200", "none.json 404"];
    let expected = in_order.map(|call| format!("GET {}", server.url(&format!("/d/{call}"))));
    assert_eq!(calls, expected, "as the definition names them");
    let console = outcome.cell(0).cell["console"].to_string();
    assert!(console.contains("cannot include `none.json`") && console.contains("things.raml:10:15"), "{console}");
}

#[test]
fn a_check_reads_all_documents() {
    let server = server();
    let outcome = Case::command(["definition", "check", &server.url("/d/api.raml")]).run();
    outcome.exit(1).stdout_contains("cannot include `none.json`").stdout_contains("/d/things.raml:10:15");
    outcome.stdout_contains("1 error, 0 warnings");
    Case::command(["definition", "tree", &server.url("/d/api.raml")]).run().exit(0).stderr_is("");
}
