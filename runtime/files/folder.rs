//! Reads and replaces whole folders.
//!
//! A folder is replaced at once where the system can exchange two names, so that it has either its old or its new content
//! whenever the process ends. Elsewhere it is moved aside for a moment; the next call finds it there.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bounded;

/// The files below a folder by their path with `/`.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// What is read of a folder.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The number of files.
    pub files: usize,
    /// The largest file, in bytes.
    pub file: u64,
    /// All files together, in bytes.
    pub total: u64,
    /// How deep the folders in it are read; 0: its own files only.
    pub depth: usize,
}

/// The regular files below a folder. Links are not followed, and are not read. None: there is no folder.
///
/// # Errors
/// An error of the system; `FileTooLarge` beyond a limit.
pub fn read(folder: &Path, limits: Limits) -> io::Result<Option<Files>> {
    recover(folder);
    let mut files = Files::new();
    let mut left = limits.total;
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => return Err(io::ErrorKind::NotADirectory.into()),
        Ok(_) => {}
    }
    read_into(folder, "", limits, limits.depth, &mut left, &mut files)?;
    Ok(Some(files))
}

fn read_into(
    folder: &Path,
    prefix: &str,
    limits: Limits,
    depth: usize,
    left: &mut u64,
    files: &mut Files,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let kind = entry.file_type()?;
        let path = format!("{prefix}{name}");
        if kind.is_dir() && depth > 0 {
            read_into(&entry.path(), &format!("{path}/"), limits, depth - 1, left, files)?;
        } else if kind.is_file() {
            let too_large = |what: &str| io::Error::new(io::ErrorKind::FileTooLarge, format!("`{path}`: {what}"));
            if files.len() >= limits.files {
                return Err(too_large("too many files"));
            }
            let bytes = bounded::regular(&entry.path(), limits.file.min(*left)).map_err(|error| match error {
                bounded::ReadError::Io(error) => error,
                bounded::ReadError::TooLarge { .. } => too_large("too large"),
                bounded::ReadError::NotRegular => too_large("not a regular file"),
            })?;
            *left = left.saturating_sub(bytes.len() as u64);
            files.insert(path, bytes.into());
        }
    }
    Ok(())
}

/// Replaces the content of a folder, completely or not at all.
///
/// # Errors
/// When a path is not below the folder; an error of the system. The previous content is then unchanged.
pub fn replace(folder: &Path, files: &Files) -> io::Result<()> {
    recover(folder);
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = tempfile::Builder::new().prefix(NEW).tempdir_in(parent)?;
    let content = new.path().join("content");
    fs::create_dir(&content)?;
    for (path, bytes) in files {
        crate::below::write(&content, Path::new(path), bytes)?;
    }
    if fs::symlink_metadata(folder).is_err() {
        return fs::rename(&content, folder);
    }
    // The old content is then in the temporary folder, which is removed.
    exchange(&content, folder)
}

/// The prefix of folders with content that is not in its place yet.
const NEW: &str = ".apinb-folder-";

/// Where the old content is while the new one takes its place, on a system that cannot exchange the two.
fn aside(folder: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(folder.file_name().unwrap_or_default());
    name.push(".previous");
    folder.with_file_name(name)
}

/// Moves the old content back if a process has ended in between.
fn recover(folder: &Path) {
    let old = aside(folder);
    if fs::symlink_metadata(&old).is_ok_and(|metadata| metadata.is_dir()) {
        match fs::symlink_metadata(folder) {
            // The new one is in its place.
            Ok(_) => drop(fs::remove_dir_all(&old)),
            Err(_) => drop(fs::rename(&old, folder)),
        }
    }
}

fn exchange(new: &Path, folder: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, new, CWD, folder, RenameFlags::EXCHANGE) {
            // A file system that cannot.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            exchanged => return exchanged.map_err(io::Error::from),
        }
    }
    let old = aside(folder);
    fs::rename(folder, &old)?;
    match fs::rename(new, folder) {
        Ok(()) => {
            let _ = fs::remove_dir_all(&old);
            Ok(())
        }
        Err(error) => {
            let _ = fs::rename(&old, folder);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Files, Limits, aside, read, replace};

    const LIMITS: Limits = Limits { files: 10, file: 100, total: 150, depth: 1 };

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect()
    }

    #[test]
    fn a_folder_has_what_it_was_replaced_by() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a.cassette");
        assert_eq!(read(&folder, LIMITS).unwrap(), None);
        let first = files(&[("a.json", "1"), ("bodies/b.bin", "2")]);
        replace(&folder, &first).unwrap();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(first.clone()));
        let second = files(&[("c.json", "3")]);
        replace(&folder, &second).unwrap();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(second.clone()));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left beside it");
        replace(&folder, &files(&[("../x", "1")])).unwrap_err();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(second));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn content_that_was_moved_aside_is_found() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a.cassette");
        let old = files(&[("a.json", "1")]);
        replace(&folder, &old).unwrap();
        fs::rename(&folder, aside(&folder)).unwrap();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(old.clone()));
        fs::create_dir(aside(&folder)).unwrap();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(old));
        assert!(!aside(&folder).exists());
    }

    #[test]
    fn what_is_read_is_limited() {
        let root = tempfile::tempdir().unwrap();
        for (name, length, is_read) in [("file", 101, false), ("total", 100, false), ("fits", 70, true)] {
            let folder = root.path().join(name);
            let text = "x".repeat(length);
            replace(&folder, &files(&[("a", text.as_str()), ("b", text.as_str()), ("c/d/e", "deep")])).unwrap();
            let read = read(&folder, LIMITS);
            assert_eq!(
                read.as_ref().is_ok_and(|files| files.as_ref().is_some_and(|files| files.len() == 2)),
                is_read,
                "{name}"
            );
        }
        let file = root.path().join("a-file");
        fs::write(&file, "x").unwrap();
        read(&file, LIMITS).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_read() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a");
        fs::create_dir(&folder).unwrap();
        fs::write(root.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink(root.path().join("secret"), folder.join("link.json")).unwrap();
        std::os::unix::fs::symlink(root.path(), folder.join("bodies")).unwrap();
        assert_eq!(read(&folder, LIMITS).unwrap(), Some(Files::new()));
        std::os::unix::fs::symlink(&folder, root.path().join("b")).unwrap();
        read(&root.path().join("b"), LIMITS).unwrap_err();
    }
}
