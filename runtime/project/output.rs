//! The folder below which a notebook saves files.
//!
//! Only the process of the run writes there: it does not trust what a worker passes to it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use apinb_files::below;
use apinb_text::secret::redactor::Redactor;

use crate::reading::project::Project;
use crate::reading::protected;
use crate::reading::root::display_name;
use crate::saving::{MAX_FILE, MAX_FILES, MAX_TOTAL, SaveError, Saved};
use crate::settings::Settings;

/// The folder of a project that has the saved files, without a setting.
pub const FOLDER: &str = "output";

/// The longest path, in bytes.
const MAX_PATH: usize = 1000;

/// The saved files of a notebook.
#[derive(Debug, Default)]
pub struct Output {
    folder: Option<Folder>,
    used: Mutex<Used>,
}

/// A folder that exists or is made: the part of its path that is trusted to have links, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Folder {
    trusted: PathBuf,
    rest: PathBuf,
}

#[derive(Debug, Default)]
struct Used {
    files: usize,
    bytes: usize,
}

impl Output {
    /// The output of a notebook with these settings.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self { folder: Folder::of(settings), used: Mutex::default() }
    }

    /// Saves a file below the folder. It may replace any file there. The secrets that `redactor` knows are replaced by
    /// its mask.
    ///
    /// # Errors
    /// See [`SaveError`].
    pub fn save(&self, path: &str, bytes: &[u8], redactor: &Redactor) -> Result<Saved, SaveError> {
        let folder = self.folder.as_ref().ok_or(SaveError::NoFolder)?;
        let below = relative(path)?;
        if redactor.redact(path).changed().is_some() {
            return Err(SaveError::refused("has a secret in its name"));
        }
        if bytes.len() > MAX_FILE {
            return Err(SaveError::TooLarge);
        }
        {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            if used.files >= MAX_FILES || used.bytes.saturating_add(bytes.len()) > MAX_TOTAL {
                return Err(SaveError::TooMany);
            }
            *used = Used { files: used.files + 1, bytes: used.bytes + bytes.len() };
        }
        let redacted = redactor.redact_bytes(bytes);
        let target = folder.rest.join(&below);
        below::write(&folder.trusted, &target, &redacted)
            .map_err(|error| SaveError::System { cause: error.to_string() })?;
        let path = display_name(&folder.trusted.join(target));
        Ok(Saved { path, redacted: *redacted != *bytes })
    }
}

impl Folder {
    fn of(settings: &Settings) -> Option<Self> {
        match &settings.output_dir {
            Some(folder) => Some(Self { trusted: folder.clone(), rest: PathBuf::new() }),
            None if settings.web.is_some() => None,
            None => Self::of_project(&settings.project),
        }
    }

    fn of_project(project: &Project) -> Option<Self> {
        match project {
            Project::Repository(folder) | Project::Configured(folder) | Project::Folder(folder) => {
                Some(Self { trusted: folder.clone(), rest: PathBuf::from(FOLDER) })
            }
            Project::Shared(_) | Project::Nothing => None,
        }
    }

    fn path(&self) -> PathBuf {
        self.trusted.join(&self.rest)
    }
}

/// The folder of the saved files of a notebook, if it may save any.
#[must_use]
pub fn folder(settings: &Settings) -> Option<PathBuf> {
    Folder::of(settings).map(|folder| folder.path())
}

/// The folder of the saved files of a project whose settings name no other one.
#[must_use]
pub fn folder_of(project: &Project) -> Option<PathBuf> {
    Folder::of_project(project).map(|folder| folder.path())
}

/// The path of a notebook as one below the folder, on every system.
fn relative(path: &str) -> Result<PathBuf, SaveError> {
    let names: Vec<&str> = path.strip_prefix("./").unwrap_or(path).split('/').collect();
    if path.len() > MAX_PATH {
        return Err(SaveError::refused("has a path that is too long"));
    }
    if path.starts_with('/') || names.contains(&"..") || path.contains(['\\', ':']) {
        return Err(SaveError::refused("is not below the output folder"));
    }
    let is_odd = |name: &&str| {
        name.is_empty()
            || name.ends_with(['.', ' '])
            || name.contains(|c: char| c.is_control() || "<>\"|?*".contains(c))
    };
    if names.iter().any(|name| name.starts_with('.')) {
        return Err(SaveError::refused("is hidden: a name in its path begins with a dot"));
    }
    if names.iter().any(is_odd) {
        return Err(SaveError::refused("has a name that not every system can have"));
    }
    if names.iter().any(|name| protected::kind_of_name(name).is_some()) {
        return Err(SaveError::refused("has the name of a private key, a key store or the configuration of apinb"));
    }
    Ok(names.iter().map(Path::new).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use apinb_files::bounded;
    use apinb_text::secret::redactor::Redactor;
    use url::Url;

    use super::{MAX_FILE, MAX_FILES, MAX_TOTAL, Output, SaveError, relative};
    use crate::reading::project::Project;
    use crate::settings::Settings;

    fn read(path: impl AsRef<Path>) -> std::io::Result<Vec<u8>> {
        bounded::bytes(path.as_ref(), 1 << 20)
    }

    fn settings(folder: &Path) -> Settings {
        Settings::new(folder.to_owned(), Duration::MAX, Duration::MAX, 64 << 20)
    }

    #[test]
    fn paths_are_below_the_folder() {
        for path in ["a.json", "./a.json", "a/b c/d", "ä.txt", "a..b"] {
            assert!(relative(path).is_ok(), "{path}");
        }
        for (path, why) in [
            ("", "not every system"),
            ("/a", "not below"),
            ("../a", "not below"),
            ("a/../b", "not below"),
            ("a\\b", "not below"),
            ("C:/a", "not below"),
            ("a//b", "not every system"),
            ("a/", "not every system"),
            ("a/.", "hidden"),
            (".git/hooks/pre-commit", "hidden"),
            ("a/.env", "hidden"),
            ("a\0", "not every system"),
            ("a.", "not every system"),
            ("apinb.toml", "configuration"),
            ("x/id_rsa", "private key"),
            (&"a".repeat(2000), "too long"),
        ] {
            let error = relative(path).unwrap_err();
            assert!(error.is_refusal() && error.to_string().contains(why), "{path}: {error}");
        }
    }

    #[test]
    fn files_are_saved_in_the_project_or_the_named_folder() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().canonicalize().unwrap();
        let redactor = Redactor::default();
        let mut settings = settings(&folder);
        settings.project = Project::Folder(folder.clone());
        let saved = Output::of(&settings).save("a/b.txt", b"one", &redactor).unwrap();
        assert!(!saved.redacted && saved.path.ends_with("b.txt"), "{saved:?}");
        assert_eq!(read(folder.join("output/a/b.txt")).unwrap(), b"one");
        settings.output_dir = Some(folder.join("elsewhere"));
        Output::of(&settings).save("b.txt", b"two", &redactor).unwrap();
        assert_eq!(read(folder.join("elsewhere/b.txt")).unwrap(), b"two");
        settings.output_dir = None;
        for project in [Project::Shared(folder.clone()), Project::Nothing] {
            settings.project = project;
            assert_eq!(Output::of(&settings).save("b.txt", b"", &redactor), Err(SaveError::NoFolder));
        }
        settings.project = Project::Folder(folder);
        settings.web = Url::parse("https://a.test/n.md").ok();
        assert_eq!(Output::of(&settings).save("b.txt", b"", &redactor), Err(SaveError::NoFolder));
    }

    #[test]
    fn secrets_are_not_saved() {
        let top = tempfile::tempdir().unwrap();
        let mut settings = settings(top.path());
        settings.output_dir = Some(top.path().to_owned());
        let redactor = Redactor::default();
        redactor.add("s3cret-0123456789");
        let output = Output::of(&settings);
        let saved = output.save("a.txt", b"\xff token=s3cret-0123456789;", &redactor).unwrap();
        assert!(saved.redacted);
        assert_eq!(read(top.path().join("a.txt")).unwrap(), b"\xff token=[secret];");
        let error = output.save("s3cret-0123456789.txt", b"", &redactor).unwrap_err();
        assert!(error.to_string().contains("a secret in its name"), "{error}");
    }

    #[test]
    fn size_and_number_are_limited() {
        let top = tempfile::tempdir().unwrap();
        let mut settings = settings(top.path());
        settings.output_dir = Some(top.path().to_owned());
        let (output, redactor) = (Output::of(&settings), Redactor::default());
        assert_eq!(output.save("a", &vec![0; MAX_FILE + 1], &redactor), Err(SaveError::TooLarge));
        output.used.lock().unwrap().files = MAX_FILES - 1;
        output.save("a", b"", &redactor).unwrap();
        assert_eq!(output.save("a", b"", &redactor), Err(SaveError::TooMany));
        *output.used.lock().unwrap() = super::Used { files: 0, bytes: MAX_TOTAL - 1 };
        assert_eq!(output.save("a", b"ab", &redactor), Err(SaveError::TooMany));
    }
}
