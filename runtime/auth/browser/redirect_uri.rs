//! The redirect URI of a sign-in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// A redirect URI as it was registered: servers compare texts (RFC 6749, section 3.1.2.3), and a parsed URL is another
/// text where the path is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    url: Url,
}

/// The addresses that a listener for a redirect URI has to bind to.
pub(crate) struct Addresses {
    pub(crate) first: IpAddr,
    /// A browser may take either address for `localhost`; a machine without IPv6 has only the first.
    pub(crate) second: Option<IpAddr>,
}

impl RedirectUri {
    /// # Errors
    /// If it is not a URL.
    pub fn parse(text: &str) -> Result<Self, url::ParseError> {
        Ok(Self { text: text.to_owned(), url: Url::parse(text)? })
    }

    /// As it was registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// With another query parameter, which must not need an escape.
    pub(crate) fn with_parameter(&self, name: &str, value: &str) -> String {
        let text = self.text.split('#').next().unwrap_or_default();
        format!("{text}{}{name}={value}", if text.contains('?') { '&' } else { '?' })
    }

    /// With the port that a listener got for port 0.
    pub(crate) fn with_port(mut self, port: u16) -> Self {
        if self.url.port() == Some(0) && self.url.set_port(Some(port)).is_ok() {
            let authority = format!("{}:", self.url.host_str().unwrap_or_default());
            let replaced = self.text.replacen(&format!("{authority}0"), &format!("{authority}{port}"), 1);
            self.text = if replaced == self.text { self.url.to_string() } else { replaced };
        }
        self
    }

    /// The addresses for a listener; `None` if the redirect does not lead to one.
    pub(crate) fn addresses(&self) -> Option<Addresses> {
        let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
        match self.url.host() {
            _ if self.url.scheme() != "http" => None,
            Some(Host::Domain("localhost")) => Some(Addresses { first: v4, second: Some(v6) }),
            Some(Host::Ipv4(address)) if address.is_loopback() => {
                Some(Addresses { first: IpAddr::V4(address), second: None })
            }
            Some(Host::Ipv6(address)) if address.is_loopback() => Some(Addresses { first: v6, second: None }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RedirectUri;

    #[test]
    fn a_redirect_uri_keeps_its_text() {
        for (text, expected) in [
            ("http://localhost:38519", "http://localhost:38519"),
            ("http://localhost:38519/", "http://localhost:38519/"),
            ("http://127.0.0.1:1/a%2fb?x=1", "http://127.0.0.1:1/a%2fb?x=1"),
            ("http://localhost", "http://localhost"),
            ("http://localhost:0", "http://localhost:4711"),
            ("http://[::1]:0/cb", "http://[::1]:4711/cb"),
            ("http://LOCALHOST:0/:0", "http://localhost:4711/:0"),
        ] {
            assert_eq!(RedirectUri::parse(text).unwrap().with_port(4711).as_str(), expected);
        }
        let uri = |text| RedirectUri::parse(text).unwrap();
        assert_eq!(uri("http://localhost:1").with_parameter("state", "s"), "http://localhost:1?state=s");
        assert_eq!(uri("http://localhost:1/?a=b").with_parameter("state", "s"), "http://localhost:1/?a=b&state=s");
    }

    #[test]
    fn only_plain_http_to_this_machine_has_a_listener() {
        for (text, expected) in [
            ("http://localhost:1/cb", true),
            ("http://127.0.0.2:1/cb", true),
            ("http://[::1]:1", true),
            ("https://localhost:1/cb", false),
            ("https://portal.example/back", false),
            ("http://192.0.2.1/", false),
            ("app:/back", false),
        ] {
            assert_eq!(RedirectUri::parse(text).unwrap().addresses().is_some(), expected, "{text}");
        }
    }
}
