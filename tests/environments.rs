//! `[env.NAME…]` of `apinb.toml`, and `.env` files.

use crate::support::{Case, Server, Terminal};

const PROMPT: &str = "```js\nDOMAIN = prompt('Which domain?')\n```\n";
const TOML: &str =
    "[inputs]\nDOMAIN = \"base\"\n[env.staging.inputs]\nDOMAIN = \"staging\"\n[env.live.inputs]\nOTHER = 1\n";

fn domain(case: Case, expected: &str) {
    case.run().exit(0).cell(0).is(&format!("{expected:?}"));
}

#[test]
fn an_environment_overrides_the_base_settings() {
    let case = || Case::notebook(PROMPT).file("apinb.toml", TOML);
    domain(case(), "base");
    domain(case().args(["--env", "staging"]), "staging");
    domain(case().env("APINB_ENV", "staging"), "staging");
    domain(case().env("APINB_ENV", ""), "base");
    domain(case().env("APINB_ENV", "staging").args(["--env", "live"]), "base");
    domain(case().args(["--env", "staging", "--input", "DOMAIN=flag"]), "flag");
    domain(case().args(["--env", "staging"]).env("APINB_INPUT_DOMAIN", "variable"), "variable");
}

#[test]
fn every_section_of_an_environment_overrides_key_by_key() {
    let server = Server::start();
    let toml = format!(
        "[clients.api]\ndefinition = \"api.raml\"\nbase-uri = \"http://nowhere.test\"\n[clients.api.auth]\nusername = \"ann\"\n\
         password = {{ env = \"NOT_SET\" }}\n[run]\ncell-timeout = 0.2\ntimeout = 9\n[network]\nretry = 5\n\
         [env.here.clients.api]\nbase-uri = \"{}\"\n[env.here.clients.api.auth]\npassword = \"open-sesame\"\n\
         [env.here.scripts]\n\"https://scripts.test/lib.js\" = \"lib.js\"\n\
         [env.here.definitions]\n\"https://definitions.test/api.raml\" = \"api.raml\"\n\
         [env.here.run]\ncell-timeout = \"20s\"\n[env.here.network]\nmax-redirs = 0\n",
        server.url("/echo")
    );
    let raml = "#%RAML 0.8\ntitle: T\nbaseUri: http://nowhere.test\nsecuritySchemes:\n  - basic:\n      \
                type: Basic Authentication\nsecuredBy: [basic]\n/x:\n  get:\n";
    let cells = [
        "API.createClient('api', 'none.raml'); API.createClient('other', 'https://definitions.test/api.raml')",
        "API.authenticate(api, 'basic'); r = api.x.get(); r.body.headers.find(h => h[0] == 'authorization')[1].length",
        "load('https://scripts.test/lib.js'); answer",
        "r.body.url",
    ];
    let case = Case::cells(cells).file("apinb.toml", toml).file("api.raml", raml).file("lib.js", "answer = 42");
    let outcome = case.args(["--env", "here"]).run();
    outcome.exit(0).cell(1).is(&("Basic ".len() + "ann:open-sesame".len().div_ceil(3) * 4).to_string());
    outcome.cell(2).is("42").cell(3).is("\"/echo/x\"");
    outcome.contains_nowhere("open-sesame", &["apinb.toml"]);
}

#[test]
fn an_unknown_environment_stops_the_run() {
    let case = || Case::notebook(PROMPT).file("apinb.toml", TOML);
    let outcome = case().args(["--env", "stagin"]).run();
    outcome.exit(2).stdout_is("").stderr_contains("error: unknown environment `stagin` in `apinb.toml` (`--env`)");
    outcome.stderr_contains("help: Did you mean `staging`? Use one of `live` and `staging`.");
    case().env("APINB_ENV", "x").run().exit(2).stderr_contains("(`APINB_ENV`)").stderr_contains("Use one of `live`");
    let outcome = Case::notebook(PROMPT).args(["--env", "x"]).run();
    outcome.exit(2).stderr_contains("unknown environment `x` in a notebook without `apinb.toml`");
    outcome.stderr_contains("a section such as `[env.x.inputs]`");
}

#[test]
fn diagnostics_in_an_environment_have_their_line() {
    let toml = "[env.a.input]\nX = 1\n[env.a.run]\ntimout = 5\n[env.b]\nmock = 1\n[env]\nc = 5\n";
    Case::notebook(PROMPT).file("apinb.toml", toml).run().exit(2).golden("configuration/environments");
}

#[test]
fn variables_are_read_from_a_file() {
    let toml = "[inputs]\nDOMAIN = { env = \"OUR_DOMAIN\" }\n";
    let case = || Case::notebook(PROMPT).file("apinb.toml", toml).file(".env", "# ours\nexport OUR_DOMAIN='a b'\n");
    let server = Server::start();
    let echo = server.url("/echo");
    // It is a handle: the server gets the value.
    let sends = |case: Case, expected: &str| {
        let notebook = format!("{PROMPT}\n```js\n(await fetch('{echo}?' + DOMAIN)).status\n```\n");
        case.file("notebook.md", notebook).run().exit(0).cell(1).is("200");
        assert_eq!(server.requests().pop().unwrap().url, format!("/echo?{expected}"));
    };
    sends(case(), "a%20b");
    sends(case().env("OUR_DOMAIN", "real"), "real");
    sends(case().env("OUR_DOMAIN", ""), "");
    sends(case().file("ci.env", "OUR_DOMAIN=other").args(["--env-file", "ci.env"]), "other");
    case().args(["--no-env-file"]).run().exit(1).cell(0).fails("`OUR_DOMAIN` is not set");
    case().file("ci.env", "").args(["--env-file", "ci.env"]).run().exit(1).cell(0).fails("`OUR_DOMAIN` is not set");
}

#[test]
fn the_env_file_beside_the_notebook_precedes_that_beside_apinb_toml() {
    let case = Case::command(["run", "a/n.md", "--report", "json=-"]).file("a/n.md", PROMPT).file("apinb.toml", "");
    let case = case.file(".env", "APINB_INPUT_DOMAIN=far\n");
    case.run().exit(0).stdout_contains("\\\"far\\\"");
    let case = Case::command(["run", "a/n.md", "--report", "json=-"]).file("a/n.md", PROMPT).file("apinb.toml", "");
    let case = case.file(".env", "APINB_INPUT_DOMAIN=far\n").file("a/.env", "APINB_INPUT_DOMAIN=near\n");
    case.run().exit(0).stdout_contains("\\\"near\\\"");
    // Above the folder of the notebook, it is read only beside `apinb.toml`.
    let case = Case::command(["run", "a/n.md"]).file("a/n.md", PROMPT).file(".env", "APINB_INPUT_DOMAIN=far\n");
    case.run().exit(1).stdout_contains("no answer for");
    // A folder with that name is ignored.
    Case::notebook(PROMPT).file(".env/x", "").args(["--input", "DOMAIN=x"]).run().exit(0);
}

#[test]
fn tokens_and_secrets_of_a_file_are_redacted() {
    let server = Server::start();
    let raml = format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: {}\nsecuritySchemes:\n  - oauth:\n      type: OAuth 2.0\n      settings:\n        \
         authorizationUri: http://a.test\n        accessTokenUri: http://a.test\n        authorizationGrants: [code]\n\
         securedBy: [oauth]\n/x:\n  get:\n",
        server.url("/echo")
    );
    let cells = [
        "API.createClient('api', 'api.raml')",
        "API.authenticate(api); api.x.get().body.headers.find(h => h[0] == 'authorization')[1]",
        "'kept-' + 'in-a-file'",
    ];
    let env = "APINB_TOKEN_API=token-of-the-file\nSOME_PASSWORD=kept-in-a-file\n";
    let case = || Case::cells(cells).file("api.raml", &raml).file(".env", env);
    let outcome = case().run();
    outcome.exit(0).cell(1).is("\"Bearer [secret]\"").cell(2).is("\"[secret]\"");
    outcome.contains_nowhere("token-of-the-file", &[".env"]).contains_nowhere("kept-in-a-file", &[".env"]);
    let sent = |server: &Server| server.requests().last().unwrap().header("authorization").unwrap().to_owned();
    assert_eq!(sent(&server), "Bearer token-of-the-file");
    case().env("APINB_TOKEN_API", "token-of-the-process").run().exit(0);
    assert_eq!(sent(&server), "Bearer token-of-the-process");
}

#[test]
fn an_unreadable_file_stops_the_run_and_its_content_is_not_shown() {
    let env = "A=1\nhunter2\nB=\"hunter2\nhunter2\n";
    let outcome = Case::notebook(PROMPT).file(".env", env).run();
    outcome.exit(2).golden("configuration/env-file").contains_nowhere("hunter2", &[".env"]);
    let case = || Case::notebook(PROMPT).args(["--env-file", "ci.env"]);
    case().run().exit(2).stderr_contains("cannot read `ci.env`");
    case().file("ci.env", b"A=\xff").run().exit(2).stderr_contains("cannot read `ci.env`");
    case().file("ci.env", vec![b'#'; (1 << 20) + 1]).run().exit(2).stderr_contains("larger than 1048576 bytes");
    let outcome = case().args(["--no-env-file"]).run();
    outcome.exit(2).stderr_contains("'--env-file <FILE>' cannot be used with '--no-env-file'");
}

#[cfg(unix)]
#[test]
fn a_change_of_the_file_triggers_a_run() {
    let case = Case::command(["run", "n.md", "--watch", "--env-file", "ours"]).file("n.md", PROMPT);
    let mut terminal = Terminal::start(case.file("ours", "APINB_INPUT_DOMAIN=first"), 100);
    terminal.shows("\"first\"").shows("waiting for changes").changes("ours", "APINB_INPUT_DOMAIN=second");
    terminal.shows("\"second\"").shows("waiting for changes").types("\u{3}");
    assert_eq!(terminal.end().0, 130);
}
