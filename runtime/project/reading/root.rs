//! The `apinb.toml` of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const NAME: &str = "apinb.toml";

/// Files that are not written yet, by path; they hide files on disk.
pub type VirtualFiles = BTreeMap<PathBuf, String>;

/// The nearest `apinb.toml` in `folder` or above it.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    find_with(folder, &VirtualFiles::default())
}

/// The same, among files that are not written yet as well.
#[must_use]
pub fn find_with(folder: &Path, proposed: &VirtualFiles) -> Option<PathBuf> {
    let mut paths = folder.ancestors().map(|folder| folder.join(NAME));
    paths.find(|path| proposed.contains_key(path) || path.is_file())
}

/// How messages name the file at `path`: from the working directory on, where it is below that.
#[must_use]
pub fn display_name(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
