//! The project that a notebook or a definition belongs to: the folder below which it reads files.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use apinb_files::folders;
use serde::{Deserialize, Serialize};

use super::root::{self, VirtualFiles};
use crate::serialized;

/// What is at the top of a repository: a folder, or a file in a worktree or submodule.
const REPOSITORY: &str = ".git";

/// The folder that a notebook or a definition belongs to. Paths are absolute, without symbolic links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "folder")]
pub enum Project {
    /// The nearest folder that has `.git`.
    Repository(#[serde(with = "serialized::path")] PathBuf),
    /// Outside of a repository: the folder of the nearest `apinb.toml`.
    Configured(#[serde(with = "serialized::path")] PathBuf),
    /// No project: the own folder of the notebook or definition.
    Folder(#[serde(with = "serialized::path")] PathBuf),
    /// No project, directly in a folder that holds everything: the home folder, a temporary folder, `/`.
    Shared(#[serde(with = "serialized::path")] PathBuf),
    /// No project and no folder: stdin, or a URL.
    Nothing,
}

impl Project {
    /// The project of the notebook or definition in `folder`. Looks at the names in `folder` and above it; a folder that
    /// does not exist is taken as it is written.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self::of_with(folder, &VirtualFiles::default())
    }

    /// As [`Project::of`], with files that are not written yet.
    #[must_use]
    pub fn of_with(folder: &Path, proposed: &VirtualFiles) -> Self {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        // They stay the same while the process runs.
        static SHARED: OnceLock<Vec<PathBuf>> = OnceLock::new();
        of_folder(folder, proposed, SHARED.get_or_init(shared_folders))
    }

    /// The project of a definition in `folder` which a person names. `around` are the projects of the notebook that uses
    /// it, and of the working directory.
    #[must_use]
    pub fn of_named(folder: &Path, around: &[Self]) -> Self {
        around.iter().fold(Self::of(folder), Self::or_around)
    }

    /// The top of the project; none outside of a project.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        match self {
            Self::Repository(root) | Self::Configured(root) => Some(root),
            Self::Folder(_) | Self::Shared(_) | Self::Nothing => None,
        }
    }

    /// The folder below which files are read, or directly in which for [`Project::Shared`].
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Repository(folder) | Self::Configured(folder) | Self::Folder(folder) | Self::Shared(folder) => {
                Some(folder)
            }
            Self::Nothing => None,
        }
    }

    /// The same outside of a project, where `around` contains this folder: a person who names `api/api.raml` in a
    /// working directory, or for a notebook beside `api`, means that `api` is a part of it.
    #[must_use]
    pub fn or_around(self, around: &Self) -> Self {
        match (&self, around) {
            (Self::Folder(folder), Self::Folder(wider)) if folder.starts_with(wider) => around.clone(),
            _ => self,
        }
    }
}

fn of_folder(folder: PathBuf, proposed: &VirtualFiles, shared: &[PathBuf]) -> Project {
    // A folder that holds everything is the root of nothing: a `.git` in it would open all of it to each notebook.
    let is_shared = |folder: &Path| folder.parent().is_none() || shared.iter().any(|shared| shared == folder);
    let repository = folder.ancestors().find(|above| above.join(REPOSITORY).exists());
    if let Some(root) = repository.filter(|root| !is_shared(root)) {
        return Project::Repository(root.to_owned());
    }
    let configured = root::find_with(&folder, proposed);
    if let Some(root) = configured.as_deref().and_then(Path::parent).filter(|root| !is_shared(root)) {
        return Project::Configured(root.to_owned());
    }
    if is_shared(&folder) { Project::Shared(folder) } else { Project::Folder(folder) }
}

/// The home folder and the temporary folders, without symbolic links. Some may not exist.
fn shared_folders() -> Vec<PathBuf> {
    let folders = folders::home().into_iter().chain(folders::temporary());
    folders.map(|folder| folder.canonicalize().unwrap_or(folder)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use apinb_files::whole::{self, Options};

    use super::{Project, VirtualFiles, of_folder};

    /// A folder, the kind of its project, and the project's root.
    type Row<'a> = (&'a str, fn(PathBuf) -> Project, &'a str);

    /// A tree with folders (`a/`) and empty files below a fresh folder, which is an own world: nothing above it counts.
    fn check(tree: &[&str], shared: &[&str], rows: &[Row]) {
        let top = tempfile::tempdir().unwrap();
        let top = top.path().canonicalize().unwrap();
        for path in tree {
            let path_on_disk = top.join(path);
            match path.strip_suffix('/') {
                Some(_) => fs::create_dir_all(path_on_disk).unwrap(),
                None => {
                    fs::create_dir_all(path_on_disk.parent().unwrap()).unwrap();
                    whole::write(&path_on_disk, b"", Options::default()).unwrap();
                }
            }
        }
        let shared: Vec<_> = shared.iter().map(|folder| top.join(folder)).collect();
        for (folder, kind, root) in rows {
            let at = |path: &str| if path.is_empty() { top.clone() } else { top.join(path) };
            assert_eq!(of_folder(at(folder), &VirtualFiles::default(), &shared), kind(at(root)), "{tree:?}: {folder}");
        }
    }

    #[test]
    fn the_project_is_the_repository_else_the_folder_of_the_configuration() {
        use Project::{Configured, Folder, Repository};
        check(&["r/.git/", "r/a/b/"], &[], &[("r/a/b", Repository, "r"), ("r", Repository, "r")]);
        check(&["r/.git", "r/a/"], &[], &[("r/a", Repository, "r")]);
        check(&["r/.git/", "r/a/apinb.toml", "r/a/b/"], &[], &[("r/a/b", Repository, "r")]);
        check(&["r/.git/", "r/s/.git", "r/s/a/"], &[], &[("r/s/a", Repository, "r/s")]);
        check(&["p/apinb.toml", "p/a/b/", "p/a/c/apinb.toml"], &[], &[("p/a/b", Configured, "p")]);
        check(&["p/apinb.toml", "p/a/apinb.toml", "p/a/b/"], &[], &[("p/a/b", Configured, "p/a")]);
        check(&["x/a/b/"], &[], &[("x/a/b", Folder, "x/a/b"), ("x/a", Folder, "x/a")]);
    }

    #[test]
    fn no_project_has_its_root_in_the_home_or_a_temporary_folder() {
        use Project::{Configured, Folder, Repository, Shared};
        let tree = ["home/.git/", "home/apinb.toml", "home/a/", "home/p/apinb.toml", "home/p/b/", "home/r/.git/"];
        check(
            &tree,
            &["home"],
            &[
                ("home", Shared, "home"),
                ("home/a", Folder, "home/a"),
                ("home/p/b", Configured, "home/p"),
                ("home/r", Repository, "home/r"),
            ],
        );
        check(&["t/apinb.toml", "t/x/"], &["t"], &[("t", Shared, "t"), ("t/x", Folder, "t/x")]);
        // A temporary folder in a repository does not take the repository away.
        check(&["r/.git/", "r/tmp/x/"], &["r/tmp"], &[("r/tmp/x", Repository, "r"), ("r/tmp", Repository, "r")]);
    }

    #[test]
    fn the_root_of_the_disk_is_no_project() {
        let top = Path::new("/").canonicalize().unwrap();
        assert_eq!(Project::of(&top), Project::Shared(top));
    }

    #[test]
    fn the_folders_of_this_system_are_shared() {
        let home = apinb_files::folders::home();
        for folder in home.into_iter().chain([std::env::temp_dir()]) {
            let folder = folder.canonicalize().unwrap();
            // A temporary folder may be in a repository.
            assert!(!matches!(Project::of(&folder), Project::Folder(_)), "{folder:?}");
            assert_ne!(Project::of(&folder).root(), Some(folder.as_path()));
        }
    }

    #[test]
    fn a_working_directory_widens_a_folder_only() {
        let folder = |path: &str| Project::Folder(path.into());
        assert_eq!(folder("/w/api").or_around(&folder("/w")), folder("/w"));
        assert_eq!(folder("/w").or_around(&folder("/w/api")), folder("/w"));
        assert_eq!(folder("/w/api").or_around(&folder("/v")), folder("/w/api"));
        assert_eq!(folder("/home/u/api").or_around(&Project::Shared("/home/u".into())), folder("/home/u/api"));
        assert_eq!(folder("/w/api").or_around(&Project::Nothing), folder("/w/api"));
        let repository = Project::Repository("/w/api".into());
        assert_eq!(repository.clone().or_around(&folder("/w")), repository);
    }

    #[test]
    fn a_project_survives_json() {
        for project in [Project::Repository("/r".into()), Project::Shared("/tmp".into()), Project::Nothing] {
            let text = serde_json::to_string(&project).unwrap();
            assert_eq!(serde_json::from_str::<Project>(&text).unwrap(), project, "{text}");
        }
    }
}
