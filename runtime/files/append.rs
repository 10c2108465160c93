//! Appends to a file that other programs write too.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Appends, in one piece, the text that `text` returns for the file's length. False: it returns none.
///
/// # Errors
/// The error of `text`, or of the system; the file then keeps its length.
pub fn append(path: &Path, text: impl FnOnce(u64) -> io::Result<Option<String>>) -> io::Result<bool> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    let Some(text) = text(before)? else { return Ok(false) };
    if let Err(error) = file.write_all(text.as_bytes()) {
        // The error is returned; nothing else can be done.
        let _ = file.set_len(before);
        return Err(error);
    }
    Ok(true)
}
