//! The `apinb.toml` of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const NAME: &str = "apinb.toml";

/// Files that are not written yet, by path. They take precedence over files on disk.
pub type VirtualFiles = BTreeMap<PathBuf, String>;

/// The nearest `apinb.toml` in `folder` or above it.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    find_with(folder, &VirtualFiles::default())
}

/// As [`find`], with files that are not written yet.
#[must_use]
pub fn find_with(folder: &Path, proposed: &VirtualFiles) -> Option<PathBuf> {
    let mut paths = folder.ancestors().map(|folder| folder.join(NAME));
    paths.find(|path| proposed.contains_key(path) || path.is_file())
}

/// The name of the file at `path` in messages: relative to the working directory if it is below it.
#[must_use]
pub fn display_name(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
