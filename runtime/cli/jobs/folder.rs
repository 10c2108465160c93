//! Which files of a folder are notebooks to run: those with cells, but for files that `exclude` names, those whose front
//! matter says `notebook: false`, and documents of a repository such as `README.md`, which `include` or `notebook: true`
//! adds. Files below the output folder are not notebooks but what notebooks have saved, whatever they say: only `include`
//! adds them, or who names that folder.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use apinb_project::job::NotebookLocation;
use apinb_project::output;
use apinb_project::reading::folder;
use apinb_project::reading::notebook::{Unreadable, read};
use apinb_project::reading::project::Project;
use apinb_project::reading::root::VirtualFiles;

use crate::cli::arguments::OverrideArguments;
use crate::cli::failure::Failure;
use crate::cli::settings::job::load_layers;
use crate::cli::settings::layers::{Assignment, Layers};
use crate::cli::settings::pattern::FilePattern;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::table::{EXCLUDE, INCLUDE, OUTPUT_DIR};

/// Documents of a repository, by their names without extension. They may have examples in JavaScript.
const DOCUMENTS: [&str; 16] = [
    "AGENTS",
    "AUTHORS",
    "CHANGELOG",
    "CHANGES",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "CONTRIBUTORS",
    "COPYING",
    "GOVERNANCE",
    "LICENCE",
    "LICENSE",
    "MAINTAINERS",
    "NOTICE",
    "README",
    "SECURITY",
    "SUPPORT",
];

/// The files of a folder.
#[derive(Debug, Default)]
pub(crate) struct FolderFiles {
    /// Those that run.
    pub(crate) notebooks: Vec<PathBuf>,
    /// The documents and saved files with cells that do not run, and the number of their cells.
    pub(crate) documents: Vec<(PathBuf, usize)>,
}

/// Finds the notebooks of folders.
pub(crate) struct FolderSearch<'a> {
    pub(crate) overrides: &'a OverrideArguments,
    pub(crate) flags: &'a [Assignment],
    pub(crate) here: &'a Path,
    /// Whether `apinb.toml` is read.
    pub(crate) reads_settings: bool,
    /// The patterns that covered a file so far.
    pub(crate) used: RefCell<BTreeSet<String>>,
}

/// The patterns for the files of a folder.
#[derive(Default)]
struct Patterns {
    exclude: Vec<FilePattern>,
    include: Vec<FilePattern>,
    /// The folder of the saved files, without symbolic links.
    output: Option<PathBuf>,
}

impl Patterns {
    /// Whether a notebook has saved `file`, found in `searched`; both without symbolic links.
    fn is_saved(&self, file: &Path, searched: &Path) -> bool {
        self.output.as_ref().is_some_and(|output| file.starts_with(output) && !searched.starts_with(output))
    }
}

impl FolderSearch<'_> {
    /// The files of the folder at `path` and below.
    ///
    /// # Errors
    /// When a folder cannot be read; what is wrong with an `apinb.toml`.
    pub(crate) fn files(&self, path: &Path) -> Result<FolderFiles, Failure> {
        let unreadable = |(folder, cause): (PathBuf, _)| {
            Failure::unusable(UsageProblem::Unreadable { path: folder.display().to_string(), cause })
        };
        let mut patterns: BTreeMap<PathBuf, Patterns> = BTreeMap::new();
        let mut found = FolderFiles::default();
        let searched = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        for file in folder::markdown_files(path).map_err(unreadable)? {
            let folder = file.parent().unwrap_or(path);
            let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            let below = file.strip_prefix(path).unwrap_or(&file);
            if !patterns.contains_key(&real) {
                patterns.insert(real.clone(), self.patterns(&real)?);
            }
            let Some(of_folder @ Patterns { exclude, include, .. }) = patterns.get(&real) else { continue };
            let real = real.join(file.file_name().unwrap_or_default());
            let is_named = |patterns: &[FilePattern]| {
                let covering = patterns.iter().filter(|pattern| pattern.covers(&real, below));
                let texts: Vec<String> = covering.map(|pattern| pattern.text().to_owned()).collect();
                let is_named = !texts.is_empty();
                self.used.borrow_mut().extend(texts);
                is_named
            };
            let is_included = is_named(include);
            if is_named(exclude) {
                continue;
            }
            let is_saved = of_folder.is_saved(&real, &searched) && !is_included;
            let (cells, options) = match read("", &NotebookLocation::File(file.clone())) {
                Ok(notebook) => (notebook.cells().count(), notebook.options().unwrap_or_default()),
                // Not a text, so not a notebook.
                Err(Unreadable::NotAText(_)) => continue,
                // The run reports it.
                Err(_) if is_saved => continue,
                Err(_) => {
                    found.notebooks.push(file);
                    continue;
                }
            };
            match options.in_folders {
                _ if cells == 0 => {}
                _ if is_saved => found.documents.push((file, cells)),
                Some(false) => {}
                None if is_document(&file) && !is_included => found.documents.push((file, cells)),
                Some(true) | None => found.notebooks.push(file),
            }
        }
        Ok(found)
    }

    /// Those of these patterns of a flag that covered no file.
    pub(crate) fn unused<'p>(&self, patterns: &'p [String]) -> Vec<&'p String> {
        let used = self.used.borrow();
        patterns.iter().filter(|pattern| !used.contains(pattern.trim())).collect()
    }

    fn patterns(&self, folder: &Path) -> Result<Patterns, Failure> {
        let layers = if self.reads_settings {
            load_layers(true, folder, self.overrides, self.flags, self.here, &VirtualFiles::default())?.layers
        } else {
            Layers::new(self.flags.iter().cloned())
        };
        let mut problems = Vec::new();
        let output = layers.value(&OUTPUT_DIR, &mut problems).or_else(|| output::folder_of(&Project::of(folder)));
        let patterns = Patterns {
            exclude: layers.all(&EXCLUDE, &mut problems),
            include: layers.all(&INCLUDE, &mut problems),
            output: output.map(|output| output.canonicalize().unwrap_or(output)),
        };
        if problems.is_empty() { Ok(patterns) } else { Err(Failure::unusable_problems(problems)) }
    }
}

/// Whether the name is that of a document of a repository, also in another language: `README.de.md`, `README-zh.md`.
fn is_document(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
    let is_readme = |rest: &str| rest.starts_with(['.', '-', '_']);
    DOCUMENTS.contains(&stem.as_str()) || stem.strip_prefix("README").is_some_and(is_readme)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{DOCUMENTS, is_document};

    #[test]
    fn documents_of_a_repository_are_known_by_name() {
        for name in
            ["README.md", "docs/readme.MD", "README.de.md", "Readme_zh.md", "code_of_conduct.md", "Changelog.md"]
        {
            assert!(is_document(Path::new(name)), "{name}");
        }
        for name in ["users.md", "readmes.md", "license-keys.md", "my-readme.md", ".md", ""] {
            assert!(!is_document(Path::new(name)), "{name}");
        }
        assert!(DOCUMENTS.is_sorted());
    }
}
