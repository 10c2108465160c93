//! Who signs in: a person at a browser, or, where nobody has to approve, the engine itself.

use apinb_http::exchange::Request;
use apinb_http::network::Network;
use apinb_text::web::host::host;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use crate::oauth2::DeviceSignIn;
use crate::sign_in::Field;

/// Whoever signs in. Everything may block.
pub trait Person {
    /// Says what a sign-in needs; none: does not want to.
    ///
    /// # Errors
    /// Why they cannot be asked.
    fn ask(&self, client: &str, scheme: &str, field: &Field) -> Result<Option<SecretString>, String>;

    /// Sees the sign-in page.
    ///
    /// # Errors
    /// Why it cannot be seen.
    fn visit(&self, page: &Url) -> Result<Visit, String>;

    /// Sees where to sign in on another device, and by which code.
    ///
    /// # Errors
    /// Why it cannot be seen.
    fn enter(&self, sign_in: &DeviceSignIn) -> Result<(), String>;

    /// Sees the sign-in page and reads off it what it shows at the end (OAuth 1.0: "out of band").
    ///
    /// # Errors
    /// Why it cannot be seen.
    fn read_off(&self, page: &Url) -> Result<SecretString, String>;
}

/// How the answer of a sign-in page comes back.
#[derive(Clone, Debug)]
pub enum Visit {
    /// The browser is on this machine: it comes back by itself.
    Returns,
    /// The browser is elsewhere: this is the address that it was sent back to.
    Pasted(Url),
}

/// A visitor for a run where nobody has to approve: it asks for the page through the network, and follows the redirect
/// that comes back to the listener.
pub struct Visitor<'a> {
    network: &'a Network,
    cancel: &'a CancellationToken,
}

impl<'a> Visitor<'a> {
    /// Visits through `network`, until `cancel` is cancelled.
    #[must_use]
    pub fn new(network: &'a Network, cancel: &'a CancellationToken) -> Self {
        Self { network, cancel }
    }

    /// The listener of the sign-in is on this machine, and may be called. It is what was added to the page's URL last.
    fn expect_back(&self, page: &Url) {
        let back = page.query_pairs().filter(|(name, _)| name == "redirect_uri").last();
        let back = back.and_then(|(_, uri)| Url::parse(&uri).ok());
        if let Some(host) = back.filter(is_here).as_ref().and_then(host) {
            self.network.policy().hosts.allow(host);
        }
    }

    fn get(&self, page: &Url) -> Result<apinb_http::exchange::Response, String> {
        self.network.send(Request::new("GET", page.clone()), self.cancel).wait().map_err(|error| error.to_string())
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Person for Visitor<'_> {
    /// A stand-in takes anything.
    fn ask(&self, _client: &str, _scheme: &str, field: &Field) -> Result<Option<SecretString>, String> {
        Ok((!field.optional).then(|| SecretString::from(format!("made-up-{}", field.name))))
    }

    fn visit(&self, page: &Url) -> Result<Visit, String> {
        self.expect_back(page);
        let response = self.get(page)?;
        let back =
            page.query_pairs().find(|(name, _)| name == "redirect_uri").and_then(|(_, uri)| Url::parse(&uri).ok());
        let is_back =
            back.is_some_and(|back| back.origin() == response.url.origin() && back.path() == response.url.path());
        match response.url.fragment() {
            // The implicit grant's answer, which a browser keeps to itself.
            Some(_) if is_back => Ok(Visit::Pasted(response.url)),
            _ if is_back => Ok(Visit::Returns),
            _ => {
                let origin = response.url.origin().ascii_serialization();
                Err(format!("`{origin}{}` answered {} and did not lead back", response.url.path(), response.status))
            }
        }
    }

    fn enter(&self, sign_in: &DeviceSignIn) -> Result<(), String> {
        self.get(sign_in.complete.as_ref().unwrap_or(&sign_in.page)).map(|_| ())
    }

    fn read_off(&self, _page: &Url) -> Result<SecretString, String> {
        Err("nobody is there to read what it shows".to_owned())
    }
}
