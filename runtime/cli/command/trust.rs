//! `apinb trust`: what a project asks for, and what the user accepted.

use std::path::{Path, PathBuf};

use apinb_files::folders::DATA_VARIABLE;
use apinb_project::reading::root::{self, VirtualFiles};
use apinb_project::trust::store::{TrustStore, TrustStoreError};
use apinb_project::trust::tokens::owner;
use apinb_record::trust::{ProjectTrust, VERSION};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::plural::pluralize;

use crate::cli::arguments::{OverrideArguments, TrustCommand};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::job::{existing, here, load_layers};
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::cli::trust::list::TrustList;

/// Why answers cannot be read or changed.
#[derive(Debug, thiserror::Error)]
enum TrustProblem {
    #[error("this user has no data folder, so that no answer is stored")]
    NoStore,
    #[error(transparent)]
    Store(#[from] TrustStoreError),
}

impl Diagnostic for TrustProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoStore => Some(format!("Set `{DATA_VARIABLE}` to a folder.")),
            Self::Store(_) => None,
        }
    }
}

pub(in crate::cli) fn trust(command: &TrustCommand, streams: Streams) -> Result<Exit, Failure> {
    match command {
        TrustCommand::Show { path, json } => show(path.as_deref(), *json, streams),
        TrustCommand::List { json } => list(*json, streams),
        TrustCommand::Revoke { path, all } => revoke(path.as_deref(), *all, streams),
    }
}

fn show(path: Option<&str>, json: bool, streams: Streams) -> Result<Exit, Failure> {
    let here = here()?;
    if let Some(path) = path {
        existing(path, &here)?;
    }
    let folder = folder(path, &here)?;
    let overrides = OverrideArguments::default();
    let loaded = load_layers(true, &folder, &overrides, &[], &here, &VirtualFiles::default())?;
    let list = match &loaded.file {
        Some(file) => TrustList::of(file),
        None => TrustList { folder, ..TrustList::default() },
    };
    let hash = (!list.requests.is_empty()).then(|| list.hash());
    let is_accepted = |hash: &String| TrustStore::of_user().is_some_and(|store| store.accepts(&list.folder, hash));
    let shown = ProjectTrust {
        version: VERSION,
        folder: list.folder.display().to_string(),
        trusted: hash.as_ref().is_none_or(is_accepted),
        hash,
        requests: list.requests,
    };
    match json {
        true => streams.stdout.write_json(&shown)?,
        false => streams.stdout.write(&apinb_report::trust::project(&shown, streams.stdout.color))?,
    }
    Ok(Exit::Passed)
}

fn list(json: bool, streams: Streams) -> Result<Exit, Failure> {
    let answers = store()?.answers();
    match json {
        true => streams.stdout.write_json(&answers)?,
        false if answers.answers.is_empty() && answers.tokens.is_empty() => {
            streams.stderr.write("no project is trusted\n")?;
        }
        false => streams.stdout.write(&apinb_report::trust::answers(&answers, streams.stdout.color))?,
    }
    Ok(Exit::Passed)
}

fn revoke(path: Option<&str>, all: bool, streams: Streams) -> Result<Exit, Failure> {
    let folder = folder(path, &here()?)?;
    let file = root::find(&folder);
    let (project, owner) = (file.as_deref().and_then(Path::parent).unwrap_or(&folder), owner(&folder));
    let folders = [project, owner.as_path()];
    let revoked = store()?.revoke((!all).then_some(&folders));
    let revoked = revoked.map_err(|error| Failure::unusable(TrustProblem::from(error)))?;
    streams.stdout.write(&format!("revoked {}\n", pluralize(revoked, "answer")))?;
    Ok(Exit::Passed)
}

fn store() -> Result<TrustStore, Failure> {
    TrustStore::of_user().ok_or_else(|| Failure::unusable(TrustProblem::NoStore))
}

/// The folder that is named, or that of the notebook, without symbolic links.
fn folder(path: Option<&str>, here: &Path) -> Result<PathBuf, Failure> {
    let named = path.unwrap_or(".");
    let path = here.join(named);
    let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(here) };
    let unreadable = |cause| Failure::unusable(UsageProblem::Unreadable { path: named.to_owned(), cause });
    folder.canonicalize().map_err(unreadable)
}
