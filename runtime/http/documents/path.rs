//! Paths by their names alone, and texts of documents.

use std::path::{Component, Path, PathBuf};

use apinb_text::source::loader::LoadError;

/// A document as text.
pub(super) fn text(bytes: Vec<u8>, address: impl Fn() -> String) -> Result<String, LoadError> {
    String::from_utf8(bytes).map_err(|_| LoadError::NotText { address: address() })
}

/// The folder of a path.
pub(super) fn parent(path: &str) -> PathBuf {
    normal(Path::new(path)).parent().map(Path::to_owned).unwrap_or_default()
}

/// The path without `.` and `..`, by its name alone.
pub(super) fn normal(path: &Path) -> PathBuf {
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
