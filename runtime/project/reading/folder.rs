//! The notebooks in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::notebook::may_have_cells;

/// The paths of the markdown files in `folder` and below it that have code cells, sorted. A file that cannot be read is
/// included.
///
/// # Errors
/// The folder that cannot be read, and why.
pub fn notebooks(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut files = markdown_files(folder)?;
    files.retain(|path| may_have_cells(path));
    Ok(files)
}

/// The paths of the markdown files in `folder` and below it, sorted. Hidden folders and files, `node_modules` and
/// folders behind symbolic links are skipped.
///
/// # Errors
/// The folder that cannot be read, and why.
pub fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |cause| (folder.clone(), cause);
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            if entry.file_type().map_err(unreadable)?.is_dir() {
                if name != "node_modules" {
                    folders.push(path);
                }
            } else if is_markdown(&path) && path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}
