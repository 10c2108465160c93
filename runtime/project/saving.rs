//! What a notebook asks for when it saves a file, and why it may fail: shared by the processes of a run.

use serde::{Deserialize, Serialize};

/// Limits of a notebook: bytes of a file, bytes of all files, number of files.
pub(crate) const MAX_FILE: usize = 64 << 20;
pub(crate) const MAX_TOTAL: usize = 1 << 30;
pub(crate) const MAX_FILES: usize = 10_000;

/// Saves files for a notebook in another process.
pub trait OutputBroker: std::fmt::Debug + Send + Sync {
    /// Saves a file below the output folder.
    ///
    /// # Errors
    /// See [`SaveError`].
    fn save(&self, path: &str, bytes: &[u8]) -> Result<Saved, SaveError>;
}

/// A file that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Its path in messages.
    pub path: String,
    /// Whether secrets were replaced in it.
    pub redacted: bool,
}

/// Why a file is not saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SaveError {
    /// The notebook has no project, and no folder was named.
    #[error("a notebook outside of a project saves no files")]
    NoFolder,
    #[error("it {why}")]
    Refused { why: String },
    #[error("it is larger than {} MB", MAX_FILE >> 20)]
    TooLarge,
    #[error("the notebook has saved {} files, or {} GB", MAX_FILES, MAX_TOTAL >> 30)]
    TooMany,
    #[error("{cause}")]
    System { cause: String },
}

impl SaveError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoFolder => "Pass `--output-dir DIR` to save files below that folder.",
            Self::Refused { .. } => "Save it under a relative path such as `users.json` or `reports/users.json`.",
            Self::TooLarge | Self::TooMany | Self::System { .. } => "",
        }
    }

    /// Whether the notebook asked for something that it may not do.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::NoFolder | Self::Refused { .. })
    }

    pub(crate) fn refused(why: &str) -> Self {
        Self::Refused { why: why.to_owned() }
    }
}
