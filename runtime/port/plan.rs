//! Which `apinb.toml` files are needed, and which definition stands where in them.
//!
//! A file holds for its folder and all folders below it that have none of their own. Where notebooks mean different
//! definitions by the same words, each client's own section tells them apart; where that is not enough either, the
//! folders of those notebooks get files of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use apinb_project::reading::source::REFERENCE_TAG;
use apinb_record::port::Confidence;
use apinb_text::display::plural::pluralize;

use super::choose::{Chosen, choose, combined};
use super::ported::{Ported, PortedClient, relative};

/// An `apinb.toml`.
#[derive(Debug, Default)]
pub struct Plan {
    pub folder: PathBuf,
    /// The notebooks that it holds for.
    pub notebooks: Vec<usize>,
    /// `[definitions]`: what notebooks write and the file for it.
    pub(super) by_reference: BTreeMap<String, PathBuf>,
    /// `[clients.NAME]`.
    pub(super) by_client: BTreeMap<String, PathBuf>,
    /// Clients without an entry: notebook, client.
    pub(super) unsure: Vec<(usize, usize)>,
    /// Whether the notebooks need that a mock server finds something for every search.
    pub finds_always: bool,
}

/// The files for `notebooks`; each belongs to one of `folders`, the nearest above it.
#[must_use]
pub fn plan(notebooks: &mut [Ported], folders: &BTreeSet<PathBuf>) -> Vec<Plan> {
    let mut folders = folders.clone();
    agree(notebooks);
    loop {
        let groups = groups(notebooks, &folders);
        let made: Vec<(Plan, Conflicts)> =
            groups.into_iter().map(|(folder, members)| group(notebooks, folder, members)).collect();
        let before = folders.len();
        for (plan, conflicts) in &made {
            let apart = conflicts.iter().filter_map(|(notebook, _)| notebooks.get(*notebook));
            folders.extend(apart.map(|one| one.folder.clone()).filter(|folder| *folder != plan.folder));
        }
        if folders.len() == before {
            for (notebook, client) in made.iter().flat_map(|(_, conflicts)| conflicts) {
                if let Some(given) = notebooks.get_mut(*notebook).and_then(|one| one.clients.get_mut(*client)) {
                    given.choice.confidence = Confidence::Unsure;
                    given.choice.reasons = vec![
                        "another notebook of this folder may mean a different one: move it to its own folder"
                            .to_owned(),
                    ];
                }
            }
            let plans: Vec<Plan> = made.into_iter().map(|(plan, _)| plan).collect();
            say(notebooks, &plans);
            return plans;
        }
    }
}

/// A URL, or a tag with a title, means one definition in all notebooks: what is sure of one client holds for the others.
/// Where nothing is sure of any, their evidence counts together.
fn agree(notebooks: &mut [Ported]) {
    let mut groups: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (notebook, one) in notebooks.iter().enumerate() {
        for (client, given) in one.clients.iter().enumerate() {
            if let Some(reference) = shared(given) {
                groups.entry(reference.to_owned()).or_default().push((notebook, client));
            }
        }
    }
    for members in groups.into_values().filter(|members| members.len() > 1) {
        let all = || members.iter().filter_map(|(notebook, client)| notebooks.get(*notebook)?.clients.get(*client));
        let known: BTreeSet<&Path> = all().filter_map(target).collect();
        let (file, reasons) = match known.first() {
            Some(file) if known.len() == 1 => {
                (file.to_path_buf(), vec!["another client with the same URL uses it".to_owned()])
            }
            // They disagree.
            Some(_) => continue,
            None => {
                let Chosen { files, confidence, mut why } =
                    choose(&combined(all().flat_map(|one| &one.evidence)), true);
                let (Some(file), false) = (files.first(), confidence == Confidence::Unsure) else { continue };
                why.push(format!("together with {} of the same URL", pluralize(members.len() - 1, "client")));
                (file.clone(), why)
            }
        };
        for (notebook, client) in &members {
            let given = notebooks.get_mut(*notebook).and_then(|one| one.clients.get_mut(*client));
            if let Some(given) = given.filter(|given| given.choice.confidence == Confidence::Unsure) {
                given.files = vec![file.clone()];
                given.choice.confidence = Confidence::Likely;
                given.choice.reasons.clone_from(&reasons);
            }
        }
    }
}

/// A reference that means the same API in every notebook.
fn shared(given: &PortedClient) -> Option<&str> {
    let names_one = |reference: &&str| {
        let title =
            reference.strip_prefix(REFERENCE_TAG).is_some_and(|title| !title.trim_matches(['_', ':']).is_empty());
        title || reference.starts_with("http://") || reference.starts_with("https://")
    };
    reference(given).filter(names_one)
}

/// Clients whose definitions conflict: notebook, client.
type Conflicts = Vec<(usize, usize)>;

fn groups(notebooks: &[Ported], folders: &BTreeSet<PathBuf>) -> BTreeMap<PathBuf, Vec<usize>> {
    let mut groups: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for (index, one) in notebooks.iter().enumerate() {
        if let Some(folder) = one.folder.ancestors().find(|folder| folders.contains(*folder)) {
            groups.entry(folder.to_owned()).or_default().push(index);
        }
    }
    groups
}

fn group(notebooks: &[Ported], folder: PathBuf, members: Vec<usize>) -> (Plan, Conflicts) {
    let mut plan = Plan { folder, notebooks: members, ..Plan::default() };
    let mut conflicts = Vec::new();
    let all: Vec<(usize, usize, &PortedClient)> = plan
        .notebooks
        .iter()
        .filter_map(|index| Some((*index, notebooks.get(*index)?)))
        .flat_map(|(index, one)| one.clients.iter().enumerate().map(move |(client, given)| (index, client, given)))
        .collect();
    // Clients without a definition have no say: what is unsure about one notebook concerns no other.
    let mut by_reference: BTreeMap<&str, BTreeMap<&Path, usize>> = BTreeMap::new();
    let mut by_client: BTreeMap<&str, BTreeSet<&Path>> = BTreeMap::new();
    for (given, file) in all.iter().filter_map(|(_, _, given)| Some((given, target(given)?))) {
        if let Some(reference) = reference(given) {
            *by_reference.entry(reference).or_default().entry(file).or_default() += 1;
        }
        if let Some(client) = &given.choice.client {
            by_client.entry(client).or_default().insert(file);
        }
    }
    for (notebook, client, given) in all {
        let file = match (given.choice.confidence, target(given)) {
            (Confidence::Unsure, _) | (_, None) => {
                plan.unsure.push((notebook, client));
                continue;
            }
            (Confidence::Named, Some(_)) => continue,
            (_, Some(file)) => file.to_owned(),
        };
        match (reference(given), &given.choice.client) {
            (Some(reference), _) if by_reference.get(reference).and_then(most) == Some(&*file) => {
                plan.by_reference.insert(reference.to_owned(), file);
            }
            (_, Some(name)) if by_client.get(name.as_str()).is_some_and(|files| files.len() == 1) => {
                plan.by_client.insert(name.clone(), file);
            }
            _ => {
                plan.unsure.push((notebook, client));
                conflicts.push((notebook, client));
            }
        }
    }
    (plan, conflicts)
}

/// The definition that more clients mean than any other.
fn most<'a>(files: &BTreeMap<&'a Path, usize>) -> Option<&'a Path> {
    let most = files.values().max()?;
    let mut having = files.iter().filter(|(_, count)| *count == most).map(|(file, _)| *file);
    having.next().filter(|_| having.next().is_none())
}

/// The reference in the notebook, if it can be a key.
fn reference(given: &PortedClient) -> Option<&str> {
    given.choice.reference.as_deref().map(str::trim).filter(|reference| !reference.is_empty())
}

fn target(given: &PortedClient) -> Option<&Path> {
    match given.choice.confidence {
        Confidence::Unsure => None,
        _ => given.files.first().map(PathBuf::as_path),
    }
}

/// Says in each choice which file it is.
fn say(notebooks: &mut [Ported], plans: &[Plan]) {
    for plan in plans {
        for index in &plan.notebooks {
            let Some(one) = notebooks.get_mut(*index) else { continue };
            for given in &mut one.clients {
                let file = target(given).map(|file| relative(&plan.folder, file));
                given.choice.definition = file;
            }
        }
    }
}
