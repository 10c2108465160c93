//! Reads files up to a limit in bytes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Why [`regular`] does not read a file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    /// It is a folder, a pipe or a device.
    #[error("it is not a regular file")]
    NotRegular,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The content of a regular file: a pipe or a device may never end.
///
/// # Errors
/// See [`ReadError`].
pub fn regular(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    // Opening a pipe would wait for its writer, so its type is checked before; the opened file is checked again.
    if !std::fs::metadata(path)?.is_file() {
        return Err(ReadError::NotRegular);
    }
    regular_file(File::open(path)?, limit)
}

/// The same of a file that is open.
///
/// # Errors
/// See [`ReadError`].
pub fn regular_file(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    // It may grow meanwhile, or report no length.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if fits(&bytes, limit) { Ok(bytes) } else { Err(ReadError::TooLarge { limit }) }
}

/// The content of a file that the user has named, which may be a pipe. Blocks until it ends.
///
/// # Errors
/// An error of the system; `FileTooLarge` for more than `limit` bytes.
pub fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let bytes = head(path, limit.saturating_add(1))?;
    if fits(&bytes, limit) {
        Ok(bytes)
    } else {
        Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {limit} bytes")))
    }
}

/// As [`bytes()`], as text.
///
/// # Errors
/// Those of [`bytes()`]; `InvalidData` if it is not UTF-8.
pub fn text(path: &Path, limit: u64) -> io::Result<String> {
    let text = String::from_utf8(bytes(path, limit)?);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

/// Reads a file that the user has named, which may be a pipe. The caller limits what it holds of it.
///
/// # Errors
/// An error of the system.
pub fn reader(path: &Path) -> io::Result<impl io::Read + use<>> {
    File::open(path)
}

/// The first bytes of a file, at most `length`.
///
/// # Errors
/// An error of the system.
pub fn head(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn fits(bytes: &[u8], limit: u64) -> bool {
    u64::try_from(bytes.len()).is_ok_and(|length| length <= limit)
}

#[cfg(test)]
mod tests {
    use super::{ReadError, bytes, head, regular, text};

    #[test]
    fn nothing_longer_than_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"abc\xff").unwrap();
        assert_eq!(regular(&path, 4).unwrap(), b"abc\xff");
        assert!(matches!(regular(&path, 3), Err(ReadError::TooLarge { limit: 3 })));
        assert!(matches!(regular(folder.path(), 3), Err(ReadError::NotRegular)));
        assert_eq!(bytes(&path, 4).unwrap(), b"abc\xff");
        assert_eq!(bytes(&path, 3).unwrap_err().to_string(), "larger than 3 bytes");
        assert_eq!(text(&path, 4).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
        assert_eq!(head(&path, 2).unwrap(), b"ab");
    }
}
