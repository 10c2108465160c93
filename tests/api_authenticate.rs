//! `API.authenticate`: its arguments, errors and result, and the redaction of its secrets.

use serde_json::json;

use crate::support::{Answer, Case, Cells, Server};

const SCHEMES: &str = "\
securitySchemes:
  - oauth_2_0:
      type: OAuth 2.0
      settings:
        accessTokenUri: SERVER/token
        authorizationGrants: [ credentials ]
  - basic:
      type: Basic Authentication
  - digest:
      type: Digest Authentication
  - oauth_1_0:
      type: OAuth 1.0
      settings:
        requestTokenUri: SERVER/r
        authorizationUri: SERVER/a
        tokenCredentialsUri: SERVER/t
  - app_key:
      type: x-key
      describedBy:
        headers:
          X-App-Key:
securedBy: [ oauth_2_0, basic, app_key ]
/a:
  get:
";

const TOKENS: &str = r#"{"access_token":"access-1","refresh_token":"refresh-1","token_type":"bearer","scope":"read write","user":"u-1"}"#;

fn cells() -> Cells {
    let server = Server::with(|request| match request.url.as_str() {
        // `unknown:bad-secret`, or in the body.
        "/token"
            if request.header("authorization") == Some("Basic dW5rbm93bjpiYWQtc2VjcmV0")
                || request.text().contains("bad-secret") =>
        {
            Answer::new(401, "application/json", r#"{"error":"invalid_client","error_description":"who are you"}"#)
        }
        "/token" => Answer::new(200, "application/json", TOKENS),
        _ => Answer::new(200, "text/plain", "ok"),
    });
    Cells::with(SCHEMES, server)
}

const OPTIONS: &str = "{ clientId: 'id', clientSecret: 'secret-1' }";

#[test]
fn the_arguments_may_be_left_out() {
    let mut cells = cells();
    for call in [
        format!("API.authenticate(client, 'oauth_2_0', {OPTIONS})"),
        format!("API.authenticate(client, {OPTIONS})"),
        format!("API.authenticate(client, null, {OPTIONS})"),
        format!("API.authenticate(client, undefined, {OPTIONS})"),
        format!("API.authenticate(client, 'oauth_2_0', {OPTIONS}, async())"),
        format!("API.authenticate(client, {OPTIONS}, async())"),
    ] {
        cells.gives(
            &call,
            &json!({
                "accessToken": "[secret]", "tokenType": "bearer", "refreshToken": "[secret]",
                "scopes": ["read", "write"], "user": "u-1", "response": { "user": "u-1" },
            }),
        );
        cells.header("client.a.get()", "authorization", Some("Bearer access-1"));
    }
}

#[test]
fn a_callback_receives_error_and_tokens() {
    let mut cells = cells();
    let pick = "(error, tokens) => { seen = [error && error.message, tokens && tokens.accessToken] }";
    for arguments in [format!("'oauth_2_0', {OPTIONS}, {pick}"), format!("{OPTIONS}, {pick}")] {
        cells.run(&format!("API.authenticate(client, {arguments})"));
        cells.gives("seen", &json!([null, "[secret]"]));
    }
    let needed = "signing in with `oauth_2_0` needs `clientId` and `clientSecret`";
    for arguments in [pick.to_owned(), format!("'oauth_2_0', {pick}"), format!("{{}}, {pick}")] {
        cells.run(&format!("API.authenticate(client, {arguments})"));
        cells.gives("seen", &json!([needed, null]));
    }
    assert_eq!(cells.error("API.authenticate(client, 'oauth_2_0', {}, async()); 1"), format!("Error: {needed}"));
}

#[test]
fn without_a_scheme_the_options_select_one() {
    let mut cells = cells();
    let basic = "API.authenticate(client, { username: 'ada', password: 'lace' })";
    cells.gives(basic, &json!({ "username": "ada", "password": "[secret]" }));
    cells.gives("API.authenticate(client, { 'X-App-Key': 'key-1' })", &json!({ "X-App-Key": "[secret]" }));
    cells.gives("API.authenticate(client, { username: 'ada', password: 'lace' }).response", &json!(null));
    let given = "{ consumerKey: 'k', consumerSecret: 's', accessToken: 'token-1' }";
    cells.gives(&format!("API.authenticate(client, {given}).accessToken"), &json!("[secret]"));
    assert_eq!(
        cells.error("API.authenticate(client)"),
        "Error: signing in with `oauth_2_0` needs `clientId` and `clientSecret`"
    );
}

#[test]
fn an_unknown_scheme_lists_the_known_ones() {
    let mut cells = cells();
    let available = r#""oauth_2_0", "basic", "digest", "oauth_1_0", "app_key""#;
    for call in
        ["API.authenticate(client, 'oauth2')", "API.authenticate(client, '', {})", "API.authenticate(client, 5)"]
    {
        let message = format!("Error: The only available authentication methods are: {available}");
        assert_eq!(cells.error(call), message, "{call}");
    }
    let mut open = Cells::of("/a:\n  get:\n");
    for call in ["API.authenticate(client)", "API.authenticate(client, 'basic', { username: 'ada' })"] {
        assert_eq!(open.error(call), "Error: No schemes available", "{call}");
    }
}

#[test]
fn missing_options_are_named() {
    let mut cells = cells();
    for (call, message, help) in [
        (
            "'oauth_2_0', {}",
            "needs `clientId` and `clientSecret`",
            "`--auth client.clientId=… --auth client.clientSecret=…`",
        ),
        ("'basic', {}", "needs `username` and `password`", "`--auth client.username=… --auth client.password=…`"),
        ("'digest', { username: '' }", "needs `username` and `password`", "an option of API.authenticate"),
        ("'oauth_1_0', {}", "needs `consumerKey` and `consumerSecret`", "`--auth client.consumerKey=…"),
        ("'oauth_2_0', {}", "needs `clientId` and `clientSecret`", "`--token client=…` or `APINB_TOKEN_CLIENT`"),
    ] {
        let error = cells.failure(&format!("API.authenticate(client, {call})"));
        assert!(error.message.contains(message), "{error:?}");
        let text = error.help.unwrap();
        assert!(text.contains(help), "{call} {text}");
        // A token does nothing for the other schemes.
        assert_eq!(text.contains("--token"), call.contains("oauth_2_0"), "{text}");
    }
}

#[test]
fn a_refused_sign_in_is_an_error() {
    let mut cells = cells();
    let error = cells.failure("API.authenticate(client, { clientId: 'unknown', clientSecret: 'bad-secret' })");
    assert!(error.message.starts_with("signing in with `oauth_2_0` failed: "), "{error:?}");
    assert!(error.message.contains("invalid_client") && error.message.contains("who are you"), "{error:?}");
    assert_eq!(error.help.as_deref(), Some("Check the client id and its secret."));
}

#[test]
fn secrets_are_used_and_redacted() {
    let mut cells = cells();
    let shown = cells.run(&format!("API.authenticate(client, 'oauth_2_0', {OPTIONS})"));
    for secret in ["access-1", "refresh-1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("accessToken") && shown.contains("[secret]") && shown.contains("bearer"), "{shown}");
    // The notebook has handles; reports and the terminal have neither these nor the secrets.
    assert_eq!(cells.run("$1.accessToken.length"), "43");
    assert_eq!(cells.run("'token: ' + $1.accessToken"), "\"token: [secret]\"");
    let console = cells.outcome("console.log($1, 'secret-1')").console;
    assert!(!console[0].text.contains("-1'"), "{console:?}");
    let shown = cells.run("API.authenticate(client, 'basic', { username: 'ada', password: 'lovelace' })");
    assert!(shown.contains("ada") && shown.contains("password: \"[secret]\""), "{shown}");
}

#[test]
fn the_report_contains_no_secret() {
    let server = Server::with(|request| match request.url.as_str() {
        "/token" => Answer::new(200, "application/json", TOKENS),
        _ => Answer::new(200, "text/plain", request.header("authorization").unwrap_or("none").to_owned()),
    });
    let raml = format!("#%RAML 0.8\ntitle: T\nbaseUri: SERVER\n{SCHEMES}").replace("SERVER", &server.url(""));
    let create = "API.createClient('client', 'api.raml')";
    let authenticate = "API.authenticate(client, { clientId: 'id', clientSecret: ['sec', 'ret-1'].join('') })";
    let outcome = Case::cells([create, authenticate, "client.a.get().body"])
        .file("api.raml", raml)
        .args(["-v", "--no-token-cache"])
        .run();
    outcome.exit(0).cell(2).is("\"Bearer [secret]\"");
    assert_eq!(outcome.cell(1).calls(), [format!("POST {} 200", server.url("/token"))]);
    for secret in ["access-1", "refresh-1", "secret-1"] {
        outcome.contains_nowhere(secret, &[]);
    }
}
