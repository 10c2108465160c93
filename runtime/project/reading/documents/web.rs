//! Fetches definitions and includes, and checks each redirect against what a definition may read.

use std::sync::{Mutex, PoisonError};

use apinb_http::exchange::{Call, HttpError, Redirect, Request, Response};
use apinb_http::network::Network;
use apinb_http::redirect;
use apinb_text::source::address::Address;
use apinb_text::source::loader::LoadError;
use tokio_util::sync::CancellationToken;
use url::{Origin, Url};

/// The most redirects of an include.
const MAX_REDIRECTS: usize = 20;

/// The `Accept` of a request for a root definition, as the original notebook engine sent it.
const ACCEPT_DEFINITION: &str = "application/raml+yaml, application/json, */*";

/// Reads the URLs that one definition may name.
#[derive(Debug)]
pub(super) struct Web {
    root: Address,
    /// The origins that a root at a URL may include; several if the root was redirected.
    origins: Mutex<Vec<Origin>>,
    network: Network,
    cancel: Mutex<CancellationToken>,
    limit: u64,
}

/// A document, and the calls that fetched it.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) text: Result<String, LoadError>,
    pub(super) calls: Vec<Call>,
}

impl Web {
    pub(super) fn new(root: Address, network: &Network, cancel: CancellationToken, limit: u64) -> Self {
        let origins = match &root {
            Address::File(_) => Vec::new(),
            Address::Url(url) => vec![url.origin()],
        };
        let (origins, cancel) = (Mutex::new(origins), Mutex::new(cancel));
        Self { root, origins, network: network.clone(), cancel, limit }
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Ends pending requests.
    pub(super) fn cancel(&self) -> CancellationToken {
        self.cancel.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn cancelled_by(&self, cancel: CancellationToken) {
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel;
    }

    pub(super) async fn fetch(&self, url: &Url) -> Fetched {
        let (network, calls) = self.network.recorded();
        let text = self.load(url, &network).await;
        Fetched { text, calls: calls.take() }
    }

    async fn load(&self, url: &Url, network: &Network) -> Result<String, LoadError> {
        let address = || shown(url);
        let response = match &self.root {
            Address::File(_) => self.get(url, network, Redirect::Follow, "*/*").await?,
            Address::Url(root) if root == url => {
                let response = self.get(url, network, Redirect::Follow, ACCEPT_DEFINITION).await?;
                if let Ok(mut origins) = self.origins.lock() {
                    origins.push(response.url.origin());
                }
                response
            }
            Address::Url(_) => self.get_confined(url, network).await?,
        };
        if !(200..300).contains(&response.status) {
            return Err(LoadError::Status { address: address(), status: response.status });
        }
        text(response.body.into(), address)
    }

    /// Follows redirects within the allowed origins only; the target is checked before the request is sent.
    async fn get_confined(&self, url: &Url, network: &Network) -> Result<Response, LoadError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let allowed = self.origins.lock().is_ok_and(|origins| origins.contains(&url.origin()));
            if !allowed {
                return Err(self.other_origin(shown(&url)));
            }
            let response = self.get(&url, network, Redirect::Manual, "*/*").await?;
            let location =
                response.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str());
            match redirect::location(response.status, location, &url) {
                Ok(None) => return Ok(response),
                Ok(Some(next)) => url = next,
                Err(cause) => return Err(failed(&url, cause)),
            }
        }
        Err(failed(&url, HttpError::Redirect { cause: format!("more than {MAX_REDIRECTS} redirects") }))
    }

    async fn get(&self, url: &Url, network: &Network, redirect: Redirect, accept: &str) -> Result<Response, LoadError> {
        let mut request = Request::new("GET", url.clone());
        request.headers.push(("accept".to_owned(), accept.to_owned()));
        request.redirect = redirect;
        // A mock server does not serve the definition, and would request its own examples from itself.
        request.direct = true;
        request.is_call = false;
        network.send_up_to(request, self.limit, &self.cancel()).await.map_err(|cause| failed(url, cause))
    }

    /// The refusal of a document elsewhere, for a root at a URL.
    pub(super) fn other_origin(&self, address: String) -> LoadError {
        let origin = match &self.root {
            Address::Url(url) => url.origin().ascii_serialization(),
            Address::File(root) => root.clone(),
        };
        let why = format!("is outside of `{origin}`");
        LoadError::NotAllowed { address, why, help: "Copy the document to that origin.".to_owned() }
    }
}

fn failed(url: &Url, cause: HttpError) -> LoadError {
    match cause {
        HttpError::TooLarge { limit } => LoadError::TooLarge { address: shown(url), limit },
        cause => LoadError::Unreadable { address: shown(url), cause: Box::new(cause) },
    }
}

/// A URL without user and password.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both succeed for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// Decodes a document as UTF-8.
pub(super) fn text(bytes: Vec<u8>, address: impl Fn() -> String) -> Result<String, LoadError> {
    String::from_utf8(bytes).map_err(|_| LoadError::NotText { address: address() })
}
