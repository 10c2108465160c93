//! Signing of calls: the choice among the schemes of `securedBy`, and what each adds to the request.

use serde_json::json;

use crate::support::{Answer, Cells, Server};

const OAUTH2: &str = "\
securitySchemes:
  - oauth_2_0:
      type: OAuth 2.0
      settings:
        authorizationUri: SERVER/authorize
        accessTokenUri: SERVER/token
        authorizationGrants: [ credentials ]
  - basic:
      type: Basic Authentication
  - app_key:
      type: x-key
      describedBy:
        headers:
          X-App-Key:
          X-App-Id:
        queryParameters:
          app_key:
  - pass:
      type: Pass Through
      describedBy:
        headers:
          X-Pass:
  - oauth_1_0:
      type: OAuth 1.0
      settings:
        requestTokenUri: SERVER/r
        authorizationUri: SERVER/a
        tokenCredentialsUri: SERVER/t
";

/// Resources with different schemes, in an API with `securedBy`.
fn cells(secured_by: &str) -> Cells {
    Cells::of(&format!("baseUri: SERVER/echo\n{OAUTH2}securedBy: {secured_by}\n{RESOURCES}"))
}

const RESOURCES: &str = "\
/api:
  get:
  post:
    body:
      application/x-www-form-urlencoded:
/method:
  get:
    securedBy: [ basic ]
/resource:
  securedBy: [ basic ]
  get:
  put:
    securedBy: [ oauth_2_0 ]
/open:
  get:
    securedBy: [ null ]
/either:
  get:
    securedBy: [ null, oauth_2_0 ]
/two:
  get:
    securedBy: [ basic, oauth_2_0 ]
/key:
  get:
    securedBy: [ app_key ]
/pass:
  get:
    securedBy: [ pass ]
/one:
  get:
    securedBy: [ oauth_1_0 ]
  post:
    securedBy: [ oauth_1_0 ]
    body:
      application/x-www-form-urlencoded:
";

const BEARER: &str = "API.authenticate(client, 'oauth_2_0', { accessToken: 'token-1' })";
const BASIC: &str = "API.authenticate(client, 'basic', { username: 'ada', password: 'lace' })";
const BASIC_HEADER: Option<&str> = Some("Basic YWRhOmxhY2U=");

#[test]
fn a_bearer_token_is_sent_as_a_header() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.header("client.api.get()", "authorization", None);
    cells.run(BEARER);
    cells.header("client.api.get()", "authorization", Some("Bearer token-1"));
    cells.asks("client.api.get({ x: 1 })", "GET /echo/api?x=1");
    cells.header("done = async(); client.api.get(() => done())", "authorization", Some("Bearer token-1"));
    cells.run("API.authenticate(client, 'oauth_2_0', { accessToken: 'token-2' })");
    cells.header("client.api.get()", "authorization", Some("Bearer token-2"));
}

#[test]
fn a_header_set_by_the_caller_wins() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    cells.header("client.api.get({}, { headers: { AUTHORIZATION: 'mine' } })", "authorization", Some("mine"));
    cells.run("API.set(client, 'headers', { authorization: 'of the client' })");
    cells.header("client.api.get()", "authorization", Some("of the client"));
    cells.header(
        "client.api.get({}, { beforeSend(r) { r.headers = { Authorization: 'late' } } })",
        "authorization",
        Some("late"),
    );
}

#[test]
fn other_token_types_are_sent_as_a_query_parameter() {
    let server = Server::with(|request| match request.url.as_str() {
        "/token" => Answer::new(200, "application/json", r#"{"access_token":"t 1","token_type":"session"}"#),
        _ => Answer::new(200, "text/plain", "ok"),
    });
    let mut cells = Cells::with(&format!("{OAUTH2}securedBy: [ oauth_2_0 ]\n{RESOURCES}"), server);
    cells.run("API.authenticate(client, 'oauth_2_0', { clientId: 'id', clientSecret: 'secret' })");
    cells.asks("client.api.get()", "GET /api?access_token=t%201");
    cells.asks("client.api.get({ x: 1 })", "GET /api?x=1&access_token=t%201");
    cells.asks("client.api.get({ access_token: 'mine' })", "GET /api?access_token=mine");
    cells.header("client.api.get()", "authorization", None);
}

#[test]
fn basic_credentials_are_sent_as_a_header() {
    let mut cells = cells("[ basic ]");
    cells.run(BASIC);
    cells.header("client.api.get()", "authorization", BASIC_HEADER);
}

#[test]
fn other_schemes_set_the_parameters_of_described_by() {
    let mut cells = cells("[ app_key ]");
    cells.run("API.authenticate(client, 'app_key', { 'X-App-Key': 'k 1', app_key: 'q 1', unknown: 'x' })");
    let request = cells.sent("client.key.get({ x: 1 })");
    assert_eq!(request.url, "/echo/key?x=1&app_key=q%201");
    assert_eq!((request.header("x-app-key"), request.header("x-app-id")), (Some("k 1"), None));
    cells.header("client.key.get({}, { headers: { 'x-app-key': 'mine' } })", "x-app-key", Some("mine"));
    cells.asks("client.key.get({ app_key: 'mine' })", "GET /echo/key?app_key=mine");
    cells.run("API.authenticate(client, 'app_key', { headers: { 'X-App-Id': 7 }, query: { app_key: 8 } })");
    let request = cells.sent("client.key.get()");
    assert_eq!((request.url.as_str(), request.header("x-app-id")), ("/echo/key?app_key=8", Some("7")));
    cells.run("API.authenticate(client, 'pass', { 'X-Pass': 'through' })");
    cells.header("client.pass.get()", "x-pass", Some("through"));
}

#[test]
fn the_schemes_of_the_method_precede_those_of_the_api() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    cells.header("client.method.get()", "authorization", None);
    cells.header("client.resource.get()", "authorization", None);
    cells.run(BASIC);
    cells.header("client.method.get()", "authorization", BASIC_HEADER);
    cells.header("client.resource.get()", "authorization", BASIC_HEADER);
    cells.header("client.resource.put()", "authorization", Some("Bearer token-1"));
    cells.header("client.api.get()", "authorization", Some("Bearer token-1"));
}

#[test]
fn the_first_scheme_with_credentials_is_used() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    cells.header("client.two.get()", "authorization", Some("Bearer token-1"));
    cells.run(BASIC);
    cells.header("client.two.get()", "authorization", BASIC_HEADER);
}

#[test]
fn null_means_no_security() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.header("client.either.get()", "authorization", None);
    cells.run(BEARER);
    cells.header("client.open.get()", "authorization", None);
    // Allowed without security, but the client is signed in.
    cells.header("client.either.get()", "authorization", Some("Bearer token-1"));
}

#[test]
fn undeclared_paths_have_the_security_of_the_api() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    cells.run(BASIC);
    cells.header("client('/method').get()", "authorization", Some("Bearer token-1"));
    cells.header("client('/open').get()", "authorization", Some("Bearer token-1"));
    let mut open = self::cells("[ null ]");
    open.run(BEARER);
    open.header("client('/api').get()", "authorization", None);
}

#[test]
fn each_client_has_its_own_sign_in() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    cells.run("API.createClient('other', 'client.raml')");
    cells.header("other.api.get()", "authorization", None);
    cells.run("API.authenticate(other, 'oauth_2_0', { accessToken: 'token-9' })");
    cells.header("other.api.get()", "authorization", Some("Bearer token-9"));
    cells.header("client.api.get()", "authorization", Some("Bearer token-1"));
}

#[test]
fn oauth_1_signs_method_url_query_and_form() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(
        "API.authenticate(client, 'oauth_1_0', { consumerKey: 'ck', consumerSecret: 'cs', accessToken: 'at', accessTokenSecret: 'ts' })",
    );
    for call in [
        "client.one.get({ q: \"it's ü & (more)\", a: [1, 2] })",
        "client.one.post({ b: 'c d+é', a: \"'*'\" }, { query: { z: '~' } })",
    ] {
        let request = cells.sent(call);
        let header = request.header("authorization").unwrap();
        let fields = oauth1::fields(header);
        assert_eq!(fields["oauth_signature_method"], "HMAC-SHA1");
        assert_eq!((fields["oauth_consumer_key"].as_str(), fields["oauth_token"].as_str()), ("ck", "at"));
        let url = cells.server.url(&request.url);
        assert_eq!(
            fields["oauth_signature"],
            oauth1::signature(&request.method, &url, &request.text(), &fields, "cs&ts"),
            "{call}"
        );
    }
    cells.header("client.one.get({}, { headers: { authorization: 'mine' } })", "authorization", Some("mine"));
}

#[test]
fn authenticate_returns_the_tokens() {
    let mut cells = cells("[ oauth_2_0 ]");
    cells.run(BEARER);
    // A handle.
    cells.gives("$1.accessToken.length", &json!(43));
    cells.run("API.authenticate(client, { accessToken: 'token-3' })");
    cells.header("client.api.get()", "authorization", Some("Bearer token-3"));
}

/// An independent implementation of the server side of OAuth 1.0a (RFC 5849 section 3.2).
mod oauth1 {
    use std::collections::BTreeMap;

    use base64::Engine as _;
    use hmac::{Hmac, Mac as _};
    use sha1::Sha1;

    fn encode(text: &str) -> String {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        text.bytes()
            .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    }

    /// The fields of an `Authorization` header, decoded.
    pub(super) fn fields(header: &str) -> BTreeMap<String, String> {
        let list = header.strip_prefix("OAuth ").unwrap();
        list.split(", ")
            .map(|field| {
                let (name, value) = field.split_once('=').unwrap();
                let value = value.trim_matches('"');
                assert!(!value.contains('+'), "{field}");
                (name.to_owned(), url::form_urlencoded::parse(value.as_bytes()).next().unwrap().0.into_owned())
            })
            .collect()
    }

    /// The expected signature of a request.
    pub(super) fn signature(
        method: &str,
        url: &str,
        form: &str,
        fields: &BTreeMap<String, String>,
        key: &str,
    ) -> String {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut parameters: Vec<(String, String)> = Vec::new();
        for text in [query, form] {
            let pairs = url::form_urlencoded::parse(text.as_bytes());
            parameters.extend(pairs.map(|(name, value)| (encode(&name), encode(&value))));
        }
        let signed = fields.iter().filter(|(name, _)| *name != "oauth_signature");
        parameters.extend(signed.map(|(name, value)| (encode(name), encode(value))));
        parameters.sort();
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let text = [method, base, &parameters.join("&")].map(encode).join("&");
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
    }
}
