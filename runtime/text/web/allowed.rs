//! Patterns of hosts that a run may call: `api.example.com`, `*.example.com`, `localhost:8080`.

use std::fmt;

use url::Url;

use super::host::is_below;

/// A host that may be called, or all below a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    name: Name,
    /// None: every port.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    /// `*`.
    Any,
    Exactly(String),
    /// `*.example.com`: all hosts below, but not `example.com` itself.
    Below(String),
}

impl AllowedHost {
    /// Parses `host`, `host:port`, `*.domain`, `*.domain:port` or `*`; names in Unicode become punycode, as in URLs.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        let (name, port) = match written.rsplit_once(':') {
            // The last colon of an IPv6 address is inside its brackets.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
            _ => (written, None),
        };
        let name = match name.strip_prefix("*.") {
            _ if name == "*" => Name::Any,
            Some(domain) => Name::Below(canonical(domain)?),
            None => Name::Exactly(canonical(name)?),
        };
        Some(Self { name, port })
    }

    /// Whether it stands for the host and port of `url`.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let host = host.strip_suffix('.').unwrap_or(host);
        let named = match &self.name {
            Name::Any => true,
            Name::Exactly(name) => name == host,
            Name::Below(domain) => is_below(host, domain),
        };
        named && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

impl fmt::Display for AllowedHost {
    /// As [`AllowedHost::parse`] reads it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Name::Any => formatter.write_str("*")?,
            Name::Exactly(name) => formatter.write_str(name)?,
            Name::Below(domain) => write!(formatter, "*.{domain}")?,
        }
        self.port.map_or(Ok(()), |port| write!(formatter, ":{port}"))
    }
}

/// A host as URLs have it; none if it is more or less than a host.
fn canonical(name: &str) -> Option<String> {
    let is_plain = !name.is_empty() && !name.contains(['/', '\\', '@', '?', '#', '*', '%']);
    let inside = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if !is_plain || (inside == name && name.contains(':')) || name.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&format!("http://{name}/")).ok()?;
    let host = url.host_str()?;
    Some(host.strip_suffix('.').unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::AllowedHost;

    #[test]
    fn patterns_name_a_host_or_all_below_a_domain() {
        for (pattern, url, expected) in [
            ("api.example.com", "https://api.example.com/x", true),
            ("API.Example.com.", "http://api.example.com:8080/", true),
            ("api.example.com", "https://evil-api.example.com/", false),
            ("api.example.com", "https://api.example.com.evil.org/", false),
            ("api.example.com", "https://api.example.com@evil.org/", false),
            ("api.example.com:443", "https://api.example.com./", true),
            ("api.example.com:443", "http://api.example.com/", false),
            ("*.example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("*.example.com", "https://badexample.com/", false),
            ("*.example.com:8443", "https://a.example.com:8443/", true),
            ("*.example.com:8443", "https://a.example.com/", false),
            ("*", "https://any.test/", true),
            ("*:80", "https://any.test/", false),
            ("localhost:8080", "http://localhost:8080/", true),
            ("[::1]", "http://[::1]:3000/", true),
            ("[::1]:3000", "http://[0:0::1]:3000/", true),
            ("127.0.0.1", "http://2130706433/", true),
            ("münchen.example", "https://xn--mnchen-3ya.example/", true),
        ] {
            let allowed = AllowedHost::parse(pattern).expect(pattern);
            assert_eq!(allowed.matches(&Url::parse(url).unwrap()), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn other_texts_are_not_hosts() {
        for text in [
            "",
            "https://a.test",
            "a.test/x",
            "a b",
            "a.*.test",
            "*a.test",
            "u@a.test",
            "a.test:x",
            "a.test:99999",
            "::1",
            "[::1",
            "a.test:",
            "*.",
        ] {
            assert_eq!(AllowedHost::parse(text), None, "{text}");
        }
    }
}
