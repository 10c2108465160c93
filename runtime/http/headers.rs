//! From the caller's headers to those of a message on the wire, and back.

use apinb_text::secret::names::SECRET_HEADERS;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, RANGE, USER_AGENT,
};
use url::Url;

use crate::exchange::HttpError;

/// The headers of the connection, which callers cannot set (Fetch, "forbidden request-header"; RFC 9110 section 7.6.1).
const OF_THE_CONNECTION: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The headers that are dropped together with the body on a redirect (Fetch, "request-body-header name").
const OF_THE_BODY: [&str; 5] =
    ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/// The caller's headers, checked.
///
/// # Errors
/// [`HttpError::Invalid`] for an invalid header name or value.
pub(crate) fn checked(headers: &[(String, String)]) -> Result<HeaderMap, HttpError> {
    let mut map = HeaderMap::with_capacity(headers.len() + 6);
    for (name, value) in headers {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| HttpError::Invalid { cause: format!("`{}` is not a header name", name.escape_debug()) })?;
        if OF_THE_CONNECTION.contains(&key.as_str()) {
            continue;
        }
        let value = encode(value)
            .ok_or_else(|| HttpError::Invalid { cause: format!("the value of the header `{name}` is not valid") })?;
        map.try_append(key, value)
            .map_err(|_| HttpError::Invalid { cause: "there are too many headers".to_owned() })?;
    }
    Ok(map)
}

/// A value as bytes, one for each character, without white space around it (Fetch, "normalize", "isomorphic encode").
pub(crate) fn encode(value: &str) -> Option<HeaderValue> {
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    let bytes: Option<Vec<u8>> = value.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// Adds the headers that every request has. `body`: its length, when it has one.
pub(crate) fn complete(
    headers: &mut HeaderMap,
    method: &str,
    url: &Url,
    body: Option<usize>,
    user_agent: &HeaderValue,
) {
    if let Some(host) = host(url) {
        headers.insert(HOST, host);
    }
    if !headers.contains_key(USER_AGENT) {
        headers.insert(USER_AGENT, user_agent.clone());
    }
    if !headers.contains_key(ACCEPT) {
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    }
    if !headers.contains_key(ACCEPT_ENCODING) {
        // A range of a compressed body is not a range of the body (Fetch, "HTTP-network-or-cache fetch").
        let ranged = headers.contains_key(RANGE);
        let accepted = if ranged { "identity" } else { "gzip, deflate, br" };
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
    }
    let length = body.or_else(|| matches!(method, "POST" | "PUT").then_some(0));
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if !headers.contains_key(AUTHORIZATION)
        && let Some(credentials) = credentials(url)
    {
        headers.insert(AUTHORIZATION, credentials);
    }
}

/// The `Host` of a URL: with its port, where that is not the usual one.
fn host(url: &Url) -> Option<HeaderValue> {
    let host = url.host_str()?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    HeaderValue::from_str(&host).ok()
}

/// `user:password@` of a URL as the header that a browser makes of it.
fn credentials(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let mut pair = decode(url.username());
    pair.push(b':');
    pair.extend(decode(url.password().unwrap_or_default()));
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pair);
    let mut value = HeaderValue::from_str(&format!("Basic {encoded}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Drops the headers that describe a body.
pub(crate) fn drop_body(headers: &mut HeaderMap) {
    for name in OF_THE_BODY {
        headers.remove(name);
    }
}

/// Drops the headers that are for one origin only: those that sign a caller in, and the `signed` ones.
pub(crate) fn drop_credentials(headers: &mut HeaderMap, signed: &[String]) {
    for name in SECRET_HEADERS.into_iter().chain(signed.iter().map(String::as_str)) {
        headers.remove(name);
    }
}

/// Names (lower case) and values as text: UTF-8 where it is valid, else a character for each byte.
pub(crate) fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// A value as text.
pub(crate) fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{checked, complete, listed};
    use reqwest::header::HeaderValue;
    use url::Url;

    fn check(headers: &[(&str, &str)], expected: Result<&[(&str, &str)], &str>) {
        let owned: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let actual = checked(&owned).map(|map| listed(&map)).map_err(|error| error.to_string());
        let expected = expected
            .map(|list| list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
            .map_err(str::to_owned);
        assert_eq!(actual, expected);
    }

    #[test]
    fn names_and_values_are_validated() {
        check(&[("Accept", " a/b\t")], Ok(&[("accept", "a/b")]));
        check(&[("X-A", "1"), ("x-a", "2")], Ok(&[("x-a", "1"), ("x-a", "2")]));
        check(&[("X-A", "caf\u{e9}")], Ok(&[("x-a", "caf\u{e9}")]));
        check(&[("X-A", "\u{20ac}")], Err("the value of the header `X-A` is not valid"));
        check(&[("X-A", "a\r\nB: c")], Err("the value of the header `X-A` is not valid"));
        check(&[("X-A", "a\0")], Err("the value of the header `X-A` is not valid"));
        check(&[("X A", "1")], Err("`X A` is not a header name"));
        check(&[("", "1")], Err("`` is not a header name"));
        check(&[("a\nb", "1")], Err("`a\\nb` is not a header name"));
        check(
            &[("Host", "evil"), ("Content-Length", "9"), ("Transfer-Encoding", "chunked"), ("A", "")],
            Ok(&[("a", "")]),
        );
    }

    #[test]
    fn missing_headers_are_added() {
        let mut map = checked(&[("accept".to_owned(), "text/plain".to_owned())]).unwrap();
        let url = Url::parse("https://a%20b:p%3Aw@example.com:8443/").unwrap();
        complete(&mut map, "POST", &url, None, &HeaderValue::from_static("test/1"));
        let expected = [
            ("accept", "text/plain"),
            ("host", "example.com:8443"),
            ("user-agent", "test/1"),
            ("accept-encoding", "gzip, deflate, br"),
            ("content-length", "0"),
            ("authorization", "Basic YSBiOnA6dw=="),
        ];
        let listed = listed(&map);
        let listed: Vec<_> = listed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(listed, expected);
    }
}
