//! `apinb.toml`: its location, its settings, its diagnostics.

use crate::support::{Case, Server};

const PROMPT: &str = "```js\nDOMAIN = prompt('Which domain?')\n```\n";

#[test]
fn it_is_found_beside_the_notebook_or_above() {
    let inputs = |value: &str| format!("[inputs]\nDOMAIN = \"{value}\"\n");
    Case::notebook(PROMPT).file("apinb.toml", inputs("here")).run().exit(0).cell(0).is("\"here\"");
    let below = |case: Case| case.file("a/b/n.md", PROMPT).args(["run", "a/b/n.md", "--report", "json=-"]);
    let case = below(Case::command::<&str>([])).file("apinb.toml", inputs("top"));
    case.run().exit(0).stdout_contains("\"result\": \"\\\"top\\\"\"");
    let case = below(Case::command::<&str>([])).file("apinb.toml", inputs("top")).file("a/apinb.toml", inputs("near"));
    case.run().exit(0).stdout_contains("\"result\": \"\\\"near\\\"\"");
}

#[test]
fn flags_win() {
    let case = Case::notebook(PROMPT).file("apinb.toml", "[inputs]\nDOMAIN = \"file\"\n");
    case.args(["--input", "DOMAIN=flag"]).run().exit(0).cell(0).is("\"flag\"");
}

#[test]
fn diagnostics_point_at_their_line() {
    let case = Case::notebook(PROMPT).file("apinb.toml", "[inputs]\nDOMAIN = \"x\n\n[rum]\n");
    case.run().exit(2).golden("configuration/syntax");
    let toml = "[rum]\ntimeout = 5\n\n[run]\ntimout = 5\ncell-timeout = \"x\"\n\n[clients.api]\nbase-uri = \"{x}\"\n\
                token = { enw = \"T\" }\n[inputs]\nA = { file = 5 }\n";
    Case::notebook(PROMPT).file("apinb.toml", toml).run().exit(2).golden("configuration/problems");
    let toml = "[clients.api]\nbase-uri = \"http://{x}.test\"\ndefinition = { env = \"NOT_SET\" }\n";
    Case::notebook(PROMPT).file("apinb.toml", toml).run().exit(2).golden("configuration/values");
    Case::notebook(PROMPT).file("apinb.toml", b"\xff").run().exit(2).stderr_contains("cannot read `");
}

#[test]
fn values_come_from_the_environment_and_from_files() {
    let server = Server::start();
    let echo = server.url("/echo");
    // They are handles: the server gets the values.
    let notebook =
        format!("```js\nA = prompt('a')\nB = prompt('b');\n(await fetch(`{echo}?${{A}}&${{B}}`)).status\n```\n");
    let toml = "[inputs]\nA = { env = \"FROM_HERE\" }\nB = { file = \"secrets/b.txt\" }\n";
    let case = || Case::notebook(&notebook).file("apinb.toml", toml).file("secrets/b.txt", "1234567\r\n");
    case().env("FROM_HERE", "12345").run().exit(0).cell(0).is("200");
    assert_eq!(server.requests()[0].url, "/echo?12345&1234567");
    case().run().exit(1).cell(0).fails("the environment variable `FROM_HERE` is not set");
}

#[test]
fn a_missing_token_stops_only_a_real_run() {
    let toml = "[clients.api]\ntoken = { env = \"NOT_SET\" }\n";
    let case = || Case::cells(["1"]).file("apinb.toml", toml);
    case()
        .run()
        .exit(2)
        .stderr_contains("the environment variable `NOT_SET` is not set")
        .stderr_contains("apinb.toml:2:9");
    case().args(["--mock"]).run().exit(0);
    case().args(["--token", "api=abcdefgh", "--allow-unused"]).run().exit(0);
}

#[test]
fn limits_are_applied() {
    let loops = || Case::cells(["while (true) {}", "1"]);
    let toml = "[run]\ncell-timeout = 0.2\n";
    loops().file("apinb.toml", toml).run().exit(1).cell(0).fails("200").cell(1).is("1");
    loops().args(["--cell-timeout", "300ms"]).file("apinb.toml", toml).run().exit(1).cell(0).fails("300");
    let server = Server::start();
    let call = format!("fetch('{}').then(r => r.status)", server.url("/hang"));
    Case::cells([call]).args(["--timeout", "0.2"]).run().exit(1).cell(0).fails("200 ms");
}

#[test]
fn scripts_and_definitions_can_be_overridden() {
    let cell = "load('https://scripts.test/lib.js?v=1'); undefined";
    let script = "answer = 42";
    let toml = "[scripts]\n\"https://scripts.test/lib.js?v=1\" = \"lib.js\"\n";
    let outcome = Case::cells([cell, "answer"]).file("lib.js", script).file("apinb.toml", toml).run();
    outcome.exit(0).cell(1).is("42");
    let case = Case::cells([cell, "answer"]).file("lib.js", script);
    case.args(["--script", "https://scripts.test/lib.js?v=1=lib.js"]).run().exit(0).cell(1).is("42");

    let server = Server::start();
    let raml = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n/echo:\n  get:\n", server.url(""));
    let cells = ["API.createClient('client', 'https://definitions.test/api.raml')", "client.echo.get().status"];
    let toml = "[definitions]\n\"https://definitions.test/api.raml\" = \"api.raml\"\n";
    let outcome = Case::cells(cells).file("apinb.toml", toml).file("api.raml", &raml).run();
    outcome.exit(0).cell(1).is("200");
    let toml = "[clients.client]\ndefinition = \"api.raml\"\n";
    Case::cells(cells).file("apinb.toml", toml).file("api.raml", &raml).run().exit(0).cell(1).is("200");
    let case = Case::cells(cells).file("api.raml", &raml).args(["--definition", "client=api.raml"]);
    case.run().exit(0).cell(1).is("200");
}

#[test]
fn base_uris_and_tokens_can_be_overridden() {
    let server = Server::start();
    let raml = "#%RAML 0.8\ntitle: T\nbaseUri: https://{domain}.api.test/{version}\nversion: v1\nsecuredBy: [oauth]\n\
                securitySchemes:\n  - oauth:\n      type: OAuth 2.0\n      settings:\n        \
                authorizationUri: https://api.test/authorize\n        accessTokenUri: https://api.test/token\n        \
                authorizationGrants: [code]\n/echo:\n  get:\n";
    let cells = [
        "API.createClient('client', 'api.raml')",
        "API.authenticate(client); undefined",
        "r = client.echo.get(); r.body.url + ' ' + r.body.headers.find(h => h[0] == 'authorization')[1].length",
    ];
    let case = Case::cells(cells).file("api.raml", raml);
    let outcome = case
        .args(["--base-uri", &format!("client={}", server.url("/echo/base"))])
        .args(["--token", "client=abcdefgh"])
        .run();
    outcome.exit(0).cell(2).is("\"/echo/base/echo 15\"");
    outcome.contains_nowhere("abcdefgh", &[]);
}
