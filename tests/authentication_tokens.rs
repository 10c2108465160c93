//! Stored tokens: reused by later runs, renewed, and revoked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::authentication::{scheme, sign_in};
use crate::support::{Answer, AuthorizationServer, Case, Cells, Server, document, wait};

const PASSWORD: &str = "{ clientId: 'app', clientSecret: 'app-s3cret', username: 'ada', password: 'love l4ce' }";

fn password_scheme() -> String {
    scheme("owner").replace("SERVER/token", "SERVER/password/token")
}

/// The stored entries.
fn entries(data: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(data.join("tokens")).into_iter().flatten().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect()
}

/// Changes the only stored entry.
pub(crate) fn edit(data: &Path, change: impl FnOnce(&mut Value)) {
    let [path] = entries(data).try_into().unwrap();
    let mut entry: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut entry);
    fs::write(path, entry.to_string()).unwrap();
}

/// A case that shares a token folder with others.
fn case(server: &AuthorizationServer, data: &Path, options: &str) -> Case {
    let case = Case::cells(sign_in(options)).env("APINB_DATA_DIR", data.to_str().unwrap());
    server.case(case, &password_scheme())
}

#[test]
fn external_a_stored_token_is_used_by_a_later_run() {
    let server = AuthorizationServer::start(3600);
    let data = tempfile::tempdir().unwrap();
    let first = case(&server, data.path(), PASSWORD).run();
    first.exit(0).cell(2).is("200");
    assert_eq!(entries(data.path()).len(), 1);
    // Neither name nor password, since the token is stored.
    let known = "{ clientId: 'app', clientSecret: 'app-s3cret' }";
    case(&server, data.path(), known).run().exit(0).cell(2).is("200");
    let other = case(&server, data.path(), known).args(["--no-token-cache"]).run();
    other.exit(1).cell(1).fails("needs `username` and `password`");
    let scopes = "{ clientId: 'app', clientSecret: 'app-s3cret', scopes: ['write'] }";
    case(&server, data.path(), scopes).run().exit(1).cell(1).fails("needs `username` and `password`");
}

#[test]
fn external_a_token_that_expires_during_a_run_is_renewed() {
    // Shorter than the margin, so that the token is expired for each call; longer than a second, since the server sends
    // the lifetime in whole seconds, and omits zero.
    let server = AuthorizationServer::start(3);
    let data = tempfile::tempdir().unwrap();
    let cells = sign_in(PASSWORD).into_iter().chain(["client.others.get().status".to_owned()]);
    let renewing = Case::cells(cells.collect::<Vec<_>>()).env("APINB_DATA_DIR", data.path().to_str().unwrap());
    let outcome = server.case(renewing, &password_scheme()).run();
    outcome.exit(0).cell(2).is("200").cell(3).is("200");
    let calls = outcome.cell(3).cell["calls"].as_array().unwrap().clone();
    assert_eq!(calls[0]["purpose"], "authentication", "{calls:?}");
}

#[test]
fn external_a_refused_token_is_renewed_once() {
    let server = AuthorizationServer::start(3600);
    let data = tempfile::tempdir().unwrap();
    case(&server, data.path(), PASSWORD).run().exit(0);
    edit(data.path(), |entry| entry["secrets"]["accessToken"] = "stale".into());
    let outcome = case(&server, data.path(), PASSWORD).run();
    outcome.exit(0).cell(2).is("200");
    let statuses: Vec<_> =
        outcome.cell(2).cell["calls"].as_array().unwrap().iter().map(|call| call["status"].clone()).collect();
    assert_eq!(statuses, [401, 200, 200], "the call, the renewal, the call");
    // The new token was stored.
    case(&server, data.path(), PASSWORD).run().exit(0).cell(2).is("200");

    edit(data.path(), |entry| {
        entry["secrets"]["accessToken"] = "stale".into();
        entry["secrets"]["refreshToken"] = "revoked-t0ken".into();
    });
    let outcome = case(&server, data.path(), PASSWORD).run();
    outcome.exit(1).cell(2).fails(
        "the token has expired or was revoked, and cannot be renewed: the token request was refused: `invalid_grant`",
    );
    assert!(!outcome.report().to_string().contains("revoked-t0ken"));
    // A later run cannot use them, and signs in anew.
    assert_eq!(entries(data.path()), Vec::<PathBuf>::new());
    case(&server, data.path(), PASSWORD).run().exit(0).cell(2).is("200");
    edit(data.path(), |entry| {
        entry["secrets"]["accessToken"] = "stale".into();
        entry["secrets"]["refreshToken"] = Value::Null;
    });
    case(&server, data.path(), PASSWORD).run().exit(0).cell(2).is("401");
    case(&server, data.path(), PASSWORD).run().exit(0).cell(2).is("200");
}

#[test]
fn external_concurrent_runs_renew_one_after_another() {
    let server = AuthorizationServer::start(3600);
    let data = tempfile::tempdir().unwrap();
    case(&server, data.path(), PASSWORD).run().exit(0);
    // A refresh token can be used only once: a second use would be refused.
    edit(data.path(), |entry| entry["expires"] = 1.into());
    let without_password = "{ clientId: 'app', clientSecret: 'app-s3cret' }";
    let cases: Vec<Case> = (0..3).map(|_| case(&server, data.path(), without_password)).collect();
    let processes: Vec<_> = cases.iter().map(|case| case.process().spawn().unwrap()).collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn external_a_killed_run_leaves_a_complete_entry() {
    let server = AuthorizationServer::start(3600);
    let data = tempfile::tempdir().unwrap();
    case(&server, data.path(), PASSWORD).run().exit(0);
    for round in 0..24_u64 {
        // A process killed after the server replaced the refresh token leaves an unusable one; the next process deletes
        // it, and may be killed before it stores another.
        if entries(data.path()).is_empty() {
            case(&server, data.path(), PASSWORD).run().exit(0);
        }
        edit(data.path(), |entry| entry["expires"] = 1.into());
        let case = case(&server, data.path(), PASSWORD);
        let mut process = case.process().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Kill the process at an arbitrary moment.
        std::thread::sleep(std::time::Duration::from_millis(round * 4));
        process.kill().unwrap();
        wait(process);
        for path in entries(data.path()) {
            let entry: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            assert!(entry["secrets"]["refreshToken"].is_string(), "{entry}");
        }
    }
}

#[test]
fn external_auth_commands_manage_tokens() {
    let server = AuthorizationServer::start(3600);
    let data = tempfile::tempdir().unwrap();
    let apinb = |arguments: &[&str]| {
        let case = Case::command(arguments).env("APINB_DATA_DIR", data.path().to_str().unwrap());
        server.case(case, &password_scheme()).run()
    };
    apinb(&["auth", "status"]).exit(1).stderr_contains("no stored token");
    apinb(&["auth", "list"]).exit(0).stdout_is("");
    let missing = apinb(&["auth", "login", "api.raml", "--auth", "clientId=app"]);
    missing
        .exit(1)
        .stderr_contains("needs `username` and `password`")
        .stderr_contains("`--auth username=… --auth password=…`");
    let login = apinb(&[
        "auth",
        "login",
        "api.raml",
        "--auth",
        "clientId=app",
        "--auth",
        "clientSecret=app-s3cret",
        "--auth",
        "username=ada",
        "--auth",
        "password=love l4ce",
    ]);
    login.exit(0).stdout_contains("signed in with `oauth_2_0`");
    let host = server.url.strip_prefix("http://").unwrap();
    let line = format!("http://{host}/password/token  app  [read]  for http://{host}  until 20");
    apinb(&["auth", "list"]).exit(0).stdout_contains(&line);
    let listed = apinb(&["auth", "list", "--json"]);
    let list = document("auth-list", &listed.exit(0).stdout);
    let token = &list["tokens"][0];
    assert_eq!((&token["client_id"], &token["renewable"]), (&"app".into(), &true.into()));
    apinb(&["auth", "status", host]).exit(0);
    apinb(&["auth", "status", "elsewhere.example.org"])
        .exit(1)
        .stderr_contains("no stored token for `elsewhere.example.org`");
    let basic = Case::command(["auth", "login", "api.raml", "--auth", "username=ada", "--auth", "password=love l4ce"])
        .env("APINB_DATA_DIR", data.path().to_str().unwrap());
    let basic = server.case(basic, "securitySchemes:\n  - plain:\n      type: Basic Authentication").run();
    basic.exit(0).stdout_contains("`plain` has no token to store");
    let before = fs::read_to_string(&entries(data.path())[0]).unwrap();
    let refreshed = Case::command(["auth", "refresh", "--client-secret-env", "APP_SECRET"])
        .env("APINB_DATA_DIR", data.path().to_str().unwrap())
        .env("APP_SECRET", "app-s3cret");
    refreshed.run().exit(0).stdout_contains(host);
    assert_ne!(fs::read_to_string(&entries(data.path())[0]).unwrap(), before);
    apinb(&["auth", "logout", host]).exit(0).stdout_is("deleted 1 token\n");
    apinb(&["auth", "logout", "--all"]).exit(0).stdout_is("deleted 0 tokens\n");
}

#[test]
fn external_login_accepts_a_scheme_and_uri_parameters() {
    let server = AuthorizationServer::start(3600);
    let one = "type: OAuth 2.0\n      settings:\n        authorizationUri: SERVER/auth\n        authorizationGrants: [ owner ]\n        scopes: [ read ]\n        accessTokenUri: SERVER";
    let raml = format!(
        "securitySchemes:\n  - first:\n      {one}/nowhere\n  - second:\n      {one}/{{kind}}/token\nsecuredBy: [ first, second ]"
    );
    let login = |more: &[&str]| {
        let auth = ["clientId=app", "clientSecret=app-s3cret", "username=ada", "password=love l4ce"];
        let case = Case::command(["auth", "login", "api.raml"]).args(auth.iter().flat_map(|pair| ["--auth", pair]));
        server.case(case.args(more), &raml).run()
    };
    login(&["--scheme", "second", "--uri-parameter", "kind=password"])
        .exit(0)
        .stdout_contains("signed in with `second`")
        .contains_nowhere("love l4ce", &[]);
    login(&[]).exit(1);
    login(&["--scheme", "secnd"]).exit(1).stderr_contains("\"first\", \"second\"");
    login(&["--scheme", "second", "--uri-parameter", "kind"]).exit(2).stderr_contains("`--uri-parameter` takes");
}

/// The server renews a token only after another request of the same cell arrived: a renewal that blocked the JavaScript
/// thread would prevent that request.
#[test]
fn a_renewal_does_not_block_other_calls_of_the_cell() {
    let arrived = Arc::new((Mutex::new(false), Condvar::new()));
    let server = Server::with(move |request| {
        let (arrived, changed) = &*arrived;
        let tokens = |token: &str| {
            let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 1, "refresh_token": "r"});
            Answer::new(200, "application/json", body.to_string())
        };
        match request.url.as_str() {
            "/other" => {
                *arrived.lock().unwrap() = true;
                changed.notify_all();
                Answer::new(200, "text/plain", "")
            }
            "/token" if request.text().contains("grant_type=refresh_token") => {
                let limit = Duration::from_secs(20);
                let (arrived, _) =
                    changed.wait_timeout_while(arrived.lock().unwrap(), limit, |arrived| !*arrived).unwrap();
                if *arrived { tokens("renewed") } else { Answer::new(500, "text/plain", "") }
            }
            "/token" => tokens("first"),
            _ => {
                let is_renewed = request.header("authorization") == Some("Bearer renewed");
                Answer::new(200, "application/json", is_renewed.to_string())
            }
        }
    });
    let definition = "securitySchemes:\n  - oauth_2_0:\n      type: OAuth 2.0\n      settings:\n        \
                      accessTokenUri: SERVER/token\n        authorizationGrants: [ owner ]\nsecuredBy: [ oauth_2_0 ]\n\
                      /a:\n  get:\n";
    let other = server.url("/other");
    let mut cells = Cells::with(&format!("baseUri: SERVER\n{definition}"), server);
    cells.run("API.authenticate(client, 'oauth_2_0', { clientId: 'a', username: 'u', password: 'p' })");
    cells.run(&format!(
        "var renewed; client.a.get((error, response) => {{ renewed = response.body }}); fetch('{other}')"
    ));
    cells.gives("renewed", &json!(true));
}
