//! Which hosts a request may name. A page in a browser can reach a server of this machine under a host name of its own
//! (DNS rebinding); it cannot choose the `Host` header.

use apinb_text::web::host::{HostPattern, is_loopback};
use url::Url;

/// The hosts that a mock server answers for, besides this machine under its own names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcceptedHosts {
    /// The hosts that the definitions name.
    #[default]
    Named,
    /// The same, and every host if a definition has a base URI whose host is a parameter: for a network that routes
    /// requests here.
    Routed,
    /// Every host.
    Any,
}

impl AcceptedHosts {
    /// Whether a request with this `Host` is answered. Browsers always send one.
    pub(crate) fn accepts<'p>(self, host: &str, mut patterns: impl Iterator<Item = &'p HostPattern>) -> bool {
        let is_local = || Url::parse(&format!("http://{host}/")).is_ok_and(|url| is_loopback(&url));
        host.is_empty()
            || self == Self::Any
            || is_local()
            || patterns.any(|pattern| pattern.names(host) || (self == Self::Routed && pattern.is_any_host()))
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::web::host::HostPattern;

    use super::AcceptedHosts;

    #[test]
    fn names_of_this_machine_and_of_definitions_are_accepted() {
        let patterns = ["{domain}.api.test", "{baseUri}"].map(HostPattern::new);
        for (host, named, routed) in [
            ("", true, true),
            ("127.0.0.1:8080", true, true),
            ("LOCALHOST:1", true, true),
            ("[::1]:80", true, true),
            ("app.localhost", true, true),
            ("acme.api.test", true, true),
            ("acme.api.test:8443", true, true),
            ("evil.test:8080", false, true),
            ("127.0.0.1.evil.test", false, true),
            ("localhost@evil.test", false, true),
            ("10.0.0.1", false, true),
        ] {
            assert_eq!(AcceptedHosts::Named.accepts(host, patterns.iter()), named, "{host}");
            assert_eq!(AcceptedHosts::Routed.accepts(host, patterns.iter()), routed, "{host}");
            assert!(AcceptedHosts::Any.accepts(host, [].iter()), "{host}");
            let fixed = patterns.iter().take(1);
            assert_eq!(AcceptedHosts::Routed.accepts(host, fixed), named, "{host}");
        }
    }
}
