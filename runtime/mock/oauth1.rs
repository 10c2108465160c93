//! The endpoints of OAuth 1.0a (RFC 5849, section 2). They approve every request immediately.
//!
//! They detect unknown tokens and verifiers. They check neither client registrations nor signatures.

use std::collections::VecDeque;

use apinb_text::web::verb::Verb;
use percent_encoding::percent_decode_str;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::endpoint::OAuth1Step;
use crate::exchange::{Origin, Request, Response, decode_pairs, first};
use crate::oauth::random;

/// Maximum number of pending temporary credentials; the oldest are dropped first.
const MAX_PENDING: usize = 1_000;

/// Temporary credentials that were not exchanged yet.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    pending: VecDeque<Temporary>,
}

/// Temporary credentials (section 2.1).
#[derive(Debug)]
struct Temporary {
    token: String,
    /// None: "oob", the page displays the verifier.
    callback: Option<Url>,
    /// Known once the user has consented.
    verifier: Option<String>,
}

/// Responds to a request for an endpoint.
pub(crate) fn respond(step: OAuth1Step, request: &Request, consents: &mut Consents) -> Response {
    let parameters = parameters(request);
    let given = |name: &str| first(&parameters, name).filter(|value| !value.is_empty());
    let outcome = match (step, request.verb()) {
        (_, Some(Verb::Get | Verb::Post)) => match step {
            OAuth1Step::Temporary => temporary(&given, consents),
            OAuth1Step::Consent => consent(&given, consents),
            OAuth1Step::Token => token(&given, consents),
        },
        _ => Ok(refused(405, "method_not_allowed").with("allow", "GET, POST")),
    };
    outcome.unwrap_or_else(|(status, problem)| refused(status, problem)).with("cache-control", "no-store")
}

/// The status, and the value of `oauth_problem`.
type Refusal = (u16, &'static str);

/// Temporary credentials (section 2.1).
fn temporary<'a>(given: &impl Fn(&str) -> Option<&'a str>, consents: &mut Consents) -> Result<Response, Refusal> {
    given("oauth_consumer_key").ok_or((400, "parameter_absent&oauth_parameters_absent=oauth_consumer_key"))?;
    let callback = match given("oauth_callback") {
        None | Some("oob") => None,
        Some(uri) => Some(Url::parse(uri).map_err(|_| (400, "parameter_rejected"))?),
    };
    if consents.pending.len() >= MAX_PENDING {
        consents.pending.pop_front();
    }
    let token = random();
    let body = credentials(&token, &[("oauth_callback_confirmed", "true")]);
    consents.pending.push_back(Temporary { token, callback, verifier: None });
    Ok(body)
}

/// The user's consent (section 2.2): redirects back, or displays the verifier.
fn consent<'a>(given: &impl Fn(&str) -> Option<&'a str>, consents: &mut Consents) -> Result<Response, Refusal> {
    let token = given("oauth_token").ok_or((400, "parameter_absent&oauth_parameters_absent=oauth_token"))?;
    let pending = consents.pending.iter_mut().find(|pending| pending.token == token).ok_or((400, "token_rejected"))?;
    let verifier = pending.verifier.get_or_insert_with(random);
    Ok(match &pending.callback {
        None => Response::text(200, "text/plain", verifier.clone(), Origin::OAuth),
        Some(callback) => {
            let mut target = callback.clone();
            target.query_pairs_mut().append_pair("oauth_token", token).append_pair("oauth_verifier", verifier);
            Response::empty(302, Origin::OAuth).with("location", target)
        }
    })
}

/// Token credentials (section 2.3).
fn token<'a>(given: &impl Fn(&str) -> Option<&'a str>, consents: &mut Consents) -> Result<Response, Refusal> {
    let token = given("oauth_token").ok_or((400, "parameter_absent&oauth_parameters_absent=oauth_token"))?;
    let verifier = given("oauth_verifier").ok_or((400, "parameter_absent&oauth_parameters_absent=oauth_verifier"))?;
    let is_this = |pending: &Temporary| pending.token == token && pending.verifier.as_deref() == Some(verifier);
    let at = consents.pending.iter().position(is_this).ok_or((401, "token_rejected"))?;
    consents.pending.remove(at);
    Ok(credentials(&random(), &[]))
}

fn credentials(token: &str, more: &[(&str, &str)]) -> Response {
    let mut form = Serializer::new(String::new());
    form.append_pair("oauth_token", token).append_pair("oauth_token_secret", &random()).extend_pairs(more);
    Response::text(200, "application/x-www-form-urlencoded", form.finish(), Origin::OAuth)
}

/// The protocol parameters of a request (section 3.5): in the `Authorization` header, a form, or the query.
fn parameters(request: &Request) -> Vec<(String, String)> {
    let header = request.header("authorization").unwrap_or_default().trim();
    let (kind, fields) = header.split_once(' ').unwrap_or_default();
    let mut parameters: Vec<(String, String)> = Vec::new();
    if kind.eq_ignore_ascii_case("oauth") {
        let decoded = |text: &str| percent_decode_str(text.trim().trim_matches('"')).decode_utf8_lossy().into_owned();
        let pairs = fields.split(',').filter_map(|field| field.split_once('='));
        parameters.extend(pairs.map(|(name, value)| (decoded(name), decoded(value))));
    }
    if request.is_form() {
        parameters.extend(decode_pairs(&request.body));
    }
    parameters.extend(request.query.iter().cloned());
    parameters
}

fn refused(status: u16, problem: &str) -> Response {
    let body = format!("oauth_problem={problem}");
    Response::text(status, "application/x-www-form-urlencoded", body, Origin::Error)
}
