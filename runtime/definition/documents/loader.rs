//! Loads documents within the limits on their bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::limits::{MAX_DOCUMENT_BYTES, MAX_TOTAL_BYTES};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

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
