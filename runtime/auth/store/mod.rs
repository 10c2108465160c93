//! Tokens that outlive a run: one file for each key (authorization server, client id, scopes, hosts) in a folder of the
//! user, mode 0600, replaced as a whole; the secrets in the operating system's keyring where there is one.
//!
//! A process that is killed leaves the old or the new file. Two processes that renew the same tokens take turns by
//! [`Store::lock`]. Getting and renewing tokens is left to OAuth.

pub mod broker;
mod entry;
pub mod key;
pub mod keyring;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use apinb_files::lock::{self, LockError};
use apinb_files::private::{self, PrivateError};
use apinb_files::whole::Options;
use apinb_files::{bounded, folders, whole};
use keyring_core::CredentialStore;
use tokio_util::sync::CancellationToken;

use broker::TokenBroker;
pub use broker::{EntryLock, StoreError};
use entry::Entry;
use key::{StoredTokens, TokenKey};

/// The largest entry that is read, in bytes.
const MAX_ENTRY_BYTES: u64 = 1 << 20;
/// The room for new tokens beyond the size of the old ones, in bytes.
const ROOM: u64 = 16 << 10;
/// The ending of entries.
const ENDING: &str = "json";
/// The prefix of temporary files.
const UNFINISHED: &str = ".new-";
/// How entries are written.
const ENTRY: Options = Options { durable: true, prefix: UNFINISHED, ..Options::PRIVATE };
/// The age at which a temporary file is abandoned.
const ABANDONED: Duration = Duration::from_secs(60);

/// The folder of this user's tokens: `tokens` in the one for [data](folders::data). None: the user has no home.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    Some(folders::data()?.join("tokens"))
}

/// The tokens of a user.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    keyring: Arc<LazyLock<Option<Arc<CredentialStore>>>>,
    /// Has the files if they are not for this process.
    broker: Option<Arc<dyn TokenBroker>>,
}

impl Store {
    /// The tokens in `folder`, which need not be there yet; secrets are in the keyring that `keyring` returns, as far as it
    /// accepts them. It is called on first use.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, keyring: fn() -> Option<Arc<CredentialStore>>) -> Self {
        Self { folder: folder.into(), keyring: Arc::new(LazyLock::new(keyring)), broker: None }
    }

    /// The tokens of the user, through another process.
    #[must_use]
    pub fn brokered(broker: Arc<dyn TokenBroker>) -> Self {
        Self { broker: Some(broker), ..Self::new(PathBuf::new(), || None) }
    }

    /// The tokens of a key; an entry that is broken or lacks its secrets counts as absent.
    ///
    /// # Errors
    /// When the entry is not a regular file of this user alone, or cannot be read. A broker has none in that case.
    pub fn get(&self, key: &TokenKey) -> Result<Option<StoredTokens>, StoreError> {
        if let Some(broker) = &self.broker {
            return Ok(broker.get(key));
        }
        Ok(self.read(&self.path(key))?.filter(|kept| kept.key == *key))
    }

    /// Stores tokens, replacing older ones.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is then still there.
    pub fn keep(&self, kept: &StoredTokens) -> Result<(), StoreError> {
        if let Some(broker) = &self.broker {
            return broker.keep(kept);
        }
        let (id, path) = (kept.key.id(), self.path(&kept.key));
        let mut entry = Entry::of(kept);
        let in_keyring = self
            .keyring()
            .is_some_and(|keyring| entry.secrets().is_some_and(|secrets| keyring::write(&**keyring, &id, &secrets)));
        if in_keyring {
            entry.without_secrets();
        }
        self.prepare(&path)?;
        whole::write(&path, entry.json().as_bytes(), ENTRY).map_err(|cause| StoreError::Io { path, cause })?;
        whole::sweep(&self.folder, UNFINISHED, ABANDONED);
        self.remove_outdated();
        Ok(())
    }

    /// Removes entries of earlier versions: no run can use their secrets.
    fn remove_outdated(&self) {
        for path in self.paths() {
            let text = bounded::regular(&path, MAX_ENTRY_BYTES).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            if !text.is_some_and(|text| Entry::is_outdated(&text)) {
                continue;
            }
            if let (Some(keyring), Some(id)) = (self.keyring(), path.file_stem().and_then(|stem| stem.to_str())) {
                keyring::delete(&**keyring, id);
            }
            // A failure does not matter to this run.
            let _ = whole::remove(&path);
        }
    }

    /// Deletes tokens; returns whether there were any.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget(&self, key: &TokenKey) -> Result<bool, StoreError> {
        if let Some(broker) = &self.broker {
            return broker.forget(key);
        }
        if let Some(keyring) = self.keyring() {
            keyring::delete(&**keyring, &key.id());
        }
        let path = self.path(key);
        whole::remove(&path).map_err(|cause| StoreError::Io { path, cause })
    }

    /// All tokens, by key.
    #[must_use]
    pub fn list(&self) -> Vec<StoredTokens> {
        let paths = self.paths();
        let mut all: Vec<StoredTokens> = paths.iter().filter_map(|path| self.read(path).ok().flatten()).collect();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    }

    /// Why entries that [`Self::list`] does not have cannot be used.
    #[must_use]
    pub fn unusable(&self) -> Vec<StoreError> {
        self.paths().iter().filter_map(|path| self.read(path).err()).collect()
    }

    /// The files of entries.
    fn paths(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)).collect()
    }

    /// The keys of all tokens. Reads no secret from the keyring.
    #[must_use]
    pub fn keys(&self) -> Vec<TokenKey> {
        let key = |path: &PathBuf| {
            let text = String::from_utf8(private::read(path, MAX_ENTRY_BYTES).ok()??).ok()?;
            Some(Entry::parse(&text)?.key())
        };
        let mut keys: Vec<TokenKey> = self.paths().iter().filter_map(key).collect();
        keys.sort();
        keys
    }

    /// Waits until no other process holds the lock of these tokens, and checks that there is room to write them. Blocks.
    ///
    /// # Errors
    /// When the lock cannot be used, the entry cannot be written, or `cancel` is cancelled.
    pub fn lock(&self, key: &TokenKey, cancel: &CancellationToken) -> Result<EntryLock, StoreError> {
        if let Some(broker) = &self.broker {
            return broker.lock(key, cancel);
        }
        let entry = self.path(key);
        self.prepare(&entry)?;
        let path = self.folder.join(format!("{}.lock", key.id()));
        let lock = lock::lock(&path, || cancel.is_cancelled()).map_err(|error| match error {
            LockError::Cancelled => StoreError::Interrupted,
            LockError::Unusable(cause) => StoreError::new(&path, cause),
        })?;
        let now = entry.metadata().map_or(0, |metadata| metadata.len().min(MAX_ENTRY_BYTES));
        whole::probe(&entry, now + ROOM, ENTRY).map_err(|cause| StoreError::Io { path: entry, cause })?;
        Ok(EntryLock::new(lock))
    }

    fn keyring(&self) -> Option<&Arc<CredentialStore>> {
        (**self.keyring).as_ref()
    }

    fn path(&self, key: &TokenKey) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", key.id()))
    }

    fn read(&self, path: &Path) -> Result<Option<StoredTokens>, StoreError> {
        let bytes = private::read(path, MAX_ENTRY_BYTES).map_err(|cause| StoreError::new(path, cause))?;
        Ok(bytes.and_then(|bytes| self.parse(path, bytes)))
    }

    fn parse(&self, path: &Path, bytes: Vec<u8>) -> Option<StoredTokens> {
        let mut entry = Entry::parse(&String::from_utf8(bytes).ok()?)?;
        if entry.secrets().is_none() {
            let id = path.file_stem()?.to_str()?;
            entry.with_secrets(&keyring::read(&**self.keyring()?, id)?);
        }
        entry.kept()
    }

    /// Checks that the folder and an entry, if there is one, are the user's alone.
    fn prepare(&self, entry: &Path) -> Result<(), StoreError> {
        let created = folders::create_private(&self.folder).map_err(PrivateError::from);
        let checked = created.and_then(|()| private::check_folder(&self.folder));
        checked.map_err(|cause| StoreError::new(&self.folder, cause))?;
        private::check_file(entry).map_err(|cause| StoreError::new(entry, cause))
    }
}

#[cfg(test)]
mod killed;
#[cfg(test)]
mod tests;
