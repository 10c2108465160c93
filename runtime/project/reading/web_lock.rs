//! `apinb.lock`: the checksums of the scripts and modules that notebooks of a project load from the web.
//!
//! A project with this file loads only what is in it, with exactly that content. Only `--update-lock` writes it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use apinb_files::bounded::{self, ReadError};
use apinb_files::whole::{self, Options};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::Url;

use super::project::Project;
use super::root::{self, display_name};
use crate::serialized;

/// The name of the file.
pub const NAME: &str = "apinb.lock";

/// The version of its format.
const VERSION: u32 = 1;

/// The largest file, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// The lock of a notebook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebLock {
    #[serde(with = "serialized::path")]
    path: PathBuf,
    /// The checksums, `sha256-` and Base64, by URL.
    web: BTreeMap<String, String>,
    /// Whether other contents and new URLs are accepted, and written.
    updates: bool,
}

/// The content of the file, in JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockFile {
    version: u32,
    web: BTreeMap<String, String>,
}

/// Why a lock cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableLock {
    #[error("cannot read `{}`", display_name(path))]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: ReadError,
    },
    #[error("`{}` is not a lock of version {VERSION}", display_name(path))]
    Invalid {
        path: PathBuf,
        #[source]
        cause: Option<serde_json::Error>,
    },
}

/// Why a lock does not accept what the web has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotLocked {
    #[error("it has the checksum `{found}`, and `{NAME}` has `{locked}`")]
    Changed { found: String, locked: String },
    #[error("it is not in `{NAME}` of the project")]
    Unknown,
}

impl NotLocked {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "Find out why it has changed; `apinb run --update-lock` accepts it.",
            Self::Unknown => "`apinb run --update-lock` adds it.",
        }
    }
}

impl WebLock {
    /// The lock of a notebook in `folder`: beside its `apinb.toml`, else at the top of its project. None if there is none,
    /// unless it is about to be written.
    ///
    /// # Errors
    /// [`UnreadableLock`].
    pub fn find(folder: &Path, project: &Project, updates: bool) -> Result<Option<Self>, UnreadableLock> {
        let beside = root::find(folder).and_then(|path| path.parent().map(Path::to_owned));
        let Some(top) = beside.or_else(|| project.folder().map(Path::to_owned)) else { return Ok(None) };
        let path = top.join(NAME);
        match read(&path)? {
            Some(LockFile { web, .. }) => Ok(Some(Self { path, web, updates })),
            None => Ok(updates.then_some(Self { path, web: BTreeMap::new(), updates })),
        }
    }

    /// Whether it is written by this run.
    #[must_use]
    pub fn updates(&self) -> bool {
        self.updates
    }

    /// Whether a cached script may be used, by its SHA-256 in hexadecimal: an update downloads all scripts again.
    #[must_use]
    pub fn accepts_cached(&self, url: &Url, sha256: &str) -> bool {
        !self.updates && self.check(url, sha256).is_ok()
    }

    /// Checks whether anything may be loaded from `url`.
    ///
    /// # Errors
    /// [`NotLocked::Unknown`], unless the lock is updated.
    pub fn check_known(&self, url: &Url) -> Result<(), NotLocked> {
        if self.updates || self.web.contains_key(&key(url)) { Ok(()) } else { Err(NotLocked::Unknown) }
    }

    /// Checks what was loaded from `url`, by its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// [`NotLocked`], unless the lock is updated.
    pub fn check(&self, url: &Url, sha256: &str) -> Result<(), NotLocked> {
        let found = checksum(sha256);
        match self.web.get(&key(url)) {
            _ if self.updates => Ok(()),
            Some(locked) if *locked == found => Ok(()),
            Some(locked) => Err(NotLocked::Changed { found, locked: locked.clone() }),
            None => Err(NotLocked::Unknown),
        }
    }

    /// Writes the checksum of what was loaded from `url` into the file.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn pin(&self, url: &Url, sha256: &str) -> io::Result<()> {
        // One notebook at a time: several run at once, in one process that writes.
        static WRITING: Mutex<()> = Mutex::new(());
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = read(&self.path).map_err(io::Error::other)?.unwrap_or_default();
        file.version = VERSION;
        if file.web.insert(key(url), checksum(sha256)).as_deref() == Some(checksum(sha256).as_str()) {
            return Ok(());
        }
        let mut text = serde_json::to_vec_pretty(&file)?;
        text.push(b'\n');
        whole::write(&self.path, &text, Options::default())
    }
}

fn read(path: &Path) -> Result<Option<LockFile>, UnreadableLock> {
    let bytes = match bounded::regular(path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(ReadError::Io(cause)) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(UnreadableLock::Unreadable { path: path.to_owned(), cause }),
    };
    match serde_json::from_slice::<LockFile>(&bytes) {
        Ok(file) if file.version == VERSION => Ok(Some(file)),
        Ok(_) => Err(UnreadableLock::Invalid { path: path.to_owned(), cause: None }),
        Err(cause) => Err(UnreadableLock::Invalid { path: path.to_owned(), cause: Some(cause) }),
    }
}

/// A URL without its fragment and credentials.
fn key(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both succeed for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// A SHA-256 in hexadecimal as `integrity` of the web has it.
fn checksum(sha256: &str) -> String {
    let digits = sha256.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Vec<u8> = digits.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    format!("sha256-{}", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use apinb_files::bounded;
    use apinb_files::whole::{self, Options};
    use url::Url;

    use super::{NotLocked, WebLock};
    use crate::reading::project::Project;

    const ONE: &str = "0000000000000000000000000000000000000000000000000000000000000001";
    const TWO: &str = "0000000000000000000000000000000000000000000000000000000000000002";

    #[test]
    fn a_lock_accepts_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::Folder(folder.path().to_owned());
        let find = |updates| WebLock::find(folder.path(), &project, updates).unwrap();
        let url = |path: &str| Url::parse(&format!("https://a.test/{path}")).unwrap();
        assert!(find(false).is_none());
        let lock = find(true).unwrap();
        assert_eq!(lock.check(&url("b.js"), ONE), Ok(()));
        lock.pin(&url("b.js"), ONE).unwrap();
        lock.pin(&url("a.js#x"), TWO).unwrap();
        let path = folder.path().join("apinb.lock");
        let text = String::from_utf8(bounded::regular(&path, 1 << 20).unwrap()).unwrap();
        let checksum = |last: &str| format!("sha256-{}{last}=", "A".repeat(41));
        let expected = format!(
            "{{\n  \"version\": 1,\n  \"web\": {{\n    \"https://a.test/a.js\": \"{}\",\n    \"https://a.test/b.js\": \"{}\"\n  }}\n}}\n",
            checksum("AI"),
            checksum("AE")
        );
        assert_eq!(text, expected);
        let lock = find(false).unwrap();
        assert_eq!(lock.check(&url("b.js"), ONE), Ok(()));
        assert!(lock.accepts_cached(&url("b.js"), ONE) && !lock.accepts_cached(&url("b.js"), TWO));
        let changed = NotLocked::Changed { found: checksum("AI"), locked: checksum("AE") };
        assert_eq!(lock.check(&url("b.js"), TWO), Err(changed));
        assert_eq!(lock.check(&url("c.js"), ONE), Err(NotLocked::Unknown));
        for text in ["", "{}", "{ \"version\": 2, \"web\": {} }", "{ \"version\": 1, \"web\": {}, \"x\": 1 }"] {
            whole::write(&path, text.as_bytes(), Options::default()).unwrap();
            assert!(WebLock::find(folder.path(), &project, true).is_err(), "{text}");
        }
    }
}
