//! Text files of a limited size.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The text of a file that has at most `most` bytes.
///
/// # Errors
/// What the system says; when it is larger, or not UTF-8.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(most + 1).read_to_string(&mut text)?;
    if u64::try_from(length).is_ok_and(|length| length <= most) {
        Ok(text)
    } else {
        Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {most} bytes")))
    }
}
