//! Resolves paths that must stay inside a folder, symbolic links resolved.

use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why a path is not resolved.
#[derive(Debug, thiserror::Error)]
pub enum ConfinedError {
    #[error("outside of `{}`", folder.display())]
    Outside { folder: PathBuf },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Resolves paths that must stay inside a folder.
#[derive(Debug)]
pub struct Confined {
    folder: PathBuf,
    /// Folders without symbolic links, by their name: there may be hundreds of files in a few folders.
    real_folders: Mutex<HashMap<PathBuf, PathBuf>>,
}

impl Confined {
    /// Confines paths to `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), real_folders: Mutex::default() }
    }

    /// The file at `path`, with symbolic links resolved.
    ///
    /// # Errors
    /// See [`ConfinedError`]. The error does not disclose whether a file exists outside.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, ConfinedError> {
        let path = normal(path);
        let allowed = self.real_folder(&self.folder)?;
        let outside = || ConfinedError::Outside { folder: self.folder.clone() };
        // First lexically, so that files outside are not accessed.
        if !path.starts_with(normal(&self.folder)) && !path.starts_with(&allowed) {
            return Err(outside());
        }
        let real = self.real(&path)?;
        if real.starts_with(&allowed) { Ok(real) } else { Err(outside()) }
    }

    /// Resolves the symbolic links of a path.
    fn real(&self, file: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return file.canonicalize() };
        let real = self.real_folder(folder)?.join(name);
        if std::fs::symlink_metadata(&real)?.is_symlink() { real.canonicalize() } else { Ok(real) }
    }

    fn real_folder(&self, folder: &Path) -> io::Result<PathBuf> {
        let mut known = self.real_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(real) = known.get(folder) {
            return Ok(real.clone());
        }
        let real = folder.canonicalize()?;
        known.insert(folder.to_owned(), real.clone());
        Ok(real)
    }
}

/// The folder of the file at `path`, lexically.
#[must_use]
pub fn parent(path: &Path) -> PathBuf {
    normal(path).parent().map(Path::to_owned).unwrap_or_default()
}

/// The path without `.` and `..`, lexically.
#[must_use]
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{Confined, ConfinedError};

    #[test]
    fn links_and_parents_do_not_lead_out() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("in");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("a"), "").unwrap();
        fs::write(folder.path().join("secret"), "").unwrap();
        symlink(inside.join("a"), inside.join("good")).unwrap();
        symlink(folder.path().join("secret"), inside.join("bad")).unwrap();
        let confined = Confined::new(&inside);
        for name in ["a", "good", "./x/../a"] {
            assert_eq!(
                confined.resolve(&inside.join(name)).unwrap(),
                inside.join("a").canonicalize().unwrap(),
                "{name}"
            );
        }
        for name in ["bad", "../secret", "../nothing"] {
            let found = confined.resolve(&inside.join(name));
            assert!(matches!(found, Err(ConfinedError::Outside { .. })), "{name}: {found:?}");
        }
        assert!(matches!(confined.resolve(&inside.join("b")), Err(ConfinedError::Io(_))));
    }
}
