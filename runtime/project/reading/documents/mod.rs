//! Reads the documents of API definitions: files and URLs, confined to what a definition may include.
//!
//! `apinb_definition` parses them.

mod prefetch;
mod web;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use apinb_files::bounded::{self, ReadError};
use apinb_files::confined::{Confined, ConfinedError, normal, parent};
use apinb_http::exchange::Call;
use apinb_http::network::{self, Network};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::source::ResolvedSource;
use prefetch::Prefetch;
use web::{Fetched, Web, text};

/// The largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// Reads one root definition and everything it includes, at once or deferred. Blocks.
///
/// - A root in a file may include files of its folder (or of [`Documents::within`]), with symbolic links
///   resolved, and any `http` or `https` URL.
/// - A root at a URL may include documents of its origin: that of its URL and, after a redirect, that of the
///   final URL. Never a file.
#[derive(Debug)]
pub struct Documents {
    root: Address,
    /// The folder that files must be in.
    confined: Confined,
    /// Whether that is the folder of the root. The root itself may be a link to any file then.
    is_free: bool,
    web: Arc<Web>,
    prefetch: Prefetch,
    calls: Mutex<Vec<Call>>,
}

impl Documents {
    /// For the definition at `root`. Cancelling `cancel` ends pending requests.
    #[must_use]
    pub fn new(root: Address, network: &Network, cancel: CancellationToken) -> Self {
        Self {
            web: Arc::new(Web::new(root.clone(), network, cancel, MAX_DOCUMENT_BYTES)),
            confined: Confined::new(match &root {
                Address::File(path) => parent(Path::new(path)),
                Address::Url(_) => PathBuf::new(),
            }),
            is_free: true,
            root,
            prefetch: Prefetch::default(),
            calls: Mutex::default(),
        }
    }

    /// For the definition or script at `source`, confined as it says.
    #[must_use]
    pub fn of(source: &ResolvedSource, network: &Network, cancel: CancellationToken) -> Self {
        let documents = Self::new(source.address.clone(), network, cancel);
        match &source.within {
            Some(folder) => documents.within(folder),
            None => documents,
        }
    }

    /// Replaces the token that ends pending requests: deferred documents are read after the token of the load is gone.
    pub fn cancelled_by(&self, cancel: CancellationToken) {
        self.web.cancelled_by(cancel);
    }

    /// Confines all files, including the root, to `folder`.
    #[must_use]
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.confined = Confined::new(folder);
        self.is_free = false;
        self
    }

    /// Takes the HTTP calls made so far, in the order in which the documents were requested.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn load_file(&self, path: &str) -> Result<String, LoadError> {
        let address = || path.to_owned();
        let unreadable = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => LoadError::NotFound { address: address() },
            _ => LoadError::Unreadable { address: address(), cause: Box::new(cause) },
        };
        let Address::File(root) = &self.root else {
            return Err(LoadError::NotAllowed { address: address(), allowed: self.web.allowed() });
        };
        let file = normal(Path::new(path));
        let real = if self.is_free && path == root {
            file.canonicalize().map_err(unreadable)?
        } else {
            self.confined.resolve(&file).map_err(|error| match error {
                ConfinedError::Io(cause) => unreadable(cause),
                ConfinedError::Outside { folder } => {
                    LoadError::NotAllowed { address: address(), allowed: folder.to_string_lossy().into_owned() }
                }
            })?
        };
        match bounded::regular(&real, MAX_DOCUMENT_BYTES) {
            Ok(bytes) => text(bytes, address),
            Err(ReadError::Io(cause)) => Err(unreadable(cause)),
            Err(ReadError::TooLarge { limit }) => Err(LoadError::TooLarge { address: address(), limit }),
            Err(cause @ ReadError::NotRegular) => {
                Err(LoadError::Unreadable { address: address(), cause: Box::new(cause) })
            }
        }
    }

    fn load_url(&self, url: &Url) -> Result<String, LoadError> {
        let Fetched { text, calls } = self.prefetch.take(url).unwrap_or_else(|| network::wait(self.web.fetch(url)));
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).extend(calls);
        text
    }
}

impl Loader for Documents {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        match address {
            Address::File(path) => self.load_file(path),
            Address::Url(url) => self.load_url(url),
        }
    }

    fn prefetch(&self, addresses: &[Address]) {
        let urls = addresses.iter().filter_map(|address| match address {
            Address::Url(url) if *address != self.root => Some(url.clone()),
            _ => None,
        });
        self.prefetch.add(urls, &self.web);
    }
}
