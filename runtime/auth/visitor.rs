//! A person for mocked runs, where no approval is needed: the engine itself.

use apinb_http::exchange::{Redirect, Request, Response};
use apinb_http::network::Network;
use apinb_text::web::host::{host, is_loopback};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::person::{DeviceSignIn, Field, Person, Visit};

/// Maximum length of a displayed verifier, in bytes.
const MAX_VERIFIER: usize = 256;

/// Requests the sign-in page through the network, and follows the redirect to the listener.
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

    /// Allows calls to the listener of the sign-in, on this machine.
    fn expect_back(&self, back: &Url) {
        if let Some(host) = Some(back).filter(|back| is_loopback(back)).and_then(host) {
            self.network.policy().hosts.allow_listener(host);
        }
    }

    fn get(&self, page: &Url) -> Result<Response, String> {
        self.network.send(Request::new("GET", page.clone()), self.cancel).wait().map_err(|error| error.to_string())
    }
}

impl Person for Visitor<'_> {
    /// A mock server accepts any value.
    fn ask(&self, _client: &str, _scheme: &str, field: &Field) -> Result<Option<SecretString>, String> {
        Ok((!field.optional).then(|| SecretString::from(format!("made-up-{}", field.name))))
    }

    fn visit(&self, page: &Url, back: &Url) -> Result<Visit, String> {
        self.expect_back(back);
        let response = self.get(page)?;
        let is_back = back.origin() == response.url.origin() && back.path() == response.url.path();
        match response.url.fragment() {
            // The response of the implicit grant, which a browser does not send.
            Some(_) if is_back => Ok(Visit::Pasted(response.url)),
            _ if is_back && response.status == 400 => {
                Err("the sign-in page redirected back with the state of another sign-in".to_owned())
            }
            _ if is_back => Ok(Visit::RedirectsToListener),
            _ => {
                let origin = response.url.origin().ascii_serialization();
                Err(format!(
                    "`{origin}{}` responded with {} and did not redirect back",
                    response.url.path(),
                    response.status
                ))
            }
        }
    }

    fn paste(&self, page: &Url) -> Result<Url, String> {
        let request = Request { redirect: Redirect::Manual, ..Request::new("GET", page.clone()) };
        let response = self.network.send(request, self.cancel).wait().map_err(|error| error.to_string())?;
        let location = response.headers.iter().find(|(name, _)| name == "location");
        let back = location.and_then(|(_, location)| response.url.join(location).ok());
        back.ok_or_else(|| format!("`{}` responded with {} and did not redirect back", page.path(), response.status))
    }

    fn show_device_code(&self, sign_in: &DeviceSignIn) -> Result<(), String> {
        self.get(sign_in.complete.as_ref().unwrap_or(&sign_in.page)).map(|_| ())
    }

    /// A mock server displays nothing but the verifier.
    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String> {
        let response = self.get(page)?;
        let verifier = std::str::from_utf8(&response.body).unwrap_or_default().trim();
        if response.status != 200 || verifier.is_empty() || verifier.len() > MAX_VERIFIER {
            return Err(format!("`{}` did not display a verifier", page.path()));
        }
        Ok(SecretString::from(verifier))
    }
}
