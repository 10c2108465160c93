//! Where API definitions are read from: files and URLs, confined to the places that a definition may name.
//!
//! What the documents say is the business of `apinb_core::definition`.

use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use apinb_core::definition::{Address, LoadError, Loader};
use tokio_util::sync::CancellationToken;
use url::{Origin, Url};

use crate::exchange::{Call, HttpError, Redirect, Request, Response};
use crate::file::{self, FileError};
use crate::network::{Calls, Network};
use crate::redirect;

/// The largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// How many redirects an include may take.
const MAX_REDIRECTS: usize = 20;

/// What a root definition is asked for as: as the original notebook engine did.
const ACCEPT_DEFINITION: &str = "application/raml+yaml, application/json, */*";

/// Reads one root definition and everything it includes. Blocks.
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
    /// What a root at a URL may include; more than one where the root was redirected.
    origins: Mutex<Vec<Origin>>,
    network: Network,
    calls: Calls,
    cancel: CancellationToken,
    limit: u64,
}

impl Documents {
    /// For the definition at `root`. Cancelling `cancel` ends the request under way.
    #[must_use]
    pub fn new(root: Address, network: &Network, cancel: CancellationToken) -> Self {
        let (network, calls) = network.recorded();
        let origins = match &root {
            Address::File(_) => Vec::new(),
            Address::Url(url) => vec![url.origin()],
        };
        Self {
            root,
            folder: None,
            real_folders: Mutex::default(),
            origins: Mutex::new(origins),
            network,
            calls,
            cancel,
            limit: MAX_DOCUMENT_BYTES,
        }
    }

    /// All files, the root too, must be in `folder`.
    #[must_use]
    pub fn within(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The HTTP calls that were made since this was last asked, in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls.take()
    }

    fn load_file(&self, path: &str) -> Result<String, LoadError> {
        let address = || path.to_owned();
        let unreadable = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => LoadError::NotFound { address: address() },
            _ => LoadError::Unreadable { address: address(), cause: Box::new(cause) },
        };
        let Address::File(root) = &self.root else {
            return Err(LoadError::NotAllowed { address: address(), allowed: self.allowed_origin() });
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
        match file::read(&real, self.limit) {
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
        let address = || shown(url);
        let response = match &self.root {
            Address::File(_) => self.get(url, Redirect::Follow, "*/*")?,
            Address::Url(root) if root == url => {
                let response = self.get(url, Redirect::Follow, ACCEPT_DEFINITION)?;
                if let Ok(mut origins) = self.origins.lock() {
                    origins.push(response.url.origin());
                }
                response
            }
            Address::Url(_) => self.get_confined(url)?,
        };
        if !(200..300).contains(&response.status) {
            return Err(LoadError::Status { address: address(), status: response.status });
        }
        text(response.body.into(), address)
    }

    /// Follows redirects within the allowed origins only: the next request is sent when its place is known to be one.
    fn get_confined(&self, url: &Url) -> Result<Response, LoadError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let allowed = self.origins.lock().is_ok_and(|origins| origins.contains(&url.origin()));
            if !allowed {
                return Err(LoadError::NotAllowed { address: shown(&url), allowed: self.allowed_origin() });
            }
            let response = self.get(&url, Redirect::Manual, "*/*")?;
            let location =
                response.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str());
            match redirect::location(response.status, location, &url) {
                Ok(None) => return Ok(response),
                Ok(Some(next)) => url = next,
                Err(cause) => return Err(failed(&url, cause)),
            }
        }
        Err(failed(&url, HttpError::Redirect { cause: format!("more than {MAX_REDIRECTS} redirects") }))
    }

    fn get(&self, url: &Url, redirect: Redirect, accept: &str) -> Result<Response, LoadError> {
        let mut request = Request::new("GET", url.clone());
        request.headers.push(("accept".to_owned(), accept.to_owned()));
        request.redirect = redirect;
        self.network.send_up_to(request, self.limit, &self.cancel).wait().map_err(|cause| failed(url, cause))
    }

    fn allowed_origin(&self) -> String {
        match &self.root {
            Address::Url(url) => url.origin().ascii_serialization(),
            Address::File(root) => parent(root).to_string_lossy().into_owned(),
        }
    }
}

impl Loader for Documents {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        match address {
            Address::File(path) => self.load_file(path),
            Address::Url(url) => self.load_url(url),
        }
    }
}

fn failed(url: &Url, cause: HttpError) -> LoadError {
    match cause {
        HttpError::TooLarge { limit } => LoadError::TooLarge { address: shown(url), limit },
        cause => LoadError::Unreadable { address: shown(url), cause: Box::new(cause) },
    }
}

fn text(bytes: Vec<u8>, address: impl Fn() -> String) -> Result<String, LoadError> {
    String::from_utf8(bytes).map_err(|_| LoadError::NotText { address: address() })
}

/// A URL without user and password.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Neither fails for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

fn parent(path: &str) -> PathBuf {
    normal(Path::new(path)).parent().map(Path::to_owned).unwrap_or_default()
}

/// The path without `.` and `..`, by its name alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
