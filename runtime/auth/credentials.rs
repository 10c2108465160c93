//! Credentials, and how they are put on a request.

use apinb_http::exchange::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::digest::Digest;
use crate::encoding::add_query;
use crate::oauth1::credentials::OAuth1;
use crate::oauth1::signature;
use crate::oauth2::authorized::Authorized;
use crate::rsa_key::KeyError;

/// Credentials of one security scheme.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// OAuth 2.0; a bearer token as well.
    OAuth2(Authorized),
    /// OAuth 1.0a.
    OAuth1(OAuth1),
    /// Basic authentication (RFC 7617).
    Basic {
        /// The user; for some APIs this is the secret.
        username: SecretString,
        password: SecretString,
    },
    /// Digest authentication (RFC 7616).
    Digest(Digest),
    /// The parameters that "describedBy" of another scheme names.
    Other {
        /// Headers by name.
        headers: Vec<(String, SecretString)>,
        /// Query parameters by name.
        query: Vec<(String, SecretString)>,
        /// Cookies by name.
        cookies: Vec<(String, SecretString)>,
    },
}

impl Credentials {
    /// Whether a signature depends on the whole request.
    #[must_use]
    pub fn sign_the_whole(&self) -> bool {
        matches!(self, Self::OAuth1(_) | Self::Digest(_))
    }
}

/// Puts credentials on a request. `as_sent` is the request with the secrets in place of their handles, for signatures over
/// the whole of it; none: there are no handles in it. What the caller has set itself stays: a header of the same name (in any case), a
/// query parameter of the same name. To be called last, when URL and body are what will be sent.
///
/// # Errors
/// When the key of OAuth 1.0's RSA-SHA1 cannot sign.
pub fn sign(request: &mut Request, as_sent: Option<&Request>, credentials: &Credentials) -> Result<(), KeyError> {
    match credentials {
        Credentials::OAuth2(authorized) => {
            let tokens = authorized.tokens();
            let token = tokens.access_token.expose_secret();
            if tokens.token_type.eq_ignore_ascii_case("bearer") {
                add_header(request, "authorization", format!("Bearer {token}"));
            } else {
                add_parameter(request, "access_token", token);
            }
        }
        Credentials::OAuth1(credentials) => {
            let value = signature::authorization(as_sent.unwrap_or(request), credentials, &signature::Moment::now())?;
            add_header(request, "authorization", value);
        }
        Credentials::Basic { username, password } => {
            let pair = format!("{}:{}", username.expose_secret(), password.expose_secret());
            add_header(request, "authorization", format!("Basic {}", STANDARD.encode(pair)));
        }
        Credentials::Digest(digest) => {
            if let Some(value) = digest.authorization(as_sent.unwrap_or(request)) {
                add_header(request, "authorization", value);
            }
        }
        Credentials::Other { headers, query, cookies } => {
            for (name, value) in headers {
                add_header(request, name, value.expose_secret().to_owned());
            }
            for (name, value) in query {
                add_parameter(request, name, value.expose_secret());
            }
            for (name, value) in cookies {
                add_cookie(request, name, value.expose_secret());
            }
        }
    }
    Ok(())
}

fn add_header(request: &mut Request, name: &str, value: String) {
    if !request.headers.iter().any(|(set, _)| set.eq_ignore_ascii_case(name)) {
        request.headers.push((name.to_owned(), value));
        request.signed.headers.push(name.to_owned());
    }
}

fn add_cookie(request: &mut Request, name: &str, value: &str) {
    let cookie = request.headers.iter_mut().find(|(set, _)| set.eq_ignore_ascii_case("cookie"));
    let Some((_, cookies)) = cookie else {
        request.headers.push(("cookie".to_owned(), format!("{name}={value}")));
        return;
    };
    let is_set = cookies.split(';').any(|cookie| cookie.trim().split_once('=').is_some_and(|(set, _)| set == name));
    if !is_set {
        cookies.push_str(&format!("; {name}={value}"));
    }
}

fn add_parameter(request: &mut Request, name: &str, value: &str) {
    if !request.url.query_pairs().any(|(set, _)| set == name) {
        add_query(&mut request.url, [(name, value)]);
        request.signed.query.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, sign};
    use crate::oauth1::credentials::OAuth1;
    use crate::oauth2::authorized::Authorized;
    use crate::rsa_key::SignatureMethod;
    use crate::tokens::Tokens;
    use apinb_http::exchange::Request;
    use secrecy::SecretString;
    use url::Url;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn check(credentials: &Credentials, url: &str, headers: &[(&str, &str)], expected: (&str, &[(&str, &str)])) {
        let mut request = Request::new("GET", Url::parse(url).unwrap());
        request.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        sign(&mut request, None, credentials).unwrap();
        let signed: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((request.url.as_str(), signed.as_slice()), expected);
        let debug = format!("{credentials:?} {request:?}");
        assert!(!debug.contains("s3cret") && !debug.contains("123\u{a3}"), "{debug}");
    }

    #[test]
    fn oauth2_tokens_are_sent_as_header_or_query() {
        let mut tokens = Tokens::bearer(secret("s3cret &"));
        let url = "https://example.com/?a=1";
        tokens.token_type = "Bearer".to_owned();
        let bearer = Credentials::OAuth2(Authorized::new(tokens.clone(), None));
        check(&bearer, url, &[], (url, &[("authorization", "Bearer s3cret &")]));
        check(&bearer, url, &[("AUTHORIZATION", "mine")], (url, &[("AUTHORIZATION", "mine")]));
        tokens.token_type = "session".to_owned();
        let other = Credentials::OAuth2(Authorized::new(tokens, None));
        check(&other, url, &[], ("https://example.com/?a=1&access_token=s3cret%20%26", &[]));
        check(&other, "https://example.com/#x", &[], ("https://example.com/?access_token=s3cret%20%26#x", &[]));
        let own = "https://example.com/?access_token=mine";
        check(&other, own, &[], (own, &[]));
    }

    #[test]
    fn basic_credentials_are_sent_as_header() {
        // RFC 7617 section 2.1: UTF-8.
        let basic = Credentials::Basic { username: secret("test"), password: secret("123\u{a3}") };
        let url = "https://example.com/";
        check(&basic, url, &[], (url, &[("authorization", "Basic dGVzdDoxMjPCow==")]));
        check(&basic, url, &[("authorization", "")], (url, &[("authorization", "")]));
    }

    #[test]
    fn other_credentials_are_sent_as_headers_query_and_cookies() {
        let other = Credentials::Other {
            headers: vec![("X-Key".to_owned(), secret("s3cret")), ("X-App".to_owned(), secret("1"))],
            query: vec![("key".to_owned(), secret("s3cret+")), ("a".to_owned(), secret("2"))],
            cookies: vec![("sid".to_owned(), secret("s3cret")), ("mine".to_owned(), secret("3"))],
        };
        let cookies = ("cookie", "a=1; mine=0; sid=s3cret");
        let expected: &[(&str, &str)] = &[("x-app", "mine"), ("cookie", cookies.1), ("X-Key", "s3cret")];
        let url = "https://example.com/?a=1";
        let given = &[("x-app", "mine"), ("cookie", "a=1; mine=0")];
        check(&other, url, given, ("https://example.com/?a=1&key=s3cret%2B", expected));
    }

    #[test]
    fn oauth1_requests_are_signed() {
        let credentials = Credentials::OAuth1(OAuth1 {
            consumer_key: "key".to_owned(),
            consumer_secret: secret("s3cret"),
            token: Some(secret("s3cret")),
            token_secret: Some(secret("s3cret")),
            others: Vec::new(),
            method: SignatureMethod::default(),
            kept: None,
        });
        let mut request = Request::new("GET", Url::parse("https://example.com/").unwrap());
        sign(&mut request, None, &credentials).unwrap();
        let header = &request.headers[0];
        assert!(header.0 == "authorization" && header.1.starts_with("OAuth oauth_consumer_key=\"key\", "));
        let url = "https://example.com/";
        check(&credentials, url, &[("Authorization", "mine")], (url, &[("Authorization", "mine")]));
    }
}
