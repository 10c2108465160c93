//! The reqwest clients, each created on first use: reading the system's certificates takes longer than
//! everything else that a small run does.

use std::sync::OnceLock;
use std::time::Duration;

use apinb_text::web::host::is_loopback;
use reqwest::{Client, redirect};
use url::Url;

use crate::cause;
use crate::exchange::HttpError;
use crate::proxy::Proxy;
use crate::tls::Tls;

/// Time limit for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long an idle connection is kept: less than most servers do, so that few are found closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// One client for each way out.
#[derive(Debug)]
pub(crate) struct Clients {
    proxy: Option<Proxy>,
    tls: Tls,
    /// Plain HTTP to this machine: mock servers, and `http://localhost` where the policy has no proxy. No proxy.
    plain: OnceLock<Client>,
    /// TLS to this machine where the policy has no proxy. No proxy.
    local: OnceLock<Client>,
    /// Everything else, through the proxy of the policy or of the environment.
    outer: OnceLock<Client>,
}

impl Clients {
    pub(crate) fn new(proxy: Option<Proxy>, tls: Tls) -> Self {
        Self { proxy, tls, plain: OnceLock::new(), local: OnceLock::new(), outer: OnceLock::new() }
    }

    /// The client for a request to `address` (that of the mock server, if the host is mocked).
    pub(crate) fn for_address(&self, address: &Url, routed: bool) -> Result<&Client, HttpError> {
        // A proxy that the user has set is used for servers on this machine as well.
        let local = routed || (self.proxy.is_none() && is_loopback(address));
        let slot = match (local, address.scheme()) {
            (true, "http") => &self.plain,
            (true, _) => &self.local,
            (false, _) => &self.outer,
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .referer(false)
            .http1_allow_obsolete_multiline_headers_in_responses(true);
        let builder = match (local, address.scheme()) {
            (true, "http") => builder.no_proxy().tls_certs_only([]),
            (true, _) => self.tls.apply(builder.no_proxy())?,
            (false, _) => self.tls.apply(builder)?,
        };
        let builder = match &self.proxy {
            Some(proxy) if !local => proxy.apply(builder)?,
            _ => builder,
        };
        let client = builder.build().map_err(|error| cause::of_setup(&error))?;
        Ok(slot.get_or_init(|| client))
    }
}
