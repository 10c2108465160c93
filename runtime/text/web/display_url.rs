//! URLs in messages: without passwords.

use std::fmt;
use std::ops::Range;

use memchr::memmem;
use url::Url;

use crate::secret::mask::MASK;

/// A URL as output shows it: `https://user:[secret]@host/`. The user name alone is a key, as some APIs have it, and is
/// not shown either.
#[derive(Clone, Copy, Debug)]
pub struct DisplayUrl<'a>(pub &'a Url);

impl fmt::Display for DisplayUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_str();
        let mut end = 0;
        for secret in secrets(text.as_bytes()) {
            f.write_str(text.get(end..secret.start).unwrap_or_default())?;
            f.write_str(MASK)?;
            end = secret.end;
        }
        f.write_str(text.get(end..).unwrap_or_default())
    }
}

/// The passwords of all URLs in `text`, in order, and their user names where there is no password. Names of parameters
/// (`{password}`, `${password}`) are not passwords.
pub(crate) fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut from = 0;
    while let Some(colon) = text.get(from..).and_then(|rest| memmem::find(rest, b"://")) {
        let colon = from + colon;
        let start = colon + 3;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| ends_authority(*byte)).unwrap_or(rest.len());
        let authority = rest.get(..length).unwrap_or_default();
        from = start + length;
        let Some(at) = authority.iter().rposition(|byte| *byte == b'@') else { continue };
        let user = authority.get(..at).unwrap_or_default();
        let range = match user.iter().position(|byte| *byte == b':') {
            Some(separator) if separator + 1 < at => start + separator + 1..start + at,
            Some(separator) => start..start + separator,
            None if is_http(text.get(..colon).unwrap_or_default()) => start..start + at,
            None => continue,
        };
        let secret = text.get(range.clone()).unwrap_or_default();
        let is_parameter = (secret.starts_with(b"{") || secret.starts_with(b"${")) && secret.ends_with(b"}");
        if !secret.is_empty() && !is_parameter && secret != MASK.as_bytes() {
            secrets.push(range);
        }
    }
    secrets
}

/// Whether no authority of a URL has `byte` as it is.
fn ends_authority(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_control()
        || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\')
}

fn is_http(before: &[u8]) -> bool {
    let scheme = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let scheme = before.get(before.len() - scheme..).unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https")
}

#[cfg(test)]
mod tests {
    use super::{DisplayUrl, secrets};

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = secrets(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn passwords_in_urls_are_found() {
        check("get http://ann:pass@h.test/a and ftp://b:p:w@h", &["pass", "p:w"]);
        check("{\"url\":\"https://ann:p@ss@h.test\"}", &["p@ss"]);
        check("https://key@h.test https://key:@h.test ssh://git@h.test", &["key", "key"]);
        check("'https://ann:' + password + '@h.test'", &[]);
        check("https://ann:{password}@h.test https://ann:${password}@h.test/ https://ann:[secret]@h.test", &[]);
        check("http://h.test/a@b?c=d:e@f mailto:a@b.test a://", &[]);
        check("http://:pass@h.test http://:@h.test", &["pass"]);
    }

    #[test]
    fn urls_are_displayed_without_passwords() {
        for (url, expected) in [
            ("http://ann:pass@h.test/a?b=c", "http://ann:[secret]@h.test/a?b=c"),
            ("http://key@h.test/", "http://[secret]@h.test/"),
            ("http://h.test/a", "http://h.test/a"),
        ] {
            assert_eq!(DisplayUrl(&url.parse().expect("a URL")).to_string(), expected);
        }
    }
}
