//! Files of a limited size.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The text of a file that has at most `most` bytes.
///
/// # Errors
/// What the system says; when it is larger, or not UTF-8.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    let text = String::from_utf8(bytes(path, most)?);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

/// The content of a file that has at most `most` bytes.
///
/// # Errors
/// What the system says; when it is larger.
pub(crate) fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if u64::try_from(length).is_ok_and(|length| length <= most) {
        Ok(bytes)
    } else {
        Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {most} bytes")))
    }
}
