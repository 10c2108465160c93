//! `apinb contract check`, and the check of a run.

mod run;

use serde_json::{Value, json};

use crate::support::{Answer, Case, Server, document, github_commands};

pub(crate) const API: &str = "\
openapi: 3.0.3
info: { title: Users, version: '1' }
servers: [ { url: 'https://users.example.org/v1' } ]
paths:
  /users:
    get:
      parameters:
        - { name: page, in: query, schema: { type: integer } }
      responses:
        '200':
          description: users
          content:
            application/json:
              schema:
                type: array
                items: { $ref: 'user.yaml#/User' }
  /users/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
    get:
      responses:
        '200':
          description: a user
          content:
            application/json:
              schema: { $ref: 'user.yaml#/User' }
";

pub(crate) const USER: &str = "\
User:
  type: object
  required: [ id, email ]
  properties:
    id:
      type: integer
    email:
      type: string
";

/// A call, answered with JSON.
pub(crate) fn call(path: &str, status: u16, body: &Value) -> Value {
    json!({
        "request": { "method": "GET", "url": format!("https://users.example.org/v1{path}"), "headers": [] },
        "response": {
            "status": status,
            "headers": [{ "name": "Content-Type", "value": "application/json" }],
            "content": { "text": body.to_string() },
        },
    })
}

fn archive(calls: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "entries": calls } }).to_string()
}

pub(crate) fn case(calls: &[Value], arguments: &[&str]) -> Case {
    let case = Case::command(["contract", "check", "calls.har", "--definition", "api.yaml"]).args(arguments);
    case.file("api.yaml", API).file("user.yaml", USER).file("calls.har", archive(calls))
}

pub(crate) fn disagreeing() -> Vec<Value> {
    vec![
        call("/users", 200, &json!([{ "id": 1, "email": "a@b.example" }, { "id": "two", "email": "c@d.example" }])),
        call("/users?page=first", 200, &json!([{ "id": "x", "email": "e@f.example", "nickname": "g" }])),
        call("/users/5", 200, &json!({ "id": 5, "password": "hunter22" })),
        call("/users/5", 503, &json!({})),
        call("/user", 404, &json!({})),
        json!({ "request": { "method": "GET", "url": "https://elsewhere.example/" }, "response": { "status": 200 } }),
    ]
}

#[test]
fn differences_have_both_sides() {
    let outcome = case(&disagreeing(), &[]).run();
    outcome.exit(1).golden("contract/differences");
    outcome.contains_nowhere("hunter22", &["calls.har"]);
    let agreeing = [call("/users?page=1", 200, &json!([{ "id": 1.0, "email": "a@b.example" }]))];
    case(&agreeing, &[]).run().exit(0).stdout_is("1 call: 0 errors\n");
}

#[test]
fn json_conforms_to_its_schema() {
    let outcome = case(&disagreeing(), &["--json", "--coverage"]).run();
    let contract = document("contract-check", &outcome.exit(1).stdout);
    let finding = &contract["findings"][0];
    assert_eq!(finding["rule"], "contract/response-body");
    assert_eq!(finding["definition"]["position"]["file"], "user.yaml");
    assert_eq!((&finding["definition"]["position"]["line"], &finding["calls"]), (&6.into(), &2.into()));
    assert_eq!(finding["value"]["path"], "$[1].id");
    assert_eq!((&contract["calls"], &contract["other_calls"]), (&5.into(), &1.into()));
    let operation = &contract["coverage"][0]["operations"][1];
    assert_eq!((&operation["operation"], &operation["line"]), (&"GET /users/{id}".into(), &19.into()));
    assert_eq!((&operation["calls"], &operation["violated"]), (&2.into(), &true.into()));
    let email =
        json!({ "kind": "response_property", "name": "200 $.email", "file": "user.yaml", "line": 7, "violated": true });
    assert!(operation["parts"].as_array().unwrap().contains(&email), "{operation:#}");
}

#[test]
fn severities_and_what_fails_can_be_set() {
    let warned = [call("/users?page=first", 200, &json!([]))];
    case(&warned, &[]).run().exit(0).stdout_contains("1 call: 0 errors, 1 warning\n");
    case(&warned, &["--fail-on", "warning"]).run().exit(1);
    case(&warned, &["--rule", "request=error"]).run().exit(1).stdout_contains("error[contract/request]");
    case(&warned, &["--rule", "contract/request=off"]).run().exit(0).stdout_is("1 call: 0 errors\n");
    case(&warned, &["--rule", "reqest=off"]).run().exit(2).stderr_contains("Did you mean `contract/request`?");
    case(&warned, &["--rule", "request=fatal"]).run().exit(2).stderr_contains("`error`, `warning`, `note` or `off`");
    case(&warned, &["--rule", "request"]).run().exit(2).stderr_contains("expected `RULE=SEVERITY`");
}

#[test]
fn a_baseline_lets_only_new_differences_fail() {
    let wrong_id = call("/users/5", 200, &json!({ "id": "x", "email": "a@b.example" }));
    let no_email = call("/users/5", 200, &json!({ "id": 5 }));
    let baseline = ["--baseline", "known.json"];
    let update = ["--baseline", "known.json", "--update-baseline"];
    let first = case(std::slice::from_ref(&wrong_id), &update).run();
    first.exit(0).stdout_is("1 call: 0 errors, 1 known\n");
    let known = first.file("known.json");
    assert!(
        known.contains("\"GET /users/{id} 200 contract/response-body User/properties/id/type $.id\": 1"),
        "{known}"
    );
    let later = |calls: &[Value], arguments: &[&str]| case(calls, arguments).file("known.json", &known).run();
    later(std::slice::from_ref(&wrong_id), &baseline).exit(0);
    let changed = later(std::slice::from_ref(&no_email), &baseline);
    changed.exit(1).stdout_contains("`email` is missing").stdout_contains("1 finding of the baseline no longer occur");
    changed.stdout_contains("1 call: 1 error\n");
    let updated = later(&[no_email, wrong_id], &update);
    assert_eq!(updated.exit(0).file("known.json").matches("contract/response-body").count(), 2);
    case(&[], &baseline)
        .file("known.json", "{}")
        .run()
        .exit(2)
        .stderr_contains("not a baseline: missing field `version`");
}

#[test]
fn another_base_uri_can_be_checked() {
    let mut calls = vec![call("/users/x", 200, &json!({ "id": 1, "email": "a@b.example" }))];
    calls[0]["request"]["url"] = "http://localhost:9/test/users/x".into();
    case(&calls, &[]).run().exit(0).stdout_is("0 calls: 0 errors; 1 call elsewhere\n");
    let other = case(&calls, &["--base-uri", "http://localhost:9/test"]).run();
    other.exit(0).stdout_contains("warning[contract/request]: path parameter `id`: `x` is not of type `integer`");
    case(&calls, &["--base-uri", "localhost"]).run().exit(2).stderr_contains("expects an HTTP URL");
}

#[test]
fn other_files_are_errors() {
    let check = |text: &str, expected: &str| {
        let case = Case::command(["contract", "check", "calls.har", "--definition", "api.yaml"]);
        let case = case.file("api.yaml", API).file("user.yaml", USER).file("calls.har", text);
        case.run().exit(2).stderr_contains(expected);
    };
    check("{\n  \"log\": {}\n}", "is not an HTTP archive (line 2, column 11): missing field `entries`");
    check("<html>", "is not an HTTP archive (line 1, column 1)");
    let case = Case::command(["contract", "check", "none.har", "--definition", "api.yaml"]).file("api.yaml", API);
    case.file("user.yaml", USER).run().exit(2).stderr_contains("none.har");
}

/// The archive of a run has the calls of its notebook.
#[test]
fn the_calls_of_a_notebook_are_checked() {
    let server = Server::with(|_| Answer::new(200, "application/json", r#"{"id": "x", "email": "a@b.example"}"#));
    let definition = API.replace("https://users.example.org/v1", &server.url(""));
    let cell = "API.createClient('users', 'api.yaml'); users.users.id(5).get().body.id";
    let run = Case::cells([cell]).file("api.yaml", &definition).file("user.yaml", USER);
    let calls = run.args(["--report", "har=calls.har"]).run().exit(0).file("calls.har");
    let case = Case::command(["contract", "check", "calls.har", "--definition", "api.yaml"]);
    let case = case.file("api.yaml", &definition).file("user.yaml", USER).file("calls.har", calls);
    case.run().exit(1).stdout_contains("`x` is not of type `integer`").stdout_contains("1 call: 1 error\n");
}

#[test]
fn errors_are_annotations_in_github_actions() {
    let annotations = |arguments: &[&str]| {
        let case = case(&disagreeing(), arguments).env("GITHUB_ACTIONS", "true");
        let workspace = case.folder().display().to_string();
        github_commands(&case.env("GITHUB_WORKSPACE", &workspace).run().stdout)
    };
    let errors = annotations(&[]);
    assert!(
        errors.iter().all(|line| line.starts_with("::error file=") || line.starts_with("::error title=")),
        "{errors:#?}"
    );
    let first = "::error file=user.yaml,line=6,col=7,title=GET /users%3A contract/response-body::`two` is not of type `integer`";
    assert!(errors[0].starts_with(first), "{errors:#?}");
    assert_eq!(annotations(&["--baseline", "known.json", "--update-baseline"]), [""; 0]);
}
