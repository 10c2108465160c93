//! Tokens that outlive a run: one file for each (host, client id, scopes) in a folder of the user, mode 0600, replaced as a
//! whole; the secrets in the operating system's keyring where there is one.
//!
//! A process that is killed leaves the old or the new file. Two processes that renew the same tokens take turns by
//! [`Store::lock`]. Getting and renewing tokens is left to OAuth.

mod entry;
pub mod key;
pub mod keyring;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use keyring_core::CredentialStore;
use tokio_util::sync::CancellationToken;

use entry::Entry;
use key::{StoredTokens, TokenKey};

/// The environment variable that names the folder of apinb's data.
pub const DATA_VARIABLE: &str = "APINB_DATA_DIR";

/// The largest entry that is read, in bytes.
const MAX_ENTRY_BYTES: u64 = 1 << 20;
/// How often a process that waits for a lock tries again.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);
/// The ending of entries.
const ENDING: &str = "json";
/// How the names of files begin that are being written.
const UNFINISHED: &str = ".new-";
/// How old such a file is that no process writes any more.
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

/// Tokens cannot be stored.
#[allow(missing_docs, reason = "the messages say what the fields are")]
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or a folder cannot be used.
    #[error("cannot use `{}`: {cause}", path.display())]
    Io {
        path: PathBuf,
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

/// The lock on an entry, until it is dropped.
#[derive(Debug)]
pub struct EntryLock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl Store {
    /// The tokens in `folder`, which need not be there yet; secrets are in the keyring that `keyring` returns, as far as it
    /// accepts them. It is called on first use.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, keyring: fn() -> Option<Arc<CredentialStore>>) -> Self {
        Self { folder: folder.into(), keyring: Arc::new(LazyLock::new(keyring)) }
    }

    /// The tokens of a key; an entry that is broken or lacks its secrets counts as absent.
    #[must_use]
    pub fn get(&self, key: &TokenKey) -> Option<StoredTokens> {
        self.read(&self.path(key)).filter(|kept| kept.key == *key)
    }

    /// Stores tokens, replacing older ones.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is then still there.
    pub fn keep(&self, kept: &StoredTokens) -> Result<(), StoreError> {
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
    pub fn forget(&self, key: &TokenKey) -> Result<bool, StoreError> {
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
    pub fn list(&self) -> Vec<StoredTokens> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut all: Vec<StoredTokens> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .filter_map(|path| self.read(&path))
            .collect();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    }

    /// Waits until no other process holds the lock on these tokens. Blocks.
    ///
    /// # Errors
    /// When the lock cannot be used, or `cancel` is cancelled.
    pub fn lock(&self, key: &TokenKey, cancel: &CancellationToken) -> Result<EntryLock, StoreError> {
        self.prepare()?;
        let path = self.folder.join(format!("{}.lock", key.id()));
        let failed = |cause| StoreError::Io { path: path.clone(), cause };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(EntryLock(file)),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(StoreError::Interrupted),
                Err(TryLockError::WouldBlock) => thread::sleep(RETRY_INTERVAL),
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            }
        }
    }

    fn keyring(&self) -> Option<&Arc<CredentialStore>> {
        (**self.keyring).as_ref()
    }

    fn path(&self, key: &TokenKey) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", key.id()))
    }

    fn read(&self, path: &Path) -> Option<StoredTokens> {
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
