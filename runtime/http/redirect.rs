//! The next request after a redirect (Fetch, "HTTP-redirect fetch").

use url::{Url, form_urlencoded};

use crate::exchange::HttpError;

/// Where a redirect with `written` as its `Location` leads; none when the response is not a redirect, or
/// one without a `Location`, which is a response like any other.
///
/// # Errors
/// [`HttpError::Redirect`] when the target is not an `http` or `https` URL.
pub fn location(status: u16, written: Option<&str>, from: &Url) -> Result<Option<Url>, HttpError> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(written) = written else { return Ok(None) };
    let fail =
        || HttpError::Redirect { cause: format!("a redirect leads to `{written}`, which is not an http or https URL") };
    let mut url = from.join(written).map_err(|_| fail())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(fail());
    }
    if url.fragment().is_none() {
        url.set_fragment(from.fragment());
    }
    Ok(Some(url))
}

/// Drops the query parameters of `url` that repeat credentials: a parameter of one of the `names`, as `first`, the URL
/// that was signed, has it.
pub(crate) fn drop_credentials(url: &mut Url, first: &Url, names: &[String]) {
    let credentials: Vec<_> = first.query_pairs().filter(|(name, _)| names.iter().any(|known| known == name)).collect();
    let Some(query) = url.query().filter(|_| !credentials.is_empty()) else { return };
    let is_secret = |part: &str| form_urlencoded::parse(part.as_bytes()).any(|pair| credentials.contains(&pair));
    let kept: Vec<&str> = query.split('&').filter(|part| !is_secret(part)).collect();
    let kept = (!kept.is_empty()).then(|| kept.join("&"));
    url.set_query(kept.as_deref());
}

/// The method after a redirect, and whether the body is sent again.
pub(crate) fn method(status: u16, method: &str) -> (&str, bool) {
    match (status, method) {
        (301 | 302, "POST") => ("GET", false),
        (303, other) if !matches!(other, "GET" | "HEAD") => ("GET", false),
        _ => (method, true),
    }
}

#[cfg(test)]
mod tests {
    use super::{drop_credentials, location, method};
    use url::Url;

    fn check(status: u16, written: &str, expected: Result<Option<&str>, ()>) {
        let from = Url::parse("https://example.com/a/b?c#d").unwrap();
        let actual = location(status, Some(written), &from).map_err(|_| ());
        assert_eq!(
            actual.as_ref().map(|url| url.as_ref().map(Url::as_str)),
            expected.as_ref().map(|url| *url),
            "{written}"
        );
    }

    #[test]
    fn locations_are_resolved() {
        check(302, "/x", Ok(Some("https://example.com/x#d")));
        check(301, "x#e", Ok(Some("https://example.com/a/x#e")));
        check(307, "//other.org/", Ok(Some("https://other.org/#d")));
        check(308, "http://other.org/é", Ok(Some("http://other.org/%C3%A9#d")));
        check(303, "ftp://other.org/", Err(()));
        check(303, "file:///etc/passwd", Err(()));
        check(303, "javascript:1", Err(()));
        check(303, "http://", Err(()));
        check(300, "/x", Ok(None));
        check(304, "/x", Ok(None));
        check(200, "/x", Ok(None));
        assert_eq!(location(302, None, &Url::parse("http://a/").unwrap()).unwrap(), None);
    }

    #[test]
    fn repeated_credentials_are_dropped() {
        let check = |location: &str, expected: &str| {
            let first = Url::parse("https://a.test/?key=s+1&page=2").unwrap();
            let mut url = Url::parse(location).unwrap();
            drop_credentials(&mut url, &first, &["key".to_owned()]);
            assert_eq!(url.as_str(), expected);
        };
        check("https://b.test/?page=2&key=s%201&x=%7e", "https://b.test/?page=2&x=%7e");
        check("https://b.test/?key=s+1", "https://b.test/");
        check("https://b.test/?key=other", "https://b.test/?key=other");
        check("https://b.test/#x", "https://b.test/#x");
    }

    #[test]
    fn redirects_change_methods() {
        assert_eq!(method(301, "POST"), ("GET", false));
        assert_eq!(method(302, "POST"), ("GET", false));
        assert_eq!(method(302, "PUT"), ("PUT", true));
        assert_eq!(method(303, "PUT"), ("GET", false));
        assert_eq!(method(303, "HEAD"), ("HEAD", true));
        assert_eq!(method(307, "POST"), ("POST", true));
        assert_eq!(method(308, "DELETE"), ("DELETE", true));
    }
}
