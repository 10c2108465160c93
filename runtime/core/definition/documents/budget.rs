//! Counts what a definition reads and makes against its limits: bytes of its documents, nodes, copied text. A limit that
//! is reached is reported once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::definition::limits::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_TEXT_BYTES, MAX_TOTAL_BYTES, MIN_NODES, max_nodes};
use crate::definition::tree::budget::Budget;
use crate::definition::tree::node::NodeLocation;
use crate::text::source::address::Address;
use crate::text::source::loader::{LoadError, Loader};

use super::Documents;
use super::diagnostic::{DocumentDiagnostic, Limit};

/// A loader that stops once the documents of a definition are too large together. Deferred documents share it, from any
/// thread.
pub(crate) struct BudgetedLoader {
    loader: Arc<dyn Loader>,
    bytes: AtomicUsize,
    /// Whether the limit of all bytes was reported.
    reported: AtomicBool,
}

/// Why a [`BudgetedLoader`] gives no document.
pub(crate) enum Refused {
    Unreadable(LoadError),
    /// All documents together are too large; `first`: this was not reported yet.
    Total {
        first: bool,
    },
}

impl BudgetedLoader {
    pub(crate) fn new(loader: Arc<dyn Loader>) -> Self {
        Self { loader, bytes: AtomicUsize::new(0), reported: AtomicBool::new(false) }
    }

    /// Bytes of all documents read so far.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Tells the loader which documents will be read next.
    pub(crate) fn prefetch(&self, addresses: &[Address]) {
        if !addresses.is_empty() {
            self.loader.prefetch(addresses);
        }
    }

    /// The text of a document, within the limits.
    pub(crate) fn read(&self, address: &Address) -> Result<String, Refused> {
        let text = self.loader.load(address).map_err(Refused::Unreadable)?;
        if text.len() > MAX_DOCUMENT_BYTES {
            let limit = MAX_DOCUMENT_BYTES as u64;
            return Err(Refused::Unreadable(LoadError::TooLarge { address: address.to_string(), limit }));
        }
        let counted = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| {
            bytes.checked_add(text.len()).filter(|bytes| *bytes <= MAX_TOTAL_BYTES)
        });
        match counted {
            Ok(_) => Ok(text),
            Err(_) => Err(Refused::Total { first: !self.reported.swap(true, Ordering::Relaxed) }),
        }
    }
}

impl Documents<'_> {
    /// The number of nodes that may be read and made, in proportion to the size of the documents read so far.
    pub(crate) fn max_nodes(&self) -> u64 {
        max_nodes(self.loader.bytes())
    }

    /// Counts `count` more nodes; false when there are too many.
    pub(crate) fn spend_nodes(&mut self, count: usize, place: NodeLocation) -> bool {
        self.nodes = self.nodes.saturating_add(count as u64);
        if self.nodes <= MIN_NODES {
            return true;
        }
        let limit = self.max_nodes();
        self.nodes <= limit || self.report_limit_once("nodes", Limit::Nodes(limit), place)
    }

    /// Counts text that is copied into the model; false when there is too much.
    pub(crate) fn spend_text(&mut self, bytes: usize, place: NodeLocation) -> bool {
        self.text_bytes = self.text_bytes.saturating_add(bytes as u64);
        self.text_bytes <= MAX_TEXT_BYTES || self.report_limit_once("text", Limit::TextBytes(MAX_TEXT_BYTES), place)
    }

    /// Reports that nesting is too deep at `place`.
    pub(crate) fn too_deep(&mut self, place: NodeLocation) {
        let location = self.location(place);
        self.report(DocumentDiagnostic::Limit { location, limit: Limit::Depth(MAX_DEPTH) });
    }

    /// Reports a limit of the whole definition, unless it was reported before. Always false.
    pub(super) fn report_limit_once(&mut self, name: &'static str, limit: Limit, place: NodeLocation) -> bool {
        if self.limits_reported.insert(name) {
            let location = self.location(place);
            self.report(DocumentDiagnostic::Limit { location, limit });
        }
        false
    }
}

impl Budget for Documents<'_> {
    fn spend_nodes(&mut self, count: usize, place: NodeLocation) -> bool {
        Self::spend_nodes(self, count, place)
    }

    fn spend_text(&mut self, bytes: usize, place: NodeLocation) -> bool {
        Self::spend_text(self, bytes, place)
    }
}
