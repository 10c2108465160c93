//! The operations of a token store, and the way to a store in another process.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use apinb_files::private::PrivateError;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::key::{StoredTokens, TokenKey};

/// Tokens cannot be stored.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    /// A file or a folder cannot be used.
    #[error("cannot use `{}`: {}", path.display(), apinb_text::io_error::text(cause))]
    Io {
        path: PathBuf,
        #[source]
        #[serde(with = "apinb_text::io_error")]
        cause: io::Error,
    },
    /// Others could have written a file or a folder, or could read it.
    #[error("cannot use `{}`: {reason}", path.display())]
    NotPrivate {
        path: PathBuf,
        /// `it is a symbolic link`.
        reason: String,
    },
    /// The wait for another process was cancelled.
    #[error("interrupted")]
    Interrupted,
}

impl StoreError {
    pub(super) fn new(path: &Path, cause: PrivateError) -> Self {
        let path = path.to_owned();
        match cause {
            PrivateError::Io(cause) => Self::Io { path, cause },
            other => Self::NotPrivate { path, reason: other.to_string() },
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { .. } => {
                Some("Set `APINB_DATA_DIR` to a folder that can be written, or pass `--no-token-cache`.")
            }
            Self::NotPrivate { .. } => Some("Remove it, or make it accessible to your user only."),
            Self::Interrupted => None,
        }
    }

    /// A warning for a run that goes on with tokens which could not be stored.
    #[must_use]
    pub fn warning(&self) -> String {
        let help = self.help().map(|help| format!(". {help}")).unwrap_or_default();
        format!("the tokens are not stored for later runs: {self}{help}")
    }
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
