//! `apinb config show`: every value and its origin.

use serde_json::json;

use crate::support::{Case, Outcome, document};

const TOML: &str = "[clients.api]\ndefinition = \"api.raml\"\nbase-uri = \"https://ann:pw-in-url@api.test\"\n\
    token = { env = \"API_TOKEN\" }\n[clients.api.auth]\nclientId = \"the-id\"\n\
    [inputs]\nDOMAIN = \"base\"\nUSER = { env = \"OUR_USER\" }\nPIN_TOKEN = \"pin-in-toml\"\n\"Which one?\" = 5\n\
    [mock.inputs]\nDOMAIN = \"mocked\"\n[run]\ntimeout = 90\n[network]\nretry = 2\nproxy = \"http://u:pw-of-proxy@proxy.test:1\"\n\
    [env.staging.inputs]\nDOMAIN = \"staging\"\n";

fn case(arguments: &[&str]) -> Case {
    Case::command(["config", "show"]).args(arguments).file("apinb.toml", TOML)
}

/// The lines whose key is `key`: value and origin.
#[track_caller]
fn line(outcome: &Outcome, key: &str, expected: &str) {
    let lines: Vec<String> =
        outcome.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let found: Vec<&String> = lines
        .iter()
        .filter(|line| line.split(" = ").next() == Some(key) || line.starts_with(&format!("{key} is ")))
        .collect();
    assert_eq!(found, [expected], "{}", outcome.stdout);
}

#[test]
fn each_value_has_its_origin() {
    let outcome = case(&["--env", "staging", "--cell-timeout", "2m"])
        .file(".env", "API_TOKEN=token-in-file\n")
        .env("OUR_USER", "ann-lee")
        .run();
    outcome.exit(0);
    for (key, expected) in [
        ("env", "env = \"staging\" # --env"),
        ("clients.api.definition", "clients.api.definition = \"api.raml\" # apinb.toml:2"),
        ("clients.api.base-uri", "clients.api.base-uri = \"https://ann:[secret]@api.test\" # apinb.toml:3"),
        ("clients.api.token", "clients.api.token = \"[secret]\" # apinb.toml:4: .env:1, API_TOKEN"),
        ("clients.api.auth.clientId", "clients.api.auth.clientId = \"[secret]\" # apinb.toml:6"),
        ("inputs.DOMAIN", "inputs.DOMAIN = \"staging\" # apinb.toml:20"),
        ("inputs.USER", "inputs.USER = \"[secret]\" # apinb.toml:9: environment variable OUR_USER"),
        ("inputs.PIN_TOKEN", "inputs.PIN_TOKEN = \"[secret]\" # apinb.toml:10"),
        ("inputs.\"Which one?\"", "inputs.\"Which one?\" = \"5\" # apinb.toml:11"),
        ("run.cell-timeout", "run.cell-timeout = \"2m\" # --cell-timeout"),
        ("run.timeout", "run.timeout = \"1m 30s\" # apinb.toml:15"),
        ("run.max-heap", "run.max-heap = 1024 # default"),
        ("run.max-output", "run.max-output = 8 # default"),
        ("network.retry", "network.retry = 2 # apinb.toml:17"),
        ("network.insecure", "network.insecure = false # default"),
        ("network.proxy", "network.proxy = \"http://u:[secret]@proxy.test:1\" # apinb.toml:18"),
        ("APINB_KEEP_TOKENS", "APINB_KEEP_TOKENS = \"file\" # environment variable APINB_KEEP_TOKENS"),
    ] {
        line(&outcome, key, expected);
    }
    for secret in ["pw-in-url", "token-in-file", "the-id", "ann-lee", "pin-in-toml", "pw-of-proxy"] {
        assert!(!outcome.stdout.contains(secret), "{secret}: {}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("mock.inputs"), "{}", outcome.stdout);
}

#[test]
fn flags_and_variables_override_other_sources() {
    let arguments = [
        "n.md",
        "--mock",
        "--input",
        "Which one?=6",
        "--input",
        "MY_SECRET=of-a-flag",
        "--definition",
        "api=other.raml",
        "--base-uri",
        "api=http://localhost:1",
        "--auth",
        "api.clientId=id-of-flag",
        "--script",
        "https://s.test/x.js=lib.js",
        "--no-token-cache",
        "--retry",
        "4",
        "-k",
        "--delay",
        "1",
        "-x",
        "http://p.test:1",
    ];
    let case = case(&arguments).file("n.md", "").file("other.raml", "").file("lib.js", "");
    let case = case
        .env("APINB_INPUT_DOMAIN", "of-process")
        .env("APINB_TOKEN_API", "token-of-process")
        .file(".env", "APINB_INPUT_DOMAIN=x\nAPINB_INPUT_NEW=new\n");
    let outcome = case.run();
    outcome.exit(0);
    for (key, expected) in [
        ("clients.api.definition", "clients.api.definition = \"other.raml\" # --definition"),
        ("clients.api.base-uri", "clients.api.base-uri = \"http://localhost:1\" # --base-uri"),
        ("clients.api.token", "clients.api.token = \"[secret]\" # environment variable APINB_TOKEN_API"),
        ("clients.api.auth.clientId", "clients.api.auth.clientId = \"[secret]\" # --auth"),
        ("inputs.DOMAIN", "inputs.DOMAIN = \"of-process\" # environment variable APINB_INPUT_DOMAIN"),
        ("inputs.NEW", "inputs.NEW = \"new\" # .env:2, APINB_INPUT_NEW"),
        ("inputs.\"Which one?\"", "inputs.\"Which one?\" = \"6\" # --input"),
        ("inputs.MY_SECRET", "inputs.MY_SECRET = \"[secret]\" # --input"),
        ("mock.inputs.DOMAIN", "mock.inputs.DOMAIN = \"mocked\" # apinb.toml:13"),
        ("scripts.\"https://s.test/x.js\"", "scripts.\"https://s.test/x.js\" = \"lib.js\" # --script"),
        ("network.retry", "network.retry = 4 # --retry"),
        ("network.insecure", "network.insecure = true # --insecure"),
        ("network.delay", "network.delay = \"1s\" # --delay"),
        ("network.proxy", "network.proxy = \"http://p.test:1\" # --proxy"),
        ("APINB_KEEP_TOKENS", "APINB_KEEP_TOKENS = \"none\" # --no-token-cache"),
    ] {
        line(&outcome, key, expected);
    }
    for secret in ["of-a-flag", "id-of-flag", "token-of-process"] {
        assert!(!outcome.stdout.contains(secret), "{secret}: {}", outcome.stdout);
    }
}

#[test]
fn missing_values_are_not_errors() {
    let outcome = case(&[]).run();
    outcome.exit(0);
    line(
        &outcome,
        "clients.api.token",
        "clients.api.token is missing # apinb.toml:4: environment variable API_TOKEN: the environment variable `API_TOKEN` is not set",
    );
    Case::command(["config", "show"]).run().exit(0).stdout_contains("run.timeout = \"30s\"");
}

#[test]
fn json_has_its_schema() {
    let outcome = case(&["--json"]).file(".env", "API_TOKEN=token-in-file\n").run();
    let shown = document("config-show", &outcome.exit(0).stdout);
    let find =
        |key: &str| shown["settings"].as_array().unwrap().iter().find(|entry| entry["key"] == key).unwrap().clone();
    assert_eq!(
        find("run.max-heap"),
        json!({ "key": "run.max-heap", "value": 1024, "origin": "default", "from": "default" })
    );
    assert_eq!(find("inputs.USER").get("value"), None);
    assert_eq!(find("clients.api.token")["value"], "[secret]");
    assert_eq!(find("run.timeout")["origin"], "file");
    assert!(!outcome.stdout.contains("token-in-file"));
}

#[test]
fn errors_are_those_of_a_run() {
    case(&["--env", "x"]).run().exit(2).stderr_contains("unknown environment `x`");
    case(&["--timeout", "soon"]).run().exit(2).stderr_contains("invalid value `soon` for `--timeout`: expected a time");
    Case::command(["config", "show"])
        .file("apinb.toml", "[rum]\n")
        .run()
        .exit(2)
        .stderr_contains("Did you mean `run`?");
    // A remote notebook does not use local configuration.
    let outcome = case(&["https://nowhere.test/n.md"]).run();
    assert!(!outcome.exit(0).stdout.contains("inputs"), "{}", outcome.stdout);
}

#[test]
fn shown_values_match_a_run() {
    let notebook = "```js\nDOMAIN = prompt('d')\n```\n";
    for (arguments, variable, env) in [
        (vec![], None, ""),
        (vec!["--env", "staging"], None, ""),
        (vec!["--env", "staging"], None, "APINB_INPUT_DOMAIN=file"),
        (vec![], Some("process"), "APINB_INPUT_DOMAIN=file"),
        (vec!["--input", "DOMAIN=flag"], Some("process"), "APINB_INPUT_DOMAIN=file"),
    ] {
        let toml = "[inputs]\nDOMAIN = \"base\"\n[env.staging.inputs]\nDOMAIN = \"staging\"\n";
        let with = |case: Case| {
            let case = case.args(&arguments).file("apinb.toml", toml).file(".env", env);
            variable.iter().fold(case, |case, value| case.env("APINB_INPUT_DOMAIN", value)).run()
        };
        let shown = with(Case::command(["config", "show", "notebook.md", "--json"]).file("notebook.md", notebook));
        let shown = document("config-show", &shown.exit(0).stdout);
        let entry = shown["settings"].as_array().unwrap().iter().find(|entry| entry["key"] == "inputs.DOMAIN").unwrap();
        with(Case::notebook(notebook)).exit(0).cell(0).is(&entry["value"].to_string());
    }
}
