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

/// A mocked run of notebooks that show all operations together, of which the last calls none.
fn run(arguments: &[&str]) -> Case {
    let client = "API.createClient('users', 'api.yaml')";
    let notebook = |code: &str| format!("```js\n{client}\n{code}\n```\n");
    let case = Case::command(["run", "books", "--mock"]).args(arguments);
    let case = case.file("books/api.yaml", API).file("books/user.yaml", USER);
    case.file("books/1.md", notebook("users.users.get({ page: 1 }).status"))
        .file("books/2.md", notebook("users('/users/{id}', { id: 5 }).get().status"))
        .file("books/3.md", notebook("1"))
}

const REPORTS: [&str; 6] =
    ["--report", "coverage=c.json", "--report", "coverage=c.html", "--report", "coverage=c.lcov"];

#[test]
fn a_run_counts_its_calls_mocked_ones_too() {
    let outcome = run(&["--report", "json=r.json"]).args(REPORTS).run();
    let line = "coverage of Users: operations 100 % (2/2), statuses 100 % (2/2),";
    outcome.exit(0).stdout_contains(line);
    // Mocked calls are not checked by default.
    assert!(!outcome.stdout.contains("contract:"), "{}", outcome.stdout);
    let contract = document("report", &outcome.file("r.json"))["contract"].clone();
    assert_eq!((&contract["mode"], &contract["calls"]), (&"off".into(), &2.into()));
    assert_eq!((&contract["findings"], &contract["operations"]), (&json!([]), &json!([])));
    let report = document("coverage", &outcome.file("c.json"));
    assert_eq!(report["definitions"].as_array().unwrap().len(), 1);
    let definition = &report["definitions"][0];
    assert_eq!(contract["coverage"][0]["operations"], definition["operations"]);
    assert_eq!(definition["definition"], "books/api.yaml");
    let operation = &definition["operations"][1];
    assert_eq!(operation["cells"], json!([{ "notebook": "books/2.md", "cell": 0 }]));
    assert_eq!(operation["line"], 19);
    assert!(outcome.file("c.html").contains("Coverage of Users"));
    let lines = outcome.file("c.lcov");
    assert!(lines.contains("SF:books/api.yaml\n") && lines.contains("FNDA:1,GET /users/{id}\n"), "{lines}");
    // A part that no notebook shows has its line, too.
    let missing = run(&["--only", "0", "--exclude", "1.md", "--exclude", "2.md"]).args(REPORTS).run();
    missing.exit(0).stdout_contains("operations 0 % (0/2)");
    assert!(missing.file("c.lcov").contains("FNDA:0,GET /users\n"), "{}", missing.file("c.lcov"));
}

#[test]
fn a_run_fails_below_its_minimum() {
    run(&["--coverage-min", "operations=100"]).run().exit(0);
    let below = run(&["--coverage-min", "operations=80,statuses=50", "--exclude", "2.md"]).run();
    below.exit(1).stderr_is("error: coverage of operations is 50 % (1/2), below 80 %\n");
    run(&["--coverage-min", "operation=80"]).run().exit(2).stderr_contains("Did you mean `operations`?");
}

#[test]
fn settings_make_a_run_count() {
    let counts = |case: Case, is_counted: bool| {
        let outcome = case.run();
        assert_eq!(outcome.exit(0).stdout.contains("coverage of Users: "), is_counted, "{}", outcome.stdout);
    };
    counts(run(&[]), false);
    counts(run(&["--coverage"]), true);
    counts(run(&[]).file("apinb.toml", "[contract]\ncoverage = true\n"), true);
    counts(run(&[]).env("APINB_COVERAGE", "true"), true);
    let detailed = run(&["--coverage", "-v"]).run();
    detailed.exit(0).stdout_contains("  operations           100 %  2/2\n");
    // The contract is as without the coverage.
    let checked = run(&["--coverage", "--contract"]).run();
    checked.exit(0).stdout_contains("contract: 2 calls: 0 errors\ncoverage of Users: operations 100 % (2/2)");
}

#[test]
fn two_shards_cover_what_the_whole_run_covers() {
    let whole = run(&REPORTS).run();
    let shard = |number: &str| {
        let outcome = run(&["--shard", number, "--report", "json=s.json", "--coverage"]).run();
        outcome.exit(0).file("s.json")
    };
    let merge =
        Case::command(["report", "merge", "b.json", "a.json", "--coverage-min", "operations=100"]).args(REPORTS);
    let merged = merge.file("a.json", shard("1/2")).file("b.json", shard("2/2")).run();
    merged.exit(0).stdout_contains("coverage of Users: operations 100 % (2/2)");
    for file in ["c.json", "c.html", "c.lcov"] {
        assert_eq!(whole.exit(0).file(file), merged.file(file), "{file}");
    }
}
