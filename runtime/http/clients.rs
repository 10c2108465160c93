//! The reqwest clients, each made when it is first needed: reading the system's certificates takes longer than
//! everything else that a small run does.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect;
use url::Url;

use crate::cause;
use crate::exchange::HttpError;
use crate::route;

/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long an idle connection is kept: less than most servers do, so that few are found closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// One client for each way out.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    /// Plain HTTP to this machine: stand-ins, `http://localhost`. No proxy.
    plain: OnceLock<Client>,
    /// TLS to this machine. No proxy.
    local: OnceLock<Client>,
    /// Everything else, through the proxy that the environment names.
    outer: OnceLock<Client>,
}

impl Clients {
    /// The client for a request to `address` (of the stand-in, where one answers).
    pub(crate) fn for_address(&self, address: &Url, routed: bool) -> Result<&Client, HttpError> {
        let local = routed || route::is_loopback(address);
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .referer(false);
        let (slot, builder) = match (local, address.scheme()) {
            (true, "http") => (&self.plain, builder.no_proxy().tls_certs_only([])),
            (true, _) => (&self.local, builder.no_proxy()),
            (false, _) => (&self.outer, builder),
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let client = builder.build().map_err(|error| cause::of_setup(&error))?;
        Ok(slot.get_or_init(|| client))
    }
}
