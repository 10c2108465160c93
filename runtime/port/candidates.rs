//! The definitions that lie in a folder and above it.
//!
//! Reads only regular files, follows no links, and limits the search: the folder may be a stranger's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_definition::model::Definition;
use apinb_files::bounded;
use apinb_project::reading::project::Project;
use apinb_project::reading::reader::Reader;
use apinb_project::reading::source::ResolvedSource;
use apinb_text::source::address::Address;

/// Maximum number of entries of folders to search.
const MAX_ENTRIES: usize = 20_000;
/// Maximum depth of folders.
const MAX_DEPTH: usize = 12;
/// Maximum depth below the folders above.
const DEPTH_ABOVE: usize = 2;
/// Maximum number of definitions.
const MAX_DEFINITIONS: usize = 200;
/// Maximum size of a definition, in bytes.
const MAX_BYTES: u64 = 8 << 20;
/// Maximum size of all definitions, in bytes.
const MAX_ALL_BYTES: u64 = 128 << 20;
/// The bytes at the start of a file that say what it is.
const HEAD: usize = 64 << 10;

/// A definition that was found.
#[derive(Debug)]
pub struct Candidate {
    /// Its path, without links.
    pub path: PathBuf,
    pub definition: Arc<Definition>,
}

/// The definitions that clients may use.
#[derive(Debug, Default)]
pub struct Found {
    /// Sorted by path; of several files with the same text, the first.
    pub definitions: Vec<Candidate>,
    /// The scripts whose file names are unique, by file name.
    pub scripts: BTreeMap<String, PathBuf>,
    /// Whether a limit ended the search.
    pub cut: bool,
}

/// Searches `folders` and those above them: up to the repository's folder, or to `here` if that is above.
#[must_use]
pub fn find(folders: &[PathBuf], here: &Path, reader: &Reader) -> Found {
    let mut search = Search::default();
    for folder in folders {
        search.walk(folder, MAX_DEPTH);
        for above in above(folder, here) {
            search.walk(&above, DEPTH_ABOVE);
        }
    }
    // The `apinb.toml` of a named folder makes it a project.
    let around: Vec<Project> = folders.iter().map(|folder| Project::of(folder)).collect();
    search.read(reader, &around)
}

/// The folders above `folder` that belong to the same project, the nearest first.
fn above(folder: &Path, here: &Path) -> Vec<PathBuf> {
    let is_root = |folder: &&Path| folder.join(".git").exists();
    let top = folder.ancestors().find(is_root).or_else(|| folder.starts_with(here).then_some(here));
    let Some(top) = top else { return Vec::new() };
    folder.ancestors().skip(1).take_while(|above| above.starts_with(top)).map(Path::to_owned).collect()
}

#[derive(Default)]
struct Search {
    entries: usize,
    files: BTreeMap<PathBuf, u64>,
    scripts: BTreeMap<String, Vec<PathBuf>>,
    cut: bool,
}

impl Search {
    fn walk(&mut self, folder: &Path, depth: usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut folders = Vec::new();
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                self.cut = true;
                return;
            }
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            let path = entry.path();
            // The type is that of the entry: a link is neither.
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.to_str().is_some() {
                self.file(path, name, entry.metadata().map_or(u64::MAX, |metadata| metadata.len()));
            }
        }
        if depth > 0 {
            folders.sort();
            folders.iter().for_each(|folder| self.walk(folder, depth - 1));
        }
    }

    fn file(&mut self, path: PathBuf, name: &str, bytes: u64) {
        match Path::new(name).extension().and_then(|extension| extension.to_str()).map(str::to_lowercase).as_deref() {
            Some("raml" | "yaml" | "yml" | "json") if bytes <= MAX_BYTES => {
                self.files.insert(path, bytes);
            }
            Some("js") => {
                let known = self.scripts.entry(name.to_owned()).or_default();
                if !known.contains(&path) {
                    known.push(path);
                }
            }
            _ => {}
        }
    }

    fn read(self, reader: &Reader, around: &[Project]) -> Found {
        let only =
            |(name, mut paths): (String, Vec<PathBuf>)| (paths.len() == 1).then(|| Some((name, paths.pop()?)))?;
        let mut found =
            Found { scripts: self.scripts.into_iter().filter_map(only).collect(), cut: self.cut, ..Found::default() };
        let mut left = MAX_ALL_BYTES;
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for (path, bytes) in self.files {
            if !says_it_is_one(&path) {
                continue;
            }
            if bytes > left || found.definitions.len() == MAX_DEFINITIONS {
                found.cut = true;
                break;
            }
            left -= bytes;
            let Ok(text) = bounded::bytes(&path, MAX_BYTES) else { continue };
            if texts.contains(&text) {
                continue;
            }
            if let Some(definition) = load(&path, reader, around) {
                texts.push(text);
                found.definitions.push(Candidate { path, definition: Arc::new(definition) });
            }
        }
        found
    }
}

/// Whether the beginning of the file speaks of a whole definition. RAML says so in its first line.
fn says_it_is_one(path: &Path) -> bool {
    let Ok(head) = bounded::head(path, HEAD as u64) else { return false };
    let head = String::from_utf8_lossy(&head);
    let text = head.trim_start_matches('\u{feff}').trim_start();
    let first = text.lines().next().unwrap_or_default().trim_end();
    let parsed_raml = text.starts_with('{') && text.contains("\"title\"") && text.contains("\"resources\"");
    matches!(first, "#%RAML 0.8" | "#%RAML 1.0")
        || (!first.starts_with("#%RAML") && (text.contains("swagger") || text.contains("openapi") || parsed_raml))
}

/// Nothing is fetched for it, and it includes files of its own project only, or of one of those `around` it.
fn load(path: &Path, reader: &Reader, around: &[Project]) -> Option<Definition> {
    let address = Address::file(&path.to_string_lossy());
    let loaded = reader.definition(&ResolvedSource::named(address, around, &[]));
    loaded.definition.filter(|definition| !definition.resources.is_empty())
}
