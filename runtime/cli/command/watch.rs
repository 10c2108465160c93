//! `apinb run --watch`: runs again when a file changes that the run depends on.
//!
//! A folder that is moved away and comes back (as `git switch` does) is watched again: every second the watched folders
//! are compared with those on disk.
//!
//! In the folder of a notebook a file's place and extension decide whether a run depends on it, not whether it was read:
//! so a change counts before the first run has ended. Elsewhere the files count that the last run has read, or has not
//! found.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use apinb_files::identity::Identity;
use apinb_project::job::Job;
use apinb_project::output;
use apinb_project::reading::root;
use apinb_project::settings::Source;
use apinb_text::diagnostic::Diagnostic;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::cli::jobs::reports::{Report, Target};
use crate::cli::settings::env_file;
use crate::cli::settings::problem::UsageProblem;

/// How long nothing has to happen until a change is complete: programs write a file in several steps.
const QUIET: Duration = Duration::from_millis(150);
/// How long it is waited for that at most.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the watched folders are compared with those on disk.
const COMPARISON: Duration = Duration::from_secs(1);
/// The most folders that are watched.
const MAX_FOLDERS: usize = 4096;
/// The kinds of files that a notebook may depend on.
const KINDS: [&str; 12] = ["md", "raml", "yaml", "yml", "json", "js", "mjs", "xsd", "xml", "toml", "csv", "env"];

/// Events that end the wait.
#[derive(Debug)]
pub(super) enum Signal {
    /// A file changed, perhaps one that does not count.
    Changed(PathBuf),
    /// Ctrl-C.
    Interrupted,
}

/// No change can be seen.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch for changes")]
pub(super) struct Unwatchable(#[from] notify::Error);

impl Diagnostic for Unwatchable {
    fn help(&self) -> Option<String> {
        let full = matches!(self.0.kind, notify::ErrorKind::MaxFilesWatch);
        full.then(|| "Raise the number of watched files; on Linux it is `fs.inotify.max_user_watches`.".to_owned())
    }
}

/// The files that a run depends on.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Files in these folders and below count by their kind.
    folders: BTreeSet<PathBuf>,
    /// These files count, wherever they are.
    files: BTreeSet<PathBuf>,
    /// These do not: the run itself writes them.
    written: BTreeSet<PathBuf>,
}

impl Places {
    /// Of the notebooks and folders that the command line names, and of the files with variables and inputs.
    pub(super) fn named<'a>(names: &[String], beside: impl IntoIterator<Item = &'a str>) -> Self {
        let mut places = Self::default();
        places.files.extend(beside.into_iter().map(|name| real(Path::new(name))));
        for name in names {
            let path = real(Path::new(name));
            // It may become a file, a folder, or neither.
            places.files.insert(path.clone());
            let folder = if path.is_dir() { path } else { parent(&path) };
            places.files.extend(root::find(&folder));
            for name in [root::NAME, env_file::NAME] {
                places.files.extend(folder.ancestors().map(|folder| folder.join(name)));
            }
            places.folders.insert(folder);
        }
        places
    }

    /// Adds the files that settings of the jobs name, and excludes their reports and the files that they save.
    pub(super) fn with(mut self, jobs: &[Job], reports: &[Report]) -> Self {
        for job in jobs {
            let definitions =
                job.settings.definitions_by_client.values().chain(job.settings.definitions_by_url.values());
            for source in definitions.chain(job.settings.scripts.values()).chain(job.settings.imports.values()) {
                if let Source::File(path) = source {
                    self.files.insert(real(path));
                }
            }
        }
        for folder in jobs.iter().filter_map(|job| output::folder(&job.settings)) {
            let folder = real(&folder);
            // Its files are saved among the notebooks themselves.
            if !self.folders.iter().any(|watched| watched.starts_with(&folder)) {
                self.written.insert(folder);
            }
        }
        for report in reports {
            if let Target::File(path) = &report.target {
                self.written.insert(real(path));
            }
        }
        self
    }

    fn counts(&self, path: &Path) -> bool {
        if path.ancestors().any(|above| self.written.contains(above)) {
            return false;
        }
        let kind = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        let kind = kind.or_else(|| Some(path.file_name()?.to_str()?.strip_prefix('.')?.to_owned()));
        let of_a_kind = kind.is_some_and(|kind| KINDS.contains(&kind.as_str()));
        let below = |folder: &PathBuf| {
            let inside = path.strip_prefix(folder).ok();
            inside.and_then(Path::parent).is_some_and(|folders| !folders.iter().any(is_passed_over))
        };
        self.files.contains(path) || (of_a_kind && self.folders.iter().any(below))
    }

    /// The folders to watch, whether they exist or not; each is watched separately, so that ignored folders cost nothing.
    fn watched(&self) -> BTreeSet<PathBuf> {
        let mut watched: BTreeSet<PathBuf> = self.files.iter().map(|file| parent(file)).collect();
        let mut folders: Vec<PathBuf> = self.folders.iter().cloned().collect();
        while let Some(folder) = folders.pop().filter(|_| watched.len() < MAX_FOLDERS) {
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
            let wanted = entries.filter(|entry| is_folder(entry) && !is_passed_over(&entry.file_name()));
            folders.extend(wanted.map(|entry| entry.path()));
            watched.insert(folder);
        }
        watched
    }
}

/// Checks that reading `names` does not wait: one may be a pipe for a moment.
///
/// # Errors
/// When one of them exists and is neither a file nor a folder.
pub(super) fn check_kinds(names: &[String]) -> Result<(), UsageProblem> {
    let is_other =
        |name: &&String| Path::new(name).metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    match names.iter().find(is_other) {
        Some(name) => Err(UsageProblem::Unfit {
            value: name.clone(),
            what: "is neither a file nor a folder",
            help: "Replace it by a notebook; apinb runs it then.".to_owned(),
        }),
        None => Ok(()),
    }
}

/// # Errors
/// When one of `names` is not a file or folder.
pub(super) fn check(names: &[String]) -> Result<(), UsageProblem> {
    let unwatchable = |name: &&String| *name == "-" || name.starts_with("http://") || name.starts_with("https://");
    match names.iter().find(unwatchable) {
        Some(name) => Err(UsageProblem::Unfit {
            value: name.clone(),
            what: "cannot be watched",
            help: "Name files or folders.".to_owned(),
        }),
        None => Ok(()),
    }
}

/// Folders that are watched until this is dropped.
#[derive(Debug)]
pub(super) struct Watching {
    watcher: RecommendedWatcher,
    /// The folders when the watch began; none: absent, or no longer watched.
    folders: BTreeMap<PathBuf, Option<Identity>>,
}

impl Watching {
    /// Watches also the files that a run has read, which began at `started`: the first of them that has changed since.
    ///
    /// # Errors
    /// When the service of the system is used up.
    pub(super) fn extend(
        &mut self,
        places: &mut Places,
        read: &BTreeSet<PathBuf>,
        started: SystemTime,
    ) -> Result<Option<PathBuf>, Unwatchable> {
        let new: Vec<PathBuf> = read.iter().map(|file| real(file)).filter(|file| !places.counts(file)).collect();
        for file in &new {
            if self.folders.len() < MAX_FOLDERS {
                self.add(parent(file))?;
            }
        }
        places.files.extend(new.iter().cloned());
        let times = started..SystemTime::now();
        let is_changed = |file: &PathBuf| {
            file.metadata().and_then(|found| found.modified()).is_ok_and(|modified| times.contains(&modified))
        };
        Ok(new.into_iter().find(|file| is_changed(file)))
    }

    /// Watches a folder.
    fn add(&mut self, folder: PathBuf) -> Result<(), Unwatchable> {
        if self.folders.contains_key(&folder) {
            return Ok(());
        }
        // Of a folder that is replaced meanwhile the old one counts.
        let seen = Identity::of(&folder).filter(|_| folder.is_dir());
        let seen = match seen.map(|seen| (self.watcher.watch(&folder, RecursiveMode::NonRecursive), seen)) {
            Some((Ok(()), seen)) => Some(seen),
            Some((Err(error), _)) if folder.is_dir() => return Err(error.into()),
            // It is gone.
            Some((Err(_), _)) | None => None,
        };
        self.folders.insert(folder, seen);
        Ok(())
    }

    /// A folder was moved, removed or replaced: it is not watched any more, nor is what was in it.
    fn lose(&mut self, path: &Path) {
        for (folder, seen) in &mut self.folders {
            if folder.starts_with(path) {
                *seen = None;
            }
        }
    }

    /// A folder that is there and not watched.
    fn unwatched(&mut self) -> Option<PathBuf> {
        self.folders.iter_mut().find_map(|(folder, seen)| {
            let now = Identity::of(folder).filter(|_| folder.is_dir());
            let is_new = now.is_some() && now != *seen;
            if now.is_none() {
                *seen = None;
            }
            is_new.then(|| folder.clone())
        })
    }
}

/// Watches `places` and sends what changes.
///
/// # Errors
/// When the system has no such service, or it is used up.
pub(super) fn watch(places: &Places, changes: Sender<Signal>) -> Result<Watching, Unwatchable> {
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        // Reading a file, or changing its owner, does not change its content.
        let changed = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Any => true,
            EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
            EventKind::Access(_) | EventKind::Other => false,
        };
        for path in event.paths.into_iter().filter(|_| changed) {
            // The receiver is gone when the program ends.
            let _ = changes.send(Signal::Changed(path));
        }
    })?;
    let mut watching = Watching { watcher, folders: BTreeMap::new() };
    places.watched().into_iter().try_for_each(|folder| watching.add(folder))?;
    Ok(watching)
}

/// Waits until one of `places` has changed, and until no other does: the first that changed. None: Ctrl-C.
pub(super) fn changed(places: &Places, watching: &mut Watching, changes: &Receiver<Signal>) -> Option<PathBuf> {
    let mut compared = Instant::now();
    let first = loop {
        match changes.recv_timeout(COMPARISON) {
            Ok(Signal::Changed(path)) => {
                if watching.folders.contains_key(&path) {
                    watching.lose(&path);
                }
                if places.counts(&path) {
                    break path;
                }
            }
            Ok(Signal::Interrupted) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if compared.elapsed() >= COMPARISON {
            compared = Instant::now();
            if let Some(folder) = watching.unwatched() {
                break folder;
            }
        }
    };
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match changes.recv_timeout(QUIET) {
            Ok(Signal::Changed(_)) => {}
            Ok(Signal::Interrupted) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    Some(first)
}

/// Hidden files and folders, and installed packages.
fn is_passed_over(name: &OsStr) -> bool {
    name == "node_modules" || name.as_encoded_bytes().starts_with(b".")
}

/// A path as the system reports it: absolute, its folder without symbolic links.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (parent(&path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Places;

    #[test]
    fn only_inputs_of_the_run_trigger_a_new_run() {
        let places = Places {
            folders: [PathBuf::from("/home/ann/.books")].into(),
            files: [PathBuf::from("/home/ann/apinb.toml"), PathBuf::from("/etc/api")].into(),
            written: ["/home/ann/.books/report.json", "/home/ann/.books/output"].map(PathBuf::from).into(),
        };
        for (path, expected) in [
            ("/home/ann/.books/n.md", true),
            ("/home/ann/.books/deep/API.RAML", true),
            ("/home/ann/.books/.env", true),
            ("/home/ann/apinb.toml", true),
            ("/etc/api", true),
            ("/home/ann/.books/report.json", false),
            ("/home/ann/.books/output/users/1.json", false),
            ("/home/ann/.books/n.md~", false),
            ("/home/ann/.books/.git/x.json", false),
            ("/home/ann/.books/node_modules/x.js", false),
            ("/home/ann/other.md", false),
            ("/home/ann/.books/out.txt", false),
        ] {
            assert_eq!(places.counts(Path::new(path)), expected, "{path}");
        }
    }
}
