//! The endpoints of OAuth 2.0 (RFC 6749, with PKCE of RFC 7636). They approve every valid request immediately.
//!
//! They detect errors in the client's requests: invalid parameters, codes that were used or belong to another client,
//! mismatched PKCE verifiers. They do not check users, client registrations, redirect URIs or token lifetimes: a client
//! may be public, without a secret.

use apinb_text::web::verb::Verb;
use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use rand::Rng as _;
use rand::distr::Alphanumeric;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::endpoint::OAuth2Step;
use crate::exchange::{Origin, Request, Response, decode_pairs, first};

/// Maximum number of pending codes; the oldest are dropped first.
const MAX_CODES: usize = 1_000;
/// In seconds. The mock server does not enforce it.
const TOKEN_LIFE: u32 = 7_200;

/// Approved authorizations whose code was not exchanged yet.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    codes: VecDeque<Approval>,
}

#[derive(Debug)]
struct Approval {
    code: String,
    client_id: String,
    redirect_uri: String,
    scope: Option<String>,
    challenge: Option<Challenge>,
}

#[derive(Debug)]
enum Challenge {
    Plain(String),
    Sha256(String),
}

/// Responds to a request for an OAuth endpoint.
pub(crate) fn respond(step: OAuth2Step, request: &Request, approvals: &mut Approvals) -> Response {
    let response = match (step, request.verb()) {
        (OAuth2Step::Authorize, Some(Verb::Get | Verb::Head)) => authorize(&request.query, approvals),
        (OAuth2Step::Authorize, Some(Verb::Post)) => {
            authorize(&[request.query.clone(), decode_pairs(&request.body)].concat(), approvals)
        }
        (OAuth2Step::Token, Some(Verb::Post)) => token(request, approvals).unwrap_or_else(Refusal::response),
        (OAuth2Step::Authorize, _) => refused(405, "invalid_request", "ask with GET").with("allow", "GET, HEAD, POST"),
        (OAuth2Step::Token, _) => refused(405, "invalid_request", "ask with POST").with("allow", "POST"),
    };
    response.with("cache-control", "no-store")
}

/// The authorization endpoint (RFC 6749, sections 4.1.1 and 4.2.1).
fn authorize(parameters: &[(String, String)], approvals: &mut Approvals) -> Response {
    let given = |name: &str| first(parameters, name).filter(|value| !value.is_empty());
    // The redirect URI is missing or invalid, so the error is not redirected (section 4.1.2.1).
    let Some(redirect_uri) = given("redirect_uri") else {
        return refused(400, "invalid_request", "`redirect_uri` is missing");
    };
    let Ok(mut target) = Url::parse(redirect_uri) else {
        return refused(400, "invalid_request", "`redirect_uri` is not an absolute URI");
    };
    if target.fragment().is_some() {
        return refused(400, "invalid_request", "`redirect_uri` has a fragment");
    }
    let Some(client_id) = given("client_id") else {
        return refused(400, "invalid_request", "`client_id` is missing");
    };
    let response_type = given("response_type");
    let is_implicit = response_type == Some("token");
    let mut response: Vec<(&str, String)> = match (response_type, challenge(&given)) {
        (_, Err(fault)) => vec![("error", "invalid_request".to_owned()), ("error_description", fault.to_owned())],
        (Some("code"), Ok(challenge)) => {
            let code = random();
            approvals.add(Approval {
                code: code.clone(),
                client_id: client_id.to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                scope: given("scope").map(str::to_owned),
                challenge,
            });
            vec![("code", code)]
        }
        (Some("token"), Ok(_)) => {
            let mut response = vec![
                ("access_token", random()),
                ("token_type", "bearer".to_owned()),
                ("expires_in", TOKEN_LIFE.to_string()),
            ];
            response.extend(given("scope").map(|scope| ("scope", scope.to_owned())));
            response
        }
        (Some(_), Ok(_)) => vec![("error", "unsupported_response_type".to_owned())],
        (None, Ok(_)) => vec![
            ("error", "invalid_request".to_owned()),
            ("error_description", "`response_type` is missing".to_owned()),
        ],
    };
    response.extend(given("state").map(|state| ("state", state.to_owned())));
    if is_implicit {
        let mut fragment = url::form_urlencoded::Serializer::new(String::new());
        target.set_fragment(Some(&fragment.extend_pairs(response).finish()));
    } else {
        target.query_pairs_mut().extend_pairs(response);
    }
    Response::empty(302, Origin::OAuth).with("location", target)
}

/// The PKCE challenge (RFC 7636, section 4.3).
fn challenge<'a>(given: &impl Fn(&str) -> Option<&'a str>) -> Result<Option<Challenge>, &'static str> {
    match (given("code_challenge"), given("code_challenge_method")) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err("`code_challenge` is missing"),
        (Some(challenge), None | Some("plain")) => Ok(Some(Challenge::Plain(challenge.to_owned()))),
        (Some(challenge), Some("S256")) => Ok(Some(Challenge::Sha256(challenge.to_owned()))),
        (Some(_), Some(_)) => Err("`code_challenge_method` is neither `S256` nor `plain`"),
    }
}

/// The token endpoint (RFC 6749, sections 4.1.3, 4.3.2, 4.4.2 and 6).
fn token(request: &Request, approvals: &mut Approvals) -> Result<Response, Refusal> {
    let parameters = parameters(request)?;
    let given = |name: &str| first(&parameters, name).filter(|value| !value.is_empty());
    let client = Client::of(request, &given)?;
    let grant = given("grant_type").ok_or(Refusal::request("`grant_type` is missing"))?;
    let mut scope = given("scope").map(str::to_owned);
    let mut may_refresh = true;
    match grant {
        "authorization_code" => {
            let code = given("code").ok_or(Refusal::request("`code` is missing"))?;
            let approval = approvals.take(code).ok_or(Refusal::grant("the code is not known, or was used before"))?;
            approval.check(&client, given("redirect_uri"), given("code_verifier"))?;
            scope = approval.scope;
        }
        "password" => {
            given("username").ok_or(Refusal::request("`username` is missing"))?;
            given("password").ok_or(Refusal::request("`password` is missing"))?;
        }
        "client_credentials" => {
            if client.id.is_none() {
                return Err(Refusal::client("`client_id` is missing"));
            }
            may_refresh = false;
        }
        "refresh_token" => {
            given("refresh_token").ok_or(Refusal::request("`refresh_token` is missing"))?;
        }
        _ => return Err(Refusal { status: 400, error: "unsupported_grant_type", description: "no such grant" }),
    }
    let mut response = Map::new();
    response.insert("access_token".to_owned(), random().into());
    response.insert("token_type".to_owned(), "bearer".into());
    response.insert("expires_in".to_owned(), TOKEN_LIFE.into());
    if may_refresh {
        response.insert("refresh_token".to_owned(), random().into());
    }
    if let Some(scope) = scope {
        response.insert("scope".to_owned(), scope.into());
    }
    Ok(Response::json(200, &Value::Object(response), Origin::OAuth))
}

/// The parameters of a token request: a form according to RFC 6749, or JSON as some services accept.
fn parameters(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    if request.is_form() {
        return Ok(decode_pairs(&request.body));
    }
    let is_json = request.media_type() == "application/json";
    let fields: Option<Map<String, Value>> = serde_json::from_slice(&request.body).ok().filter(|_| is_json);
    let fields = fields.ok_or(Refusal::request("the body is not application/x-www-form-urlencoded"))?;
    Ok(fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect())
}

/// The client that requests a token.
struct Client {
    id: Option<String>,
    secret: Option<String>,
}

impl Client {
    /// From Basic authentication or from the body (RFC 6749, section 2.3.1), but not from both.
    fn of<'a>(request: &Request, given: &impl Fn(&str) -> Option<&'a str>) -> Result<Self, Refusal> {
        let in_body =
            Self { id: given("client_id").map(str::to_owned), secret: given("client_secret").map(str::to_owned) };
        let Some(header) = request.header("authorization") else { return Ok(in_body) };
        let (kind, credentials) = header.trim().split_once(' ').unwrap_or((header, ""));
        if !kind.eq_ignore_ascii_case("basic") {
            return Err(Refusal::client("the client authenticates by neither Basic nor the body"));
        }
        let decoded = STANDARD.decode(credentials.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let decoded = decoded.ok_or(Refusal::client("the Basic credentials cannot be decoded"))?;
        let (id, secret) = decoded.split_once(':').ok_or(Refusal::client("the Basic credentials have no `:`"))?;
        let plain = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8_lossy().replace('+', " ");
            Some(decoded).filter(|text| !text.is_empty())
        };
        if in_body.secret.is_some() {
            return Err(Refusal::request("the client's secret is in the header and in the body"));
        }
        Ok(Self { id: plain(id), secret: plain(secret) })
    }
}

impl Approvals {
    fn add(&mut self, approval: Approval) {
        if self.codes.len() >= MAX_CODES {
            self.codes.pop_front();
        }
        self.codes.push_back(approval);
    }

    fn take(&mut self, code: &str) -> Option<Approval> {
        let index = self.codes.iter().position(|approval| approval.code == code)?;
        self.codes.remove(index)
    }
}

impl Approval {
    fn check(&self, client: &Client, redirect_uri: Option<&str>, verifier: Option<&str>) -> Result<(), Refusal> {
        if client.id.as_ref() != Some(&self.client_id) {
            return Err(Refusal::client("`client_id` is missing, or differs from that of the authorization"));
        }
        if redirect_uri != Some(self.redirect_uri.as_str()) {
            return Err(Refusal::grant("`redirect_uri` is not the one that the code was sent to"));
        }
        let is_proven = match (&self.challenge, verifier) {
            (None, None) => true,
            (None, Some(_)) => {
                return Err(Refusal::grant("there is a `code_verifier`, but there was no `code_challenge`"));
            }
            (Some(_), None) => return Err(Refusal::request("`code_verifier` is missing")),
            (Some(Challenge::Plain(challenge)), Some(verifier)) => challenge == verifier,
            (Some(Challenge::Sha256(challenge)), Some(verifier)) => {
                *challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
            }
        };
        if !is_proven {
            return Err(Refusal::grant("`code_verifier` does not match the `code_challenge`"));
        }
        Ok(())
    }
}

/// An error of a token request (RFC 6749, section 5.2).
struct Refusal {
    status: u16,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    fn request(description: &'static str) -> Self {
        Self { status: 400, error: "invalid_request", description }
    }

    fn grant(description: &'static str) -> Self {
        Self { status: 400, error: "invalid_grant", description }
    }

    fn client(description: &'static str) -> Self {
        Self { status: 401, error: "invalid_client", description }
    }

    fn response(self) -> Response {
        let response = refused(self.status, self.error, self.description);
        if self.status == 401 { response.with("www-authenticate", "Basic realm=\"token\"") } else { response }
    }
}

fn refused(status: u16, error: &str, description: &str) -> Response {
    Response::json(status, &json!({"error": error, "error_description": description}), Origin::Error)
}

/// A token or code.
pub(crate) fn random() -> String {
    rand::rng().sample_iter(Alphanumeric).take(32).map(char::from).collect()
}
