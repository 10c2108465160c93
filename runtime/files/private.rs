//! Files that belong to the user alone: regular files of this user that others can neither read nor change, and that no
//! link leads to.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

/// Why a file or folder is not private.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    #[error("it is a symbolic link")]
    Link,
    /// It is a pipe, a socket, a device, or a folder in place of a file.
    #[error("it is not a regular {expected}")]
    Kind {
        /// `file` or `folder`.
        expected: &'static str,
    },
    #[error("it belongs to another user")]
    Owner,
    #[error("other users can {what} it (mode {mode:03o})")]
    Mode {
        /// `read or change`, of a folder `change`.
        what: &'static str,
        mode: u32,
    },
    #[error("it is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<PrivateError> for io::Error {
    fn from(error: PrivateError) -> Self {
        match error {
            PrivateError::Io(error) => error,
            other => Self::other(other),
        }
    }
}

/// The rights that others may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Private {
    /// Only this user reads or writes it.
    File,
    /// Only this user writes it; its content is not a secret.
    Lock,
    /// Only this user adds, renames or removes files in it.
    Folder,
}

/// The content of a private file; none if there is no file. Neither waits for a pipe nor follows a link.
///
/// # Errors
/// See [`PrivateError`].
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, PrivateError> {
    let file = match open(path, File::options().read(true)) {
        Err(PrivateError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let metadata = file.metadata()?;
    check(&metadata, Private::File)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or_default());
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        Ok(Some(bytes))
    } else {
        Err(PrivateError::TooLarge { limit })
    }
}

/// Checks that a file, if it exists, is private, so that it may be replaced.
///
/// # Errors
/// See [`PrivateError`].
pub fn check_file(path: &Path) -> Result<(), PrivateError> {
    match path.symlink_metadata() {
        Ok(metadata) => check(&metadata, Private::File),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Checks that only this user can change what is in a folder, which exists.
///
/// # Errors
/// See [`PrivateError`].
pub fn check_folder(path: &Path) -> Result<(), PrivateError> {
    check(&path.metadata()?, Private::Folder)
}

/// Opens a file for locking, and creates it if it does not exist.
pub(crate) fn open_lock(path: &Path) -> Result<File, PrivateError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = open(path, &mut options)?;
    check(&file.metadata()?, Private::Lock)?;
    Ok(file)
}

/// Opens without following a link at the end of the path and without waiting for the other end of a pipe.
fn open(path: &Path, options: &mut std::fs::OpenOptions) -> Result<File, PrivateError> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    options.open(path).map_err(|error| match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => PrivateError::Link,
        // A pipe without a reader, a socket.
        Ok(metadata) if !metadata.is_file() => PrivateError::Kind { expected: "file" },
        _ => error.into(),
    })
}

fn check(metadata: &Metadata, wanted: Private) -> Result<(), PrivateError> {
    if metadata.is_symlink() {
        return Err(PrivateError::Link);
    }
    let (is_of_kind, expected) = match wanted {
        Private::File | Private::Lock => (metadata.is_file(), "file"),
        Private::Folder => (metadata.is_dir(), "folder"),
    };
    if !is_of_kind {
        return Err(PrivateError::Kind { expected });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(PrivateError::Owner);
        }
        let (forbidden, what) = match wanted {
            Private::File => (0o077, "read or change"),
            Private::Lock | Private::Folder => (0o022, "change"),
        };
        if metadata.mode() & forbidden != 0 {
            return Err(PrivateError::Mode { what, mode: metadata.mode() & 0o777 });
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;
    use std::process::Command;

    use super::{check_file, check_folder, open_lock, read};

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").args(["-m", "600"]).arg(path).status().unwrap().success());
    }

    #[test]
    fn only_regular_files_of_the_user_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let file = |name: &str, mode: u32| {
            fs::write(at(name), "text").unwrap();
            fs::set_permissions(at(name), Permissions::from_mode(mode)).unwrap();
        };
        file("mine", 0o600);
        file("readable", 0o644);
        file("writable", 0o620);
        symlink(at("mine"), at("link")).unwrap();
        pipe(&at("pipe"));
        fs::create_dir(at("folder")).unwrap();
        assert_eq!(read(&at("mine"), 10).unwrap().as_deref(), Some(b"text".as_slice()));
        assert_eq!(read(&at("absent"), 10).unwrap(), None);
        assert_eq!(read(&at("mine"), 3).unwrap_err().to_string(), "it is larger than 3 bytes");
        for (name, expected) in [
            ("readable", "other users can read or change it (mode 644)"),
            ("writable", "other users can read or change it (mode 620)"),
            ("link", "it is a symbolic link"),
            ("pipe", "it is not a regular file"),
            ("folder", "it is not a regular file"),
        ] {
            assert_eq!(read(&at(name), 10).unwrap_err().to_string(), expected, "{name}");
            assert_eq!(check_file(&at(name)).unwrap_err().to_string(), expected, "{name}");
        }
        check_file(&at("mine")).unwrap();
        check_file(&at("absent")).unwrap();
    }

    #[test]
    fn locks_and_folders_may_not_be_changed_by_others() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        drop(open_lock(&at("lock")).unwrap());
        assert_eq!(fs::metadata(at("lock")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(at("lock"), Permissions::from_mode(0o644)).unwrap();
        drop(open_lock(&at("lock")).unwrap());
        symlink(at("lock"), at("link")).unwrap();
        assert_eq!(open_lock(&at("link")).unwrap_err().to_string(), "it is a symbolic link");
        pipe(&at("pipe"));
        assert_eq!(open_lock(&at("pipe")).unwrap_err().to_string(), "it is not a regular file");
        let inner = at("folder");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(&inner, Permissions::from_mode(0o755)).unwrap();
        check_folder(&inner).unwrap();
        fs::set_permissions(&inner, Permissions::from_mode(0o775)).unwrap();
        assert_eq!(check_folder(&inner).unwrap_err().to_string(), "other users can change it (mode 775)");
    }
}
