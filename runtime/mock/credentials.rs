//! Checks that a request has the credentials that a method requires.
//!
//! A mock server does not know valid credentials, so it accepts any credentials of a kind that `securedBy` names.

use apinb_definition::model::{SecurityKind, SecurityRequirement, SecurityScheme};
use apinb_text::display::quote::quote_each;
use serde_json::Value;

use crate::body::RequestBody;
use crate::error_response::error_response;
use crate::exchange::{Request, Response};

/// Checks the credentials of a request. It must meet one of the requirements.
///
/// # Errors
/// The response 401, with a challenge per scheme (RFC 9110, section 11.6.1).
pub(crate) fn check(
    request: &Request,
    sent: &RequestBody,
    secured_by: &[SecurityRequirement],
    schemes: &[SecurityScheme],
    realm: &str,
) -> Result<(), Response> {
    let mut unmet: Vec<Vec<&SecurityScheme>> = Vec::new();
    for requirement in secured_by {
        // An undeclared scheme requires nothing that can be checked.
        let declared =
            requirement.schemes.iter().filter_map(|used| schemes.iter().find(|scheme| scheme.name == used.name));
        let open: Vec<_> = declared.filter(|scheme| !is_met(request, sent, scheme)).collect();
        if open.is_empty() {
            return Ok(());
        }
        unmet.push(open);
    }
    if unmet.is_empty() {
        return Ok(());
    }
    let named = |schemes: &Vec<&SecurityScheme>| quote_each(schemes.iter().map(|scheme| &scheme.name), " and ");
    let help = format!("Authenticate with {}.", unmet.iter().map(named).collect::<Vec<_>>().join(" or "));
    let mut response = error_response(401, "this method needs credentials", Some(help));
    let mut challenges: Vec<String> = Vec::new();
    for challenge in unmet.iter().flatten().map(|scheme| challenge(scheme, realm)) {
        if !challenges.contains(&challenge) {
            response = response.with("www-authenticate", challenge.clone());
            challenges.push(challenge);
        }
    }
    Err(response)
}

fn is_met(request: &Request, sent: &RequestBody, scheme: &SecurityScheme) -> bool {
    let has = |prefixes: &[&str]| {
        let mut headers = request.headers.iter().filter(|(name, _)| name == "authorization");
        headers.any(|(_, value)| {
            let (kind, credentials) = value.trim().split_once(' ').unwrap_or_default();
            !credentials.trim().is_empty() && prefixes.iter().any(|prefix| kind.eq_ignore_ascii_case(prefix))
        })
    };
    // In the query, or in a form (RFC 6750, section 2.2).
    let has_parameter = |name: &str| {
        let in_form = || match sent {
            RequestBody::Form(fields) => fields.get(name).and_then(Value::as_str),
            RequestBody::Nothing | RequestBody::Value(_) => None,
        };
        request.parameter(name).or_else(in_form).is_some_and(|value| !value.is_empty())
    };
    let described = || {
        let header = |name: &str| request.header(&name.to_ascii_lowercase()).is_some_and(|value| !value.is_empty());
        let mut headers =
            scheme.headers.iter().filter(|parameter| !parameter.name.eq_ignore_ascii_case("authorization"));
        headers.any(|parameter| header(&parameter.name))
            || scheme.query_parameters.iter().any(|parameter| has_parameter(&parameter.name))
            || scheme.cookies.iter().any(|parameter| has_cookie(request, &parameter.name))
    };
    match &scheme.kind {
        SecurityKind::OAuth2(_) => {
            // Many services let a client read public data by its id alone.
            has(&["bearer", "token", "oauth"])
                || ["access_token", "oauth_token", "client_id"].into_iter().any(has_parameter)
                || described()
        }
        SecurityKind::OAuth1(_) => has(&["oauth"]) || has_parameter("oauth_token") || described(),
        SecurityKind::Bearer => has(&["bearer"]) || described(),
        SecurityKind::Basic => has(&["basic"]) || described(),
        SecurityKind::Digest => has(&["digest"]) || described(),
        SecurityKind::Other(_) => {
            let asks_for_nothing =
                scheme.headers.is_empty() && scheme.query_parameters.is_empty() && scheme.cookies.is_empty();
            let by_header = scheme.headers.iter().any(|parameter| parameter.name.eq_ignore_ascii_case("authorization"));
            asks_for_nothing || described() || by_header && request.header("authorization").is_some()
        }
    }
}

fn has_cookie(request: &Request, wanted: &str) -> bool {
    let headers = request.headers.iter().filter(|(name, _)| name == "cookie");
    let mut pairs = headers.flat_map(|(_, value)| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.any(|(name, value)| name.trim() == wanted && !value.trim().is_empty())
}

fn challenge(scheme: &SecurityScheme, realm: &str) -> String {
    let realm: String = realm.chars().filter(|character| character.is_ascii_graphic() || *character == ' ').collect();
    let realm = realm.replace(['"', '\\'], "");
    match scheme.kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => format!("Bearer realm=\"{realm}\""),
        SecurityKind::OAuth1(_) => format!("OAuth realm=\"{realm}\""),
        SecurityKind::Basic => format!("Basic realm=\"{realm}\", charset=\"UTF-8\""),
        SecurityKind::Digest => format!("Digest realm=\"{realm}\", nonce=\"apinb\", qop=\"auth\", algorithm=MD5"),
        SecurityKind::Other(_) => format!("Custom realm=\"{realm}\""),
    }
}

#[cfg(test)]
mod tests {
    use apinb_definition::model::{
        OAuth1Settings, OAuth2Settings, Parameter, SchemeUse, SecurityKind, SecurityRequirement, SecurityScheme,
    };

    use serde_json::json;

    use super::check;
    use crate::body::RequestBody;
    use crate::exchange::Request;

    fn schemes() -> Vec<SecurityScheme> {
        let scheme = |name: &str, kind| SecurityScheme::new(name, kind);
        let mut key = scheme("key", SecurityKind::Other("x-key".to_owned()));
        key.query_parameters.push(Parameter { name: "api_key".to_owned(), ..Parameter::default() });
        key.headers.push(Parameter { name: "X-Api-Key".to_owned(), ..Parameter::default() });
        let mut cookie = scheme("cookie", SecurityKind::Other("apiKey".to_owned()));
        cookie.cookies.push(Parameter { name: "SID".to_owned(), ..Parameter::default() });
        vec![
            cookie,
            scheme("bearer", SecurityKind::Bearer),
            scheme("oauth2", SecurityKind::OAuth2(OAuth2Settings::default())),
            scheme("oauth1", SecurityKind::OAuth1(OAuth1Settings::default())),
            scheme("basic", SecurityKind::Basic),
            key,
        ]
    }

    fn secured_by(names: &[&str]) -> Vec<SecurityRequirement> {
        let used = |name: &str| SchemeUse { name: name.to_owned(), scopes: Vec::new() };
        let requirement = |names: &&str| match *names {
            "null" => SecurityRequirement::default(),
            names => SecurityRequirement { schemes: names.split('+').map(used).collect() },
        };
        names.iter().map(requirement).collect()
    }

    fn allows(names: &[&str], header: Option<(&str, &str)>, query: Option<(&str, &str)>) -> bool {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let request = Request {
            headers: header.map(pair).into_iter().collect(),
            query: query.map(pair).into_iter().collect(),
            ..Request::default()
        };
        check(&request, &RequestBody::Nothing, &secured_by(names), &schemes(), "x").is_ok()
    }

    #[test]
    fn any_credentials_of_the_declared_kind_are_accepted() {
        let header = |value: &'static str| Some(("authorization", value));
        assert!(allows(&[], None, None));
        assert!(allows(&["null", "basic"], None, None));
        assert!(allows(&["oauth2", "null"], None, None));
        assert!(allows(&["undeclared"], None, None));
        assert!(!allows(&["oauth2"], None, None));
        assert!(!allows(&["oauth2"], header("Bearer "), None));
        assert!(!allows(&["oauth2"], header("Basic eDp5"), None));
        assert!(allows(&["oauth2"], header("bearer given"), None));
        assert!(allows(&["oauth2"], None, Some(("access_token", "given"))));
        assert!(!allows(&["oauth2"], None, Some(("access_token", ""))));
        assert!(allows(&["oauth2", "basic"], header("Basic eDp5"), None));
        assert!(allows(&["oauth1"], header("OAuth oauth_token=\"x\""), None));
        assert!(!allows(&["key"], None, None));
        assert!(allows(&["key"], None, Some(("api_key", "x"))));
        assert!(allows(&["key"], Some(("x-api-key", "x")), None));
        assert!(allows(&["bearer"], header("Bearer x"), None) && !allows(&["bearer"], header("Basic eDp5"), None));
        assert!(allows(&["cookie"], Some(("cookie", "a=b; SID=x")), None));
        assert!(!allows(&["cookie"], Some(("cookie", "a=b; SID=; xSID=x")), None));
    }

    #[test]
    fn a_token_may_be_in_a_form_and_a_client_id_is_enough() {
        let in_form = |name: &str, value: &str| {
            let form = RequestBody::Form(json!({ name: value }).as_object().cloned().unwrap_or_default());
            check(&Request::default(), &form, &secured_by(&["oauth2", "key"]), &schemes(), "x").is_ok()
        };
        assert!(in_form("access_token", "x") && in_form("api_key", "x") && in_form("client_id", "x"));
        assert!(!in_form("access_token", "") && !in_form("other", "x"));
        assert!(allows(&["oauth2"], None, Some(("client_id", "me"))));
        assert!(!allows(&["oauth1"], None, Some(("client_id", "me"))));
    }

    #[test]
    fn all_schemes_of_one_requirement_are_required() {
        let header = Some(("authorization", "Bearer x"));
        assert!(allows(&["bearer+key"], header, Some(("api_key", "x"))));
        assert!(!allows(&["bearer+key"], header, None));
        assert!(allows(&["bearer+key", "bearer"], header, None));
        let refusal =
            check(&Request::default(), &RequestBody::Nothing, &secured_by(&["bearer+key", "oauth2"]), &schemes(), "x");
        let body = String::from_utf8_lossy(&refusal.expect_err("no credentials").body).into_owned();
        assert!(body.contains("Authenticate with `bearer` and `key` or `oauth2`."), "{body}");
    }

    #[test]
    fn a_refusal_names_every_accepted_scheme() {
        let refusal = check(
            &Request::default(),
            &RequestBody::Nothing,
            &secured_by(&["oauth2", "basic"]),
            &schemes(),
            "My \"API\"\r\n",
        );
        let response = refusal.expect_err("no credentials");
        assert_eq!(response.status, 401);
        let challenges = response.headers.iter().filter(|(name, _)| name == "www-authenticate");
        let challenges: Vec<&str> = challenges.map(|(_, value)| value.as_str()).collect();
        assert_eq!(challenges, ["Bearer realm=\"My API\"", "Basic realm=\"My API\", charset=\"UTF-8\""]);
        let body = String::from_utf8_lossy(&response.body).into_owned();
        assert!(body.contains("Authenticate with `oauth2` or `basic`."), "{body}");
    }
}
