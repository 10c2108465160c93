//! Tokens that outlive a run: one file for each (host, client id, scopes) in a folder of the user's, mode 0600, replaced
//! whole; the secrets in the operating system's keyring where there is one.
//!
//! A process that is killed leaves the old or the new file. Two processes that want to renew the same tokens take turns
//! by [`Store::lock`]. Getting and renewing tokens is OAuth's.

mod entry;
mod keyring;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, SystemTime};

use keyring_core::CredentialStore;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::credentials::Tokens;
use entry::Entry;
pub use keyring::system_keyring;

/// The environment variable that names the folder of all that apinb keeps.
pub const DATA_VARIABLE: &str = "APINB_DATA_DIR";

/// The largest entry that is read, in bytes.
const MAX_ENTRY_BYTES: u64 = 1 << 20;
/// How often a process that waits for its turn looks.
const TURN: Duration = Duration::from_millis(20);
/// The ending of entries.
const ENDING: &str = "json";
/// How the names of files begin that are being written.
const UNFINISHED: &str = ".new-";
/// How old such a file is that nobody writes any more.
const ABANDONED: Duration = Duration::from_secs(60);

/// The folder of this user's tokens: `$APINB_DATA_DIR/tokens`, else `apinb/tokens` in the place that the system has for
/// data (`$XDG_DATA_HOME` or `~/.local/share`, `~/Library/Application Support`, `%APPDATA%`). None: the user has no home.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    let base = match std::env::var_os(DATA_VARIABLE).filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => dirs::data_dir()?.join("apinb"),
    };
    Some(base.join("tokens"))
}

/// What tokens are for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The authorization server's host, with its port where it is not the usual one.
    pub host: String,
    /// The registered client.
    pub client_id: String,
    /// What was asked for.
    pub scopes: BTreeSet<String>,
}

impl Key {
    /// The tokens of a client that asks at `uri` for `scopes`.
    #[must_use]
    pub fn new(uri: &Url, client_id: &str, scopes: &[String]) -> Self {
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self {
            host: format!("{}{port}", uri.host_str().unwrap_or_default()),
            client_id: client_id.to_owned(),
            scopes: scopes.iter().cloned().collect(),
        }
    }

    /// A name that says nothing.
    fn id(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.host, &self.client_id].into_iter().chain(&self.scopes) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Tokens with what they are for.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What they are for.
    pub key: Key,
    /// The tokens.
    pub tokens: Tokens,
    /// Where they are renewed; none where they cannot be.
    pub token_uri: Option<Url>,
    /// When they were kept, to the second.
    pub saved: SystemTime,
}

/// Why tokens are not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or a folder cannot be used.
    #[error("cannot use `{}`: {cause}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The wait for another process was cut short.
    #[error("interrupted")]
    Interrupted,
}

/// The tokens of a user.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    keyring: Arc<LazyLock<Option<Arc<CredentialStore>>>>,
}

/// The turn of this process, until it is dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "closing the file ends the turn")] File);

impl Store {
    /// The tokens in `folder`, which need not be there yet; secrets are in the keyring that `keyring` gives, as far as it
    /// takes them. It is asked for when it is first needed.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, keyring: fn() -> Option<Arc<CredentialStore>>) -> Self {
        Self { folder: folder.into(), keyring: Arc::new(LazyLock::new(keyring)) }
    }

    /// The tokens of a key; what is broken or lacks its secrets counts as absent.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Kept> {
        self.read(&self.path(key)).filter(|kept| kept.key == *key)
    }

    /// Keeps tokens, in the place of older ones.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is then still there.
    pub fn keep(&self, kept: &Kept) -> Result<(), StoreError> {
        let (id, path) = (kept.key.id(), self.path(&kept.key));
        let mut entry = Entry::of(kept);
        let in_keyring = self
            .keyring()
            .is_some_and(|keyring| entry.secrets().is_some_and(|secrets| keyring::write(&**keyring, &id, &secrets)));
        if in_keyring {
            entry.without_secrets();
        }
        self.prepare()?;
        let failed = |cause| StoreError::Io { path: path.clone(), cause };
        // Only its owner may read a temporary file.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.folder).map_err(failed)?;
        file.write_all(entry.json().as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        // So that the new name outlives a loss of power; not all systems can.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        self.sweep();
        Ok(())
    }

    /// Removes what processes left that were killed while they wrote.
    fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            if modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED)) {
                // Another process may have removed it.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Forgets tokens; whether there were any.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget(&self, key: &Key) -> Result<bool, StoreError> {
        if let Some(keyring) = self.keyring() {
            keyring::delete(&**keyring, &key.id());
        }
        let path = self.path(key);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(cause) => Err(StoreError::Io { path, cause }),
        }
    }

    /// All tokens, by key.
    #[must_use]
    pub fn list(&self) -> Vec<Kept> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut all: Vec<Kept> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .filter_map(|path| self.read(&path))
            .collect();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    }

    /// Waits until no other process has its turn with these tokens. Blocks.
    ///
    /// # Errors
    /// When the lock cannot be used, or `cancel` is cancelled.
    pub fn lock(&self, key: &Key, cancel: &CancellationToken) -> Result<Turn, StoreError> {
        self.prepare()?;
        let path = self.folder.join(format!("{}.lock", key.id()));
        let failed = |cause| StoreError::Io { path: path.clone(), cause };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Turn(file)),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(StoreError::Interrupted),
                Err(TryLockError::WouldBlock) => thread::sleep(TURN),
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            }
        }
    }

    fn keyring(&self) -> Option<&Arc<CredentialStore>> {
        (**self.keyring).as_ref()
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", key.id()))
    }

    fn read(&self, path: &Path) -> Option<Kept> {
        let length = fs::metadata(path).ok()?.len();
        let text = (length <= MAX_ENTRY_BYTES).then(|| fs::read_to_string(path).ok()).flatten()?;
        let mut entry = Entry::parse(&text)?;
        if entry.secrets().is_none() {
            let id = path.file_stem()?.to_str()?;
            entry.with_secrets(&keyring::read(&**self.keyring()?, id)?);
        }
        entry.kept()
    }

    /// The folder is the user's alone.
    fn prepare(&self) -> Result<(), StoreError> {
        let failed = |cause| StoreError::Io { path: self.folder.clone(), cause };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).map_err(failed)
    }
}

#[cfg(test)]
mod killed;
#[cfg(test)]
mod tests;
