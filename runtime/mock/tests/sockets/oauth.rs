//! The endpoints of OAuth.

use serde_json::{Value, json};
use url::Url;

use crate::support::{Answer, Api};

const SECURED: &str = r"#%RAML 0.8
title: Secured
baseUri: https://{domain}.secured.example/api
securitySchemes:
  - oauth:
      type: OAuth 2.0
      settings:
        authorizationUri: https://{domain}.secured.example/oauth/authorize
        accessTokenUri: https://{domain}.secured.example/oauth/token
        authorizationGrants: [code, token, owner, credentials]
        scopes: [read, write]
/things:
  get:
    securedBy: [oauth]
";

const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A9%2Fback%3Fa%3Db";

fn api() -> Api {
    Api::raml(SECURED).host("acme.secured.example")
}

fn authorize(api: &Api, query: &str) -> Answer {
    api.call("GET", &format!("/oauth/authorize?{query}&redirect_uri={REDIRECT}"))
}

fn location(answer: &Answer) -> Url {
    assert_eq!(answer.status, 302, "{}", answer.text());
    Url::parse(answer.header("location").expect("a location")).expect("a URL")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn code(api: &Api, more: &str) -> String {
    let answer = authorize(api, &format!("response_type=code&client_id=me{more}"));
    parameter(&location(&answer), "code").expect("a code")
}

fn token(api: &Api, form: &str) -> Answer {
    api.send_as("POST", "/oauth/token", "application/x-www-form-urlencoded", form)
}

fn refusal(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["error"].clone())
}

#[test]
fn a_code_is_issued_and_exchanged_once() {
    let api = api();
    let answer = authorize(&api, "response_type=code&client_id=me&scope=read%20write&state=a%26b");
    let target = location(&answer);
    assert!(target.as_str().starts_with("http://127.0.0.1:9/back?a=b&code="), "{target}");
    assert_eq!(parameter(&target, "state").as_deref(), Some("a&b"));
    let code = parameter(&target, "code").expect("a code");
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&client_id=me&client_secret=s");
    let answer = token(&api, &form);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&json!("bearer"), &json!("read write")));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().expect("a token"));
    assert_eq!(api.send("GET", "/api/things", &[("authorization", &bearer)], b"").status, 200);
    assert_eq!(refusal(&token(&api, &form)), (400, json!("invalid_grant")));

    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let answer = token(&api, &format!("grant_type=refresh_token&refresh_token={refresh}&client_id=me&client_secret=s"));
    assert_eq!(answer.status, 200);
}

#[test]
fn the_client_may_authenticate_by_header() {
    let api = api();
    let form = format!("grant_type=authorization_code&code={}&redirect_uri={REDIRECT}", code(&api, ""));
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", "Basic bWU6cw==")];
    assert_eq!(api.send("POST", "/oauth/token", &headers, form.as_bytes()).status, 200);
}

#[test]
fn the_code_verifier_is_checked() {
    // The pair of RFC 7636, appendix B.
    let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let api = api();
    let exchange = |code: &str, verifier: &str| {
        token(
            &api,
            &format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&client_id=me{verifier}"),
        )
    };
    let right = "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(exchange(&code(&api, challenge), right).status, 200);
    assert_eq!(refusal(&exchange(&code(&api, challenge), "&code_verifier=x")), (400, json!("invalid_grant")));
    assert_eq!(refusal(&exchange(&code(&api, challenge), "")), (400, json!("invalid_request")));
    assert_eq!(exchange(&code(&api, "&code_challenge=plain"), "&code_verifier=plain").status, 200);
    let wrong = authorize(&api, "response_type=code&client_id=me&code_challenge=x&code_challenge_method=md5");
    assert_eq!(parameter(&location(&wrong), "error").as_deref(), Some("invalid_request"));
}

#[test]
fn the_implicit_grant_returns_a_token_in_the_fragment() {
    let api = api();
    let target = location(&authorize(&api, "response_type=token&client_id=me&state=s"));
    let fragment = target.fragment().expect("a fragment");
    assert!(fragment.starts_with("access_token=") && fragment.ends_with("&state=s"), "{fragment}");
    assert_eq!(target.query(), Some("a=b"));
}

#[test]
fn other_grants_issue_tokens() {
    let api = api();
    assert_eq!(token(&api, "grant_type=password&username=u&password=p&client_id=me").status, 200);
    assert_eq!(token(&api, "grant_type=client_credentials&client_id=me&client_secret=s").status, 200);
    assert_eq!(token(&api, "grant_type=client_credentials&client_id=me").status, 200);
    assert_eq!(refusal(&token(&api, "grant_type=client_credentials")), (401, json!("invalid_client")));
    assert_eq!(refusal(&token(&api, "grant_type=password&username=u")), (400, json!("invalid_request")));
    assert_eq!(refusal(&token(&api, "grant_type=other")), (400, json!("unsupported_grant_type")));
    assert_eq!(refusal(&token(&api, "")), (400, json!("invalid_request")));
    let as_json =
        api.send_json("POST", "/oauth/token", &json!({"grant_type": "password", "username": "u", "password": "p"}));
    assert_eq!(as_json.status, 200);
}

#[test]
fn errors_of_a_code_exchange_have_their_code() {
    let api = api();
    let exchange = |form: &str| refusal(&token(&api, &format!("grant_type=authorization_code&{form}")));
    let own = format!("redirect_uri={REDIRECT}&client_id=me&client_secret=s");
    assert_eq!(exchange(&own), (400, json!("invalid_request")));
    assert_eq!(exchange(&format!("{own}&code=unknown")), (400, json!("invalid_grant")));
    let other_client = format!("redirect_uri={REDIRECT}&client_id=you&client_secret=s&code={}", code(&api, ""));
    assert_eq!(exchange(&other_client), (401, json!("invalid_client")));
    let other_target = format!("redirect_uri=http%3A%2F%2Felse&client_id=me&client_secret=s&code={}", code(&api, ""));
    assert_eq!(exchange(&other_target), (400, json!("invalid_grant")));
    let public = format!("grant_type=authorization_code&redirect_uri={REDIRECT}&client_id=me&code={}", code(&api, ""));
    assert_eq!(token(&api, &public).status, 200);
}

#[test]
fn errors_of_an_authorization_have_their_code() {
    let api = api();
    let get = |query: &str| api.call("GET", &format!("/oauth/authorize?{query}"));
    assert_eq!(refusal(&get("response_type=code&client_id=me")), (400, json!("invalid_request")));
    assert_eq!(refusal(&get("response_type=code&client_id=me&redirect_uri=back")), (400, json!("invalid_request")));
    assert_eq!(refusal(&authorize(&api, "response_type=code")), (400, json!("invalid_request")));
    let error = |query: &str| parameter(&location(&authorize(&api, query)), "error");
    assert_eq!(error("client_id=me").as_deref(), Some("invalid_request"));
    assert_eq!(error("client_id=me&response_type=x").as_deref(), Some("unsupported_response_type"));
    assert_eq!(api.call("DELETE", "/oauth/authorize").status, 405);
    assert_eq!(api.call("GET", "/oauth/token").header("allow"), Some("POST"));
}

const VERSION_1: &str = "#%RAML 0.8
title: One
baseUri: https://one.example/1.1
securitySchemes:
  - oauth_1_0:
      type: OAuth 1.0
      settings:
        requestTokenUri: https://one.example/oauth/request_token
        authorizationUri: https://one.example/oauth/authorize
        tokenCredentialsUri: https://one.example/oauth/access_token
securedBy: [oauth_1_0]
/things:
  get:
";

/// The fields of a response of OAuth 1.0.
fn fields(answer: &Answer) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&answer.body).into_owned().collect()
}

fn field(answer: &Answer, name: &str) -> String {
    fields(answer).into_iter().find(|(known, _)| known == name).map(|(_, value)| value).expect(name)
}

/// Posts with these protocol parameters in the header.
fn signed(api: &Api, target: &str, parameters: &str) -> Answer {
    api.send("POST", target, &[("authorization", &format!("OAuth {parameters}"))], b"")
}

#[test]
fn oauth_1_signs_in() {
    let api = Api::raml(VERSION_1).host("one.example");
    assert_eq!(api.call("GET", "/1.1/things").status, 401);
    let callback = "oauth_consumer_key=\"me\", oauth_callback=\"http%3A%2F%2F127.0.0.1%3A9%2Fback%3Fstate%3Ds\"";
    let temporary = signed(&api, "/oauth/request_token", callback);
    assert_eq!((temporary.status, field(&temporary, "oauth_callback_confirmed")), (200, "true".to_owned()));
    let token = field(&temporary, "oauth_token");
    let back = location(&api.call("GET", &format!("/oauth/authorize?oauth_token={token}")));
    assert_eq!((back.path(), parameter(&back, "state").as_deref()), ("/back", Some("s")));
    assert_eq!(parameter(&back, "oauth_token"), Some(token.clone()));
    let verifier = parameter(&back, "oauth_verifier").expect("a verifier");
    let wrong = signed(&api, "/oauth/access_token", &format!("oauth_token=\"{token}\", oauth_verifier=\"x\""));
    assert_eq!((wrong.status, field(&wrong, "oauth_problem")), (401, "token_rejected".to_owned()));
    let exchange = format!("oauth_token=\"{token}\", oauth_verifier=\"{verifier}\"");
    let credentials = signed(&api, "/oauth/access_token", &exchange);
    assert_eq!(fields(&credentials).len(), 2, "{}", credentials.text());
    assert_eq!(signed(&api, "/oauth/access_token", &exchange).status, 401);
    let header = format!("OAuth oauth_token=\"{}\"", field(&credentials, "oauth_token"));
    assert_eq!(api.send("GET", "/1.1/things", &[("authorization", &header)], b"").status, 200);
}

#[test]
fn oauth_1_shows_the_verifier_to_a_client_without_a_callback() {
    let api = Api::raml(VERSION_1).host("one.example");
    assert_eq!(signed(&api, "/oauth/request_token", "").status, 400);
    let form = "oauth_consumer_key=me&oauth_callback=oob";
    let temporary = api.send_as("POST", "/oauth/request_token", "application/x-www-form-urlencoded", form);
    let token = field(&temporary, "oauth_token");
    let page = api.call("GET", &format!("/oauth/authorize?oauth_token={token}"));
    let exchange = format!("oauth_token=\"{token}\", oauth_verifier=\"{}\"", page.text());
    assert_eq!(signed(&api, "/oauth/access_token", &exchange).status, 200);
    assert_eq!(api.call("GET", "/oauth/authorize?oauth_token=unknown").status, 400);
    assert_eq!(api.call("DELETE", "/oauth/authorize").header("allow"), Some("GET, POST"));
}
