//! What counts as a secret, and that redaction comes before every cut.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{Answer, Case, Outcome, Server};

/// All kinds of reports.
fn reports() -> Vec<String> {
    crate::report_destinations::all_kinds()
}

/// Checks that no output has one of these parts of a secret.
#[track_caller]
fn hides(outcome: &Outcome, parts: &[&str], except: &[&str]) {
    for part in parts {
        outcome.contains_nowhere(part, except);
    }
}

#[test]
fn no_part_of_a_long_secret_is_shown() {
    // Longer than what is shown of results, errors and labels. Every part of 12 letters is different.
    let token: String = (100_000..104_000).map(|number: u32| format!("{number:x}-")).collect();
    let first = &token[..20];
    let cells = [
        "TOKEN = prompt('token'); undefined",
        "TOKEN",
        "'a'.repeat(90) + TOKEN",
        "({ a: [TOKEN], b: new Map([['x', TOKEN]]) })",
        "console.log(TOKEN, [TOKEN]); console.error({ TOKEN }); console.dir([TOKEN]); console.assert(false, [TOKEN])",
        "console.group('g'); console.info([TOKEN]); console.groupEnd(); console.timeLog('t', [TOKEN])",
        "throw [TOKEN]",
        "throw new Error(TOKEN, { cause: [TOKEN] })",
        "throw new Error('x', { cause: new Error(TOKEN) })",
        "API.createClient('c', { title: 't', baseUri: 'http://127.0.0.1:1', resources: [{ relativeUri: '/{id}', \
         relativeUriPathSegments: ['{id}'] }] }); c.id(TOKEN).nothing()",
        "API.createClient('d', 'a.raml', TOKEN)",
    ];
    let case = Case::cells(cells).args(["-v", "--input", &format!("TOKEN={token}")]).args(reports());
    let outcome = case.run();
    hides(outcome.exit(1), &[first], &[]);
    outcome.cell(1).is("\"[secret]\"");
}

#[test]
fn no_piece_of_a_secret_is_shown_where_others_have_cut_a_text() {
    // V8 quotes ten characters on both sides of an error in JSON; the console cuts strings in tables and values.
    let token: String = (100_000..100_040).map(|number: u32| format!("k{number:x}-")).collect();
    let server = Server::with({
        let body = format!("{{\"token\": {token}");
        move |_| Answer::new(200, "application/json", body.clone())
    });
    let cells = [
        "TOKEN = prompt('token'); undefined".to_owned(),
        "console.table([{ a: 'x'.repeat(9950) + TOKEN, b: 'ok' }])".to_owned(),
        "({ a: TOKEN.repeat(8000) })".to_owned(),
        "JSON.parse('{\"a\": ' + TOKEN)".to_owned(),
        "JSON.parse('{\"a\": \"' + TOKEN + '\" x }')".to_owned(),
        format!("await (await fetch('{}')).json()", server.url("/")),
        "client.a.get()".to_owned(),
        "console.log(new Error('x', { cause: $_ }))".to_owned(),
    ];
    let raml = format!("#%RAML 0.8\ntitle: t\nbaseUri: {}\n/a:\n  get:\n", server.url(""));
    let case = Case::cells(cells).file("api.raml", raml).args(["-v", "--input", &format!("TOKEN={token}")]);
    let outcome = case.args(["--definition", "client=api.raml", "--allow-unused"]).args(reports()).run();
    hides(outcome.exit(1), &[&token[..6], &token[6..13], &token[token.len() - 6..]], &[]);
    assert!(outcome.cell(1).console()[0].starts_with("log: [\n  {\n    a: \"xxx"), "{:?}", outcome.cell(1).console());
    outcome.cell(3).fails("[secret]\"... is not valid JSON");
    outcome.cell(5).fails("[secret]\"... is not valid JSON");
}

#[test]
fn secrets_in_labels_and_excerpts_are_redacted_whole() {
    let token = "label-token-".repeat(20);
    let text = format!("The token is {token}.\n\n```js\n1\n```\n\n```js\nuse('{token}')\n```\n");
    let arguments = ["--token", &format!("client={token}"), "--allow-unused", "-v"];
    let outcome = Case::notebook(text).args(arguments).args(reports()).run();
    hides(outcome.exit(1), &["label-token"], &["notebook.md"]);
}

#[test]
fn groups_of_console_output_are_indented() {
    let outcome = Case::cells([
        "console.group('a'); console.log('b'); console.group(); console.warn({ c: 1 }); console.groupEnd(); \
         console.groupEnd(); console.groupEnd(); console.log('d %s %d', 'e', 5); console.assert(1 === 1); \
         console.assert(false); console.assert(0, 'no %s', 'f'); console.dir({ a: { b: {} } }, { depth: 0 })",
    ])
    .run();
    outcome.exit(0);
    let shown = [
        "log: a",
        "log:   b",
        "warn:     { c: 1 }",
        "log: d e 5",
        "warn: Assertion failed",
        "warn: Assertion failed: no f",
    ];
    assert_eq!(outcome.cell(0).console()[..6], shown);
}

#[test]
fn passwords_in_urls_are_redacted() {
    let server = Server::start();
    let url = server.url("/echo").replace("http://", "http://ann:PASSWORD-77777@");
    let raml = "#%RAML 0.8\ntitle: t\nbaseUri: http://127.0.0.1:1\n/a:\n  get:\n";
    let cells = ["API.createClient('client', 'api.raml'); client.a.get().body", "console.log(client.a); null.x"];
    for case in [
        Case::cells(cells).args(["--base-uri", &format!("client={url}")]),
        Case::cells(cells).file("apinb.toml", format!("[clients.client]\nbase-uri = \"{url}\"\n")),
        Case::cells([format!("API.createClient('client', '{url}/a?PASSWORD')")]),
        Case::cells([format!("load('{url}')")]),
    ] {
        let outcome = case.file("api.raml", raml).args(["-v"]).args(reports()).run();
        hides(outcome.exit(1), &["PASSWORD-77777", "YW5uOlBBU1NXT1JELTc3Nzc3"], &["apinb.toml", "notebook.md"]);
    }
    assert!(server.requests().iter().any(|request| request.header("authorization").is_some()));
    for arguments in [
        &["definition", "check", &format!("{url}/x")][..],
        &["definition", "tree", &format!("{url}/x")],
        &["run", &format!("{url}/n.md"), "--yes"],
        &["check", "n.md", "--base-uri", &format!("client={url}")],
        &["config", "show", "n.md", "--base-uri", &format!("client={url}")],
    ] {
        let outcome = Case::command(arguments).file("n.md", "```js\n1\n```\n").run();
        hides(&outcome, &["PASSWORD-77777"], &[]);
    }
}

const BASIC: &str = "#%RAML 0.8\ntitle: t\nbaseUri: BASE\nsecuritySchemes:\n  - basic: {type: Basic Authentication}\n\
                     /echo:\n  get: {securedBy: [basic]}\n";

#[test]
fn a_user_name_without_a_password_is_a_secret() {
    let server = Server::start();
    let cells =
        ["API.createClient('client', 'api.raml')", "API.authenticate(client, 'basic')", "client.echo.get().body"];
    let toml = "[clients.client.auth]\nusername = { env = \"KEY\" }\n";
    let raml = BASIC.replace("BASE", &server.url(""));
    let case = Case::cells(cells).file("api.raml", &raml).file("apinb.toml", toml).env("KEY", "sk_test_KEY-77777");
    let outcome = case.args(["-v"]).args(reports()).run();
    // sk_test_KEY-77777:
    hides(outcome.exit(0), &["KEY-77777", "c2tfdGVzdF9LRVktNzc3Nzc6"], &[]);
    assert!(outcome.cell(2).shown().contains("Basic [secret]"), "{}", outcome.cell(2).shown());
    let show = Case::command(["config", "show", "n.md"]).file("n.md", "").file("apinb.toml", toml);
    let shown = show.env("KEY", "sk_test_KEY-77777").run();
    shown.exit(0).stdout_contains("[secret]").contains_nowhere("KEY-77777", &[]);
}

#[test]
fn tokens_anywhere_in_the_response_of_a_sign_in_are_secrets() {
    let answers = [
        json!({ "access_token": "t", "token_type": "bearer", "data": { "Session_Token": ["TOKEN-77777"] } })
            .to_string(),
        json!({ "access_token": "t", "token_type": "bearer", "more": "{\"apiKey\":\"TOKEN-77777\"}" }).to_string(),
        "\u{feff}{\"result\": {\"ACCESS_TOKEN\": \"TOKEN-77777\"}}".to_owned(),
        "<r><access_token>TOKEN-77777</access_token></r>".to_owned(),
        "{\"access_token\": \"TOKEN-77777\", ".to_owned(),
    ];
    for answer in answers {
        let shown = answer.clone();
        let server = Server::with(move |_| Answer::new(200, "application/json", answer.clone()));
        let raml = format!(
            "#%RAML 0.8\ntitle: t\nbaseUri: http://127.0.0.1:1\nsecuritySchemes:\n  - oauth:\n      type: OAuth 2.0\n      \
             settings:\n        accessTokenUri: {}\n        authorizationGrants: [credentials]\n/a:\n  get:\n",
            server.url("/token")
        );
        let cells = [
            "API.createClient('client', 'api.raml')".to_owned(),
            "API.authenticate(client, 'oauth', { clientId: 'a', clientSecret: 'body-s3cret' })".to_owned(),
            // The server says it again.
            format!("fetch('{}').then(response => response.text())", server.url("/again")),
        ];
        let outcome = Case::cells(cells).file("api.raml", raml).args(["-v", "--no-token-cache"]).args(reports()).run();
        outcome.contains_nowhere("TOKEN-77777", &["notebook.md"]);
        assert!(server.requests().len() > 1, "{shown}");
    }
}

#[test]
fn credentials_and_session_cookies_are_secrets_wherever_they_come_up_again() {
    let server = Server::with(|request| {
        if request.url == "/login" {
            let cookie = ("Set-Cookie".to_owned(), "sid=COOKIE-77777; Path=/; HttpOnly".to_owned());
            return Answer::Reply(200, vec![cookie], b"ok".to_vec());
        }
        Answer::new(200, "text/plain", format!("COOKIE-77777 HEADER-77777 {:?}", request.headers))
    });
    let url = server.url("");
    let outcome = Case::cells([
        format!("fetch('{url}/login').then(response => response.text())"),
        format!("fetch('{url}/me').then(response => response.text())"),
        format!(
            "fetch('{url}/me', {{ headers: {{ Authorization: 'Bearer ' + ['HEADER', 77777].join('-') }} }})\
             .then(response => response.text())"
        ),
        format!("fetch('{url}/me', {{ method: 'GET' }}).then(response => console.log(response.headers))"),
    ])
    .args(["-v"])
    .args(reports())
    .run();
    outcome.exit(0).contains_nowhere("COOKIE-77777", &[]);
    let last = outcome.cell(2).shown();
    assert!(last.contains("[secret] [secret]"), "{last}");
}

#[test]
fn the_method_and_the_headers_of_a_call_are_redacted() {
    let server = Server::start();
    let outcome = Case::cells([
        "SECRET = prompt('secret'); undefined".to_owned(),
        format!(
            "fetch('{}', {{ method: SECRET, headers: {{ [SECRET]: 'x', y: SECRET }} }}).then(r => r.status)",
            server.url("/echo")
        ),
    ])
    .args(["-v", "--input", "SECRET=hunter22"])
    .args(reports())
    .run();
    outcome.contains_nowhere("hunter22", &[]).contains_nowhere("HUNTER22", &[]);
}

#[test]
fn secret_headers_are_not_saved() {
    let input =
        "o = { headers: { Authorization: 'Bearer HEADER-77777', Cookie: 'sid=COOKIE-77777' } }; 1\n.save out.md\n";
    let outcome = Case::command(["repl"]).stdin(input).run();
    outcome.exit(0);
    let saved = outcome.file("out.md");
    assert!(saved.contains("Authorization: prompt('Authorization'), Cookie: prompt('Cookie')"), "{saved}");
}

#[test]
fn a_secret_of_a_megabyte_is_redacted() {
    // What is written in other forms is in the tests of the redactor.
    let token: String = (0..60_000_u32).map(|number| format!("{:x}-", number.wrapping_mul(2_654_435_761))).collect();
    let cells = ["TOKEN = prompt('token'); undefined", "TOKEN.length > 400000 && TOKEN"];
    let outcome = Case::cells(cells).args(["--report", "json=r.json"]);
    let outcome = outcome.file("apinb.toml", format!("[inputs]\nTOKEN = \"{token}\"\n")).run();
    outcome.exit(0).cell(1).is("\"[secret]\"");
}

#[test]
fn output_has_no_control_characters() {
    let title = "t\u{1b}]52;c;YQ==\u{7}\u{9b}2J\u{202e}";
    let raml = format!(
        "#%RAML 0.8\ntitle: \"t\\x1b]52;c;YQ==\\x07\\u009b2J\\u202e\"\n/a:\n  get:\n    description: |\n      {title}\n"
    );
    for arguments in [
        &["definition", "tree", "api.raml"][..],
        &["definition", "show", "api.raml"],
        &["definition", "show", "api.raml", "a.get", "--json"],
        &["definition", "check", "api.raml"],
        &["repl", "--definition", "c=api.raml", "--eval", "c.a", "--eval", ".clients"],
        &["run", "n.md", "--report", "md=-", "-v"],
        &["run", "n.md", "--report", "json=-", "-q"],
        &["run", "n.md", "--report", "tap=-", "-q"],
        &["check", "n.md", "--json"],
    ] {
        let notebook = format!("# {title}\n\n```js\nAPI.createClient('c', 'api.raml'); console.log('{title}')\n```\n");
        let outcome = Case::command(arguments).file("api.raml", &raml).file("n.md", notebook).run();
        for character in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'] {
            outcome.contains_nowhere(&character.to_string(), &["api.raml", "n.md"]);
        }
    }
}

#[test]
fn no_command_prints_commands_of_github() {
    let raml = "#%RAML 0.8\ntitle: t\n/a:\n  displayName: |\n    x\n    ::error::y\n  get:\n    description: |\n      a\n\n      ::error::x\n\n      ##[error]x\n";
    let notebook = "a\n\n::error::x\n##[group]y\n\n```js\nconsole.log('::error::x\\n##[error]x')\n```\n";
    for arguments in [
        &["definition", "tree", "api.raml"][..],
        &["definition", "show", "api.raml", "a.get"],
        &["definition", "show", "api.raml", "a.get", "--json"],
        &["export", "n.md", "--to", "md"],
        &["export", "n.md", "--to", "curl"],
        &["export", "n.md", "--to", "ipynb"],
        &["repl", "n.md"],
        &["repl", "--eval", "console.log('::error::x'); '##[error]x'"],
    ] {
        let case = Case::command(arguments).file("api.raml", raml).file("n.md", notebook).env("GITHUB_ACTIONS", "true");
        let outcome = case.stdin("").run();
        let commands = |text: &str| {
            text.contains("##[") || text.split(['\n', '\r']).any(|line| line.trim_start().starts_with("::"))
        };
        assert!(
            !commands(&outcome.stdout) && !commands(&outcome.stderr),
            "{arguments:?}: {}{}",
            outcome.stdout,
            outcome.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_control_characters() {
    use crate::support::Terminal;
    let raml = "#%RAML 0.8\ntitle: \"t\\x1b]0;TITLE\\x07\"\n/a:\n  get:\n";
    let case = Case::command(["repl", "--definition", "c=api.raml", "--no-history"]).file("api.raml", raml);
    let mut terminal = Terminal::start(case, 120);
    // The prompt is ready for input when it has switched on bracketed paste.
    terminal.shows("]0;TITLE").shows("\u{1b}[?2004h").types("\u{4}");
    let (_, screen) = terminal.end();
    assert!(screen.contains("␛]0;TITLE␇"), "{screen}");

    let notebook = "```js\nNAME = prompt('Name', 'a\\x1b]0;TITLE\\x07b')\n```\n";
    let mut terminal = Terminal::start(Case::command(["run", "n.md", "-v"]).file("n.md", notebook), 120);
    terminal.shows("(Enter: a␛]0;TITLE␇b)").types("\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    // The answer is the default itself.
    assert!(screen.contains("\"a\\x1b]0;TITLE\\x07b\""), "{screen}");
}

#[test]
fn a_password_of_an_xml_http_request_is_a_secret() {
    let server = Server::start();
    let secret = "PASSWORD-%24-77777";
    let url = server.url("/echo");
    let with_user = url.replace("http://", &format!("http://ann:{secret}@"));
    let cells = [
        format!("x = new XMLHttpRequest(); x.open('GET', '{with_user}', false); x.send(); x.responseText"),
        format!(
            "x.open('GET', '{url}', false, 'bob', ['PASS', 'WORD', '-$-77', '777'].join('')); x.send(); [x.responseText, x.responseURL]"
        ),
        format!("x.open('GET', '{with_user}', false, 'cy'); x.send(); x.responseText"),
        "x.open('GET', 'http://127.0.0.1:1', false, 'dan', ['PASS', 'WORD', '-$-77', '777'].join('')); x.send()"
            .to_owned(),
    ];
    let outcome = Case::cells(cells).args(["-v"]).args(reports()).run();
    hides(outcome.exit(1), &["WORD-%24", "WORD-$", "PASSWORD-", "YW5uOlBBU1NXT1JE"], &["notebook.md"]);
    let sent: Vec<String> =
        server.requests().iter().map(|request| request.header("authorization").unwrap().to_owned()).collect();
    let basic = |user: &str| format!("Basic {}", STANDARD.encode(format!("{user}:PASSWORD-$-77777")));
    assert_eq!(sent, [basic("ann"), basic("bob"), basic("cy")]);
    assert!(server.requests().iter().all(|request| !request.url.contains("WORD")));
}
