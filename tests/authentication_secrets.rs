//! No secret of a sign-in is shown, reported, or part of a file name.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::authentication::{scheme, sign_in};
use crate::support::{AuthorizationServer, Case, Terminal};

const KINDS: [&str; 7] = ["har", "html", "ipynb", "json", "junit", "md", "tap"];

/// The encodings of a secret.
fn forms(secret: &str) -> BTreeSet<String> {
    let percent = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let json = serde_json::to_string(secret).unwrap();
    let json = json.trim_matches('"').to_owned();
    [
        secret.to_owned(),
        percent.replace('+', "%20"),
        percent,
        json,
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
    .into()
}

/// Runs a complete sign-in at a terminal with every kind of report, and searches all output for secrets of the server.
#[track_caller]
fn check(server: &AuthorizationServer, scheme: &str, cells: &[String], expected: &[&str]) {
    let reports = tempfile::tempdir().unwrap();
    let mut arguments = vec!["run".to_owned(), "a.md".to_owned(), "-v".to_owned()];
    for kind in KINDS {
        arguments.extend(["--report".to_owned(), format!("{kind}={}", reports.path().join(kind).display())]);
    }
    let notebook: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n")).collect();
    let data = tempfile::tempdir().unwrap();
    let case = Case::command(arguments).file("a.md", notebook).env("APINB_DATA_DIR", data.path().to_str().unwrap());
    let mut terminal = Terminal::start(server.case(case, scheme), 400);
    terminal.shows("$1");
    let processes = command_lines();
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");

    let mut secrets = server.secrets();
    for expected in expected {
        assert!(secrets.iter().any(|(kind, _)| kind == expected), "the server saw no {expected}");
    }
    // Secrets that the server compares but does not list.
    for secret in ["app-s3cret", "body-s3cret", "c0nsumer & secret"] {
        secrets.push(("given secret".to_owned(), secret.to_owned()));
    }
    let mut texts = vec![("the terminal".to_owned(), screen), ("the process list".to_owned(), processes)];
    for kind in KINDS {
        texts.push((kind.to_owned(), fs::read_to_string(reports.path().join(kind)).unwrap()));
    }
    texts.push(("the names of stored files".to_owned(), names(data.path())));
    for (kind, secret) in &secrets {
        for form in forms(secret) {
            for (origin, text) in &texts {
                assert!(!text.contains(&form), "{kind} {form:?} is in {origin}:\n{text}");
            }
        }
    }
}

/// The command lines of all processes.
fn command_lines() -> String {
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .fold(String::new(), |text, line| text + &String::from_utf8_lossy(&line) + "\n")
}

/// The names of all files below a folder.
fn names(folder: &Path) -> String {
    let mut names = String::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        names.push_str(&format!("{}\n", entry.file_name().to_string_lossy()));
        if entry.path().is_dir() {
            names.push_str(&self::names(&entry.path()));
        }
    }
    names
}

#[test]
fn external_the_secrets_of_a_code_and_its_renewal_are_redacted() {
    // Shorter than the margin, so that the call renews the token.
    let server = AuthorizationServer::start(3);
    let [create, authenticate, call] =
        sign_in("{ clientId: 'app', clientSecret: 'app-s3cret', scopes: ['openid', 'read'] }");
    let cells = [create, authenticate, call, "$1".to_owned(), "console.log(JSON.stringify($1))".to_owned()];
    let expected = ["access_token", "code", "code_verifier", "id_token", "refresh_token"];
    check(&server, &scheme("code"), &cells, &expected);
}

#[test]
fn external_the_secrets_of_a_device_are_redacted() {
    let server = AuthorizationServer::start(3600);
    let options = format!("{{ clientId: 'public', deviceAuthorizationUri: '{}/device/auth' }}", server.url);
    let scheme = scheme("'urn:ietf:params:oauth:grant-type:device_code'");
    check(&server, &scheme, &sign_in(&options), &["access_token", "device_code"]);
}

#[test]
fn external_the_secrets_of_a_password_are_redacted() {
    let server = AuthorizationServer::start(3600);
    let scheme = scheme("owner").replace("SERVER/token", "SERVER/password/token");
    let options = "{ clientId: 'app', clientSecret: 'app-s3cret', username: 'ada', password: 'love l4ce' }";
    check(&server, &scheme, &sign_in(options), &["access_token", "password", "refresh_token"]);
}

#[test]
fn external_the_secrets_of_a_client_are_redacted() {
    let server = AuthorizationServer::start(3600);
    let options = "{ clientId: 'body', clientSecret: 'body-s3cret' }";
    check(&server, &scheme("credentials"), &sign_in(options), &["access_token"]);
}

#[test]
fn external_the_secrets_of_oauth_1_0_are_redacted() {
    let server = AuthorizationServer::start(3600);
    let scheme = "securitySchemes:\n  - oauth_1_0:\n      type: OAuth 1.0\n      settings:\n        \
        requestTokenUri: SERVER/oauth1/request\n        authorizationUri: SERVER/oauth1/authorize\n        \
        tokenCredentialsUri: SERVER/oauth1/token\nsecuredBy: [ oauth_1_0 ]\n/oauth1/{path}:\n  get:";
    let cells = [
        format!("API.createClient('client', 'api.raml', {{ baseUri: '{}' }})", server.url),
        "API.authenticate(client, { consumerKey: 'consumer', consumerSecret: 'c0nsumer & secret' })".to_owned(),
        "client.oauth1.path('x').get().status".to_owned(),
        "$1".to_owned(),
    ];
    check(&server, scheme, &cells, &["oauth_token", "oauth_token_secret", "oauth_verifier"]);
}
