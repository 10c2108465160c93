//! Appends to a file that other programs write too.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Adds the text that `text` makes of the file's length at its end, in one piece. False: it makes none.
///
/// # Errors
/// The system's; the file is then as long as it was.
pub fn append(path: &Path, text: impl FnOnce(u64) -> Option<String>) -> io::Result<bool> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    let Some(text) = text(before) else { return Ok(false) };
    if let Err(error) = file.write_all(text.as_bytes()) {
        // The reason is reported; there is nothing else to do for it.
        let _ = file.set_len(before);
        return Err(error);
    }
    Ok(true)
}
