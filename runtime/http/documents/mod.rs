//! Where API definitions are read from: files and URLs, confined to the places that a definition may name.
//!
//! What the documents say is the business of `apinb_core::definition`.

mod path;
mod prefetch;
mod web;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::exchange::Call;
use crate::file::{self, FileError};
use crate::network::{self, Network};
use path::{normal, parent, text};
use prefetch::Prefetch;
use web::{Fetched, Web};

/// The largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// Reads one root definition and everything it includes, now or later. Blocks.
///
/// - A root in a file may include files of its folder (or the one that [`Documents::within`] names), symbolic links
///   resolved, and any `http` or `https` URL.
/// - A root at a URL may include documents of its origin: that of its URL or, after a redirect, of the one that
///   answered. Never a file.
#[derive(Debug)]
pub struct Documents {
    root: Address,
    /// Files must be in here; none: the folder of the root, which itself may be anywhere.
    folder: Option<PathBuf>,
    /// Folders without symbolic links, by their name: a definition may have hundreds of files in a few folders.
    real_folders: Mutex<HashMap<PathBuf, PathBuf>>,
    web: Arc<Web>,
    prefetch: Prefetch,
    calls: Mutex<Vec<Call>>,
}

impl Documents {
    /// For the definition at `root`. Cancelling `cancel` ends the requests under way.
    #[must_use]
    pub fn new(root: Address, network: &Network, cancel: CancellationToken) -> Self {
        Self {
            web: Arc::new(Web::new(root.clone(), network, cancel, MAX_DOCUMENT_BYTES)),
            root,
            folder: None,
            real_folders: Mutex::default(),
            prefetch: Prefetch::default(),
            calls: Mutex::default(),
        }
    }

    /// From now on, this ends the requests under way: a document that is read later than the others has another end.
    pub fn cancelled_by(&self, cancel: CancellationToken) {
        self.web.cancelled_by(cancel);
    }

    /// All files, the root too, must be in `folder`.
    #[must_use]
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The HTTP calls that were made since this was last asked, in the order in which the documents were asked for.
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
        let real = if self.folder.is_none() && path == root {
            file.canonicalize().map_err(unreadable)?
        } else {
            let folder = self.folder.clone().unwrap_or_else(|| parent(root));
            let allowed = self.real_folder(&folder).map_err(unreadable)?;
            let outside =
                || LoadError::NotAllowed { address: address(), allowed: folder.to_string_lossy().into_owned() };
            // First by its name alone: whether a file exists outside is nobody's business.
            if !file.starts_with(normal(&folder)) && !file.starts_with(&allowed) {
                return Err(outside());
            }
            let real = self.real(&file).map_err(unreadable)?;
            if !real.starts_with(&allowed) {
                return Err(outside());
            }
            real
        };
        match file::read(&real, MAX_DOCUMENT_BYTES) {
            Ok(bytes) => text(bytes, address),
            Err(FileError::Io(cause)) => Err(unreadable(cause)),
            Err(FileError::TooLarge { limit }) => Err(LoadError::TooLarge { address: address(), limit }),
            Err(cause @ FileError::NotRegular) => {
                Err(LoadError::Unreadable { address: address(), cause: Box::new(cause) })
            }
        }
    }

    /// A file without symbolic links on its path.
    fn real(&self, file: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return file.canonicalize() };
        let real = self.real_folder(folder)?.join(name);
        if std::fs::symlink_metadata(&real)?.is_symlink() { real.canonicalize() } else { Ok(real) }
    }

    fn real_folder(&self, folder: &Path) -> io::Result<PathBuf> {
        let mut known = self.real_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(real) = known.get(folder) {
            return Ok(real.clone());
        }
        let real = folder.canonicalize()?;
        known.insert(folder.to_owned(), real.clone());
        Ok(real)
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
