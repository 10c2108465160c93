//! The cassettes that the command line names, and their files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_cassette::cassette::Cassette;
use apinb_cassette::folder::{Files, LARGEST, LARGEST_FILE, MOST_FILES, is_file};
use apinb_files::bounded;
use apinb_project::reading::root::display_name;
use apinb_text::diagnostic::Diagnostic;

use crate::cli::failure::Failure;
use crate::cli::settings::job::here;
use crate::cli::settings::problem::UsageProblem;

/// The end of a cassette's name.
const ENDING: &str = "cassette";
/// The file that each cassette has.
const HEAD: &str = "cassette.json";
/// Folders that are not searched.
const SKIPPED: [&str; 2] = ["node_modules", "target"];
/// How deep folders are searched, and how many.
const MAX_DEPTH: usize = 32;
const MAX_FOLDERS: usize = 100_000;

/// There is no cassette.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` has no cassette")]
struct NoCassette(String);

impl Diagnostic for NoCassette {
    fn help(&self) -> Option<String> {
        Some("Record one: `apinb run NOTEBOOK --record`.".to_owned())
    }
}

/// The folder of a cassette.
pub(super) struct CassetteFolder {
    pub(super) path: PathBuf,
    /// As messages call it.
    pub(super) name: String,
}

impl CassetteFolder {
    fn new(path: PathBuf) -> Self {
        let name = display_name(&path);
        Self { path, name }
    }

    /// # Errors
    /// When its files are not a cassette.
    pub(super) fn read(&self) -> Result<Cassette, Failure> {
        Cassette::read(&self.name, self.files()?).map_err(Failure::unusable)
    }

    /// The files that a cassette can have, by their paths with `/`; no links.
    ///
    /// # Errors
    /// When one cannot be read, or when they are too large.
    pub(super) fn files(&self) -> Result<Files, Failure> {
        let mut files: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        let mut size = 0_u64;
        for (below, path) in self.list()? {
            let bytes = bounded::bytes(&path, LARGEST_FILE).map_err(|cause| unreadable(&path, cause))?;
            size = size.saturating_add(bytes.len() as u64);
            if size > LARGEST || files.len() >= MOST_FILES {
                return Err(unreadable(&self.path, io::ErrorKind::FileTooLarge.into()));
            }
            files.insert(below, bytes.into());
        }
        Ok(files)
    }

    fn list(&self) -> Result<Vec<(String, PathBuf)>, Failure> {
        let mut found = Vec::new();
        for (prefix, path) in [
            ("", self.path.clone()),
            ("bodies/", self.path.join("bodies")),
            ("documents/", self.path.join("documents")),
        ] {
            for entry in entries(&path)? {
                let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else { continue };
                if entry.file_type().is_ok_and(|kind| kind.is_file()) && is_file(&name) {
                    found.push((name, entry.path()));
                }
            }
        }
        Ok(found)
    }
}

/// The cassettes that the command line names: their folders, or their notebooks; without any, those in and below the
/// working directory.
///
/// # Errors
/// When one does not exist, or when there is none.
pub(super) fn cassettes(named: &[PathBuf]) -> Result<Vec<CassetteFolder>, Failure> {
    let mut found = Vec::new();
    let here = here()?;
    if named.is_empty() {
        search(&here, &mut found)?;
    }
    for name in named {
        let path = here.join(name);
        let before = found.len();
        if path.is_dir() {
            search(&path, &mut found)?;
        } else if path.is_file() {
            let beside = path.with_extension(ENDING);
            found.extend(beside.join(HEAD).is_file().then(|| CassetteFolder::new(beside)));
        } else {
            return Err(unreadable(name, io::ErrorKind::NotFound.into()));
        }
        if found.len() == before {
            return Err(Failure::unusable(NoCassette(name.display().to_string())));
        }
    }
    match found.is_empty() {
        true => Err(Failure::unusable(NoCassette(".".to_owned()))),
        false => Ok(found),
    }
}

/// The one cassette that the command line names.
///
/// # Errors
/// As [`cassettes`], and if a folder has several.
pub(super) fn only(named: &Path) -> Result<CassetteFolder, Failure> {
    let found = cassettes(&[named.to_owned()])?;
    let several = found.len() > 1;
    match found.into_iter().next() {
        Some(folder) if !several => Ok(folder),
        _ => Err(Failure::unusable(UsageProblem::Unfit {
            value: named.display().to_string(),
            what: "has several cassettes",
            help: "Name one of them.".to_owned(),
        })),
    }
}

/// Adds the folder if it is a cassette, else those below it, by name. Hidden folders are not searched.
pub(super) fn search(folder: &Path, found: &mut Vec<CassetteFolder>) -> Result<(), Failure> {
    let mut open = vec![(folder.to_owned(), 0)];
    let mut visited = 0;
    while let Some((folder, depth)) = open.pop() {
        visited += 1;
        if visited > MAX_FOLDERS {
            return Err(unreadable(&folder, io::ErrorKind::FileTooLarge.into()));
        }
        if folder.join(HEAD).is_file() {
            found.push(CassetteFolder::new(folder));
            continue;
        }
        let below = entries(&folder)?.into_iter().filter(|entry| {
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with('.') || SKIPPED.iter().any(|skipped| name == *skipped);
            !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir())
        });
        let below: Vec<PathBuf> = below.map(|entry| entry.path()).collect();
        if depth < MAX_DEPTH {
            open.extend(below.into_iter().rev().map(|path| (path, depth + 1)));
        }
    }
    Ok(())
}

/// The entries of a folder by name; none if it does not exist.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, Failure> {
    let list = match fs::read_dir(folder) {
        Ok(list) => list,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(unreadable(folder, cause)),
    };
    let mut entries: Vec<fs::DirEntry> =
        list.take(MAX_FOLDERS).collect::<Result<_, _>>().map_err(|cause| unreadable(folder, cause))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

pub(super) fn unreadable(path: &Path, cause: io::Error) -> Failure {
    Failure::unusable(UsageProblem::Unreadable { path: display_name(path), cause })
}
