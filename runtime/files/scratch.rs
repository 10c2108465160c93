//! A temporary file for another program, such as an editor.

use std::io::{self, Write as _};
use std::path::Path;

/// A file that is removed when this is dropped. Only its owner may read it.
#[derive(Debug)]
pub struct Scratch(tempfile::NamedTempFile);

impl Scratch {
    /// A file with `text` in it, whose name ends in `suffix`.
    ///
    /// # Errors
    /// An error of the system.
    pub fn new(text: &str, suffix: &str) -> io::Result<Self> {
        let mut file = tempfile::Builder::new().prefix("apinb-").suffix(suffix).tempfile()?;
        file.write_all(text.as_bytes())?;
        file.flush()?;
        Ok(Self(file))
    }

    /// The path of the file; the other program may have replaced the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
