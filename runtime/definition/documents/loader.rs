//! Loads documents within the byte limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::limits::{MAX_DOCUMENT_BYTES, MAX_TOTAL_BYTES};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

/// A loader with a limit on the total size of a definition's documents. Deferred documents share it between threads.
pub(crate) struct BudgetedLoader {
    loader: Arc<dyn Loader>,
    bytes: AtomicUsize,
    /// Whether the total limit was reported.
    reported: AtomicBool,
}

/// The reason why [`BudgetedLoader::read`] returns no document.
pub(crate) enum Refused {
    Unreadable(LoadError),
    /// The total limit is exceeded; `first` if this was not reported before.
    Total {
        first: bool,
    },
}

impl BudgetedLoader {
    pub(crate) fn new(loader: Arc<dyn Loader>) -> Self {
        Self { loader, bytes: AtomicUsize::new(0), reported: AtomicBool::new(false) }
    }

    /// Total bytes of the documents read so far.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Announces documents that will be read next, so that the loader can fetch them in parallel.
    pub(crate) fn prefetch(&self, addresses: &[Address]) {
        if !addresses.is_empty() {
            self.loader.prefetch(addresses);
        }
    }

    /// Whether a document may be read as far as its address tells.
    pub(crate) fn check(&self, address: &Address) -> Result<(), LoadError> {
        self.loader.check(address)
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
