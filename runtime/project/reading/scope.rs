//! Which files may be read: by a notebook, or by a definition that a person names.
//!
//! The two differ in what their project may contribute. What a notebook names has a known kind, since a notebook may be a
//! stranger's; the files that a named definition includes may be of any kind.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use apinb_files::beneath::{Beneath, BeneathError, normal};
use apinb_files::bounded::ReadError;
use apinb_text::source::loader::LoadError;

use super::project::Project;
use super::protected;
use super::root::display_name;

/// The extensions of definitions, scripts and what definitions include.
const KINDS: [&str; 30] = [
    "raml", "yaml", "yml", "json", "js", "mjs", "cjs", "xsd", "xml", "wsdl", "dtd", "md", "markdown", "txt", "text",
    "plain", "html", "htm", "csv", "tsv", "svg", "graphql", "gql", "proto", "schema", "sample", "example", "jsonld",
    "rng", "xsl",
];

/// The files that may be read.
#[derive(Clone, Debug)]
pub struct ReadScope {
    project: Project,
    /// The folders of `--allow-read`.
    allowed: Vec<PathBuf>,
    /// Whether each file must have a known kind.
    known_kinds: bool,
    beneath: Beneath,
}

/// Why a file may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// Below the folder, in which only files directly beside the notebook are read.
    NotBeside,
    Hidden,
    Protected(protected::Kind),
    UnknownKind,
}

impl ReadScope {
    /// The files that a notebook of `project` may read, with the folders of `--allow-read`.
    #[must_use]
    pub fn of_notebook(project: Project, allowed: &[PathBuf]) -> Self {
        Self::new(project, allowed, true)
    }

    /// The files that a notebook of `project` may read as data: those of any kind, but where every program has its files.
    #[must_use]
    pub fn of_data(project: Project, allowed: &[PathBuf]) -> Self {
        let known_kinds = matches!(project, Project::Shared(_));
        Self::new(project, allowed, known_kinds)
    }

    /// The files that a definition may include which a person names, at `path`. `around` are the projects of the
    /// notebook that uses it, and of the working directory.
    #[must_use]
    pub fn of_named(path: &Path, around: &[Project], allowed: &[PathBuf]) -> Self {
        let folder = normal(path).parent().map(Path::to_owned).unwrap_or_default();
        let project = Project::of_named(&folder, around);
        let known_kinds = matches!(project, Project::Shared(_));
        let mut scope = Self::new(project, allowed, known_kinds);
        scope.alias(&folder);
        scope
    }

    /// No file.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(Project::Nothing, &[], true)
    }

    fn new(project: Project, allowed: &[PathBuf], known_kinds: bool) -> Self {
        let roots = project.folder().into_iter().chain(allowed.iter().map(PathBuf::as_path));
        Self { beneath: Beneath::new(roots), project, allowed: allowed.to_owned(), known_kinds }
    }

    /// Lets paths begin with those of `folder` and the folders above it as they are written, although they have links.
    fn alias(&mut self, folder: &Path) {
        let (Some(root), Ok(real)) = (self.project.folder(), folder.canonicalize()) else { return };
        self.beneath.alias(folder, &real);
        let depth = real.strip_prefix(root).map_or(0, |below| below.components().count());
        let top = folder.ancestors().nth(depth).filter(|top| top.canonicalize().is_ok_and(|real| real == root));
        if let Some(top) = top {
            self.beneath.alias(top, root);
        }
    }

    /// The folders below which files may be read; directly in which, for the first in a shared folder.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.project.folder().into_iter().chain(self.allowed.iter().map(PathBuf::as_path))
    }

    /// Whether there is a file at `path` that may be read.
    #[must_use]
    pub fn has(&self, path: &Path) -> bool {
        self.open(path).is_ok_and(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`LoadError::NotAllowed`], which does not tell whether the file exists; an error of the system.
    pub(super) fn open(&self, path: &Path) -> Result<File, LoadError> {
        self.beneath.open(path, |root, below| self.permits(root, below)).map_err(|error| match error {
            BeneathError::Outside { by_link } => self.outside(path, by_link),
            BeneathError::Refused(refusal) => self.refused(path, refusal),
            BeneathError::Io(cause) => unreadable(path, cause),
        })
    }

    /// Whether `path` may be read as far as its name tells, without its links: accesses nothing.
    ///
    /// # Errors
    /// [`LoadError::NotAllowed`].
    pub(super) fn check_name(&self, path: &Path) -> Result<(), LoadError> {
        self.beneath.check(path, |root, below| self.permits(root, below)).map_err(|error| match error {
            BeneathError::Outside { .. } | BeneathError::Io(_) => self.outside(path, false),
            BeneathError::Refused(refusal) => self.refused(path, refusal),
        })
    }

    /// Decides on `below`, which is a path without links and `..` below the folder `root`.
    fn permits(&self, root: &Path, below: &Path) -> Result<(), Refusal> {
        let mut names = below.components().map(|component| component.as_os_str().to_string_lossy());
        let mut before = Cow::Borrowed("");
        for name in names.clone() {
            if is_hidden(&name) && !is_package_store(&before, &name) {
                return Err(Refusal::Hidden);
            }
            before = name;
        }
        let is_project = self.project.folder() == Some(root);
        if is_project && matches!(self.project, Project::Shared(_)) && names.clone().count() > 1 {
            return Err(Refusal::NotBeside);
        }
        let Some(name) = names.next_back() else { return Ok(()) };
        if let Some(kind) = protected::kind_of_name(&name) {
            return Err(Refusal::Protected(kind));
        }
        if self.known_kinds && !has_known_kind(&name) {
            return Err(Refusal::UnknownKind);
        }
        Ok(())
    }

    fn outside(&self, path: &Path, by_link: bool) -> LoadError {
        let address = path.to_string_lossy().into_owned();
        let mut folders: Vec<Cow<'_, str>> = self.folders().map(Path::to_string_lossy).collect();
        folders.truncate(3);
        let why = match (folders.is_empty(), by_link) {
            (true, _) => "may not be read: a notebook on stdin reads no file".to_owned(),
            (false, true) => format!("is a link that leads out of `{}`", folders.join("`, `")),
            (false, false) => format!("is outside of `{}`", folders.join("`, `")),
        };
        let help = if by_link {
            "Pass `--allow-read DIR` with the folder that the link leads to.".to_owned()
        } else {
            format!("Pass `--allow-read {}` to read the files of that folder.", shown_folder(path))
        };
        LoadError::NotAllowed { address, why, help }
    }

    fn refused(&self, path: &Path, refusal: Refusal) -> LoadError {
        let address = path.to_string_lossy().into_owned();
        let root = self.project.folder().unwrap_or(Path::new("")).display();
        let (why, help) = match refusal {
            Refusal::NotBeside => (
                format!("is not directly in `{root}`, where every program has its files"),
                format!("Move the notebook to a folder of its own, or pass `--allow-read {}`.", shown_folder(path)),
            ),
            Refusal::Hidden => (
                format!("is hidden below `{root}`: a name in its path begins with a dot"),
                "Move it to a folder that is not hidden.".to_owned(),
            ),
            Refusal::Protected(kind) => (kind.why().to_owned(), "Remove the reference to it.".to_owned()),
            Refusal::UnknownKind => (
                "has an unknown extension: a notebook reads definitions, scripts and texts".to_owned(),
                "Give it an extension such as `.raml`, `.yaml`, `.json`, `.js` or `.txt`, or name the definition with `--definition`."
                    .to_owned(),
            ),
        };
        LoadError::NotAllowed { address, why, help }
    }
}

/// Why the file at `path` was not read.
pub(super) fn not_read(path: &Path, error: ReadError) -> LoadError {
    let address = || path.to_string_lossy().into_owned();
    match error {
        ReadError::Io(cause) => unreadable(path, cause),
        ReadError::TooLarge { limit } => LoadError::TooLarge { address: address(), limit },
        cause @ ReadError::NotRegular => LoadError::Unreadable { address: address(), cause: Box::new(cause) },
    }
}

/// The error of the system about the file at `path`.
pub(super) fn unreadable(path: &Path, cause: io::Error) -> LoadError {
    let address = path.to_string_lossy().into_owned();
    match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => LoadError::NotFound { address },
        _ => LoadError::Unreadable { address, cause: Box::new(cause) },
    }
}

/// The refusal of a text that has a private key in it.
pub(super) fn check_text(path: &str, text: &str) -> Result<(), LoadError> {
    match protected::kind_of_text(text) {
        None => Ok(()),
        Some(kind) => Err(LoadError::NotAllowed {
            address: path.to_owned(),
            why: kind.why().to_owned(),
            help: "Remove the reference to it.".to_owned(),
        }),
    }
}

/// Whether the system, or its users, hide a file of this name.
fn is_hidden(name: &str) -> bool {
    // On Windows, `APINB~1.TOM` is another name of `apinb.toml`, `a:b` a stream of `a`, and `a.` the same as `a`.
    let is_other_name = || {
        let short = name.split_once('~').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
        short || name.contains(':') || name.ends_with(['.', ' '])
    };
    name.starts_with('.') || cfg!(windows) && is_other_name()
}

/// Whether a hidden folder has the packages that a package manager links from `node_modules`.
fn is_package_store(folder: &str, name: &str) -> bool {
    folder == "node_modules" && name == ".pnpm"
}

fn has_known_kind(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| KINDS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// The folder of `path`, as a shell takes it.
fn shown_folder(path: &Path) -> String {
    let folder = path.parent().map(display_name).unwrap_or_default();
    if folder.is_empty() { ".".to_owned() } else { folder }
}
