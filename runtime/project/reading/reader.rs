//! Reads definitions for commands that run nothing.

use apinb_definition::load::{Detail, Loaded};
use apinb_http::exchange::HttpError;
use apinb_http::hosts::Hosts;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use tokio_util::sync::CancellationToken;

use super::definition;
use super::source::ResolvedSource;

/// Reads files, and URLs where the network is on.
#[derive(Debug)]
pub struct Reader {
    network: Network,
}

impl Reader {
    /// With the network policy of a notebook. Unless `online`, only servers on this machine are called.
    ///
    /// # Errors
    /// When the network cannot be started: a certificate that cannot be read, or no thread.
    pub fn start(mut policy: Policy, online: bool) -> Result<Self, HttpError> {
        if !online {
            policy.hosts = Hosts::offline();
        }
        Ok(Self { network: Network::start(policy)? })
    }

    /// The definition at `source`. Blocks.
    #[must_use]
    pub fn definition(&self, source: &ResolvedSource) -> Loaded {
        self.definition_with(source, Detail::Plain)
    }

    /// As [`Self::definition`], with as much detail as asked for.
    #[must_use]
    pub fn definition_with(&self, source: &ResolvedSource, detail: Detail) -> Loaded {
        definition::read_with(source, &self.network, CancellationToken::new(), detail).0
    }
}
