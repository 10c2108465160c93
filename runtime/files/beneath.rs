//! Opens files that must be below one of some folders.
//!
//! A path is resolved first: each symbolic link that it leads over must lead to a place below one of the folders again.
//! The resolved path is then opened without following any link, so that a link that appears in the meantime changes nothing.
//! Nothing outside of the folders is accessed, and no error discloses whether something exists there.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// The most symbolic links that one path may lead over, as on Linux.
const MAX_LINKS: usize = 40;

/// Why [`Beneath::open`] does not open a file. `R` is the refusal of the caller.
#[derive(Debug, thiserror::Error)]
pub enum BeneathError<R> {
    /// It is below none of the folders.
    #[error("it is outside")]
    Outside {
        /// Whether a symbolic link leads out.
        by_link: bool,
    },
    /// The caller does not permit it.
    #[error("it is refused")]
    Refused(R),
    #[error(transparent)]
    Io(io::Error),
}

/// The folders below which files may be opened.
#[derive(Clone, Debug, Default)]
pub struct Beneath {
    /// Without symbolic links.
    roots: Vec<PathBuf>,
    /// Another path to a folder, and that folder without symbolic links.
    aliases: Vec<(PathBuf, PathBuf)>,
}

impl Beneath {
    /// Files below `roots`, whose symbolic links are resolved now. A folder that does not exist contains nothing.
    #[must_use]
    pub fn new<P: AsRef<Path>>(roots: impl IntoIterator<Item = P>) -> Self {
        let mut beneath = Self::default();
        for root in roots {
            let root = root.as_ref();
            let real = root.canonicalize().unwrap_or_else(|_| normal(root));
            beneath.alias(root, &real);
            if !beneath.roots.contains(&real) {
                beneath.roots.push(real);
            }
        }
        beneath
    }

    /// Lets paths that begin with `path` lead to `folder`, which is the same folder without symbolic links.
    pub fn alias(&mut self, path: &Path, folder: &Path) {
        let path = normal(path);
        if path != folder {
            self.aliases.push((path, folder.to_owned()));
        }
    }

    /// Opens the file at `path`. `permits` decides on each path that is about to be opened, by its root and what follows
    /// it, for the path itself and for the target of each link: before anything there is accessed.
    ///
    /// The file may be a folder, a device or a pipe; opening does not wait for the other end of a pipe.
    ///
    /// # Errors
    /// See [`BeneathError`].
    pub fn open<R>(
        &self,
        path: &Path,
        permits: impl Fn(&Path, &Path) -> Result<(), R>,
    ) -> Result<File, BeneathError<R>> {
        self.open_with(path, permits, open_without_links)
    }

    fn open_with<R>(
        &self,
        path: &Path,
        permits: impl Fn(&Path, &Path) -> Result<(), R>,
        open: fn(&Path, &Path) -> io::Result<Opened>,
    ) -> Result<File, BeneathError<R>> {
        let mut path = self.unaliased(normal(path));
        for links in 0..=MAX_LINKS {
            let (root, below) = self.locate(&path, links > 0, &permits)?;
            match open(root, below).map_err(BeneathError::Io)? {
                Opened::File(file) => return Ok(file),
                Opened::Link(target) => path = self.unaliased(normal(&target)),
            }
        }
        Err(BeneathError::Io(io::Error::other("too many symbolic links")))
    }

    /// Whether [`Beneath::open`] would begin to open `path`. Accesses nothing.
    ///
    /// # Errors
    /// As [`Beneath::open`], but for links and errors of the system.
    pub fn check<R>(
        &self,
        path: &Path,
        permits: impl Fn(&Path, &Path) -> Result<(), R>,
    ) -> Result<(), BeneathError<R>> {
        self.locate(&self.unaliased(normal(path)), false, permits).map(drop)
    }

    /// The root of `path` for which the caller permits it, and the path below that root.
    fn locate<'p, R>(
        &'p self,
        path: &'p Path,
        by_link: bool,
        permits: impl Fn(&Path, &Path) -> Result<(), R>,
    ) -> Result<(&'p Path, &'p Path), BeneathError<R>> {
        let mut error = BeneathError::Outside { by_link };
        for root in &self.roots {
            let Ok(below) = path.strip_prefix(root) else { continue };
            match permits(root, below) {
                Ok(()) => return Ok((root, below)),
                Err(refusal) if matches!(error, BeneathError::Outside { .. }) => error = BeneathError::Refused(refusal),
                Err(_) => {}
            }
        }
        Err(error)
    }

    fn unaliased(&self, path: PathBuf) -> PathBuf {
        let real = self.aliases.iter().find_map(|(alias, folder)| Some(folder.join(path.strip_prefix(alias).ok()?)));
        match real {
            Some(real) if !self.roots.iter().any(|root| path.starts_with(root)) => real,
            _ => path,
        }
    }
}

/// What [`open_without_links`] finds.
enum Opened {
    File(File),
    /// A symbolic link, replaced by its target: the path to go on with.
    Link(PathBuf),
}

/// Opens `below`, a path without `..`, below the folder `root`. A symbolic link on the way is not followed.
#[cfg(target_os = "linux")]
fn open_without_links(root: &Path, below: &Path) -> io::Result<Opened> {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
    use rustix::io::Errno;

    let folder = openat(CWD, root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let name = if below.as_os_str().is_empty() { Path::new(".") } else { below };
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match openat2(folder, name, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS) {
        Ok(file) => Ok(Opened::File(file.into())),
        // A link; a rename under way; a kernel before 5.6, or a sandbox that does not know the call.
        Err(Errno::LOOP | Errno::AGAIN | Errno::NOSYS | Errno::PERM) => walk(root, below),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
use walk as open_without_links;

/// The same on every system: opens each folder on the way in the one before.
fn walk(root: &Path, below: &Path) -> io::Result<Opened> {
    let mut folder = Dir::open_ambient_dir(root, ambient_authority())?;
    let mut path = root.to_owned();
    let mut components = below.components().peekable();
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).nonblock(true);
    while let Some(component) = components.next() {
        let name = Path::new(component.as_os_str());
        // As a link could be put there at any time, only the error of opening tells that there is one.
        let opened = match components.peek() {
            Some(_) => folder.open_dir_nofollow(name).map(Ok),
            None => folder.open_with(name, &options).map(Err),
        };
        match opened {
            Ok(Ok(next)) => {
                folder = next;
                path.push(name);
            }
            Ok(Err(file)) => return Ok(Opened::File(file.into_std())),
            Err(error) => {
                let target = folder.read_link_contents(name).map_err(|_| error)?;
                path.push(target);
                path.extend(components);
                return Ok(Opened::Link(path));
            }
        }
    }
    Ok(Opened::File(folder.into_std_file()))
}

/// The folder of the file at `path`, lexically.
#[must_use]
pub fn parent(path: &Path) -> PathBuf {
    normal(path).parent().map(Path::to_owned).unwrap_or_default()
}

/// The path without `.` and `..`, lexically.
#[must_use]
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::io::{self, Read as _};
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::{Beneath, BeneathError, Opened, open_without_links, walk};

    /// Both ways to open a file.
    const WAYS: [fn(&Path, &Path) -> io::Result<Opened>; 2] = [open_without_links, walk];

    /// What opening `path` gives: the content, or a word for the error.
    fn opened(beneath: &Beneath, path: &Path, way: fn(&Path, &Path) -> io::Result<Opened>) -> String {
        let permits = |_: &Path, below: &Path| match below.to_string_lossy().contains("forbidden") {
            true => Err(()),
            false => Ok(()),
        };
        match beneath.open_with(path, permits, way) {
            Ok(mut file) if file.metadata().unwrap().is_file() => {
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                text
            }
            Ok(_) => "no file".to_owned(),
            Err(BeneathError::Outside { by_link: false }) => "outside".to_owned(),
            Err(BeneathError::Outside { by_link: true }) => "leads out".to_owned(),
            Err(BeneathError::Refused(())) => "refused".to_owned(),
            Err(BeneathError::Io(error)) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "not found".to_owned(),
                _ => "unreadable".to_owned(),
            },
        }
    }

    /// A folder with `in`, the root, and `out`.
    fn tree() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for path in ["in/a", "in/sub/b", "in/forbidden/c", "out/secret", "also/d"] {
            fs::create_dir_all(top.join(path).parent().unwrap()).unwrap();
            fs::write(top.join(path), path).unwrap();
        }
        let links = [
            ("a", "in/good"),
            ("../a", "in/sub/up"),
            ("sub", "in/folder"),
            ("sub/../sub/b", "in/round"),
            ("good", "in/twice"),
            ("none", "in/dangling"),
            ("../out/secret", "in/bad"),
            ("../out/none", "in/bad_dangling"),
            ("../out", "in/bad_folder"),
            ("../also/d", "in/other"),
            ("forbidden/c", "in/sly"),
            ("../in/a", "in/out_and_in"),
            ("loop", "in/loop"),
            ("/proc/self/root/etc/passwd", "in/magic"),
        ];
        for (target, link) in links {
            symlink(target, top.join(link)).unwrap();
        }
        for (target, link) in [("in/a", "in/absolute"), ("out/secret", "in/bad_absolute")] {
            symlink(top.join(target), top.join(link)).unwrap();
        }
        (folder, top)
    }

    #[test]
    fn nothing_leads_out() {
        let (_folder, top) = tree();
        let beneath = Beneath::new([top.join("in"), top.join("also")]);
        for (path, expected) in [
            ("in/a", "in/a"),
            ("in/./x/../a", "in/a"),
            ("in/sub/../../in/a", "in/a"),
            ("in/sub/b", "in/sub/b"),
            ("also/d", "also/d"),
            ("in/none", "not found"),
            ("in/a/none", "not found"),
            ("in/sub", "no file"),
            ("in", "no file"),
            ("out/secret", "outside"),
            ("out/none", "outside"),
            ("in/../out/secret", "outside"),
            ("inside/a", "outside"),
            ("in/../../../../../../../../../etc/passwd", "outside"),
            ("in/forbidden/c", "refused"),
            ("in/forbidden/none", "refused"),
            ("in/good", "in/a"),
            ("in/sub/up", "in/a"),
            ("in/folder/b", "in/sub/b"),
            ("in/folder/up", "in/a"),
            ("in/round", "in/sub/b"),
            ("in/twice", "in/a"),
            ("in/absolute", "in/a"),
            ("in/out_and_in", "in/a"),
            ("in/other", "also/d"),
            ("in/dangling", "not found"),
            ("in/bad", "leads out"),
            ("in/bad_dangling", "leads out"),
            ("in/bad_folder/secret", "leads out"),
            ("in/bad_folder/none", "leads out"),
            ("in/bad_absolute", "leads out"),
            ("in/magic", "leads out"),
            ("in/sly", "refused"),
            ("in/loop", "unreadable"),
        ] {
            for way in WAYS {
                assert_eq!(opened(&beneath, &top.join(path), way), expected, "{path}");
            }
        }
    }

    #[test]
    fn the_path_to_a_root_may_have_links() {
        let (_folder, top) = tree();
        symlink(top.join("in"), top.join("linked")).unwrap();
        let beneath = Beneath::new([top.join("linked")]);
        for way in WAYS {
            assert_eq!(opened(&beneath, &top.join("linked/sub/b"), way), "in/sub/b");
            assert_eq!(opened(&beneath, &top.join("in/sub/b"), way), "in/sub/b");
            assert_eq!(opened(&beneath, &top.join("linked/bad"), way), "leads out");
            assert_eq!(opened(&beneath, &top.join("linked/../out/secret"), way), "outside");
            assert_eq!(opened(&Beneath::new([top.join("none")]), &top.join("none/a"), way), "not found");
            assert_eq!(opened(&Beneath::default(), &top.join("in/a"), way), "outside");
        }
    }

    #[test]
    fn a_link_that_comes_after_the_check_is_not_followed() {
        let (_folder, top) = tree();
        let root = top.join("in");
        // What was resolved as a folder and a file is a link when it is opened.
        for (folder, file) in [("swapped", "secret"), ("sub", "swapped")] {
            let below = Path::new(folder).join(file);
            let _ = fs::remove_dir_all(root.join("swapped"));
            if folder == "swapped" {
                symlink(top.join("out"), root.join(folder)).unwrap();
            } else {
                symlink(top.join("out/secret"), root.join(&below)).unwrap();
            }
            for way in WAYS {
                assert!(matches!(way(&root, &below), Ok(Opened::Link(target)) if target.starts_with(top.join("out"))));
            }
        }
    }

    #[test]
    fn a_pipe_does_not_block() {
        let (_folder, top) = tree();
        let status = std::process::Command::new("mkfifo").arg(top.join("in/pipe")).status().unwrap();
        assert!(status.success());
        for way in WAYS {
            assert_eq!(opened(&Beneath::new([top.join("in")]), &top.join("in/pipe"), way), "no file");
        }
    }
}
