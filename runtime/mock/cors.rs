//! Which pages in browsers may read responses (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>).

use apinb_text::web::host::is_loopback;
use url::Url;

use crate::exchange::{Origin, Request, Response};

/// The origins of pages that may read responses, besides those of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(pub Vec<String>);

impl AllowedOrigins {
    fn allows(&self, origin: &str) -> bool {
        let is_local = Url::parse(origin).is_ok_and(|url| is_loopback(&url));
        let same = |allowed: &String| allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin);
        is_local || self.0.iter().any(same)
    }

    /// The answer to a preflight request from a page that may call; `None` for any other request.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        let method = request.header("access-control-request-method").filter(|_| request.method == "OPTIONS")?;
        self.allows(request.header("origin")?).then_some(())?;
        let response = Response::empty(204, Origin::Nothing).with("access-control-allow-methods", method);
        let response = match request.header("access-control-request-headers") {
            Some(headers) => response.with("access-control-allow-headers", headers),
            None => response,
        };
        // Chromium asks this before a public page calls this machine.
        let response = match request.header("access-control-request-private-network") {
            Some(_) => response.with("access-control-allow-private-network", "true"),
            None => response,
        };
        Some(response.with("access-control-max-age", "600"))
    }

    /// Lets the page that sent `request` read the response, if it may.
    pub(crate) fn let_read(&self, request: &Request, mut response: Response) -> Response {
        let Some(origin) = request.header("origin").filter(|origin| self.allows(origin)) else { return response };
        // The definition may have an example of these headers.
        response.headers.retain(|(name, _)| {
            !matches!(
                name.as_str(),
                "access-control-allow-origin" | "access-control-allow-credentials" | "access-control-expose-headers"
            )
        });
        let own = ["x-apinb-mock".to_owned()];
        let names: Vec<String> = own.into_iter().chain(response.headers.iter().map(|(name, _)| name.clone())).collect();
        response
            .with("access-control-allow-origin", origin)
            .with("access-control-allow-credentials", "true")
            .with("access-control-expose-headers", names.join(", "))
            .with("vary", "origin")
    }
}

#[cfg(test)]
mod tests {
    use super::AllowedOrigins;

    #[test]
    fn pages_of_this_machine_and_named_origins_are_allowed() {
        let named = AllowedOrigins(vec!["https://app.example".to_owned()]);
        for (origin, expected) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:8080", true),
            ("https://app.example", true),
            ("https://app.example.evil.test", false),
            ("http://localhost.evil.test", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(named.allows(origin), expected, "{origin}");
        }
        assert!(AllowedOrigins(vec!["*".to_owned()]).allows("https://any.example"));
    }
}
