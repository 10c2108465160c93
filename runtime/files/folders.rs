//! The folders of the user and of the system: for caches, for data, the home folder, temporary folders.

use std::io;
use std::path::{Path, PathBuf};

/// The environment variable that names the folder of all of apinb's caches.
pub const CACHE_VARIABLE: &str = "APINB_CACHE_DIR";
/// The environment variable that names the folder of all data that apinb stores.
pub const DATA_VARIABLE: &str = "APINB_DATA_DIR";

/// `$APINB_CACHE_DIR`, else `apinb` in the cache folder of the system (`$XDG_CACHE_HOME` or `~/.cache`,
/// `~/Library/Caches`, `%LOCALAPPDATA%`). None: the user has no home.
#[must_use]
pub fn cache() -> Option<PathBuf> {
    named(CACHE_VARIABLE).or_else(|| Some(dirs::cache_dir()?.join("apinb")))
}

/// `$APINB_DATA_DIR`, else `apinb` in the data folder of the system (`$XDG_DATA_HOME` or `~/.local/share`,
/// `~/Library/Application Support`, `%APPDATA%`). None: the user has no home.
#[must_use]
pub fn data() -> Option<PathBuf> {
    named(DATA_VARIABLE).or_else(|| Some(dirs::data_dir()?.join("apinb")))
}

/// The home folder of the user.
#[must_use]
pub fn home() -> Option<PathBuf> {
    dirs::home_dir()
}

/// The folders in which every program, and partly every user, puts files. Some may not exist.
#[must_use]
pub fn temporary() -> Vec<PathBuf> {
    let mut folders = vec![std::env::temp_dir()];
    let of_system: &[&str] = if cfg!(windows) { &["C:\\Windows\\Temp"] } else { &["/tmp", "/var/tmp", "/dev/shm"] };
    folders.extend(of_system.iter().map(PathBuf::from));
    folders
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// Creates a folder, and those above it, that only the user may enter. An existing folder stays unchanged.
///
/// # Errors
/// An error of the system.
pub fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
