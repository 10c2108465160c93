//! A proxy that the user has set.

use std::fmt;

use reqwest::{ClientBuilder, NoProxy};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cause;
use crate::exchange::HttpError;

/// The address of a proxy, which may have a user and a password in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Proxy(Url);

/// A text that is not the address of a proxy. `Display` does not show it: there may be a password in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the address of an HTTP proxy")]
pub struct NoSuchProxy;

impl Proxy {
    /// `http://user:password@proxy.example.org:3128`, `https://…`, or without a scheme, which is `http` then.
    ///
    /// # Errors
    /// When the text is not such an address.
    pub fn parse(text: &str) -> Result<Self, NoSuchProxy> {
        let text = text.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).map_err(|_| NoSuchProxy)?;
        let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) || !plain {
            return Err(NoSuchProxy);
        }
        Ok(Self(url))
    }

    /// Its password, a secret.
    #[must_use]
    pub fn password(&self) -> Option<String> {
        let encoded = self.0.password()?;
        Some(percent_encoding::percent_decode_str(encoded).decode_utf8_lossy().into_owned())
    }

    pub(crate) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        let proxy = reqwest::Proxy::all(self.0.clone()).map_err(|error| cause::of_setup(&error))?;
        Ok(builder.proxy(proxy.no_proxy(NoProxy::from_env())))
    }
}

impl From<Proxy> for String {
    fn from(proxy: Proxy) -> Self {
        proxy.0.into()
    }
}

impl TryFrom<String> for Proxy {
    type Error = NoSuchProxy;

    fn try_from(text: String) -> Result<Self, NoSuchProxy> {
        Self::parse(&text)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Proxy").field(&self.0.host_str().unwrap_or_default()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Proxy;

    #[test]
    fn proxy_addresses_are_validated() {
        for (text, expected) in [
            ("proxy.test:3128", Some("http://proxy.test:3128/")),
            ("localhost:8080", Some("http://localhost:8080/")),
            ("https://proxy.test", Some("https://proxy.test/")),
            ("http://u:p%40@proxy.test", Some("http://u:p%40@proxy.test/")),
            ("socks5://proxy.test", None),
            ("http://proxy.test/path", None),
            ("", None),
            ("http://", None),
            ("a b", None),
        ] {
            assert_eq!(Proxy::parse(text).ok().map(|proxy| proxy.0.to_string()).as_deref(), expected, "{text}");
        }
        let proxy = Proxy::parse("u:p%40@proxy.test").unwrap();
        assert_eq!(proxy.password().as_deref(), Some("p@"));
        assert!(!format!("{proxy:?}").contains("p%40"));
    }
}
