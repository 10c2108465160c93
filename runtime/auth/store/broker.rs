//! The operations of a token store, and the way to a store in another process.

use std::fmt::Debug;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::key::{StoredTokens, TokenKey};

/// Tokens cannot be stored.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    /// A file or a folder cannot be used.
    #[error("cannot use `{}`: {cause}", path.display())]
    Io {
        path: PathBuf,
        #[source]
        #[serde(with = "apinb_text::io_error")]
        cause: io::Error,
    },
    /// The wait for another process was cancelled.
    #[error("interrupted")]
    Interrupted,
}

/// The lock of an entry; dropping it gives it back.
pub struct EntryLock(#[expect(dead_code, reason = "dropping it gives the lock back")] Box<dyn Send>);

impl EntryLock {
    /// `held` has the lock until it is dropped.
    #[must_use]
    pub fn new(held: impl Send + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// Passes the operations of a [`Store`](super::Store) to the process that has the files. See there for the methods.
pub trait TokenBroker: Debug + Send + Sync {
    /// The tokens of a key.
    fn get(&self, key: &TokenKey) -> Option<StoredTokens>;

    /// Stores tokens.
    ///
    /// # Errors
    /// When the other process cannot write them, or is gone.
    fn keep(&self, kept: &StoredTokens) -> Result<(), StoreError>;

    /// Deletes tokens.
    ///
    /// # Errors
    /// When the other process cannot remove them, or is gone.
    fn forget(&self, key: &TokenKey) -> Result<bool, StoreError>;

    /// Waits for the lock of these tokens.
    ///
    /// # Errors
    /// When the other process cannot lock them, or is gone, or `cancel` is cancelled.
    fn lock(&self, key: &TokenKey, cancel: &CancellationToken) -> Result<EntryLock, StoreError>;
}
