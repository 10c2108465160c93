//! Which cookies of a response are stored: those whose name keeps the promise of its prefix (RFC 6265bis sections 4.1.3 and
//! 5.7). All else about cookies is left to the jar of `reqwest`.

use reqwest::header::HeaderValue;
use url::Url;

/// Whether a `Set-Cookie` header from `url` may be stored. `__Secure-` promises an encrypted origin and `Secure`; `__Host-`
/// also that the cookie is of this host alone (no `Domain`) and of all its paths (`Path=/`).
pub(crate) fn is_allowed(header: &HeaderValue, url: &Url) -> bool {
    let text = String::from_utf8_lossy(header.as_bytes());
    let mut parts = text.split(';');
    let pair = parts.next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let is_nameless = name.trim().is_empty();
    // A cookie without a name is sent as its value alone, which then reads as a name.
    let name = if is_nameless { value } else { name }.trim().to_ascii_lowercase();
    let (is_host, is_secure) = (name.starts_with("__host-"), name.starts_with("__secure-"));
    if !is_host && !is_secure {
        return true;
    }
    if is_nameless {
        return false;
    }
    let attributes: Vec<(String, &str)> = parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
        .collect();
    // Of several, the last counts (section 5.6).
    let attribute = |name: &str| attributes.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value);
    let secure = url.scheme() == "https" && attribute("secure").is_some();
    let of_host = attribute("domain").is_none_or(str::is_empty) && attribute("path") == Some("/");
    secure && (!is_host || of_host)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use url::Url;

    use super::is_allowed;

    #[test]
    fn prefixes_of_names_are_promises() {
        for (cookie, at_https) in [
            ("a=1", true),
            ("a=__Host-b", true),
            ("__Secure-a=1; Secure", true),
            ("__secure-a=1; secure; Domain=example.com; Path=/x", true),
            ("__Secure-a=1", false),
            ("__Host-a=1; Secure; Path=/", true),
            ("__HOST-a=1; PATH=/; SECURE; Domain=", true),
            ("__Host-a=1; Secure", false),
            ("__Host-a=1; Secure; Path=/x", false),
            ("__Host-a=1; Secure; Path=/; Path=/x", false),
            ("__Host-a=1; Path=/", false),
            ("__Host-a=1; Secure; Path=/; Domain=example.com", false),
            (" __Host-a =1", false),
            ("=__Host-a=1", false),
            ("__Host-a; Secure; Path=/", false),
            ("__Hostage=1", true),
        ] {
            let header = HeaderValue::from_str(cookie).unwrap();
            let https = Url::parse("https://www.example.com/").unwrap();
            assert_eq!(is_allowed(&header, &https), at_https, "{cookie}");
            let http = Url::parse("http://www.example.com/").unwrap();
            let is_plain = cookie.starts_with("a=") || cookie.starts_with("__Hostage");
            assert_eq!(is_allowed(&header, &http), is_plain, "{cookie}");
        }
    }
}
