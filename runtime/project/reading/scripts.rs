//! The cache of the scripts that notebooks load: on disk, per user, by URL.
//!
//! Each script has an index entry with its URL and SHA-256. Files are written to a temporary file and renamed, and the
//! name of a script contains its hash, so that several processes can use one folder at once. A script that does not
//! match its entry counts as absent. The engine evaluates scripts.

use std::fmt::Debug;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use apinb_files::whole::Options;
use apinb_files::{bounded, folders, whole};
use apinb_http::exchange::{HttpError, Request, Response};
use apinb_http::network::Network;
use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::web_lock::{self, NotLocked};

/// The largest script, in bytes.
pub const MAX_SCRIPT_BYTES: u64 = 32 << 20;

/// The largest index entry: a URL and a little more.
const MAX_ENTRY_BYTES: u64 = 256 << 10;

/// How the names of unfinished files begin and end.
const UNFINISHED: &str = ".tmp";

/// A script with the checksum by which the cache verifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub text: String,
    /// The URL that redirects led to; none: there were no redirects.
    pub location: Option<Url>,
    /// The SHA-256 of its text in UTF-8, in hexadecimal.
    pub sha256: String,
}

/// A script in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub url: Url,
    /// The SHA-256 of its text in UTF-8, in hexadecimal.
    pub sha256: String,
    /// The length of the text in UTF-8.
    pub bytes: u64,
    /// When it was stored, to the second.
    pub stored: SystemTime,
}

/// Why a script cannot be loaded or stored.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// No response.
    #[error("cannot load `{url}`: {cause}")]
    Unreachable {
        url: Url,
        #[source]
        cause: HttpError,
    },
    /// The server answered with another status than 2xx.
    #[error("cannot load `{url}`: it answered {status}")]
    Status { url: Url, status: u16 },
    /// It is not text in the encoding of its `Content-Type`.
    #[error("`{url}` is not text")]
    NotText { url: Url },
    /// `apinb.lock` has another checksum, or none.
    #[error("cannot load `{url}`: {cause}")]
    NotLocked { url: Url, cause: Box<NotLocked> },
    #[error("cannot write `{}`", web_lock::NAME)]
    Lock {
        #[source]
        cause: io::Error,
    },
    /// It is a web page.
    #[error("`{url}` is a web page, not a script")]
    WebPage { url: Url },
    #[error("cannot write to the script cache `{}`", folder.display())]
    Folder {
        folder: PathBuf,
        #[source]
        cause: io::Error,
    },
}

/// A folder of scripts.
#[derive(Clone, Debug)]
pub struct ScriptCache {
    folder: PathBuf,
    /// Writes the files, if this process does not.
    broker: Option<Arc<dyn ScriptBroker>>,
}

/// Another process that writes the files of a [`ScriptCache`].
pub trait ScriptBroker: Debug + Send + Sync {
    /// Stores the text of the script at `url`, which redirects led to `location`.
    ///
    /// # Errors
    /// When the other process cannot write the files, or is gone.
    fn store(&self, url: &Url, location: Option<&Url>, text: &str) -> io::Result<()>;

    /// Writes the checksum of the script at `url`, its SHA-256 in hexadecimal, into the lock of the project.
    ///
    /// # Errors
    /// When the other process cannot write the file, or is gone.
    fn pin(&self, url: &Url, sha256: &str) -> io::Result<()>;
}

/// An index entry, in JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Index {
    url: Url,
    /// Where redirects led.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<Url>,
    sha256: String,
    bytes: u64,
    /// Seconds since 1970.
    stored: u64,
}

/// The script cache of the user: `scripts` in the folder for [caches](folders::cache). None: the user has no home
/// folder.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    Some(folders::cache()?.join("scripts"))
}

impl ScriptCache {
    /// The cache in `folder`, which is created when the first script is stored.
    #[must_use]
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), broker: None }
    }

    /// The same cache, whose files `broker` writes.
    #[must_use]
    pub fn written_by(self, broker: Option<Arc<dyn ScriptBroker>>) -> Self {
        Self { broker, ..self }
    }

    /// Creates the folder, for a process that may read only what exists when it starts. Without the folder each script is
    /// downloaded again.
    pub fn prepare(&self) {
        let _ = fs::create_dir_all(&self.folder);
    }

    /// The folder that the cache is stored in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The script of `url`, if it is in the cache and matches its entry.
    #[must_use]
    pub fn get(&self, url: &Url) -> Option<Script> {
        let index = self.index(&self.index_path(url))?;
        if index.url != key(url) {
            return None;
        }
        let bytes = bounded::regular(&self.text_path(url, &index.sha256)?, MAX_SCRIPT_BYTES).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let is_whole = sha256(text.as_bytes()) == index.sha256;
        is_whole.then_some(Script { text, location: index.location, sha256: index.sha256 })
    }

    /// Stores the text of the script at `url`, which redirects led to `location`; replaces an earlier one.
    ///
    /// # Errors
    /// [`ScriptError::Folder`].
    pub fn put(&self, url: &Url, location: Option<Url>, text: &str) -> Result<Script, ScriptError> {
        let script = Script { text: text.to_owned(), location, sha256: sha256(text.as_bytes()) };
        self.store(url, &script).map_err(|cause| ScriptError::Folder { folder: self.folder.clone(), cause })?;
        Ok(script)
    }

    /// Stores the bytes that the user downloaded from `url`.
    ///
    /// # Errors
    /// When it is not UTF-8 text; [`ScriptError::Folder`].
    pub fn add(&self, url: &Url, bytes: &[u8]) -> Result<Script, ScriptError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ScriptError::NotText { url: url.clone() })?;
        self.put(url, None, text)
    }

    /// The scripts, sorted by URL.
    #[must_use]
    pub fn list(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .files()
            .filter(|(_, kind)| *kind == CacheFileKind::Index)
            .filter_map(|(path, _)| self.index(&path))
            .filter(|index| self.text_path(&index.url, &index.sha256).is_some_and(|path| path.is_file()))
            .map(|index| Entry {
                url: index.url,
                sha256: index.sha256,
                bytes: index.bytes,
                stored: SystemTime::UNIX_EPOCH
                    .checked_add(Duration::from_secs(index.stored))
                    .unwrap_or(SystemTime::UNIX_EPOCH),
            })
            .collect();
        entries.sort_by(|one, other| one.url.cmp(&other.url));
        entries
    }

    /// Removes all scripts and returns their number. Other files in the folder stay.
    ///
    /// # Errors
    /// [`ScriptError::Folder`] when a file cannot be removed.
    pub fn clear(&self) -> Result<usize, ScriptError> {
        let mut removed = 0;
        for (path, kind) in self.files() {
            let is_there =
                whole::remove(&path).map_err(|cause| ScriptError::Folder { folder: self.folder.clone(), cause })?;
            removed += usize::from(is_there && kind == CacheFileKind::Index);
        }
        Ok(removed)
    }

    /// The script of `url`: from the cache, else from the network, and then stored if possible. `accepts`
    /// decides whether the one in the cache will do.
    ///
    /// # Errors
    /// [`ScriptError`].
    pub async fn fetch(
        &self,
        url: &Url,
        accepts: impl Fn(&Script) -> bool,
        network: &Network,
        cancel: &CancellationToken,
    ) -> Result<Script, ScriptError> {
        // A cached script is for everybody who names its URL, and the cache has the URL.
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if !has_credentials && let Some(script) = self.get(url).filter(accepts) {
            return Ok(script);
        }
        let script = download(url, network, cancel).await?;
        if has_credentials {
            return Ok(script);
        }
        // Without the cache, the next run downloads the script again.
        let _ = self.store(url, &script);
        Ok(script)
    }

    fn store(&self, url: &Url, script: &Script) -> io::Result<()> {
        if let Some(broker) = &self.broker {
            return broker.store(url, script.location.as_ref(), &script.text);
        }
        fs::create_dir_all(&self.folder)?;
        let path = self.index_path(url);
        let before = self.index(&path).filter(|index| index.sha256 != script.sha256);
        let index = Index {
            url: key(url),
            location: script.location.clone(),
            sha256: script.sha256.clone(),
            bytes: u64::try_from(script.text.len()).unwrap_or(u64::MAX),
            stored: SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs()),
        };
        let options = Options { prefix: UNFINISHED, suffix: UNFINISHED, ..Options::default() };
        // The script first: an entry always names a file that exists.
        if let Some(text) = self.text_path(url, &script.sha256) {
            whole::write(&text, script.text.as_bytes(), options)?;
        }
        whole::write(&path, &serde_json::to_vec_pretty(&index)?, options)?;
        if let Some(old) = before.and_then(|index| self.text_path(url, &index.sha256)) {
            // If it stays, it only takes space.
            let _ = whole::remove(&old);
        }
        Ok(())
    }

    fn index(&self, path: &Path) -> Option<Index> {
        serde_json::from_slice(&bounded::regular(path, MAX_ENTRY_BYTES).ok()?).ok()
    }

    fn index_path(&self, url: &Url) -> PathBuf {
        self.folder.join(format!("{}.json", name(url)))
    }

    /// None: the entry has an invalid hash.
    fn text_path(&self, url: &Url, hash: &str) -> Option<PathBuf> {
        is_hash(hash).then(|| self.folder.join(format!("{}.{hash}.js", name(url))))
    }

    /// The files of the cache; others in the folder are ignored.
    fn files(&self) -> impl Iterator<Item = (PathBuf, CacheFileKind)> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        files.filter_map(|file| Some((file.path(), kind(file.file_name().to_str()?)?)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CacheFileKind {
    Index,
    Text,
    /// The temporary file of a process that was killed.
    Unfinished,
}

fn kind(name: &str) -> Option<CacheFileKind> {
    if name.strip_suffix(".json").is_some_and(is_hash) {
        return Some(CacheFileKind::Index);
    }
    if let Some((url, text)) = name.strip_suffix(".js").and_then(|name| name.split_once('.')) {
        return (is_hash(url) && is_hash(text)).then_some(CacheFileKind::Text);
    }
    (name.starts_with(UNFINISHED) && name.ends_with(UNFINISHED)).then_some(CacheFileKind::Unfinished)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The URL without its fragment, which is not sent to the server.
fn key(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

fn name(url: &Url) -> String {
    sha256(key(url).as_str().as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Downloads the script at `url`, without a cache.
///
/// # Errors
/// [`ScriptError`].
pub async fn download(url: &Url, network: &Network, cancel: &CancellationToken) -> Result<Script, ScriptError> {
    let mut request = Request::new("GET", url.clone());
    request.is_call = false;
    let response = network
        .send_up_to(request, MAX_SCRIPT_BYTES, cancel)
        .await
        .map_err(|cause| ScriptError::Unreachable { url: url.clone(), cause })?;
    if !(200..300).contains(&response.status) {
        return Err(ScriptError::Status { url: url.clone(), status: response.status });
    }
    let media_type = media_type(&response);
    let label = media_type.split_once("charset=").map(|(_, label)| label.trim_matches(['"', '\'', ' ']));
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    let (text, _, broken) = encoding.decode(&response.body);
    if broken || text.contains('\0') {
        return Err(ScriptError::NotText { url: url.clone() });
    }
    // A captive portal or a login page has status 200 as well; as a script it would be a puzzling syntax error.
    if media_type.starts_with("text/html") && text.trim_start().starts_with('<') {
        return Err(ScriptError::WebPage { url: url.clone() });
    }
    let text = text.into_owned();
    let location = Some(response.url).filter(|location| location != url);
    Ok(Script { sha256: sha256(text.as_bytes()), location, text })
}

/// The `Content-Type` in lower case; empty if there is none.
fn media_type(response: &Response) -> String {
    let header = response.headers.iter().find(|(name, _)| name == "content-type");
    header.map(|(_, value)| value.trim().to_ascii_lowercase()).unwrap_or_default()
}
