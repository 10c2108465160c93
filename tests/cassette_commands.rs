//! `apinb cassette`: the commands that run nothing.

use serde_json::{Value, json};

use crate::support::{Case, document};

const API: &str = "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org/v1' } ]
paths:
  /users/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
    get:
      responses:
        '200':
          description: a user
          content:
            application/json:
              schema:
                type: object
                required: [ id ]
                properties:
                  id: { type: integer }
                  email: { type: string, example: jane.roe@mailbox.org }
";

/// A cassette of one call of one cell, beside its notebook.
fn cassette(arguments: &[&str], body: &Value) -> Case {
    let head = json!({
        "definitions": { "client": { "sha256": "0".repeat(64), "source": "api.yaml" } },
        "documents": {},
        "seed": "0123456789abcdef",
        "start": "2026-01-01T00:00:00Z",
        "version": 1,
    });
    let interaction = json!({
        "request": { "headers": {}, "method": "GET", "url": "https://users.example.org/v1/users/7" },
        "response": { "body": { "json": body }, "headers": { "content-type": "application/json" }, "status": 200 },
    });
    let cell = json!({ "cell": "Get a user", "interactions": [interaction], "version": 1 });
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap() + "\n";
    Case::command(["cassette"])
        .args(arguments)
        .file("api.yaml", API)
        .file("users.md", "```js\n1\n```\n")
        .file("users.cassette/cassette.json", pretty(&head))
        .file("users.cassette/get-a-user.json", pretty(&cell))
}

/// Secrets are put together here, so that no scanner of repositories reports this file.
fn token() -> String {
    format!("ghp_{}", "q7Zk2MvT9xLw4RbN8sYd3HcJ6pFg1WnK5eUa")
}

#[test]
fn a_listing_shows_cells_and_calls() {
    let body = json!({ "id": 7 });
    let text = "users.cassette  1 call of 1 cell, since 2026-01-01T00:00:00Z\n  definition of client: api.yaml\n  Get a user  \
                get-a-user.json\n    GET     https://users.example.org/v1/users/7 → 200  8 bytes\n";
    for named in [&["show"][..], &["show", "users.md"], &["show", "users.cassette"], &["show", "."]] {
        assert_eq!(cassette(named, &body).run().exit(0).stdout, text);
    }
    let shown = cassette(&["show", "--json"], &body).run();
    let shown = document("cassette-show", &shown.exit(0).stdout);
    assert_eq!(shown["cassettes"][0]["cells"][0]["interactions"][0]["bytes"], 8);
    cassette(&["show", "none"], &body).run().exit(2).stderr_contains("none");
    let empty = Case::command(["cassette", "show"]).run();
    empty.exit(2).stderr_contains("`.` has no cassette").stderr_contains("apinb run NOTEBOOK --record");
}

#[test]
fn recorded_calls_are_held_against_the_definition_of_today() {
    cassette(&["check"], &json!({ "id": 7 })).run().exit(0).stdout_contains("1 call: 0 errors\n");
    let differing = cassette(&["check", "users.md"], &json!({ "id": "seven" })).run();
    differing
        .exit(1)
        .stdout_contains("error[contract/response-body]")
        .stdout_contains("`seven` is not of type `integer`");
    let named =
        cassette(&["check", "--definition", "api.yaml", "--rule", "response-body=off"], &json!({ "id": "seven" }));
    named.run().exit(0);
    let json = cassette(&["check", "--json"], &json!({ "id": "seven" })).run();
    assert_eq!(document("contract-check", &json.exit(1).stdout)["calls"], 1);
}

#[test]
fn secrets_and_personal_data_are_found() {
    let body = json!({ "id": 7, "email": "jane.roe@mailbox.org" });
    // The address is in an example of the definition.
    cassette(&["scan"], &body).run().exit(0).stdout_contains("2 files: 0 secrets, 0 parts with personal data\n");
    let body = json!({ "id": 7, "email": "joe@mailbox.org", "note": token() });
    let found = cassette(&["scan"], &body).run();
    found.exit(1).stdout_contains("warning[personal/email]: looks like an e-mail address at");
    found
        .stdout_contains("error[secret/service-key]: looks like a GitHub token")
        .stdout_contains("users.cassette/get-a-user.json:");
    found.stdout_contains("2 files: 1 secret, 1 part with personal data\n");
    assert!(!found.stdout.contains(&token()) && !found.stdout.contains("joe@"), "{}", found.stdout);
    let scanned = cassette(&["scan", "--json"], &body).run();
    let scanned = document("cassette-scan", &scanned.exit(1).stdout);
    let codes: Vec<_> = scanned["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, ["personal/email", "secret/service-key"]);
}

#[test]
fn findings_are_allowed_by_the_command_line_and_the_settings() {
    let body = json!({ "id": 7, "email": "joe@mailbox.org" });
    cassette(&["scan", "--allow", "personal/email=*@mailbox.org"], &body).run().exit(0);
    cassette(&["scan", "--allow", "personal/email=*@other.org"], &body).run().exit(1);
    cassette(&["scan"], &body).file("apinb.toml", "[cassette]\nscan-allow = [\"personal/*\"]\n").run().exit(0);
    let unknown = cassette(&["scan", "--allow", "personal/emial"], &body).run();
    unknown.exit(2).stderr_contains("unknown rule `personal/emial`").stderr_contains("Did you mean `personal/email`?");
    let wrong = cassette(&["scan"], &body).file("apinb.toml", "[cassette]\nscan-allow = [\"emails\"]\n").run();
    wrong.exit(2).stderr_contains("apinb.toml").stderr_contains("rules of `apinb cassette scan`");
}

#[test]
fn any_file_is_scanned() {
    let case = |text: &str| Case::command(["cassette", "scan", "notes.txt"]).file("notes.txt", text);
    case("nothing\n").run().exit(0);
    case(&format!("line\nkey: {}\n", token())).run().exit(1).stdout_contains("notes.txt:2:6");
    Case::command(["cassette", "scan", "none.txt"]).run().exit(2).stderr_contains("none.txt");
    // A broken cassette is scanned, too.
    let broken =
        cassette(&["scan"], &json!({})).file("users.cassette/cassette.json", format!("{{ \"x\": \"{}\"", token()));
    broken.run().exit(1).stdout_contains("users.cassette/cassette.json:1:");
}

#[test]
fn calls_are_exported_to_other_tools() {
    let body = json!({ "id": 7 });
    let mappings = cassette(&["export", "users.md", "--to", "wiremock"], &body).run();
    let mappings: Value = serde_json::from_str(&mappings.exit(0).stdout).unwrap();
    assert_eq!(mappings["mappings"][0]["request"], json!({ "method": "GET", "urlPath": "/v1/users/7" }));
    assert_eq!(mappings["mappings"][0]["response"]["jsonBody"], body);
    let archive = cassette(&["export", "users.cassette", "--to", "har"], &body).run().exit(0).stdout.clone();
    let har: Value = serde_json::from_str(&archive).unwrap();
    assert_eq!(har["log"]["pages"][0]["title"], "users.cassette $0 Get a user");
    assert_eq!(har["log"]["entries"][0]["response"]["content"]["text"], "{\"id\":7}");
    // The contract can be checked from the archive, too.
    let check = Case::command(["contract", "check", "users.har", "--definition", "api.yaml"]);
    check.file("users.har", archive).file("api.yaml", API).run().exit(0).stdout_contains("1 call: 0 errors\n");
}
