//! Reads the documents of API definitions: files and URLs, confined to what a definition may include.
//!
//! `apinb_definition` parses them.

mod prefetch;
mod web;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use apinb_files::bounded;
use apinb_http::exchange::Call;
use apinb_http::network::{self, Network};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::scope::{ReadScope, check_text, not_read};
use super::source::ResolvedSource;
use prefetch::Prefetch;
use web::{Fetched, Web, text};

/// The largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// Reads one root definition and everything it includes, at once or deferred. Blocks.
///
/// - A root in a file may include the files of its [`ReadScope`], and any `http` or `https` URL.
/// - A root at a URL may include documents of its origin: that of its URL and, after a redirect, that of the
///   final URL. Never a file.
#[derive(Debug)]
pub struct Documents {
    root: Address,
    scope: Arc<ReadScope>,
    /// Whether a person named the root, which may be any file then.
    is_named: bool,
    web: Arc<Web>,
    prefetch: Prefetch,
    calls: Mutex<Vec<Call>>,
    files: Mutex<BTreeSet<String>>,
}

impl Documents {
    /// For the definition or script at `source`. Cancelling `cancel` ends pending requests.
    #[must_use]
    pub fn of(source: &ResolvedSource, network: &Network, cancel: CancellationToken) -> Self {
        let root = source.address.clone();
        Self {
            web: Arc::new(Web::new(root.clone(), network, cancel, MAX_DOCUMENT_BYTES)),
            scope: Arc::clone(&source.scope),
            is_named: source.named,
            root,
            prefetch: Prefetch::default(),
            calls: Mutex::default(),
            files: Mutex::default(),
        }
    }

    /// Replaces the token that ends pending requests: deferred documents are read after the token of the load is gone.
    pub fn cancelled_by(&self, cancel: CancellationToken) {
        self.web.cancelled_by(cancel);
    }

    /// Takes the HTTP calls made so far, in the order in which the documents were requested.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the paths of the files that were read so far, also of those that are missing.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        std::mem::take(&mut *self.files.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    fn load_file(&self, path: &str) -> Result<String, LoadError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        let Address::File(root) = &self.root else { return Err(self.web.other_origin(path.to_owned())) };
        read_file(&self.scope, path, self.is_named && path == root)
    }

    fn load_url(&self, url: &Url) -> Result<String, LoadError> {
        let Fetched { text, calls } = self.prefetch.take(url).unwrap_or_else(|| network::wait(self.web.fetch(url)));
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).extend(calls);
        text
    }
}

/// The text of the file at `path`. `is_named`: a person has named it, so that it may be anywhere.
///
/// # Errors
/// [`LoadError`].
pub(super) fn read_file(scope: &ReadScope, path: &str, is_named: bool) -> Result<String, LoadError> {
    let file = Path::new(path);
    let bytes = if is_named {
        bounded::regular(file, MAX_DOCUMENT_BYTES)
    } else {
        bounded::regular_file(scope.open(file)?, MAX_DOCUMENT_BYTES)
    };
    let text = text(bytes.map_err(|error| not_read(file, error))?, || path.to_owned())?;
    if !is_named {
        check_text(path, &text)?;
    }
    Ok(text)
}

impl Loader for Documents {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        match address {
            Address::File(path) => self.load_file(path),
            Address::Url(url) => self.load_url(url),
        }
    }

    fn check(&self, address: &Address) -> Result<(), LoadError> {
        match (address, &self.root) {
            (Address::File(path), Address::File(_)) if *address != self.root => self.scope.check_name(Path::new(path)),
            _ => Ok(()),
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
