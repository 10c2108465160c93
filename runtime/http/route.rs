//! Routes of requests to mock servers.

use std::net::SocketAddr;
use std::sync::{PoisonError, RwLock};

use apinb_text::web::host::HostPattern;
use url::Url;

/// Sends the requests for some hosts to a mock server.
#[derive(Clone, Debug)]
pub struct Route {
    /// A host as a definition writes it: see [`HostPattern`]. "Any host" does not include this machine, since a sign-in
    /// ends with a redirect there.
    pub host: String,
    /// The address of the mock server; it is spoken to in plain HTTP and gets the original `Host`.
    pub target: SocketAddr,
}

/// The routes of a network; the most specific one wins, among equals the latest.
///
/// The list is whole after every step: a lock that a panic left behind is used on, since without its route a mocked call
/// would go to the real server.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    routes: RwLock<Vec<(HostPattern, SocketAddr)>>,
}

impl Routes {
    pub(crate) fn add(&self, route: &Route) {
        let pattern = HostPattern::new(&route.host);
        self.routes.write().unwrap_or_else(PoisonError::into_inner).push((pattern, route.target));
    }

    /// Where requests for `url` go; none: to the host it names.
    pub(crate) fn target(&self, url: &Url) -> Option<SocketAddr> {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        let matching = routes.iter().filter(|(pattern, _)| pattern.matches(url));
        matching.max_by_key(|(pattern, _)| pattern.literals()).map(|(_, target)| *target)
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, Routes};
    use std::net::SocketAddr;
    use std::sync::Arc;
    use url::Url;

    fn add(routes: &Routes, host: &str, port: u16) {
        routes.add(&Route { host: host.to_owned(), target: SocketAddr::from(([127, 0, 0, 1], port)) });
    }

    fn port(routes: &Routes, url: &str) -> Option<u16> {
        routes.target(&Url::parse(url).unwrap()).map(|target| target.port())
    }

    #[test]
    fn the_most_specific_route_wins_then_the_latest() {
        let routes = Routes::default();
        for (host, port) in [("{a}.example.com", 1), ("api.example.com", 2), ("{any}", 3), ("api.example.com", 4)] {
            add(&routes, host, port);
        }
        assert_eq!(port(&routes, "http://api.example.com"), Some(4));
        assert_eq!(port(&routes, "http://www.example.com"), Some(1));
        assert_eq!(port(&routes, "http://example.org"), Some(3));
        assert_eq!(port(&routes, "http://127.0.0.1"), None);
    }

    #[test]
    fn a_poisoned_lock_does_not_bypass_routes() {
        let routes = Arc::new(Routes::default());
        add(&routes, "a.test", 1);
        let held = Arc::clone(&routes);
        let outcome = std::thread::spawn(move || {
            let _held = held.routes.write().unwrap();
            panic!("while the lock is held");
        });
        assert!(outcome.join().is_err() && routes.routes.is_poisoned());
        add(&routes, "b.test", 2);
        assert_eq!(port(&routes, "http://a.test"), Some(1));
        assert_eq!(port(&routes, "http://b.test"), Some(2));
    }
}
