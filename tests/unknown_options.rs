//! Options that no call and no sign-in has: a warning with its position, an error with `--strict`.

use apinb_record::run::ConsoleLevel;

use crate::support::{Case, Cells, Server};

const RAML: &str = "\
securitySchemes:
  - basic:
      type: Basic Authentication
  - key:
      type: x-key
      describedBy:
        headers:
          X-Key:
/a:
  get:
  post:
";

/// Checks the warnings of a cell.
#[track_caller]
fn check(cells: &mut Cells, code: &str, expected: &[&str]) {
    let outcome = cells.outcome(code);
    assert!(outcome.result.is_ok(), "{code}: {:?}", outcome.result);
    let warnings: Vec<&str> = outcome.console.iter().map(|line| line.text.as_str()).collect();
    assert!(outcome.console.iter().all(|line| line.level == ConsoleLevel::Warn), "{code}");
    // The notebook has two lines before each cell, and this many cells before this one.
    let warnings: Vec<String> = warnings
        .iter()
        .map(|warning| match warning.split_once(": ") {
            Some((position, text)) if position.starts_with("notebook.md:") => {
                let column = position.rsplit(':').next().unwrap_or_default();
                format!("{column} {text}")
            }
            _ => (*warning).to_owned(),
        })
        .collect();
    assert_eq!(warnings, expected, "{code}");
}

#[test]
fn an_unknown_option_of_a_call_is_a_warning_with_its_position() {
    let mut cells = Cells::of(RAML);
    let header = "unknown option \"header\", did you mean \"headers\"?";
    check(&mut cells, "client.a.get({ limit: 3 }, { header: { A: 'b' } })", &[&format!("10 {header}")]);
    check(&mut cells, "  client('/a').post({}, { header: {} })", &[&format!("16 {header}")]);
    check(
        &mut cells,
        "client.a.get({}, { headrs: {}, querry: {} })",
        &[
            "10 unknown option \"headrs\", did you mean \"headers\"?",
            "10 unknown option \"querry\", did you mean \"query\"?",
        ],
    );
    let known = "`body`, `proxy`, `baseUri`, `beforeSend`, `uriParameters`, `baseUriParameters`, `headers` and `query`";
    check(
        &mut cells,
        "client.a.get({}, { timeout: 500 })",
        &[&format!("10 unknown option \"timeout\". Use one of {known}.")],
    );
    // A warning for each call of the text, not for each that is sent.
    check(&mut cells, "for (n of [1, 2, 3]) client.a.get({}, { header: {} })", &[&format!("31 {header}")]);
    check(&mut cells, "client.a.get({}, { headers: {}, query: {}, body: null, header: undefined })", &[]);
    check(&mut cells, "client.a.get({}, null); client.a.get({}, Object.create({ header: 1 }))", &[]);
}

#[test]
fn an_unknown_option_of_a_sign_in_is_a_warning() {
    let mut cells = Cells::of(RAML);
    let code = "API.authenticate(client, 'basic', { username: 'a', password: 'b', pasword: 'c' }); undefined";
    check(&mut cells, code, &["5 unknown option \"pasword\", did you mean \"password\"?"]);
    check(&mut cells, "API.authenticate(client, 'basic', { user_name: 'a', PASSWORD: 'b' }); undefined", &[]);
    check(&mut cells, "API.authenticate(client, 'key', { 'X-Key': 'a' }); undefined", &[]);
}

#[test]
fn an_unknown_option_fails_the_cell_if_it_is_strict() {
    let mut cells = Cells::with_settings(Server::start(), |settings| settings.strict = true);
    cells.client("client", RAML);
    let error = cells.failure("client.a.get({}, { header: {} })");
    assert_eq!(error.message, "unknown option \"header\", did you mean \"headers\"?");
    assert!(error.help.is_some_and(|help| help.contains("`headers` and `query`")));
    assert_eq!(error.position.map(|at| at.column), Some(10));
    assert!(cells.server.requests().is_empty());
    let error = cells.error("API.authenticate(client, 'basic', { pasword: 'c' })");
    assert_eq!(error, "TypeError: unknown option \"pasword\", did you mean \"password\"?");
}

#[test]
fn an_unknown_setting_has_a_suggestion() {
    let mut cells = Cells::of(RAML);
    for code in ["API.set(client, 'header', {})", "API.createClient('other', 'client.raml', { header: {} })"] {
        let error = cells.failure(code);
        assert_eq!(error.message, "\"header\" is not a client setting");
        assert_eq!(error.help.as_deref(), Some("Did you mean headers?"));
    }
}

#[test]
fn strict_is_a_flag_and_a_setting() {
    let server = Server::start();
    let cells = || {
        let definition = format!("#%RAML 1.0\ntitle: T\nbaseUri: {}\n/a:\n  get:\n", server.url(""));
        let code = ["API.createClient('client', 'api.raml')", "client.a.get({}, { header: {} }).status"];
        Case::cells(code).file("api.raml", definition)
    };
    let unknown = "unknown option \"header\", did you mean \"headers\"?";
    let outcome = cells().run();
    assert_eq!(outcome.exit(0).cell(1).console(), [format!("warn: notebook.md:6:10: {unknown}")]);
    cells().args(["--strict"]).run().exit(1).cell(1).fails(unknown);
    cells().file("apinb.toml", "[run]\nstrict = true\n").run().exit(1).cell(1).fails(unknown);
}
