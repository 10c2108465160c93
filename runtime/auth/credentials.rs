//! What a person has to be let in with, and how a request shows it.

use std::time::{Duration, SystemTime};

use apinb_http::exchange::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::digest::Digest;
use crate::encoding::add_query;
use crate::oauth1::{self, KeyError, SignatureMethod};
use crate::oauth2::Authorized;
use crate::store::{Kept, Key, Store, StoreError};

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
        /// The password.
        password: SecretString,
    },
    /// Digest authentication (RFC 7616).
    Digest(Digest),
    /// What "describedBy" of another scheme names.
    Other {
        /// Headers by name.
        headers: Vec<(String, SecretString)>,
        /// Query parameters by name.
        query: Vec<(String, SecretString)>,
        /// Cookies by name.
        cookies: Vec<(String, SecretString)>,
    },
}

/// What an OAuth 2.0 token request gave (RFC 6749 section 5.1).
#[derive(Clone, Debug)]
pub struct Tokens {
    /// `access_token`.
    pub access_token: SecretString,
    /// `token_type` as the server wrote it; `bearer` where it said nothing.
    pub token_type: String,
    /// `refresh_token`.
    pub refresh_token: Option<SecretString>,
    /// `scope`; what was asked for where the server said nothing.
    pub scopes: Vec<String>,
    /// When the access token ends.
    pub expires: Option<SystemTime>,
    /// Everything else the answer has, as text or JSON text: `instance_url`, `id_token`, …
    pub others: Vec<(String, SecretString)>,
}

impl Tokens {
    /// A bearer token that came from outside: nothing else is known of it.
    #[must_use]
    pub fn bearer(access_token: SecretString) -> Self {
        Self {
            access_token,
            token_type: "bearer".to_owned(),
            refresh_token: None,
            scopes: Vec::new(),
            expires: None,
            others: Vec::new(),
        }
    }
}

/// The time in that many seconds; none for what is no such count.
pub(crate) fn after(seconds: &str) -> Option<SystemTime> {
    let seconds = Duration::try_from_secs_f64(seconds.trim().parse().ok()?).ok()?;
    SystemTime::now().checked_add(seconds)
}

/// The four parts of OAuth 1.0a credentials (RFC 5849 section 1.1).
#[derive(Clone, Debug)]
pub struct OAuth1 {
    /// The client's identifier.
    pub consumer_key: String,
    /// Its secret.
    pub consumer_secret: SecretString,
    /// The token; none where the client acts for itself.
    pub token: Option<SecretString>,
    /// The token's secret.
    pub token_secret: Option<SecretString>,
    /// How requests are signed.
    pub method: SignatureMethod,
    /// Where the token is kept for later runs.
    pub kept: Option<(Store, Key)>,
}

/// The type of OAuth 1.0a's tokens among those that are kept.
const OAUTH1: &str = "oauth1";
/// Under which name they have their secret.
const TOKEN_SECRET: &str = "accessTokenSecret";

impl OAuth1 {
    /// With the token of an earlier run.
    pub(crate) fn with_kept_token(self) -> Option<Self> {
        let (store, key) = self.kept.as_ref()?;
        let tokens = store.get(key)?.tokens;
        let secret = tokens.others.into_iter().find(|(name, _)| name == TOKEN_SECRET).map(|(_, secret)| secret);
        (tokens.token_type == OAUTH1).then_some(Self { token: Some(tokens.access_token), token_secret: secret, ..self })
    }

    /// Keeps the token for later runs.
    pub(crate) fn keep(&self) -> Result<(), StoreError> {
        let (Some((store, key)), Some(token)) = (&self.kept, &self.token) else { return Ok(()) };
        let others = self.token_secret.iter().map(|secret| (TOKEN_SECRET.to_owned(), secret.clone())).collect();
        let tokens = Tokens { token_type: OAUTH1.to_owned(), others, ..Tokens::bearer(token.clone()) };
        store.keep(&Kept { key: key.clone(), tokens, token_uri: None, saved: SystemTime::now() })
    }

    /// The token was refused: a later run has to sign in anew.
    pub fn forget(&self) {
        let Some((store, key)) = &self.kept else { return };
        let is_this = |kept: &Kept| {
            self.token.as_ref().is_some_and(|token| token.expose_secret() == kept.tokens.access_token.expose_secret())
        };
        if store.get(key).as_ref().is_some_and(is_this) {
            // A run that ends otherwise is none the worse.
            let _ = store.forget(key);
        }
    }
}

/// Puts credentials on a request. What the caller has set itself stays: a header of the same name (in any case), a
/// query parameter of the same name. To be called last, when URL and body are what will be sent.
///
/// # Errors
/// When the key of OAuth 1.0's RSA-SHA1 cannot sign.
pub fn sign(request: &mut Request, credentials: &Credentials) -> Result<(), KeyError> {
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
            let value = oauth1::authorization(request, credentials, &oauth1::Moment::now())?;
            add_header(request, "authorization", value);
        }
        Credentials::Basic { username, password } => {
            let pair = format!("{}:{}", username.expose_secret(), password.expose_secret());
            add_header(request, "authorization", format!("Basic {}", STANDARD.encode(pair)));
        }
        Credentials::Digest(digest) => {
            if let Some(value) = digest.authorization(request) {
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
    use super::{Credentials, OAuth1, Tokens, sign};
    use crate::oauth1::SignatureMethod;
    use crate::oauth2::Authorized;
    use apinb_http::exchange::Request;
    use secrecy::SecretString;
    use url::Url;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn check(credentials: &Credentials, url: &str, headers: &[(&str, &str)], expected: (&str, &[(&str, &str)])) {
        let mut request = Request::new("GET", Url::parse(url).unwrap());
        request.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        sign(&mut request, credentials).unwrap();
        let signed: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((request.url.as_str(), signed.as_slice()), expected);
        let debug = format!("{credentials:?} {request:?}");
        assert!(!debug.contains("s3cret") && !debug.contains("123\u{a3}"), "{debug}");
    }

    #[test]
    fn oauth2() {
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
    fn basic() {
        // RFC 7617 section 2.1: UTF-8.
        let basic = Credentials::Basic { username: secret("test"), password: secret("123\u{a3}") };
        let url = "https://example.com/";
        check(&basic, url, &[], (url, &[("authorization", "Basic dGVzdDoxMjPCow==")]));
        check(&basic, url, &[("authorization", "")], (url, &[("authorization", "")]));
    }

    #[test]
    fn others() {
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
    fn oauth1() {
        let credentials = Credentials::OAuth1(OAuth1 {
            consumer_key: "key".to_owned(),
            consumer_secret: secret("s3cret"),
            token: Some(secret("s3cret")),
            token_secret: Some(secret("s3cret")),
            method: SignatureMethod::default(),
            kept: None,
        });
        let mut request = Request::new("GET", Url::parse("https://example.com/").unwrap());
        sign(&mut request, &credentials).unwrap();
        let header = &request.headers[0];
        assert!(header.0 == "authorization" && header.1.starts_with("OAuth oauth_consumer_key=\"key\", "));
        let url = "https://example.com/";
        check(&credentials, url, &[("Authorization", "mine")], (url, &[("Authorization", "mine")]));
    }
}
