//! Patterns of files, such as those of `exclude`.

use std::path::{Component, Path, PathBuf};

use apinb_text::display::glob::matches_path;

/// A pattern for the files below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePattern {
    /// The folder of its source: of `apinb.toml`, or the working directory.
    folder: PathBuf,
    pattern: String,
}

impl FilePattern {
    /// None if no file can match: the pattern is empty, or leads out of its folder.
    pub(crate) fn parse(pattern: &str, folder: &Path) -> Option<Self> {
        let pattern = pattern.trim();
        let is_useful = !pattern.trim_matches('/').is_empty() && pattern.split('/').all(|part| part != "..");
        is_useful.then(|| Self { folder: folder.to_owned(), pattern: pattern.to_owned() })
    }

    /// As the user wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.pattern
    }

    /// Whether it covers `file`, which has the relative path `below` in the folder that is searched. That one counts if the
    /// file is not below the folder of the pattern.
    pub(crate) fn covers(&self, file: &Path, below: &Path) -> bool {
        let relative = file.strip_prefix(&self.folder).unwrap_or(below);
        let parts = relative.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        matches_path(&self.pattern, &parts.collect::<Vec<_>>().join("/"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::FilePattern;

    #[test]
    fn a_pattern_starts_at_its_folder() {
        let pattern = |text| FilePattern::parse(text, Path::new("/p"));
        for (text, file, below, expected) in [
            ("drafts/*.md", "/p/drafts/a.md", "a.md", true),
            ("drafts/*.md", "/p/x/drafts/a.md", "drafts/a.md", false),
            ("drafts/*.md", "/q/drafts/a.md", "drafts/a.md", true),
            ("a.md", "/p/x/a.md", "a.md", true),
        ] {
            let pattern = pattern(text).expect(text);
            assert_eq!(pattern.covers(Path::new(file), Path::new(below)), expected, "{text} {file}");
        }
        for text in ["", " ", "/", "../a.md", "a/../b"] {
            assert_eq!(pattern(text), None, "{text:?}");
        }
    }
}
