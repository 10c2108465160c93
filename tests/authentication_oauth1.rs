//! Sign-in and signatures of OAuth 1.0a; a third-party library verifies the signatures.

use crate::authentication_tokens::edit;
use crate::support::{AuthorizationServer, Case, Terminal};

const SCHEME: &str = "\
securitySchemes:
  - oauth_1_0:
      type: OAuth 1.0
      settings:
        requestTokenUri: SERVER/oauth1/request
        authorizationUri: SERVER/oauth1/authorize
        tokenCredentialsUri: SERVER/oauth1/token
securedBy: [ oauth_1_0 ]
/oauth1/{path}:
  get:
  post:
    body:
      application/x-www-form-urlencoded:";

/// Signs in at a terminal, then sends calls with parameters that are hard to sign.
fn check(server: &AuthorizationServer, options: &str) {
    let cells = [
        "API.createClient('client', 'api.raml', { baseUri: 'SERVER' })".replace("SERVER", &server.url),
        format!("t = API.authenticate(client, 'oauth_1_0', {options}); !!t.accessToken"),
        "client.oauth1.path('a b').get({ q: \"it's 100% (ü) ~*!\", list: ['b', 'a'], empty: '' }).body.signed".to_owned(),
        "client.oauth1.path('form').post({ status: 'Hello Ladies + Gentlemen', x: ['1', '2'] }, { query: { a: '=%3D' } }).body.signed".to_owned(),
    ];
    let notebook: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n")).collect();
    let case = server.case(Case::command(["run", "a.md"]).file("a.md", notebook), SCHEME);
    let (code, screen) = Terminal::start(case, 300).end();
    assert!(code == 0 && screen.matches("\"true\"").count() == 2, "{options}\n{screen}");
    assert!(!screen.contains("c0nsumer") && !screen.contains("PRIVATE KEY"), "{screen}");
}

#[test]
fn external_every_signature_method_signs_in() {
    let server = AuthorizationServer::start(3600);
    let consumer = "consumerKey: 'consumer', consumerSecret: 'c0nsumer & secret'";
    check(&server, &format!("{{ {consumer} }}"));
    check(&server, &format!("{{ {consumer}, signatureMethod: 'HMAC-SHA256' }}"));
    check(&server, &format!("{{ {consumer}, signatureMethod: 'PLAINTEXT' }}"));
    let key = server.private_key.replace('\n', "\\n");
    check(&server, &format!("{{ {consumer}, signatureMethod: 'RSA-SHA1', privateKey: '{key}' }}"));
}

#[test]
fn external_errors_are_reported() {
    let server = AuthorizationServer::start(3600);
    for (options, expected) in [
        (
            "{ consumerKey: 'consumer', consumerSecret: 'wr0ng' }",
            "the token request was refused: `oauth_problem`: signature_invalid",
        ),
        ("{ consumerKey: 'consumer' }", "signing in with `oauth_1_0` needs `consumerSecret`"),
        (
            "{ consumerKey: 'c', consumerSecret: 'x', signatureMethod: 'MD5' }",
            "OAuth 1.0 signature MD5) is not supported",
        ),
        (
            "{ consumerKey: 'c', signatureMethod: 'RSA-SHA1', privateKey: 'x' }",
            "the private key is not an RSA key in PEM",
        ),
    ] {
        let cells =
            ["API.createClient('client', 'api.raml')".to_owned(), format!("API.authenticate(client, {options})")];
        server.case(Case::cells(cells), SCHEME).run().exit(1).cell(1).fails(expected);
    }
}

#[test]
fn external_a_token_is_stored_until_it_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let run = |server: &AuthorizationServer, scheme: &str| {
        let cells = [
            format!("API.createClient('client', 'api.raml', {{ baseUri: '{}' }})", server.url),
            "API.authenticate(client, { consumerKey: 'consumer', consumerSecret: 'c0nsumer & secret' })".to_owned(),
            "client.oauth1.path('x').get().status".to_owned(),
        ];
        let case = Case::cells(cells).env("APINB_DATA_DIR", data.path().to_str().unwrap());
        server.case(case, scheme).run()
    };
    let first = AuthorizationServer::start(3600);
    let scheme = SCHEME.replace("SERVER", &first.url);
    run(&first, &scheme).exit(1).cell(1).fails("signing in requires a person at a terminal");
    let mut login = first.case(Case::command(["auth", "login", "api.raml"]), &scheme);
    for option in ["consumerKey=consumer", "consumerSecret=c0nsumer & secret"] {
        login = login.args(["--auth", option]);
    }
    let (code, screen) = Terminal::start(login.env("APINB_DATA_DIR", data.path().to_str().unwrap()), 200).end();
    assert_eq!(code, 0, "{screen}");
    // Without a terminal: the stored token is used.
    run(&first, &scheme).exit(0).cell(2).is("200");
    // The server does not know the token.
    edit(data.path(), |entry| entry["secrets"]["accessToken"] = "stale".into());
    run(&first, &scheme).exit(0).cell(2).is("401");
    run(&first, &scheme).exit(1).cell(1).fails("signing in requires a person at a terminal");
}
