//! Hosts: as a URL has them, as a definition writes them, and whether one is this machine.

use url::{Host, Url};

use super::uri;

/// The host of a URL, with its port unless it is the scheme's default.
#[must_use]
pub fn host(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether a URL's host is this machine: `localhost` and the names below it (RFC 6761 section 6.3), 127.0.0.0/8, `::1`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A host as a definition writes it, with its port if it names one: `{domain}.example.com`, `api.example.com:8443`.
///
/// A parameter stands for one or more characters other than `.` or, if the host is only a parameter, for any
/// host except those of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    host: Vec<Piece>,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A character, in lower case.
    Literal(char),
    /// One or more characters.
    Parameter,
}

/// The port of a pattern of hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Port {
    /// The default of the scheme.
    Usual,
    Number(u16),
    Any,
}

impl Port {
    /// Whether it is the port of `url`.
    pub(crate) fn matches(self, url: &Url) -> bool {
        match self {
            Self::Usual => url.port().is_none(),
            Self::Number(number) => url.port_or_known_default() == Some(number),
            Self::Any => true,
        }
    }
}

impl HostPattern {
    /// Parses a pattern; any text is valid.
    #[must_use]
    pub fn new(written: &str) -> Self {
        let (host, port) = split_port(written.trim());
        let port = match port {
            None => Port::Usual,
            Some(port) => port.parse().map_or(Port::Any, Port::Number),
        };
        Self { host: pieces(host), port }
    }

    /// The number of literal characters: of two patterns that match a host, the one with more is more specific.
    #[must_use]
    pub fn literals(&self) -> usize {
        self.host.iter().filter(|piece| **piece != Piece::Parameter).count()
    }

    /// Whether it is only a parameter, which matches any host.
    #[must_use]
    pub fn is_any_host(&self) -> bool {
        !self.host.is_empty() && self.literals() == 0
    }

    /// Whether it matches the host and port of a URL.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        let port = self.port.matches(url);
        if self.is_any_host() {
            return !is_loopback(url) && (port || self.port == Port::Usual);
        }
        port && url.host_str().is_some_and(|host| matches(&self.host, host))
    }

    /// Whether it matches a `Host` header, and is more than a parameter. The header has no scheme, so a pattern without
    /// a port matches any port.
    #[must_use]
    pub fn names(&self, header: &str) -> bool {
        let (host, port) = split_port(header.trim());
        let fits = match self.port {
            Port::Usual | Port::Any => true,
            Port::Number(number) => port.and_then(|port| port.parse().ok()) == Some(number),
        };
        fits && !self.is_any_host() && matches(&self.host, &host.to_lowercase())
    }
}

/// Whether the host `name` is below `domain`.
pub(crate) fn is_below(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.')).is_some_and(|rest| !rest.is_empty())
}

/// Splits `host:port`; a `:` inside `[…]` or `{…}` belongs to the host. A port that is a parameter becomes `{}`.
pub(crate) fn split_port(written: &str) -> (&str, Option<&str>) {
    let closed = written.rfind([']', '}']).map_or(0, |at| at + 1);
    let tail = written.get(closed..).unwrap_or_default();
    if let Some(colon) = tail.rfind(':') {
        let (host, port) = written.split_at(closed + colon);
        return (host, port.get(1..));
    }
    // The port itself may be a parameter: `{host}:{port}`.
    if let Some((host, port)) = written.rsplit_once(":{")
        && !host.ends_with('[')
        && port.ends_with('}')
        && !port.contains(['{', '.'])
    {
        return (host, Some("{}"));
    }
    (written, None)
}

fn pieces(host: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for piece in uri::pieces(host) {
        match piece {
            uri::Piece::Literal(text) => {
                pieces.extend(text.chars().flat_map(char::to_lowercase).map(Piece::Literal));
            }
            // Two parameters side by side are one: both together are two or more characters, and the boundary
            // between them is ambiguous.
            uri::Piece::Parameter(_) if pieces.last() == Some(&Piece::Parameter) => {}
            uri::Piece::Parameter(_) => pieces.push(Piece::Parameter),
        }
    }
    pieces
}

/// Whether the pieces match the whole host. Takes at most pieces × characters steps.
fn matches(pieces: &[Piece], host: &str) -> bool {
    // reached[i]: the first i pieces match the text so far; inside[i]: they do, and the next piece, a parameter, has
    // begun.
    let mut reached = vec![false; pieces.len() + 1];
    let mut inside = vec![false; pieces.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for character in host.chars() {
        let mut next_reached = vec![false; pieces.len() + 1];
        let mut next_inside = vec![false; pieces.len() + 1];
        for (index, piece) in pieces.iter().enumerate() {
            let here = reached.get(index).copied().unwrap_or_default();
            let begun = inside.get(index).copied().unwrap_or_default();
            let step = match piece {
                Piece::Literal(literal) => here && *literal == character,
                Piece::Parameter => (here || begun) && character != '.',
            };
            if step {
                if let Some(slot) = next_reached.get_mut(index + 1) {
                    *slot = true;
                }
                if let Some(slot) = next_inside.get_mut(index) {
                    *slot = *piece == Piece::Parameter;
                }
            }
        }
        reached = next_reached;
        inside = next_inside;
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{HostPattern, host};
    use url::Url;

    fn check(pattern: &str, url: &str, expected: bool) {
        let url = Url::parse(url).unwrap();
        assert_eq!(HostPattern::new(pattern).matches(&url), expected, "{pattern} {url}");
    }

    #[test]
    fn the_host_includes_a_port_unless_it_is_the_default() {
        let host = |text: &str| host(&Url::parse(text).unwrap());
        assert_eq!(host("https://A.test:443/x").as_deref(), Some("a.test"));
        assert_eq!(host("http://u:p@b.test:81/").as_deref(), Some("b.test:81"));
        assert_eq!(host("data:,x"), None);
    }

    #[test]
    fn hosts_match_exactly() {
        check("api.example.com", "https://api.example.com/x", true);
        check("API.Example.com", "http://api.example.com", true);
        check("api.example.com", "https://api.example.com:8443/x", false);
        check("api.example.com:443", "https://api.example.com/x", true);
        check("api.example.com:8443", "https://api.example.com:8443/x", true);
        check("api.example.com:8443", "https://api.example.com/x", false);
        check("api.example.com", "https://evil-api.example.com/", false);
        check("api.example.com", "https://api.example.com.evil.org/", false);
        check("[::1]:8080", "http://[::1]:8080/", true);
        check("[::1]", "http://[::1]:8080/", false);
        check("", "http://example.com/", false);
    }

    #[test]
    fn host_parameters_match_one_label() {
        check("{domain}.example.com", "https://acme.example.com/", true);
        check("{domain}.example.com", "https://a.b.example.com/", false);
        check("{domain}.example.com", "https://.example.com/", false);
        check("{domain}.example.com", "https://example.com/", false);
        check("{a}.{b}.com", "https://x.y.com/", true);
        check("{a}{b}.com", "https://xy.com/", true);
        check("api-{region}.example.com", "https://api-eu.example.com/", true);
        check("api-{region}.example.com", "https://api-.example.com/", false);
        check("{domain}.example.com:{port}", "https://acme.example.com:81/", true);
        check("{unclosed.example.com", "https://acme.example.com/", false);
    }

    #[test]
    fn a_host_parameter_does_not_match_the_local_machine() {
        check("{host}", "https://a.b.c.org:81/", true);
        check("{host}:{port}", "https://a.b.c.org:81/", true);
        check("{host}:80", "http://a.org/", true);
        check("{host}:80", "http://a.org:81/", false);
        check("{host}", "http://127.0.0.1:4000/callback", false);
        check("{host}", "http://localhost:4000/callback", false);
        check("localhost:4000", "http://localhost:4000/", true);
    }

    #[test]
    fn headers_name_hosts() {
        let table = [
            ("{domain}.zendesk.com", "acme.zendesk.com", true),
            ("{domain}.zendesk.com", "ACME.zendesk.com:443", true),
            ("{domain}.zendesk.com", "a.b.zendesk.com", false),
            ("{domain}.zendesk.com", ".zendesk.com", false),
            ("api-{dc}.example.com:8443", "api-eu.example.com:8443", true),
            ("api.example.com:8443", "api.example.com", false),
            ("api.example.com", "127.0.0.1:80", false),
            ("[::1]:8080", "[::1]:8080", true),
            ("{host}", "a.com", false),
        ];
        for (pattern, header, expected) in table {
            assert_eq!(HostPattern::new(pattern).names(header), expected, "{pattern} {header}");
        }
        let is_any = |pattern: &str| HostPattern::new(pattern).is_any_host();
        assert!(is_any("{baseUri}"));
        assert!(!is_any("{a}.com") && !is_any("a.com") && !is_any(""));
    }
}
