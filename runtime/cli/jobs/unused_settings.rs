//! The clients and inputs in `apinb.toml`, `.env` and `APINB_…` variables that no notebook of their project has: warnings of
//! `apinb check`. A run does not judge them, since they serve many.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use apinb_check::names::Usage;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::folder;
use apinb_project::reading::project::Project;
use apinb_project::reading::root::{self, VirtualFiles};
use apinb_project::settings::Settings;
use apinb_text::diagnostic::Severity;
use apinb_text::source::span::Location;

use super::unused::{NameKind, Notebooks, UnusedName, add};
use crate::cli::arguments::OverrideArguments;
use crate::cli::settings::env_file::{self, Variables};
use crate::cli::settings::environment;
use crate::cli::settings::file::{self, ConfigFile};
use crate::cli::settings::layers::{Assignment, Origin};
use crate::cli::settings::setting::AnySetting as _;
use crate::cli::settings::table::{CLIENT_TOKEN, INPUT};

/// A project: its `apinb.toml`, its notebooks, and the folders of its notebooks on the command line.
#[derive(Default)]
struct ProjectFiles<'j> {
    config: Option<PathBuf>,
    jobs: Vec<&'j Job>,
    folders: BTreeSet<&'j Path>,
}

/// The names that no notebook of the projects of these notebooks has. Files that cannot be read are left out: a run
/// reports them.
pub(crate) fn unused_settings(jobs: &[Job], arguments: &OverrideArguments, here: &Path) -> Vec<UnusedName> {
    let mut projects: BTreeMap<PathBuf, ProjectFiles<'_>> = BTreeMap::new();
    let mut everywhere = Notebooks::default();
    for job in jobs {
        if !matches!(job.location, NotebookLocation::File(_)) {
            everywhere.names.add_unknown();
            continue;
        }
        let config = root::find(&job.settings.folder);
        let top = config.as_deref().and_then(Path::parent).or(job.settings.project.folder()).unwrap_or(here);
        let project = projects.entry(top.to_owned()).or_default();
        project.config = config;
        project.jobs.push(job);
        project.folders.insert(&job.settings.folder);
    }
    let mut unused = Vec::new();
    let mut variables = Vec::new();
    let mut read_by_files: BTreeSet<String> = BTreeSet::new();
    for (top, project) in &projects {
        let config = project.config.as_deref().and_then(read).unwrap_or_default();
        let folders = std::iter::once(top.as_path()).chain(project.folders.iter().copied());
        let in_files = env_file::variables(arguments, here, folders).unwrap_or_default();
        let read_by_config = config.variables_read();
        read_by_files.extend(read_by_config.iter().map(|&name| name.to_owned()));
        let is_judged = |assignment: &Assignment| {
            kind_of_variable(assignment).is_some()
                && variable(assignment).is_some_and(|name| !read_by_config.contains(name))
        };
        let judged: Vec<Assignment> = environment::read(&in_files).into_iter().filter(is_judged).collect();
        if judged.is_empty() && config.all().next().is_none() {
            // The notebooks of the whole project need not be read.
            continue;
        }
        let notebooks = project.notebooks(top);
        unused.extend(of_config(&config, &notebooks));
        for assignment in judged {
            // A file that is named serves all projects, and so does the environment.
            if matches!(assignment.origin, Origin::EnvFile { .. }) && arguments.env_file.is_none() {
                unused.extend(of_variable(&assignment, &notebooks));
            } else {
                variables.push(assignment);
            }
        }
        everywhere.names.add_all(&notebooks.names);
    }
    let mut seen = BTreeSet::new();
    let is_own = |assignment: &&Assignment| variable(assignment).is_some_and(|name| read_by_files.contains(name));
    let once = variables.iter().filter(|assignment| !is_own(assignment) && seen.insert(variable(assignment)));
    unused.extend(once.filter_map(|assignment| of_variable(assignment, &everywhere)));
    unused
}

impl ProjectFiles<'_> {
    fn notebooks(&self, top: &Path) -> Notebooks<'static> {
        let mut notebooks = Notebooks::default();
        // A folder that holds everything is not searched.
        let searches = self.config.is_some()
            || !matches!(self.jobs.first().map(|job| &job.settings.project), Some(Project::Shared(_)));
        let files = if searches { folder::notebooks(top).unwrap_or_default() } else { Vec::new() };
        for file in files {
            let folder = file.parent().unwrap_or(top).to_owned();
            let settings = Settings::new(folder, Duration::MAX, Duration::MAX, usize::MAX);
            add(&mut notebooks.names, "", &NotebookLocation::File(file), &settings);
        }
        for job in &self.jobs {
            add(&mut notebooks.names, &job.name, &job.location, &job.settings);
        }
        notebooks
    }
}

fn read(path: &Path) -> Option<ConfigFile> {
    file::read(path, &Variables::new(), &VirtualFiles::default()).ok()?.ok()
}

fn of_config(config: &ConfigFile, notebooks: &Notebooks<'_>) -> Vec<UnusedName> {
    let mut unused = Vec::new();
    let mut seen = BTreeSet::new();
    for assignment in config.all() {
        let section = assignment.setting.entry().key.split('.').next().unwrap_or_default();
        let kind = match section {
            "inputs" | "mock" => NameKind::Input,
            "clients" => NameKind::Client,
            _ => continue,
        };
        let (Some(name), Origin::File(location)) = (assignment.names.first(), &assignment.origin) else { continue };
        if seen.insert((section, name)) {
            unused.extend(warning(kind, name, place(location), notebooks));
        }
    }
    unused
}

/// The name of the environment variable that assigns something.
fn variable(assignment: &Assignment) -> Option<&str> {
    match &assignment.origin {
        Origin::EnvFile { variable, .. } | Origin::Variable(variable) => Some(variable),
        Origin::Default | Origin::File(_) | Origin::Flag(_) => None,
    }
}

/// What the environment variable that assigns something stands for.
fn kind_of_variable(assignment: &Assignment) -> Option<NameKind> {
    match assignment.setting.entry().key {
        key if key == INPUT.entry().key => Some(NameKind::InputVariable),
        key if key == CLIENT_TOKEN.entry().key => Some(NameKind::TokenVariable),
        _ => None,
    }
}

fn of_variable(assignment: &Assignment, notebooks: &Notebooks<'_>) -> Option<UnusedName> {
    let kind = kind_of_variable(assignment)?;
    let by = match &assignment.origin {
        Origin::EnvFile { location, .. } => format!(" in `{}`", place(location)),
        _ => String::new(),
    };
    warning(kind, variable(assignment)?, by, notebooks)
}

fn place(location: &Location) -> String {
    format!("{}:{}", location.file.name(), location.position().line)
}

fn warning(kind: NameKind, name: &str, by: String, notebooks: &Notebooks<'_>) -> Option<UnusedName> {
    if notebooks.usage(&kind, name) != Usage::Unused {
        return None;
    }
    let (meant, known) = notebooks.alternatives(&kind, name);
    Some(UnusedName { kind, name: name.to_owned(), by, meant, known, severity: Severity::Warning })
}
