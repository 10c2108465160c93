//! Files of the project that a notebook reads as data, to upload them or to compute with them.
//!
//! They may be of any kind, where definitions and scripts must have a known one; what is hidden or protected in a project
//! is not data either.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use apinb_files::bounded;
use apinb_text::source::loader::LoadError;

use super::scope::{ReadScope, check_text, not_read, unreadable};

/// The largest file, in bytes.
pub const MAX_DATA_BYTES: u64 = 256 << 20;

/// A file that is to be read.
#[derive(Clone, Debug)]
pub struct DataFile {
    pub(super) path: PathBuf,
    pub(super) scope: ReadScope,
}

/// A file that is open.
#[derive(Debug)]
pub struct OpenData {
    path: PathBuf,
    file: File,
    /// In bytes.
    pub size: usize,
    /// In milliseconds since 1970; 0 if the system does not know.
    pub modified: f64,
}

impl DataFile {
    /// The path that is read, for an observer.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// # Errors
    /// [`LoadError::NotAllowed`], which does not tell whether the file exists; an error of the system.
    pub fn open(self) -> Result<OpenData, LoadError> {
        let file = self.scope.open(&self.path)?;
        let metadata = file.metadata().map_err(|cause| unreadable(&self.path, cause))?;
        if !metadata.is_file() {
            return Err(unreadable(&self.path, io::Error::other("it is not a regular file")));
        }
        if metadata.len() > MAX_DATA_BYTES {
            let address = self.path.to_string_lossy().into_owned();
            return Err(LoadError::TooLarge { address, limit: MAX_DATA_BYTES });
        }
        let since = metadata.modified().ok().and_then(|time: SystemTime| time.duration_since(UNIX_EPOCH).ok());
        let modified = since.map_or(0.0, |since| (since.as_secs_f64() * 1000.0).floor());
        let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        Ok(OpenData { path: self.path, file, size, modified })
    }
}

impl OpenData {
    /// # Errors
    /// When it has a private key in it; an error of the system.
    pub fn read(self) -> Result<Vec<u8>, LoadError> {
        let address = self.path.to_string_lossy().into_owned();
        let bytes = bounded::regular_file(self.file, MAX_DATA_BYTES).map_err(|error| not_read(&self.path, error))?;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            check_text(&address, text)?;
        }
        Ok(bytes)
    }
}
