//! Sign-ins that no cell asks for: by credentials of the user, and after a challenge of the server.

use crate::support::{Answer, Case, Request, Server, Terminal};

/// `ada:lovelace`.
const BASIC: &str = "Basic YWRhOmxvdmVsYWNl";
const AUTH: [&str; 4] = ["--auth", "client.username=ada", "--auth", "client.password=lovelace"];
const CREATE: &str = "API.createClient('client', 'api.raml')";

/// A server that responds to `/a` with 401 and this challenge unless a request has `expected` as a header.
fn guarded(challenge: &'static str, expected: (&'static str, &'static str)) -> Server {
    Server::with(move |request: &Request| match request.url.as_str() {
        "/token" => Answer::new(200, "application/json", r#"{"access_token":"t0ken-of-client","token_type":"bearer"}"#),
        _ if request.header(expected.0).is_some_and(|value| value == expected.1) => {
            Answer::new(200, "application/json", r#"{"a":1}"#)
        }
        _ => Answer::Reply(401, vec![("WWW-Authenticate".to_owned(), challenge.to_owned())], Vec::new()),
    })
}

fn case(server: &Server, cells: &[&str], schemes: &str) -> Case {
    let definition = format!("#%RAML 0.8\ntitle: T\nbaseUri: SERVER\n{schemes}\n/a:\n  get:\n");
    let definition = definition.replace("SERVER", &server.url(""));
    let cells: Vec<&str> = std::iter::once(CREATE).chain(cells.iter().copied()).collect();
    Case::cells(cells).file("api.raml", definition)
}

const BASIC_SCHEME: &str = "securitySchemes:\n  - basic:\n      type: Basic Authentication\nsecuredBy: [ basic ]";

#[test]
fn credentials_of_the_user_sign_calls() {
    let server = guarded("Basic realm=\"x\"", ("authorization", BASIC));
    let call = ["client.a.get().status"];
    case(&server, &call, BASIC_SCHEME).run().exit(0).cell(1).is("401");
    case(&server, &call, BASIC_SCHEME).args(AUTH).run().exit(0).cell(1).is("200");
    let config = "[clients.client.auth]\nusername = \"ada\"\npassword = \"lovelace\"\n";
    case(&server, &call, BASIC_SCHEME).file("apinb.toml", config).run().exit(0).cell(1).is("200");
    assert_eq!(server.requests().len(), 3, "no call is refused first");
    // A scheme that only the server's challenge names.
    case(&server, &call, "").args(AUTH).run().exit(0).cell(1).is("200");
    let awaited = ["done = async(); client.a.get({}, (error, response) => done(error, response.status))"];
    case(&server, &awaited, "").args(AUTH).run().exit(0).cell(1).is("200");

    let key = "securitySchemes:\n  - key:\n      type: x-key\n      describedBy:\n        headers:\n          X-Key:\n\
               securedBy: [ key ]";
    let server = guarded("", ("x-key", "k-1"));
    case(&server, &call, key).args(["--auth", "client.header.X-Key=k-1"]).run().exit(0).cell(1).is("200");
}

#[test]
fn a_sign_in_that_sends_requests_begins_with_a_refused_call() {
    let server = guarded("Bearer", ("authorization", "Bearer t0ken-of-client"));
    let scheme = "securitySchemes:\n  - oauth:\n      type: OAuth 2.0\n      settings:\n        \
                  accessTokenUri: SERVER/token\n        authorizationGrants: [ credentials ]\nsecuredBy: [ oauth ]";
    let auth = ["--no-token-cache", "--auth", "client.clientId=app", "--auth", "client.clientSecret=s3cret-of-app"];
    let call = ["client.a.get().status", "client.a.get().status"];
    let outcome = case(&server, &call, scheme).args(auth).run();
    outcome.exit(0).cell(1).is("200").cell(2).is("200");
    let urls: Vec<String> = server.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["/a", "/token", "/a", "/a"]);
    assert!(!outcome.report().to_string().contains("s3cret-of-app"));
}

#[test]
fn a_person_is_asked_after_a_challenge() {
    let server = guarded("Basic realm=\"x\"", ("authorization", BASIC));
    let case = case(&server, &[], BASIC_SCHEME);
    let notebook = format!("```js\n{CREATE}\n```\n```js\n[1, 2].map(() => client.a.get().status)\n```\n");
    let case = Case::command(["run", "a.md"])
        .file("a.md", notebook)
        .file("api.raml", std::fs::read_to_string(case.folder().join("api.raml")).unwrap());
    let mut terminal = Terminal::start(case, 120);
    terminal.shows(&format!("client signs in with basic at {}: user name", &server.url("")[7..])).types("ada\r");
    terminal.shows("password (not shown)").types("lovelace\r");
    let (code, screen) = terminal.end();
    assert!(code == 0 && screen.contains("[ 200") && !screen.contains("lovelace"), "{screen}");
}

#[test]
fn a_second_sign_in_that_overrides_replace_is_reported() {
    let server = guarded("Basic realm=\"x\"", ("authorization", BASIC));
    let sign_in = |name: &str| {
        format!(
            "API.authenticate(client, 'basic', {{ username: '{name}', password: 'pass-{name}' }}); client.a.get().status"
        )
    };
    let cells = [sign_in("eve"), sign_in("eve"), sign_in("bob")];
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let outcome = case(&server, &cells, BASIC_SCHEME).args(AUTH).run();
    outcome.exit(0).cell(3).is("200");
    let none: [String; 0] = [];
    for cell in [1, 2] {
        assert_eq!(outcome.cell(cell).console(), none);
    }
    let warning = "warn: `--auth` or `[clients.client.auth]` replaces `username` and `password` of this second sign-in";
    assert_eq!(outcome.cell(3).console(), [warning]);
}

#[test]
fn a_second_sign_in_that_a_token_replaces_is_reported() {
    let server = guarded("Bearer", ("authorization", "Bearer t0ken-of-user"));
    let scheme = "securitySchemes:\n  - oauth:\n      type: OAuth 2.0\n      settings:\n        \
                  accessTokenUri: SERVER/token\n        authorizationGrants: [ credentials ]\nsecuredBy: [ oauth ]";
    let sign_in = |id: &str| {
        format!("API.authenticate(client, {{ clientId: '{id}', clientSecret: 'x' }}); client.a.get().status")
    };
    let cells = [sign_in("one"), sign_in("two")];
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let outcome = case(&server, &cells, scheme).args(["--token", "client=t0ken-of-user"]).run();
    outcome.exit(0).cell(2).is("200");
    assert_eq!(outcome.cell(1).console(), [""; 0]);
    let warning = "warn: the token that you have passed for `client` replaces this second sign-in";
    assert_eq!(outcome.cell(2).console(), [warning]);
}
