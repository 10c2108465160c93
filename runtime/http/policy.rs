//! The network policy of a run: permissions and limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::hosts::Hosts;
use crate::proxy::Proxy;
use crate::retry::Retry;
use crate::tls::Tls;

/// The network policy of a run: permissions and limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Time limit of a request without one of its own, from sending to the last byte.
    pub timeout: Duration,
    /// The largest body of a response, in bytes, after decompression.
    pub max_response_bytes: u64,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// Sent as `User-Agent` where the caller sets none.
    pub user_agent: String,
    /// The hosts that may be called; hosts of mock servers may always be called.
    pub hosts: Hosts,
    /// Which calls are retried. The caller retries them, since each is signed again.
    pub retry: Retry,
    /// The least time between the starts of two calls.
    pub delay: Duration,
    /// The proxy for everything but mock servers and what `NO_PROXY` names; none: the proxy that the environment names,
    /// and no proxy for this machine.
    pub proxy: Option<Proxy>,
    /// Which certificates TLS trusts.
    pub tls: Tls,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_response_bytes: 64 << 20,
            max_redirects: 20,
            user_agent: concat!("apinb/", env!("CARGO_PKG_VERSION")).to_owned(),
            hosts: Hosts::default(),
            retry: Retry::default(),
            delay: Duration::ZERO,
            proxy: None,
            tls: Tls::default(),
        }
    }
}
