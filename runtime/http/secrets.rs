//! Puts secrets in the place of their handles as a request leaves.
//!
//! Every part of a request is searched: URL, headers, body, and the credentials within `Authorization: Basic`. What a
//! caller sees of the request afterwards has the handles.

use apinb_text::secret::handle::{HandleError, Handles, Notation};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD};
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use crate::exchange::HttpError;
use crate::headers;
use crate::hosts::Refusal;

/// Decodes the credentials of Basic with and without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The handles of a network, for a request to one place.
pub(crate) struct Resolver<'h> {
    pub(crate) handles: &'h Handles,
    /// Where it goes; none: to a mock server, which may get any secret.
    pub(crate) to: Option<&'h Url>,
}

/// `url` with its real host.
pub(crate) fn with_host(handles: &Handles, url: &Url) -> Result<Url, HttpError> {
    let anywhere = Resolver { handles, to: None };
    let Some(host) = url.host_str() else { return Ok(url.clone()) };
    let Some(host) = anywhere.text(host, Notation::Plain)? else { return Ok(url.clone()) };
    let mut real = url.clone();
    // A secret that is not a host stays hidden: no server has the name of its handle.
    let _ = real.set_host(Some(&host));
    Ok(real)
}

impl Resolver<'_> {
    /// `url`, whose host is `real`'s, as it is sent.
    pub(crate) fn url(&self, url: &Url, real: &Url) -> Result<Url, HttpError> {
        if let Some(host) = url.host_str() {
            self.text(host, Notation::Plain)?;
        }
        let Some(text) = self.text(real.as_str(), Notation::Percent)? else { return Ok(real.clone()) };
        Url::parse(&text).map_err(|error| HttpError::Invalid { cause: error.to_string() })
    }

    /// Replaces the handles in the caller's headers.
    pub(crate) fn headers(&self, headers: &mut HeaderMap) -> Result<(), HttpError> {
        for (name, value) in headers.iter_mut() {
            if name == AUTHORIZATION
                && let Some(credentials) = self.basic(value)?
            {
                *value = credentials;
                continue;
            }
            if let Some(bytes) = self.bytes(value.as_bytes(), Notation::Plain)? {
                let text = String::from_utf8_lossy(&bytes);
                let encoded = headers::encode(&text).or_else(|| HeaderValue::from_bytes(text.trim().as_bytes()).ok());
                *value = encoded.ok_or_else(|| HttpError::Invalid {
                    cause: format!("the secret in the header `{name}` is not valid there"),
                })?;
                value.set_sensitive(true);
            }
        }
        Ok(())
    }

    /// `Basic …` with the secrets within its base64; none: the value has none.
    fn basic(&self, value: &HeaderValue) -> Result<Option<HeaderValue>, HttpError> {
        let Some((scheme, encoded)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
            return Ok(None);
        };
        if !scheme.eq_ignore_ascii_case("basic") {
            return Ok(None);
        }
        let Ok(pair) = LENIENT.decode(encoded.trim()) else { return Ok(None) };
        let Some(pair) = self.bytes(&pair, Notation::Plain)? else { return Ok(None) };
        let mut value = HeaderValue::from_str(&format!("{scheme} {}", STANDARD.encode(pair)))
            .map_err(|error| HttpError::Invalid { cause: error.to_string() })?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// The body of a request with these headers as it is sent.
    pub(crate) fn body(&self, body: &Bytes, headers: &HeaderMap) -> Result<Bytes, HttpError> {
        let content_type = headers.get(CONTENT_TYPE).map(headers::text).unwrap_or_default();
        let resolved = self.bytes(body, notation(&content_type, body))?;
        Ok(resolved.map_or_else(|| body.clone(), Bytes::from))
    }

    fn text(&self, text: &str, notation: Notation) -> Result<Option<String>, HttpError> {
        let resolved = self.bytes(text.as_bytes(), notation)?;
        Ok(resolved.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn bytes(&self, bytes: &[u8], notation: Notation) -> Result<Option<Vec<u8>>, HttpError> {
        self.handles.resolve(bytes, notation, self.to).map_err(refused)
    }
}

pub(crate) fn refused(error: HandleError) -> HttpError {
    HttpError::Refused { refusal: Box::new(Refusal::Secret(error)) }
}

/// Drops the headers in which a handle is: the secret is for the origin that the caller has named.
pub(crate) fn drop_handles(handles: &Handles, headers: &mut HeaderMap) {
    let with_handle: Vec<_> =
        headers.iter().filter(|(_, value)| handles.is_in(value.as_bytes())).map(|(name, _)| name.clone()).collect();
    for name in with_handle {
        headers.remove(name);
    }
}

/// How a body is written: by its media type, or JSON where it looks like it.
fn notation(content_type: &str, body: &[u8]) -> Notation {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is = |name: &str| essence.ends_with(&format!("/{name}")) || essence.ends_with(&format!("+{name}"));
    if essence == "application/x-www-form-urlencoded" {
        Notation::Percent
    } else if is("json") {
        Notation::Json
    } else if is("xml") || is("html") {
        Notation::Xml
    } else if !essence.starts_with("multipart/") && matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        Notation::Json
    } else {
        Notation::Plain
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::secret::bound::BoundHosts;
    use apinb_text::secret::handle::{Handles, Notation, SecretName};
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use bytes::Bytes;
    use reqwest::header::HeaderMap;
    use url::Url;

    use super::{Resolver, notation, with_host};
    use crate::headers;

    fn handle(handles: &Handles, secret: &str, template: &str) -> String {
        let bound = BoundHosts::default();
        bound.add_template(template, true);
        handles.add(secret, &SecretName { client: None, kind: "KEY".to_owned() }, &bound)
    }

    #[test]
    fn each_part_of_a_request_gets_the_secret_as_it_is_written_there() {
        let handles = Handles::default();
        let handle = handle(&handles, "s \"é&", "https://api.test");
        let to = Url::parse("https://api.test/").unwrap();
        let resolver = Resolver { handles: &handles, to: Some(&to) };
        let url = Url::parse(&format!("https://api.test/{handle}/x?a={handle}&b=1#f")).unwrap();
        let sent = resolver.url(&url, &with_host(&handles, &url).unwrap()).unwrap();
        assert_eq!(sent.as_str(), "https://api.test/s%20%22%C3%A9%26/x?a=s%20%22%C3%A9%26&b=1#f");
        for (content_type, body, expected) in [
            ("application/json", format!("{{\"a\":\"{handle}\"}}"), "{\"a\":\"s \\\"é&\"}"),
            ("text/plain;charset=UTF-8", format!("[\"{handle}\"]"), "[\"s \\\"é&\"]"),
            ("application/x-www-form-urlencoded", format!("a={handle}&b"), "a=s%20%22%C3%A9%26&b"),
            ("application/atom+xml", format!("<a>{handle}</a>"), "<a>s &quot;é&amp;</a>"),
            ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{handle}\r\n"), "--x\r\n\r\ns \"é&\r\n"),
            ("", "none".to_owned(), "none"),
        ] {
            let headers = headers::checked(&[("content-type".to_owned(), content_type.to_owned())]).unwrap();
            let sent = resolver.body(&Bytes::from(body), &headers).unwrap();
            assert_eq!(String::from_utf8_lossy(&sent), expected);
        }
    }

    #[test]
    fn the_secret_is_put_into_basic_credentials() {
        let handles = Handles::default();
        let handle = handle(&handles, "s3cret", "https://api.test");
        let to = Url::parse("https://api.test/").unwrap();
        let resolver = Resolver { handles: &handles, to: Some(&to) };
        let sent = |value: String| {
            let mut map: HeaderMap = headers::checked(&[("Authorization".to_owned(), value)]).unwrap();
            resolver.headers(&mut map).map(|()| headers::text(&map["authorization"]))
        };
        for pair in [format!("user:{handle}"), format!("{handle}:")] {
            let expected = format!("Basic {}", STANDARD.encode(pair.replace(&handle, "s3cret")));
            assert_eq!(sent(format!("Basic {}", STANDARD.encode(&pair))).unwrap(), expected);
            let unpadded = sent(format!("basic  {}", STANDARD_NO_PAD.encode(&pair))).unwrap();
            assert!(unpadded.eq_ignore_ascii_case(&expected), "{unpadded}");
        }
        assert_eq!(sent(format!("Bearer {handle}")).unwrap(), "Bearer s3cret");
        assert_eq!(sent("Basic dTpw".to_owned()).unwrap(), "Basic dTpw");
        sent(format!("Bearer {}", STANDARD.encode(&handle))).unwrap_err();
    }

    #[test]
    fn a_secret_may_be_a_part_of_its_host() {
        let handles = Handles::default();
        let handle = handle(&handles, "acme", "https://{domain}.api.test");
        let send = |text: String| {
            let url = Url::parse(&text).unwrap();
            let real = with_host(&handles, &url).unwrap();
            Resolver { handles: &handles, to: Some(&real) }.url(&url, &real).map(|url| url.to_string())
        };
        assert_eq!(send(format!("https://{handle}.api.test/")).unwrap(), "https://acme.api.test/");
        send(format!("https://{handle}.evil.test/")).unwrap_err();
        let other = self::handle(&handles, "no host/", "https://{domain}.api.test");
        send(format!("https://{other}.evil.test/")).unwrap_err();
    }

    #[test]
    fn the_notation_of_a_body_follows_from_its_media_type() {
        for (content_type, body, expected) in [
            ("application/vnd.api+json; charset=utf-8", "x", Notation::Json),
            ("Application/JSON", "x", Notation::Json),
            ("text/xml", "x", Notation::Xml),
            ("multipart/form-data", "{", Notation::Plain),
            ("", " {", Notation::Json),
            ("", "x", Notation::Plain),
        ] {
            assert_eq!(notation(content_type, body.as_bytes()), expected, "{content_type}");
        }
    }
}
