//! Writes files atomically: to a temporary file beside the target, which is then renamed. Removes files too.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IntoInnerError, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

/// What to do with a file that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    #[default]
    Replace,
    /// Keep it, and fail with `AlreadyExists`.
    Keep,
}

/// Who may read the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    #[default]
    Private,
    /// As the process's mask allows for any new file.
    Shared,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What to do with a file that is there already.
    pub existing: Existing,
    pub access: Access,
    /// Whether to write to the target of a symbolic link, or into a pipe or a device, instead of replacing it.
    pub follow_links: bool,
    /// Whether the file must survive a power loss once it is written.
    pub durable: bool,
    /// The prefix of the temporary file's name, by which [`sweep`] finds it.
    pub prefix: &'static str,
    pub suffix: &'static str,
}

impl Options {
    /// For a file that only its owner may read.
    pub const PRIVATE: Self = Self {
        existing: Existing::Replace,
        access: Access::Private,
        follow_links: false,
        durable: false,
        prefix: "",
        suffix: "",
    };

    /// For an output file that the user has named.
    pub const OUTPUT: Self = Self {
        existing: Existing::Replace,
        access: Access::Shared,
        follow_links: true,
        durable: false,
        prefix: ".apinb-output-",
        suffix: "",
    };
}

/// Writes `bytes` to the file at `path`.
///
/// # Errors
/// An error of the system; the previous file is then unchanged.
pub fn write(path: &Path, bytes: &[u8], options: Options) -> io::Result<()> {
    write_with(path, options, |file| file.write_all(bytes))
}

/// Writes what `content` writes to the file at `path`.
///
/// # Errors
/// The error of `content`, or of the system; the previous file is then unchanged.
pub fn write_with(
    path: &Path,
    options: Options,
    content: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<()> {
    let real;
    let path = if options.follow_links {
        real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(error),
        };
        if fs::metadata(&real).is_ok_and(|metadata| !metadata.is_file()) {
            let mut device = BufWriter::new(OpenOptions::new().write(true).open(&real)?);
            content(&mut device)?;
            return device.flush();
        }
        &real
    } else {
        path
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(options.prefix).suffix(options.suffix);
    #[cfg(unix)]
    if options.access == Access::Shared {
        use std::os::unix::fs::PermissionsExt as _;
        // As for any new file; the process's mask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // By default only its owner may read a temporary file.
    let mut buffered = BufWriter::new(builder.tempfile_in(folder)?);
    content(&mut buffered)?;
    let file = buffered.into_inner().map_err(IntoInnerError::into_error)?;
    if options.durable {
        file.as_file().sync_all()?;
    }
    let kept = match options.existing {
        Existing::Replace => file.persist(path),
        Existing::Keep => file.persist_noclobber(path),
    };
    kept.map_err(|error| error.error)?;
    if options.durable {
        // So that the rename survives a power loss; not all systems support this.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// Checks that a file of `bytes` could be written to `path`: a full disk or a folder that cannot be written is noticed
/// before the content exists. Nothing stays.
///
/// # Errors
/// An error of the system.
pub fn probe(path: &Path, bytes: u64, options: Options) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(options.prefix).suffix(options.suffix).tempfile_in(folder)?;
    io::copy(&mut io::repeat(b' ').take(bytes), &mut file)?;
    file.as_file().sync_all()
}

/// Removes a file; false if it does not exist.
///
/// # Errors
/// An error of the system.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes the temporary files of `folder` whose names begin with `prefix` and that have not changed for `age`:
/// leftovers of processes that were killed.
pub fn sweep(folder: &Path, prefix: &str, age: Duration) {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|at| at.elapsed().is_ok_and(|old| old > age)) {
            // Another process may have removed it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;

    use super::{Access, Existing, Options, remove, write};

    #[test]
    fn existing_files_are_replaced_or_preserved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one", Options::default()).unwrap();
        let kept = write(&path, b"two", Options { existing: Existing::Keep, ..Options::default() });
        assert_eq!(kept.unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write(&path, b"two", Options { durable: true, ..Options::default() }).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(remove(&path).unwrap());
        assert!(!remove(&path).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_or_replaced_and_modes_are_set() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        write(&file, b"one", Options::default()).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        symlink(&file, &link).unwrap();
        let shared = Options { access: Access::Shared, ..Options::default() };
        write(&link, b"two", Options { follow_links: true, ..shared }).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write(&link, b"three", shared).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
