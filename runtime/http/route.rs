//! Routes: which hosts are answered by a stand-in instead of the real server.
//!
//! Only the matching is here; sending is the worker's.

use std::net::SocketAddr;
use std::sync::RwLock;

use url::{Host, Url};

/// Sends the requests for some hosts to a stand-in.
#[derive(Clone, Debug)]
pub struct Route {
    /// A host as a definition writes it, with its port if it names one; a tag stands for one or more characters
    /// that are no `.` or, where the host is nothing but a tag, for any host: `{domain}.example.com`,
    /// `api.example.com:8443`. "Any host" leaves out this machine's own (`localhost`, 127.0.0.1): a sign-in ends with a
    /// redirect there.
    pub host: String,
    /// Where the stand-in listens; it is spoken to in plain HTTP and gets the original `Host`.
    pub target: SocketAddr,
}

/// The routes of a network; the one that says most about a host wins, among equals the latest.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    routes: RwLock<Vec<(Pattern, SocketAddr)>>,
}

impl Routes {
    pub(crate) fn add(&self, route: &Route) {
        let pattern = Pattern::new(&route.host);
        if let Ok(mut routes) = self.routes.write() {
            routes.push((pattern, route.target));
        }
    }

    /// Where requests for `url` go; none: to the host it names.
    pub(crate) fn target(&self, url: &Url) -> Option<SocketAddr> {
        let routes = self.routes.read().ok()?;
        let matching = routes.iter().filter(|(pattern, _)| pattern.matches(url));
        matching.max_by_key(|(pattern, _)| pattern.literals()).map(|(_, target)| *target)
    }
}

/// Whether a URL's host is this machine itself: `localhost` and what is below it (RFC 6761 section 6.3), 127.0.0.0/8,
/// `::1`.
pub(crate) fn is_loopback(url: &Url) -> bool {
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

#[derive(Debug)]
struct Pattern {
    host: Vec<Piece>,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A character, in lower case.
    Literal(char),
    /// A tag: one or more characters.
    Tag,
}

#[derive(Debug, PartialEq, Eq)]
enum Port {
    /// The usual one of the scheme.
    Usual,
    Number(u16),
    Any,
}

impl Pattern {
    fn new(written: &str) -> Self {
        let (host, port) = split_port(written.trim());
        let port = match port {
            None => Port::Usual,
            Some(port) => port.parse().map_or(Port::Any, Port::Number),
        };
        Self { host: pieces(host), port }
    }

    fn literals(&self) -> usize {
        self.host.iter().filter(|piece| **piece != Piece::Tag).count()
    }

    fn matches(&self, url: &Url) -> bool {
        let port = match self.port {
            Port::Usual => url.port().is_none(),
            Port::Number(number) => url.port_or_known_default() == Some(number),
            Port::Any => true,
        };
        if !self.host.is_empty() && self.literals() == 0 {
            return !is_loopback(url) && (port || self.port == Port::Usual);
        }
        port && url.host_str().is_some_and(|host| matches(&self.host, host))
    }
}

/// `host:port` in two; a `:` inside of `[…]` or `{…}` is the host's.
fn split_port(written: &str) -> (&str, Option<&str>) {
    let closed = written.rfind([']', '}']).map_or(0, |at| at + 1);
    let tail = written.get(closed..).unwrap_or_default();
    if let Some(colon) = tail.rfind(':') {
        let (host, port) = written.split_at(closed + colon);
        return (host, port.get(1..));
    }
    // The port itself may be a tag: `{host}:{port}`.
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
    let mut rest = host;
    while let Some(open) = rest.find('{') {
        let (before, from_tag) = rest.split_at(open);
        let Some(close) = from_tag.find('}') else { break };
        pieces.extend(literals(before));
        // Two tags side by side are one: both together are two or more characters, and nobody can say which is whose.
        if pieces.last() != Some(&Piece::Tag) {
            pieces.push(Piece::Tag);
        }
        rest = from_tag.get(close + 1..).unwrap_or_default();
    }
    pieces.extend(literals(rest));
    pieces
}

fn literals(text: &str) -> impl Iterator<Item = Piece> + '_ {
    text.chars().flat_map(char::to_lowercase).map(Piece::Literal)
}

/// Whether the pieces cover the whole host. Takes pieces × characters steps at most.
fn matches(pieces: &[Piece], host: &str) -> bool {
    // reached[i]: the first i pieces cover what was read so far; inside[i]: so they do, and the next piece, a tag,
    // has begun.
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
                Piece::Tag => (here || begun) && character != '.',
            };
            if step {
                if let Some(slot) = next_reached.get_mut(index + 1) {
                    *slot = true;
                }
                if let Some(slot) = next_inside.get_mut(index) {
                    *slot = *piece == Piece::Tag;
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
    use super::{Route, Routes};
    use std::net::SocketAddr;
    use url::Url;

    fn check(host: &str, url: &str, expected: bool) {
        let routes = Routes::default();
        routes.add(&Route { host: host.to_owned(), target: SocketAddr::from(([127, 0, 0, 1], 1)) });
        let url = Url::parse(url).unwrap();
        assert_eq!(routes.target(&url).is_some(), expected, "{host} {url}");
    }

    #[test]
    fn hosts() {
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
    fn tags() {
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
    fn any_host_is_not_this_machine() {
        check("{host}", "https://a.b.c.org:81/", true);
        check("{host}:{port}", "https://a.b.c.org:81/", true);
        check("{host}:80", "http://a.org/", true);
        check("{host}:80", "http://a.org:81/", false);
        check("{host}", "http://127.0.0.1:4000/callback", false);
        check("{host}", "http://localhost:4000/callback", false);
        check("localhost:4000", "http://localhost:4000/", true);
    }

    #[test]
    fn the_closest_route_wins_and_among_equals_the_latest() {
        let routes = Routes::default();
        for (host, port) in [("{a}.example.com", 1), ("api.example.com", 2), ("{any}", 3), ("api.example.com", 4)] {
            routes.add(&Route { host: host.to_owned(), target: SocketAddr::from(([127, 0, 0, 1], port)) });
        }
        let port = |url: &str| routes.target(&Url::parse(url).unwrap()).map(|target| target.port());
        assert_eq!(port("http://api.example.com"), Some(4));
        assert_eq!(port("http://www.example.com"), Some(1));
        assert_eq!(port("http://example.org"), Some(3));
        assert_eq!(port("http://127.0.0.1"), None);
    }
}
