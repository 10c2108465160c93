//! Sign-in with OAuth 2.0 against third-party authorization servers over real sockets, and schemes without a server.

use serde_json::json;

use crate::support::{Answer, AuthorizationServer, Case, Cells, Outcome, Server, Terminal, with_chromium};

/// An OAuth 2.0 scheme of the server with that grant.
pub(crate) fn scheme(grant: &str) -> String {
    format!(
        "securitySchemes:\n  - oauth_2_0:\n      type: OAuth 2.0\n      settings:\n        authorizationUri: SERVER/auth\n        \
         accessTokenUri: SERVER/token\n        authorizationGrants: [ {grant} ]\n        scopes: [ read ]\nsecuredBy: [ oauth_2_0 ]"
    )
}

/// Cells that sign in with these options and send a call.
pub(crate) fn sign_in(options: &str) -> [String; 3] {
    [
        "API.createClient('client', 'api.raml')".to_owned(),
        format!("API.authenticate(client, 'oauth_2_0', {options})"),
        "client.me.get().status".to_owned(),
    ]
}

/// Secrets that may not appear anywhere.
const SECRETS: [&str; 4] = ["app-s3cret", "body-s3cret", "love l4ce", "love+l4ce"];

/// Checks that the call is authorized, and that no secret of the sign-in is shown or recorded.
fn passes(outcome: &Outcome) {
    outcome.exit(0).cell(2).is("200");
    let token =
        outcome.cell(1).cell["result_full"].as_str().or(outcome.cell(1).cell["result"].as_str()).unwrap().to_owned();
    assert!(token.contains("accessToken: \"[secret]\""), "{token}");
    for secret in SECRETS {
        assert!(!outcome.stdout.contains(secret) && !outcome.stderr.contains(secret), "{secret}");
        assert!(!outcome.report().to_string().contains(secret), "{secret}");
    }
}

#[test]
fn external_client_credentials_sign_in() {
    let server = AuthorizationServer::start(3600);
    for options in [
        "{ clientId: 'app', clientSecret: 'app-s3cret' }",
        // This client is registered to send its secret in the body.
        "{ clientId: 'body', clientSecret: 'body-s3cret', scopes: 'read' }",
    ] {
        passes(&server.case(Case::cells(sign_in(options)), &scheme("credentials")).run());
    }
    let outcome = server
        .case(Case::cells(sign_in("{ clientId: 'app', clientSecret: 'wrong-s3cret' }")), &scheme("credentials"))
        .run();
    outcome
        .exit(1)
        .cell(1)
        .fails("signing in with `oauth_2_0` failed: the token request was refused: `invalid_client`");
    assert!(!outcome.report().to_string().contains("wrong-s3cret"));
}

#[test]
fn external_sign_in_options_come_from_overrides() {
    let server = AuthorizationServer::start(3600);
    let case = || server.case(Case::cells(sign_in("{}")), &scheme("client_credentials"));
    let config = "[clients.client.auth]\nclientId = \"app\"\nclient_secret = { env = \"APP_SECRET\" }\n";
    passes(&case().file("apinb.toml", config).env("APP_SECRET", "app-s3cret").run());
    passes(&case().args(["--auth", "client.clientId=app", "--auth", "client.clientSecret=app-s3cret"]).run());
    let outcome = case().run();
    outcome.exit(1).cell(1).fails("signing in with `oauth_2_0` needs `clientId` and `clientSecret`");
    let help = outcome.cell(1).cell["error"]["help"].as_str().unwrap().to_owned();
    assert!(
        help.contains("`--auth client.clientId=… --auth client.clientSecret=…`")
            && help.contains("`APINB_TOKEN_CLIENT`"),
        "{help}"
    );
    case().args(["--auth", "client=x"]).run().exit(2).stderr_contains("CLIENT.OPTION=VALUE");
}

#[test]
fn external_a_password_signs_in() {
    let server = AuthorizationServer::start(3600);
    let scheme = scheme("owner").replace("SERVER/token", "SERVER/password/token");
    let options = "{ clientId: 'app', clientSecret: 'app-s3cret', username: 'ada', password: 'love l4ce' }";
    passes(&server.case(Case::cells(sign_in(options)), &scheme).run());
    let case = Case::cells(sign_in(&options.replace("love l4ce", "other")));
    server.case(case, &scheme).run().exit(1).cell(1).fails("the token request was refused: `invalid_grant`");
    // The prompt asks for missing options.
    let case = server.case(Case::command(["run", "a.md"]), &scheme);
    let notebook =
        sign_in("{ clientId: 'app', clientSecret: 'app-s3cret' }").map(|cell| format!("```js\n{cell}\n```\n"));
    let mut terminal = Terminal::start(case.file("a.md", notebook.concat()), 120);
    terminal
        .shows("client signs in with oauth_2_0: user name")
        .types("ada\r")
        .shows("password (not shown)")
        .types("love l4ce\r");
    let (code, screen) = terminal.end();
    assert!(code == 0 && screen.contains("3 passed") && !screen.contains("love l4ce"), "{screen}");
}

/// A notebook that runs at a terminal, with a browser.
fn at_terminal(server: &AuthorizationServer, scheme: &str, options: &str, arguments: &[&str]) -> Terminal {
    let notebook = sign_in(options).map(|cell| format!("```js\n{cell}\n```\n")).concat();
    let case = Case::command(["run", "a.md"]).args(arguments).file("a.md", notebook);
    Terminal::start(server.case(case, scheme), 400)
}

#[test]
fn external_a_browser_sign_in_returns_a_code() {
    let server = AuthorizationServer::start(3600);
    for options in ["{ clientId: 'app', clientSecret: 'app-s3cret' }", "{ clientId: 'public' }"] {
        let mut terminal = at_terminal(&server, &scheme("code"), options, &[]);
        terminal.shows("sign in at http://127.0.0.1:");
        let (code, screen) = terminal.end();
        assert!(code == 0 && screen.contains("3 passed") && !screen.contains("app-s3cret"), "{screen}");
    }
}

#[test]
fn external_chromium_completes_a_sign_in() {
    let server = AuthorizationServer::start(3600);
    let notebook = sign_in("{ clientId: 'public' }").map(|cell| format!("```js\n{cell}\n```\n")).concat();
    let case = server.case(Case::command(["run", "a.md"]).file("a.md", notebook), &scheme("code"));
    let mut terminal = Terminal::start(with_chromium(case), 400);
    terminal.shows("sign in at http://127.0.0.1:").shows("3 passed");
    // The screenshot is taken after the last page is loaded.
    let picture = terminal.folder().join("last.png");
    let started = std::time::Instant::now();
    while !picture.exists() {
        assert!(started.elapsed().as_secs() < 30, "Chromium did not come to the end");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn external_the_prompt_asks_for_the_client() {
    let server = AuthorizationServer::start(3600);
    let scheme = scheme("code").replace("[ read ]", "[ read, write ]");
    for (secret, id) in [("app-s3cret", "app"), ("", "public")] {
        let mut terminal = at_terminal(&server, &scheme, "{}", &[]);
        terminal.shows("client id").types(id).types("\r").shows("client secret, if it has one (not shown)");
        terminal.types(secret).types("\r").shows("scopes, of read write; all without an answer:").types("read\r");
        terminal.shows("sign in at ").shows("scope=read");
        let (code, screen) = terminal.end();
        assert!(code == 0 && screen.contains("3 passed") && !screen.contains("app-s3cret"), "{screen}");
    }
}

#[test]
fn external_a_pasted_code_signs_in() {
    let server = AuthorizationServer::start(3600);
    let mut terminal = at_terminal(&server, &scheme("code"), "{ clientId: 'public' }", &["--no-browser"]);
    terminal.shows("sign in at ").shows("Paste the URL").types("http://127.0.0.1/elsewhere?code=x\r");
    let (code, screen) = terminal.end();
    assert!(code == 1 && screen.contains("is not the redirect address of the sign-in page"), "{screen}");
}

#[test]
fn external_another_device_signs_in() {
    let server = AuthorizationServer::start(3600);
    let options = format!("{{ clientId: 'public', deviceAuthorizationUri: '{}/device/auth' }}", server.url);
    let scheme = scheme("'urn:ietf:params:oauth:grant-type:device_code'");
    let mut terminal = at_terminal(&server, &scheme, &options, &[]);
    terminal.shows("sign in at http://127.0.0.1:").shows("/device with the code ");
    let (code, screen) = terminal.end();
    assert!(code == 0 && screen.contains("3 passed"), "{screen}");
}

#[test]
fn external_a_sign_in_without_a_terminal_is_an_error() {
    let server = AuthorizationServer::start(3600);
    let outcome = server.case(Case::cells(sign_in("{ clientId: 'public' }")), &scheme("code")).run();
    outcome.exit(1).cell(1).fails("signing in requires a person at a terminal");
    // A grant that needs no user is preferred.
    let options = "{ clientId: 'app', clientSecret: 'app-s3cret' }";
    passes(&server.case(Case::cells(sign_in(options)), &scheme("code, credentials")).run());
}

#[test]
fn external_an_unencrypted_server_is_reported() {
    let scheme = scheme("credentials")
        .replace("SERVER/token", "http://nowhere.invalid/token")
        .replace("SERVER/auth", "http://elsewhere.invalid/auth");
    let server = AuthorizationServer::start(3600);
    let outcome = server.case(Case::cells(sign_in("{ clientId: 'a', clientSecret: 'app-s3cret' }")), &scheme).run();
    outcome.exit(1).cell(1).fails("signing in with `oauth_2_0` failed: cannot get a token");
    let console = outcome.cell(1).cell["console"].to_string();
    assert!(console.contains("http://nowhere.invalid/token is not encrypted"), "{console}");
    assert!(console.contains("http://elsewhere.invalid/auth is not encrypted"), "{console}");
    let login = ["auth", "login", "api.raml", "--auth", "clientId=a", "--auth", "clientSecret=app-s3cret"];
    let outcome = server.case(Case::command(login), &scheme).run();
    let warning =
        "warning: http://nowhere.invalid/token is not encrypted: others can read secrets and tokens on the way\n";
    assert!(outcome.exit(1).stderr.contains(warning), "{}", outcome.stderr);
}

/// A server with a digest challenge as in RFC 7616 section 3.9.1.
#[test]
fn digest_signs_in() {
    let server = Server::with(|request| {
        let answered =
            request.header("authorization").is_some_and(|header| header.starts_with("Digest username=\"Mufasa\""));
        match answered {
            true => Answer::new(200, "application/json", "{}"),
            false => {
                let challenge =
                    "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=SHA-256, nonce=\"7ypf/xlj9XX\"";
                Answer::Reply(401, vec![("WWW-Authenticate".to_owned(), challenge.to_owned())], Vec::new())
            }
        }
    });
    let definition =
        "securitySchemes:\n  - digest:\n      type: Digest Authentication\nsecuredBy: [ digest ]\n/a:\n  get:\n";
    let mut cells = Cells::with(&format!("baseUri: SERVER\n{definition}"), server);
    cells.run("API.authenticate(client, 'digest', { username: 'Mufasa', password: 'Circle of Life' })");
    cells.gives("client.a.get().status", &json!(200));
    cells.gives("client.a.get().status", &json!(200));
}
