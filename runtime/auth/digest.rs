//! Digest authentication (RFC 7616): the response to a server's challenge. The `digest_auth` crate computes it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use apinb_http::exchange::{Request, Response};
use digest_auth::{AuthContext, HttpMethod, WwwAuthenticateHeader};
use secrecy::{ExposeSecret, SecretString};
use url::Position;

/// The longest challenge that is read, in bytes.
const MAX_CHALLENGE: usize = 4096;

/// User name and password, and the last challenge of the server. A clone shares the challenge.
#[derive(Clone)]
pub struct Digest {
    pub username: SecretString,
    pub password: SecretString,
    challenge: Arc<Mutex<Option<WwwAuthenticateHeader>>>,
}

impl Digest {
    /// Without a challenge: the first response of the server has one.
    #[must_use]
    pub fn new(username: SecretString, password: SecretString) -> Self {
        Self { username, password, challenge: Arc::default() }
    }

    /// The value of the `Authorization` header; none before the server has sent a challenge.
    #[must_use]
    pub fn authorization(&self, request: &Request) -> Option<String> {
        let mut challenge = self.challenge.lock().unwrap_or_else(PoisonError::into_inner);
        let context = AuthContext::new_with_method(
            self.username.expose_secret(),
            self.password.expose_secret(),
            &request.url[Position::BeforePath..Position::AfterQuery],
            request.body.as_deref(),
            HttpMethod::from(request.method.clone()),
        );
        // Each use counts: the counter in the challenge goes on (section 3.4, `nc`).
        challenge.as_mut()?.respond(&context).ok().map(|answer| answer.to_string())
    }

    /// Takes the challenge of a 401 response; whether there is one, so that the request is worth repeating.
    #[must_use]
    pub fn is_challenged(&self, response: &Response) -> bool {
        let challenges = response.headers.iter().filter(|(name, _)| name == "www-authenticate");
        let digest = challenges.map(|(_, value)| value.trim()).filter(|value| {
            value.len() <= MAX_CHALLENGE && value.get(..7).is_some_and(|kind| kind.eq_ignore_ascii_case("digest "))
        });
        let Some(parsed) = digest.filter_map(|value| digest_auth::parse(value).ok()).next() else { return false };
        *self.challenge.lock().unwrap_or_else(PoisonError::into_inner) = Some(parsed);
        true
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Digest").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use apinb_http::exchange::{Request, Response};
    use secrecy::SecretString;
    use url::Url;

    use super::Digest;

    fn response(challenge: &str) -> Response {
        let url = Url::parse("http://www.example.org/dir/index.html").unwrap();
        Response {
            status: 401,
            status_text: String::new(),
            url,
            redirected: false,
            headers: vec![("www-authenticate".to_owned(), challenge.to_owned())],
            body: Default::default(),
            memory: None,
            sent: Default::default(),
            redirects: Vec::new(),
            mocked: false,
            replayed: false,
            version: String::new(),
            waited: Duration::ZERO,
            elapsed: Duration::ZERO,
        }
    }

    #[test]
    fn a_digest_challenge_yields_an_authorization_header() {
        let digest = Digest::new(SecretString::from("Mufasa"), SecretString::from("Circle of Life"));
        let request = Request::new("GET", Url::parse("http://www.example.org/dir/index.html?a=1#x").unwrap());
        assert_eq!(digest.authorization(&request), None);
        let challenge = r#"Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf/xlj9X""#;
        assert!(digest.is_challenged(&response(challenge)));
        let first = digest.authorization(&request).unwrap();
        assert!(first.contains(r#"username="Mufasa""#) && first.contains(r#"uri="/dir/index.html?a=1""#), "{first}");
        assert!(first.contains("nc=00000001") && digest.authorization(&request).unwrap().contains("nc=00000002"));
        assert!(!format!("{digest:?}").contains("Circle"));
    }

    #[test]
    fn unsupported_challenges_are_ignored() {
        let digest = Digest::new(SecretString::from("me"), SecretString::from("x"));
        for challenge in
            ["Basic realm=\"a\"", "Digest", "Digest nonsense", "", "Dig\u{e9}st x=\"", &"Digest a=\"".repeat(999)]
        {
            assert!(!digest.is_challenged(&response(challenge)), "{challenge}");
        }
    }
}
