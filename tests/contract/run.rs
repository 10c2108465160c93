//! `apinb run --contract`.

use std::fs;

use serde_json::{Value, json};

use super::{API, USER};
use crate::support::{Answer, Case, Request, Server, root};

/// The definitions of one shop, and the documents that they include.
const LANGUAGES: [(&str, &[&str]); 5] = [
    ("openapi-3.1.yaml", &[]),
    ("openapi-3.0.yaml", &[]),
    ("openapi-2.0.yaml", &[]),
    ("raml-1.0.raml", &["failing.raml"]),
    ("raml-0.8.raml", &["item.json", "items.json", "user.json"]),
];

/// A server that answers as each request asks it to, by its header `X-Respond`.
fn obedient() -> Server {
    Server::with(|request: &Request| {
        let wanted = request.header("x-respond").and_then(|text| serde_json::from_str::<Value>(text).ok());
        let wanted = wanted.unwrap_or(json!({ "status": 404 }));
        let headers = wanted["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let body = wanted["body"].as_str().unwrap_or_default();
        Answer::Reply(u16::try_from(wanted["status"].as_u64().unwrap()).unwrap(), headers, body.as_bytes().to_vec())
    })
}

/// A cell that makes one call, answered like that.
fn cell(url: &str, method: &str, answer: &Value, options: &str) -> String {
    let wanted = json!(answer.to_string());
    format!(
        "(await fetch({}, {{ method: '{method}', ...{options}, headers: {{ 'X-Respond': {wanted}, ...{options}.headers }} }})).status",
        json!(url)
    )
}

fn answer(status: u16, body: &Value) -> Value {
    json!({ "status": status, "headers": { "Content-Type": "application/json" }, "body": body.to_string() })
}

/// A run of these cells with the definition of a language.
fn shop(language: (&str, &[&str]), server: &Server, cells: &[String]) -> Case {
    let (definition, others) = language;
    let first = format!("API.createClient('shop', '{definition}');");
    let case = Case::cells(std::iter::once(&first).chain(cells));
    let folder = root().join("runtime/contract/tests/shop");
    let files = std::iter::once(&definition).chain(others.iter());
    let case = files.fold(case, |case, name| case.file(name, fs::read(folder.join(name)).unwrap()));
    case.args(["--base-uri", &format!("shop={}", server.url("/v1")), "-q"])
}

#[test]
fn the_differences_of_a_server_are_found_in_every_language() {
    let server = obedient();
    let call = |method: &str, path: &str, answer: Value, options: &str| {
        cell(&server.url(&format!("/v1{path}")), method, &answer, options)
    };
    let item = |property: &str, value: Value| answer(200, &json!({ "id": 1, property: value }));
    let wrong = [
        call("GET", "/items/1", answer(200, &json!({ "id": "x" })), "{}"),
        call("GET", "/items/2", answer(200, &json!({ "id": "y", "name": "a" })), "{}"),
        call("GET", "/items/1", item("tags", json!(["a", 5])), "{}"),
        call("GET", "/items/1", item("owner", json!({})), "{}"),
        call("GET", "/items/1", item("pet", json!({ "species": "Bird", "wings": "2" })), "{}"),
        call("GET", "/items?page=first&pag=1", answer(200, &json!([{ "id": 1 }, { "id": "x" }])), "{}"),
        call("GET", "/items?page=1", answer(400, &json!({ "code": "x" })), "{}"),
        call("GET", "/items", json!({ "status": 202 }), "{}"),
        call("GET", "/items", json!({ "status": 503 }), "{}"),
        call("GET", "/items", json!({ "status": 200, "headers": { "X-Total": "many" } }), "{}"),
        call("POST", "/items", json!({ "status": 201 }), "{ body: 'count', headers: { 'Content-Type': 'text/csv' } }"),
        call("GET", "/item", json!({ "status": 404 }), "{}"),
        call("GET", "/private", json!({ "status": 204 }), "{}"),
        call("DELETE", "/items/9", json!({ "status": 204 }), "{}"),
        call("GET", "/items/9", answer(200, &json!({ "id": 9 })), "{}"),
    ];
    let right = [
        call("GET", "/items/1", answer(200, &json!({ "id": 1.0 })), "{}"),
        call("GET", "/items/1", item("tags", json!(["a"])), "{}"),
        call(
            "GET",
            "/items?page=1",
            json!({ "status": 200, "headers": { "Content-Type": "application/json; charset=utf-8", "X-Total": "2" }, "body": "[{\"id\": 1}]" }),
            "{}",
        ),
        call(
            "POST",
            "/items",
            json!({ "status": 201 }),
            "{ body: '{\"count\": 1}', headers: { 'Content-Type': 'application/json' } }",
        ),
        call("DELETE", "/items/9", json!({ "status": 204 }), "{}"),
        call("GET", "/items/9", json!({ "status": 404 }), "{}"),
    ];
    for language in LANGUAGES {
        let name = format!("contract/run-{}", language.0.rsplit_once('.').unwrap().0);
        shop(language, &server, &wrong).args(["--contract"]).run().exit(1).golden(&name);
        let corrected = shop(language, &server, &right).args(["--contract"]).run();
        corrected.exit(0).stdout_contains("contract: 6 calls: 0 errors\n");
        assert!(!corrected.stdout.contains("warning"), "{}", corrected.stdout);
    }
}

/// A server with a user whose properties are these, and a run of cells that call it.
fn users(server: &Server, cells: &[&str]) -> Case {
    let definition = API.replace("https://users.example.org/v1", &server.url("/v1"));
    Case::cells(cells).file("api.yaml", definition).file("user.yaml", USER)
}

fn answering(text: &'static str) -> Server {
    Server::with(move |_| Answer::new(200, "application/json", text))
}

#[test]
fn calls_count_however_they_are_made() {
    let server = answering(r#"{ "id": "x", "email": "a@b.example" }"#);
    let url = server.url("/v1/users/5");
    let early = format!("(await fetch('{url}')).status");
    let request = format!("const r = new XMLHttpRequest(); r.open('GET', '{url}', false); r.send(); r.status");
    let cells = [
        early.as_str(),
        "API.createClient('users', 'api.yaml'); users.users.id(5).get().status",
        "users('/users/5').get().status",
        "users.users.id(5).get((error, response) => response.status)",
        &request,
    ];
    let outcome = users(&server, &cells).args(["--contract=warn"]).run();
    outcome.exit(0).stdout_contains("contract: 1 violation in 1 operation; --contract=fail fails the run\n");
    let contract = outcome.report()["contract"].clone();
    let finding = &contract["findings"][0];
    assert_eq!((&contract["calls"], &finding["calls"], &contract["mode"]), (&5.into(), &5.into(), &"warn".into()));
    let cells: Vec<String> = (0..5).map(|number| format!("notebook.md ${number}")).collect();
    assert_eq!(finding["cells"], json!(cells));
    let first = &finding["first"];
    assert_eq!((&first["cell"], &first["number"], &first["position"]["line"]), (&0.into(), &1.into(), &2.into()));
    assert_eq!(contract["operations"], json!([{ "api": "Users", "operation": "GET /users/{id}", "calls": 5 }]));
    assert_eq!((&finding["fails"], &finding["definition"]["position"]["file"]), (&false.into(), &"user.yaml".into()));
    users(&server, &cells_of_one()).args(["--contract"]).run().exit(1).stdout_contains("contract: 1 call: 1 error\n");
    users(&server, &cells_of_one()).args(["--contract=off"]).run().exit(0);
    let verbose = users(&server, &cells_of_one()).args(["-v"]).run();
    verbose.exit(0).stdout_contains("error[contract/response-body]: `x` is not of type `integer`");
}

fn cells_of_one() -> [&'static str; 1] {
    ["API.createClient('users', 'api.yaml'); users.users.id(5).get().status"]
}

#[test]
fn a_redirect_is_a_call_of_its_own() {
    let server = Server::with(|request| match request.url.as_str() {
        "/v1/users" => Answer::Reply(302, vec![("Location".to_owned(), "/v1/users/5".to_owned())], Vec::new()),
        _ => Answer::new(200, "application/json", r#"{ "id": "x", "email": "a@b.example" }"#),
    });
    let cell = "API.createClient('users', 'api.yaml'); users.users.get().status";
    let outcome = users(&server, &[cell]).args(["--contract"]).run();
    outcome.exit(1).stdout_contains("error[contract/undeclared-status]: status 302 is not declared");
    outcome.stdout_contains("path   GET /users/{id}").stdout_contains("contract: 2 calls: 2 errors\n");
}

#[test]
fn settings_change_what_fails() {
    let server = answering(r#"{ "id": "x", "email": "a@b.example" }"#);
    let run = |settings: &str, arguments: &[&str]| {
        users(&server, &cells_of_one()).file("apinb.toml", settings).args(arguments).run()
    };
    run("[contract]\nmode = 'fail'\n", &[]).exit(1);
    run("[contract]\nmode = 'fail'\n", &["--contract=warn"]).exit(0);
    run("[contract]\nmode = 'fail'\n[contract.rules]\nresponse-body = 'off'\n", &[]).exit(0);
    run("[contract]\nmode = 'fail'\n[contract.rules]\nresponse-body = 'warning'\n", &[]).exit(0);
    run("[contract]\nmode = 'fail'\nfail-on = 'warning'\n[contract.rules]\nresponse-body = 'warning'\n", &[]).exit(1);
    let one = "[contract]\nmode = 'fail'\n[contract.'GET /users/{id}']\n'contract/response-body' = 'note'\n";
    run(one, &[]).exit(0).stdout_contains("contract: 1 call: 0 errors, 1 note\n");
    run("[contract.rules]\nresponse-boddy = 'off'\n", &[]).exit(2).stderr_contains("Did you mean `response-body`?");
    run("[contract.rules]\nresponse-body = 'fatal'\n", &[])
        .exit(2)
        .stderr_contains("expected `error`, `warning`, `note` or `off`");
    run("[contract]\nmod = 'fail'\n", &[]).exit(2).stderr_contains("Did you mean `mode`?");
    let by_variable = users(&server, &cells_of_one()).env("APINB_CONTRACT", "fail").run();
    by_variable.exit(1);
    let invalid = users(&server, &cells_of_one()).args(["--contract=never"]).run();
    invalid.exit(2);
}

#[test]
fn a_baseline_lets_only_new_differences_fail() {
    let wrong_id = answering(r#"{ "id": "x", "email": "a@b.example" }"#);
    let no_email = answering(r#"{ "id": 5 }"#);
    let written = users(&wrong_id, &cells_of_one()).args(["--contract", "--contract-baseline"]).run();
    let known = written.exit(0).stderr_is("apinb.contract.json: 1 known difference\n").file("apinb.contract.json");
    assert!(
        known.contains("\"GET /users/{id} 200 contract/response-body User/properties/id/type $.id\": 1"),
        "{known}"
    );
    let with = |server: &Server| users(server, &cells_of_one()).file("apinb.contract.json", &known);
    with(&wrong_id).args(["--contract"]).run().exit(0).stdout_contains("contract: 1 call: 0 errors, 1 known\n");
    let changed = with(&no_email).args(["--contract"]).run();
    changed.exit(1).stdout_contains("`email` is missing").stdout_contains("contract: 1 call: 1 error\n");
    changed.stdout_contains("1 finding of the baseline no longer occur");
    let contract = &changed.report()["contract"];
    let new = contract["findings"].as_array().unwrap().iter().filter(|finding| finding["fails"] == true).count();
    assert_eq!((new, contract["gone"].as_array().unwrap().len()), (1, 1));
    let updated = with(&no_email).args(["--contract-baseline"]).run().exit(0).file("apinb.contract.json");
    assert!(!updated.contains("/type $.id") && updated.contains("required"), "{updated}");
    // Nothing is known of operations that were not called.
    let other = ["API.createClient('users', 'api.yaml'); users.users.get().status"];
    let empty = answering("[]");
    let kept = users(&empty, &other).file("apinb.contract.json", &known);
    let kept = kept.args(["--contract", "--contract-baseline"]).run().exit(0).file("apinb.contract.json");
    assert_eq!(kept, known);
    let other_file = users(&wrong_id, &cells_of_one()).args(["--contract-baseline=known.json"]).run();
    assert_eq!(other_file.exit(0).file("known.json"), known);
    let invalid = users(&wrong_id, &cells_of_one()).file("apinb.contract.json", "{}").args(["--contract-baseline"]);
    invalid.run().exit(2).stderr_contains("not a baseline: missing field `version`");
}

#[test]
fn mocked_calls_are_checked_when_that_is_asked_for() {
    let cell = "API.createClient('users', 'api.yaml'); users.users.get({ page: 'first' }).status";
    let case = || Case::cells([cell]).file("api.yaml", API).file("user.yaml", USER).args(["--mock"]);
    let default = case().run();
    default.exit(0);
    assert_eq!(default.report().get("contract"), None);
    let asked = case().args(["--contract"]).run();
    asked
        .exit(0)
        .stdout_contains("warning[contract/request]: query parameter `page`: `first` is not of type `integer`");
    asked.stdout_contains("contract: 1 call: 0 errors, 1 warning\n");
}

/// A definition from the web, of which a schema is read later, is checked as far as it is there.
#[test]
fn the_check_requests_nothing_from_the_web() {
    let raml = |server: &str| {
        format!(
            "#%RAML 0.8\ntitle: Users\nbaseUri: {server}/v1\n/users:\n  get:\n    responses:\n      200:\n        body:\n          \
             application/json:\n            schema: !include user.json\n"
        )
    };
    let server = Server::with(move |request| match request.url.as_str() {
        "/api.raml" => {
            Answer::new(200, "application/raml+yaml", raml(&format!("http://{}", request.header("host").unwrap())))
        }
        "/user.json" => Answer::new(200, "application/json", r#"{ "type": "object" }"#),
        _ => Answer::new(203, "application/json", "[]"),
    });
    let cell = format!("API.createClient('users', '{}'); users.users.get().status", server.url("/api.raml"));
    let outcome = Case::cells([cell]).args(["--contract"]).run();
    outcome.exit(1).stdout_contains("status 203 is not declared");
    let requests: Vec<String> = server.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(requests, ["/api.raml", "/v1/users"]);
}

#[test]
fn a_difference_shows_no_secret() {
    let secret = "correct-horse-battery-staple-of-more-characters-than-a-message-quotes";
    let server = Server::with(move |_| {
        let body = json!({ "id": secret, "email": 5, "note": format!("it is {secret}") });
        Answer::new(200, "application/json", body.to_string())
    });
    let cell =
        "API.createClient('users', 'api.yaml'); const key = prompt('The secret key'); users.users.id(5).get().status";
    let case =
        users(&server, &[cell]).args(["--contract", "--input", &format!("key={secret}"), "--report", "har=calls.har"]);
    let outcome = case.run();
    outcome.exit(1).stdout_contains("the value breaks `type` of its schema").stdout_contains("$.id = \"[secret]\"");
    outcome.contains_nowhere(&secret[..20], &[]);
    assert!(!outcome.output().contains(&secret[..20]));
}

#[test]
fn parallel_notebooks_make_the_same_contract() {
    let server = Server::with(|request| {
        let id = if request.url.ends_with("/1") { json!("x") } else { json!(2) };
        Answer::new(200, "application/json", json!({ "id": id, "nickname": "n" }).to_string())
    });
    let definition = API.replace("https://users.example.org/v1", &server.url("/v1"));
    let run = |jobs: &str| {
        let mut case = Case::command(["run", ".", "--jobs", jobs, "--contract=warn", "--report", "json=report.json"]);
        case = case.file("api.yaml", &definition).file("user.yaml", USER);
        for number in 1..=4 {
            let call = format!("API.createClient('users', 'api.yaml'); users.users.id({}).get().status", number % 3);
            case = case.file(&format!("{number}.md"), format!("```js\n{call}\n```\n"));
        }
        let report: Value = serde_json::from_str(&case.run().exit(0).file("report.json")).unwrap();
        report["contract"].clone()
    };
    let one = run("1");
    assert_eq!(one["findings"].as_array().unwrap().len(), 3);
    let calls: Vec<&Value> = one["findings"].as_array().unwrap().iter().map(|finding| &finding["calls"]).collect();
    assert_eq!(calls, [&json!(2), &json!(4), &json!(4)]);
    assert_eq!(one["findings"][1]["cells"], json!(["1.md $0", "2.md $0", "3.md $0", "4.md $0"]));
    assert_eq!(run("4"), one);
}

#[test]
fn events_end_with_the_contract() {
    let server = answering(r#"{ "id": "x", "email": "a@b.example" }"#);
    let outcome = users(&server, &cells_of_one()).args(["--json"]).run();
    let last: Value = serde_json::from_str(outcome.exit(0).stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["contract"]["findings"][0]["calls"]), (&"summary".into(), &1.into()));
}

/// Nothing that a definition or a server sends hangs or ends a run.
#[test]
fn a_hostile_server_and_its_definition_are_survived() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("[{}]", vec!["{\"id\": \"x\"}"; 50_000].join(","));
    let server = Server::with(move |request| {
        let body = match request.url.as_str() {
            "/v1/users" => large.clone(),
            "/v1/users/1" => deep.clone(),
            "/v1/users/2" => "{\"id\": ".to_owned(),
            "/v1/users/3" => json!({ "id": 1, "email": "a".repeat(200_000) + "!" }).to_string(),
            _ => format!("{{\"id\": 1, \"email\": \"{}\"}}", "é".repeat(5 << 20)),
        };
        Answer::new(200, "application/json", body)
    });
    let pattern = "      type: string\n      pattern: '^(a+)+$'\n";
    let definition = API.replace("https://users.example.org/v1", &server.url("/v1"));
    let user = USER.replacen("    email:\n      type: string\n", &format!("    email:\n{pattern}"), 1);
    let url = server.url("/v1/users");
    let first = format!("API.createClient('users', 'api.yaml'); (await fetch('{url}')).status");
    let cells = (1..=4).map(|id| format!("(await fetch('{url}/{id}')).status"));
    let cells: Vec<String> = std::iter::once(first).chain(cells).collect();
    let outcome = Case::cells(cells).file("api.yaml", definition).file("user.yaml", user).args(["--contract"]).run();
    outcome.exit(1).stdout_contains("5 cells: 5 passed").stdout_contains("contract: 5 calls: ");
    outcome.stdout_contains("not checked: the response body of GET /users/{id}: it is too large");
    assert_eq!(outcome.report()["contract"]["skipped_calls"], 0);
}
