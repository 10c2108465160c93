//! Writes files below a folder. No symbolic link is followed on the way, so that nothing outside of the folder changes.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// Writes `bytes` to the file `below` the folder `root`, completely or not at all. Folders that do not exist are made. A
/// file that exists is replaced.
///
/// # Errors
/// When a part of `below` is a link, or the file is a folder; an error of the system.
pub fn write(root: &Path, below: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(root)?;
    let mut folder = Dir::open_ambient_dir(root, ambient_authority())?;
    let mut components = below.components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is not below the folder"));
        };
        let name = Path::new(name);
        if folder.symlink_metadata(name).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(io::Error::other(format!("`{}` is a symbolic link", name.display())));
        }
        if components.peek().is_none() {
            return replace(&folder, name, bytes);
        }
        folder = match folder.open_dir_nofollow(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                folder.create_dir(name)?;
                folder.open_dir_nofollow(name)?
            }
            opened => opened?,
        };
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is empty"))
}

/// Writes to a temporary file, which then takes the name.
fn replace(folder: &Dir, name: &Path, bytes: &[u8]) -> io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let temporary = format!(".apinb-output-{}-{number}", std::process::id());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).follow(FollowSymlinks::No);
    let mut file = folder.open_with(&temporary, &options)?;
    let written = file.write_all(bytes).and_then(|()| folder.rename(&temporary, folder, name));
    if written.is_err() {
        // What remains has a name that tells where it comes from.
        let _ = folder.remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::write;

    #[test]
    fn files_are_written_below_the_folder() {
        let top = tempfile::tempdir().unwrap();
        let root = top.path().join("a/root");
        write(&root, Path::new("x/y/z.txt"), b"one").unwrap();
        write(&root, Path::new("x/y/z.txt"), b"two").unwrap();
        assert_eq!(fs::read(root.join("x/y/z.txt")).unwrap(), b"two");
        for path in ["../z.txt", "x/../../z.txt", "/z.txt", "", "x"] {
            assert!(write(&root, Path::new(path), b"no").is_err(), "{path}");
        }
        let names: Vec<_> = fs::read_dir(root.join("x/y")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["z.txt"]);
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let top = tempfile::tempdir().unwrap();
        let (root, outside) = (top.path().join("root"), top.path().join("outside"));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("f"), b"old").unwrap();
        std::os::unix::fs::symlink(&outside, root.join("folder")).unwrap();
        std::os::unix::fs::symlink(outside.join("f"), root.join("file")).unwrap();
        for path in ["folder/f", "folder/new", "file"] {
            let error = write(&root, Path::new(path), b"new").unwrap_err();
            assert!(error.to_string().contains("is a symbolic link"), "{path}: {error}");
        }
        assert_eq!(fs::read(outside.join("f")).unwrap(), b"old");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    }
}
