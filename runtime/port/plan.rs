//! Which `apinb.toml` files are needed, and which definition stands where in them.
//!
//! A file holds for its folder and all folders below it that have none of their own. Where notebooks mean different
//! definitions by the same words, each client's own section tells them apart; where that is not enough either, the
//! folders of those notebooks get files of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use apinb_record::port::Confidence;

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

/// A URL means one definition in all notebooks: what is certain in one holds for the others.
fn agree(notebooks: &mut [Ported]) {
    let mut known: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for given in notebooks.iter().flat_map(|one| &one.clients) {
        if let (Some(reference), Some(file)) = (url(given), target(given)) {
            known.entry(reference.to_owned()).or_default().insert(file.to_owned());
        }
    }
    for given in notebooks.iter_mut().flat_map(|one| &mut one.clients) {
        let files = url(given).and_then(|reference| known.get(reference)).filter(|files| files.len() == 1);
        if let (Confidence::Unsure, Some(file)) = (given.choice.confidence, files.and_then(BTreeSet::first)) {
            given.files = vec![file.clone()];
            given.choice.confidence = Confidence::Likely;
            given.choice.reasons = vec!["a notebook with the same URL uses it".to_owned()];
        }
    }
}

fn url(given: &PortedClient) -> Option<&str> {
    reference(given).filter(|reference| reference.starts_with("http://") || reference.starts_with("https://"))
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
    let mut by_reference: BTreeMap<&str, BTreeSet<Option<&Path>>> = BTreeMap::new();
    let mut by_client: BTreeMap<&str, BTreeSet<Option<&Path>>> = BTreeMap::new();
    for (_, _, given) in &all {
        let file = target(given);
        if let Some(reference) = reference(given) {
            by_reference.entry(reference).or_default().insert(file);
        }
        if let Some(client) = &given.choice.client {
            by_client.entry(client).or_default().insert(file);
        }
    }
    let agreed =
        |map: &BTreeMap<&str, BTreeSet<Option<&Path>>>, key: &str| map.get(key).is_some_and(|files| files.len() == 1);
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
            (Some(reference), _) if agreed(&by_reference, reference) => {
                plan.by_reference.insert(reference.to_owned(), file);
            }
            (_, Some(name)) if agreed(&by_client, name) => {
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
