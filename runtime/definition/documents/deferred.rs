//! Documents that are read when their text is first used: examples, schemas, documentation chapters.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::limits::{MAX_DIAGNOSTICS, MAX_TOTAL_BYTES};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::address::Address;
use apinb_text::source::deferred::Deferred;
use apinb_text::source::loader::LoadError;
use apinb_text::source::span::{Location, SourceFile};

use crate::documents::diagnostic::{DocumentDiagnostic, Limit};
use crate::documents::loader::{BudgetedLoader, Refused};

/// A document that is read when its text is first used.
pub(crate) struct DeferredDocument {
    address: Address,
    /// The first include of the document, and its path as written.
    location: Location,
    reference: String,
    loader: Arc<BudgetedLoader>,
    /// `Some(None)` if the document cannot be read.
    file: OnceLock<Option<Arc<SourceFile>>>,
    /// The error of the read, until [`Self::take_diagnostic`] returns it.
    diagnostic: Mutex<Option<DocumentDiagnostic>>,
}

impl DeferredDocument {
    pub(crate) fn new(address: Address, location: Location, reference: &str, loader: &Arc<BudgetedLoader>) -> Self {
        let (reference, loader) = (reference.to_owned(), Arc::clone(loader));
        Self { address, location, reference, loader, file: OnceLock::new(), diagnostic: Mutex::new(None) }
    }

    /// The document, if it was read.
    fn file_if_read(&self) -> Option<&Arc<SourceFile>> {
        self.file.get()?.as_ref()
    }

    /// The error of the read, if the read was tried and failed. Returned only once.
    fn take_diagnostic(&self) -> Option<DocumentDiagnostic> {
        self.diagnostic.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn read(&self) -> Option<Arc<SourceFile>> {
        let location = self.location.clone();
        let diagnostic = match self.loader.read(&self.address) {
            Ok(text) => return Some(Arc::new(SourceFile::new(self.address.to_string(), text))),
            // The content of such a file is not needed.
            Err(Refused::Unreadable(LoadError::NotText { .. })) if is_binary(&self.address) => None,
            Err(Refused::Unreadable(cause)) => {
                Some(DocumentDiagnostic::Include { location, reference: self.reference.clone(), cause })
            }
            Err(Refused::Total { first: true }) => {
                Some(DocumentDiagnostic::Limit { location, limit: Limit::TotalBytes(MAX_TOTAL_BYTES) })
            }
            Err(Refused::Total { first: false }) => None,
        };
        *self.diagnostic.lock().unwrap_or_else(PoisonError::into_inner) = diagnostic;
        None
    }
}

impl Deferred for DeferredDocument {
    fn file(&self) -> Option<&Arc<SourceFile>> {
        self.file.get_or_init(|| self.read()).as_ref()
    }

    fn is_read(&self) -> bool {
        self.file.get().is_some()
    }
}

impl fmt::Debug for DeferredDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeferredDocument").field("address", &self.address).field("read", &self.is_read()).finish()
    }
}

/// The deferred documents of a definition. Clones share them.
#[derive(Clone, Default)]
pub struct DeferredDocuments {
    all: Arc<[Arc<DeferredDocument>]>,
    loader: Option<Arc<BudgetedLoader>>,
}

impl DeferredDocuments {
    pub(crate) fn new(all: Vec<Arc<DeferredDocument>>, loader: Arc<BudgetedLoader>) -> Self {
        Self { all: all.into(), loader: Some(loader) }
    }

    /// The number of documents not read yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.iter().filter(|document| !document.is_read()).count()
    }

    /// Whether every document was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads every document.
    pub fn read_all(&self) {
        if let Some(loader) = &self.loader {
            let unread = self.all.iter().filter(|document| !document.is_read());
            loader.prefetch(&unread.map(|document| document.address.clone()).collect::<Vec<_>>());
        }
        for document in &*self.all {
            document.file();
        }
    }

    /// The documents read so far, in the order of their first includes.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.all.iter().filter_map(|document| document.file_if_read())
    }

    /// The errors of documents that could not be read. Returns each only once.
    #[must_use]
    pub fn take_diagnostics(&self) -> Vec<Box<dyn Diagnostic + Send + Sync>> {
        let diagnostics = self.all.iter().filter_map(|document| document.take_diagnostic()).take(MAX_DIAGNOSTICS);
        diagnostics.map(|diagnostic| -> Box<dyn Diagnostic + Send + Sync> { Box::new(diagnostic) }).collect()
    }
}

impl fmt::Debug for DeferredDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all.iter()).finish()
    }
}

/// Whether the extension is that of files that are not text, which are examples of the type `file`.
pub(super) fn is_binary(address: &Address) -> bool {
    const BINARY: [&str; 14] =
        ["png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "pdf", "zip", "gz", "tar", "mp3", "mp4", "bin"];
    BINARY.contains(&address.extension().as_str())
}
