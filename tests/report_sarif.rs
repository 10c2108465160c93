//! SARIF logs: of a run, of checks of notebooks and definitions, and of contracts.

use serde_json::{Value, json};

use crate::contract::{case as contract, disagreeing};
use crate::support::{Case, validate};

/// The run of a log that conforms to its schema.
#[track_caller]
fn run(log: &str) -> Value {
    validate("sarif.py", log);
    let mut log: Value = serde_json::from_str(log).unwrap();
    log["runs"][0].take()
}

/// A result as `level rule uri:line:column..end`.
fn line(result: &Value) -> String {
    let place = &result["locations"][0]["physicalLocation"];
    let (uri, region) = (&place["artifactLocation"]["uri"], &place["region"]);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let number = |name: &str| region[name].to_string();
    let (line, column, end) = (number("startLine"), number("startColumn"), number("endColumn"));
    format!("{} {} {}:{line}:{column}..{end}", text(&result["level"]), text(&result["ruleId"]), text(uri))
}

fn lines(run: &Value) -> Vec<String> {
    run["results"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn external_findings_of_a_contract_are_at_the_definition() {
    let outcome = contract(&disagreeing(), &["--report", "sarif=contract.sarif"]).run();
    let log = outcome.exit(1).file("contract.sarif");
    assert!(!log.contains("hunter22"), "{log}");
    let run = run(&log);
    let lines = lines(&run);
    assert_eq!(lines[0], "error contract/response-body user.yaml:6:7..20", "{lines:#?}");
    let result = &run["results"][0];
    let text = result["message"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("`two` is not of type `integer`\nvalue: response body $[1].id = \"two\"\ncall: GET "),
        "{text}"
    );
    let place = |location: &Value| {
        let physical = &location["physicalLocation"];
        let (uri, line) = (&physical["artifactLocation"]["uri"], &physical["region"]["startLine"]);
        format!("{}:{line} {}", uri.as_str().unwrap(), location["message"]["text"].as_str().unwrap())
    };
    let related: Vec<String> = result["relatedLocations"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(related, ["api.yaml:6 GET /users", "api.yaml:10 200"]);
    assert_eq!((&result["properties"]["calls"], &result["properties"]["operation"]), (&2.into(), &"GET /users".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "contract/response-body").unwrap();
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("apinb rules contract/response-body"), "{rule}");
}

/// The same findings have the same fingerprints, wherever they are.
#[test]
fn external_fingerprints_survive_other_lines() {
    let prints = |api: &str| {
        let case = contract(&disagreeing(), &["--report", "sarif=-"]);
        let run = run(&case.file("user.yaml", api).run().exit(1).stdout);
        let print = |result: &Value| result["partialFingerprints"]["apinb/v1"].clone();
        run["results"].as_array().unwrap().iter().map(print).collect::<Vec<_>>()
    };
    let user = "User:\n  type: object\n  required: [ id, email ]\n  properties:\n    id:\n      type: integer\n    email:\n      type: string\n";
    assert_eq!(prints(user), prints(&format!("# More text.\n\n{user}")));
}

#[test]
fn external_findings_of_a_baseline_are_unchanged() {
    let baseline = ["--baseline", "known.json", "--update-baseline", "--report", "sarif=-"];
    let outcome = contract(&disagreeing(), &baseline).run();
    let run = run(&outcome.exit(0).stdout);
    assert!(run["results"].as_array().unwrap().iter().all(|result| result["baselineState"] == "unchanged"));
    assert!(outcome.stderr.contains("5 calls: 0 errors"), "{}", outcome.stderr);
}

#[test]
fn external_findings_of_checks_are_in_their_files() {
    let notebook =
        "# a\n\n```js\nAPI.createClient('u', 'api.raml');\nu.user.get();\nlet x = ;\n```\n\n```js\nu.user.get()\n```\n";
    let api =
        "#%RAML 1.0\ntitle: u\nbaseUri: https://u.example\n/users:\n  get:\n    responses: { 200: { body: Usr } }\n";
    let case = Case::command(["check", "docs/a b.md", "--report", "sarif=out.sarif"]);
    let outcome = case.file("docs/a b.md", notebook).file("docs/api.raml", api).run();
    let run_of_check = run(&outcome.exit(1).file("out.sarif"));
    let found = lines(&run_of_check);
    assert!(
        found.iter().any(|line| line.starts_with("error javascript/") && line.contains(" docs/a%20b.md:6:")),
        "{found:#?}"
    );
    assert!(run_of_check["originalUriBaseIds"]["SRCROOT"]["uri"].as_str().unwrap().starts_with("file:///"));

    let case = Case::command(["definition", "check", "api.raml", "--report", "sarif=-"]).file("api.raml", api);
    let outcome = case.run();
    let found = lines(&run(&outcome.exit(1).stdout));
    assert_eq!(found[0], "error definition/missing-key api.raml:6:25..29", "{found:#?}");
    outcome.stderr_contains("2 errors");
}

#[test]
fn external_failed_cells_are_results() {
    let cells = ["missing.x", "1", "throw new RangeError('too\\u001b[31m far')"];
    let outcome = Case::cells(cells).args(["--report", "sarif=-"]).run();
    let run = run(&outcome.exit(1).stdout);
    let found: Vec<String> = lines(&run);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("error run/thrown notebook.md:"), "{found:#?}");
    assert_eq!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"], "Cell failed");
    assert_eq!(run["results"][1]["properties"]["cell"], json!(2));
}

#[test]
fn reports_of_checks_replace_nothing_of_others() {
    let check = |arguments: &[&str], expected: &str| {
        contract(&[], arguments).run().exit(2).stderr_contains(expected);
    };
    check(&["--report", "sarif=api.yaml"], "is read by this command and would be replaced");
    check(&["--report", "sarif=calls.har", "--force"], "is read by this command and would be replaced");
    check(&["--report", "junit=r.xml"], "`junit` is not a kind of report");
    check(&["--report", "sarif"], "Write it as in `--report sarif=report.sarif`.");
    check(&["--report", "sarif=-", "--json"], "stdout");
    let case = contract(&[], &["--report", "sarif=x.json"]).file("x.json", "{}");
    case.run().exit(2).stderr_contains("exists, and apinb did not write it");
    let first = contract(&disagreeing(), &["--report", "sarif=x.json"]).run();
    let log = first.exit(1).file("x.json");
    contract(&disagreeing(), &["--report", "sarif=x.json"]).file("x.json", log).run().exit(1);
}
