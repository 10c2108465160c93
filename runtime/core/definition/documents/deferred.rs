//! Documents that are read when somebody asks for their text: examples, schemas, chapters of the documentation.
//!
//! Which documents may wait is for the readers of a definition to say; what counts against the limits, and when, is
//! said here.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::definition::limits::{MAX_DIAGNOSTICS, MAX_DOCUMENT_BYTES, MAX_TOTAL_BYTES};
use crate::definition::problem::{Limit, Problem};
use crate::text::diagnostic::Diagnostic;
use crate::text::source::address::Address;
use crate::text::source::deferred::Deferred;
use crate::text::source::loader::{LoadError, Loader};
use crate::text::source::span::{Location, SourceFile};

/// Where the documents of one definition come from, and how much of them was read.
pub(crate) struct Supply {
    loader: Arc<dyn Loader>,
    bytes: AtomicUsize,
    /// That the documents are too large together is told once.
    told: AtomicBool,
}

/// Why a document is not there.
pub(crate) enum Refused {
    /// It cannot be read.
    Unreadable(LoadError),
    /// All documents together are too large; `first`: nobody was told so far.
    Total { first: bool },
}

impl Supply {
    pub(crate) fn new(loader: Arc<dyn Loader>) -> Self {
        Self { loader, bytes: AtomicUsize::new(0), told: AtomicBool::new(false) }
    }

    /// Bytes of all documents read so far.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Tells the loader what is asked for next.
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
            Err(_) => Err(Refused::Total { first: !self.told.swap(true, Ordering::Relaxed) }),
        }
    }
}

/// A document that is not read until its text is asked for.
pub(crate) struct Later {
    address: Address,
    /// The first include of it, and its path as written.
    place: Location,
    reference: String,
    supply: Arc<Supply>,
    /// None within: it cannot be read.
    file: OnceLock<Option<Arc<SourceFile>>>,
    /// Why not, until it is told.
    fault: Mutex<Option<Problem>>,
}

impl Later {
    pub(crate) fn new(address: Address, place: Location, reference: &str, supply: &Arc<Supply>) -> Self {
        let (reference, supply) = (reference.to_owned(), Arc::clone(supply));
        Self { address, place, reference, supply, file: OnceLock::new(), fault: Mutex::new(None) }
    }

    /// The document, if it was read.
    fn file_if_read(&self) -> Option<&Arc<SourceFile>> {
        self.file.get()?.as_ref()
    }

    /// Why it could not be read, if that was tried; given once.
    pub(crate) fn take_fault(&self) -> Option<Problem> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn read(&self) -> Option<Arc<SourceFile>> {
        let location = self.place.clone();
        let fault = match self.supply.read(&self.address) {
            Ok(text) => return Some(Arc::new(SourceFile::new(self.address.to_string(), text))),
            Err(Refused::Unreadable(cause)) => {
                Some(Problem::Include { location, reference: self.reference.clone(), cause })
            }
            Err(Refused::Total { first: true }) => {
                Some(Problem::Limit { location, limit: Limit::TotalBytes(MAX_TOTAL_BYTES) })
            }
            Err(Refused::Total { first: false }) => None,
        };
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        None
    }
}

impl Deferred for Later {
    fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.get_or_init(|| self.read()).as_ref()
    }

    fn is_read(&self) -> bool {
        self.file.get().is_some()
    }
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later").field("address", &self.address).field("read", &self.is_read()).finish()
    }
}

/// The documents of a definition that were left for later; a clone is another handle on them.
#[derive(Clone, Default)]
pub struct Unread {
    all: Arc<[Arc<Later>]>,
    supply: Option<Arc<Supply>>,
}

impl Unread {
    pub(crate) fn new(all: Vec<Arc<Later>>, supply: Arc<Supply>) -> Self {
        Self { all: all.into(), supply: Some(supply) }
    }

    /// How many there are that nobody has asked for until now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.iter().filter(|later| !later.is_read()).count()
    }

    /// Whether all of them were read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads all of them.
    pub fn read_all(&self) {
        if let Some(supply) = &self.supply {
            let open = self.all.iter().filter(|later| !later.is_read());
            supply.prefetch(&open.map(|later| later.address.clone()).collect::<Vec<_>>());
        }
        for later in &*self.all {
            later.file();
        }
    }

    /// Those that were read, in the order in which the definition names them.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.all.iter().filter_map(|later| later.file_if_read())
    }

    /// What went wrong with those that were tried, each told once.
    #[must_use]
    pub fn take_problems(&self) -> Vec<Box<dyn Diagnostic + Send + Sync>> {
        let problems = self.all.iter().filter_map(|later| later.take_fault()).take(MAX_DIAGNOSTICS);
        problems.map(|problem| -> Box<dyn Diagnostic + Send + Sync> { Box::new(problem) }).collect()
    }
}

impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all.iter()).finish()
    }
}
