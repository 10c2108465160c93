//! How much of a definition calls and notebooks show: `--coverage`, `--coverage-min` and `--report coverage=FILE`.

use serde_json::{Value, json};

use crate::contract::{API, USER, call, case, disagreeing};
use crate::support::{Case, document, validate};

fn agreeing() -> Vec<Value> {
    vec![call("/users?page=1", 200, &json!([{ "id": 1, "email": "a@b.example" }]))]
}

#[test]
fn the_terminal_shows_each_kind() {
    let expected = "coverage of Users\n  \
        operations            50 %  1/2       missing: GET /users/{id}\n  \
        statuses              50 %  1/2       missing: GET /users/{id} 200\n  \
        media types           50 %  1/2       missing: GET /users/{id} 200 applicatio…\n  \
        parameters            50 %  1/2       missing: GET /users/{id} path id\n  \
        response properties   50 %  2/4       missing: GET /users/{id} 200 $.id, …\n\n1 call: 0 errors\n";
    case(&agreeing(), &["--coverage"]).run().exit(0).stdout_is(expected);
}

#[test]
fn less_coverage_than_asked_for_fails() {
    let run = |minimum: &str| case(&agreeing(), &["--coverage-min", minimum]).run();
    run("operations=50,statuses=50").exit(0);
    run("operations=80,statuses=50").exit(1).stderr_is("error: coverage of operations is 50 % (1/2), below 80 %\n");
    run("operation=80").exit(2).stderr_contains("Did you mean `operations`?");
}

#[test]
fn a_report_has_its_format_by_the_name_of_its_file() {
    let calls = disagreeing();
    let outcome = case(&calls, &["--report", "coverage=c.json", "--report", "coverage=c.html"]).run();
    outcome.exit(1);
    let report = document("coverage", &outcome.file("c.json"));
    let counts = &report["definitions"][0]["counts"][0];
    assert_eq!(*counts, json!({ "kind": "operation", "total": 2, "called": 2, "as_declared": 0, "documented": 0 }));
    let page = outcome.file("c.html");
    assert!(page.contains("Coverage of Users") && !page.contains("<script"), "{page}");
    outcome.contains_nowhere("hunter22", &["calls.har"]);
    let unknown = case(&calls, &["--report", "coverage=c.xml"]).run();
    unknown.exit(2).stderr_contains("Use one of `.json`, `.html`, `.lcov` and `.info`.");
    // An earlier report is replaced, another file is not.
    let run = |content: &str| case(&calls, &["--report", "coverage=c.lcov"]).file("c.lcov", content).run();
    run("TN:apinb\nSF:x\n").exit(1);
    run("TN:other\n").exit(2).stderr_contains("--force");
}

#[test]
fn external_a_tracefile_is_read_by_other_programs() {
    let outcome = case(&disagreeing(), &["--report", "coverage=c.info"]).run();
    let files: Value = serde_json::from_str(&validate("lcov.mjs", &outcome.file("c.info"))).unwrap();
    let api = &files[0];
    assert_eq!(api["path"], "api.yaml");
    let function =
        |at: usize| json!([api["functions"][at]["name"], api["functions"][at]["line"], api["functions"][at]["hit"]]);
    assert_eq!(function(0), json!(["GET /users", 6, 2]));
    assert_eq!(function(1), json!(["GET /users/{id}", 19, 2]));
    // The property of the shared type.
    let user = &files[1];
    assert_eq!((&user["path"], &user["lines"]), (&"user.yaml".into(), &json!([[5, 2], [7, 1]])));
}

const NOTEBOOK: &str = "\
```js
API.createClient('users', 'api.yaml')
users.users.get({ page: 1 })
```

```js skip
users('/users/{id}', { id: 5 }).get()
```
";

#[test]
fn the_code_of_a_notebook_shows_operations_and_parameters() {
    let check = |arguments: &[&str]| {
        let case = Case::command(["check", "notebook.md"]).args(arguments).file("notebook.md", NOTEBOOK);
        case.file("api.yaml", API).file("user.yaml", USER).run()
    };
    let outcome = check(&["--coverage", "--report", "coverage=c.json"]);
    outcome
        .exit(0)
        .stdout_contains("  operations           100 %  2/2\n")
        .stdout_contains("  parameters           100 %  2/2\n");
    let report = document("coverage", &outcome.file("c.json"));
    let operation = &report["definitions"][0]["operations"][1];
    assert_eq!(operation["cells"], json!([{ "notebook": "notebook.md", "cell": 1 }]));
    assert_eq!((&operation["documented"], &operation["called"]), (&true.into(), &Value::Null));
    check(&["--coverage-min", "operations=100"]).exit(0);
    check(&["--coverage-min", "statuses=1"]).exit(1).stderr_contains("coverage of statuses is 0 % (0/2), below 1 %");
}
