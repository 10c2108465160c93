//! The list of what a project asks for.

use std::path::{Path, PathBuf};

use apinb_project::trust::hash;
use apinb_record::trust::{ANY_HOST, TrustRequest};

use super::hosts::ProjectHosts;
use super::requests::Reaches;
use crate::cli::settings::job::LoadedFile;
use crate::cli::settings::layers::{Assignment, Origin};
use crate::cli::settings::table::{CLIENT_AUTH, CLIENT_TOKEN, INPUT};

/// What the `apinb.toml` of a project asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrustList {
    /// The folder of `apinb.toml`, without symbolic links.
    pub(crate) folder: PathBuf,
    /// In the order of the file.
    pub(crate) requests: Vec<TrustRequest>,
}

impl TrustList {
    /// The list of `file`. Reads the notebooks and definitions of the project, to find out where they send its values.
    pub(crate) fn of(file: &LoadedFile) -> Self {
        Self::without_hosts(file).with_hosts(file)
    }

    /// The list, which lacks the hosts, with them.
    pub(crate) fn with_hosts(self, file: &LoadedFile) -> Self {
        let mut list = self;
        if list.requests.iter().any(|request| !request.hosts.is_empty()) {
            let hosts = ProjectHosts::of(file);
            for request in list.requests.iter_mut().filter(|request| !request.hosts.is_empty()) {
                request.hosts = request.hosts.iter().flat_map(|client| hosts.of_client(client)).collect();
                if request.hosts.is_empty() {
                    // They are computed.
                    request.hosts.push(ANY_HOST.to_owned());
                }
                request.hosts.sort();
                request.hosts.dedup();
            }
        }
        list
    }

    /// The same, without reading anything else: each value that notebooks may send has the name of its client in place
    /// of the hosts, or an empty name.
    pub(crate) fn without_hosts(file: &LoadedFile) -> Self {
        let reaches = Reaches::new(file);
        let of_file = file.config.assignments.iter().map(|assignment| (String::new(), assignment));
        let of_environments = file.config.environments.iter().flat_map(|(name, assignments)| {
            let prefix = format!("env.{name}.");
            assignments.iter().map(move |assignment| (prefix.clone(), assignment))
        });
        let mut found = Vec::new();
        for (prefix, assignment) in of_file.chain(of_environments) {
            let (Some((reach, value)), Origin::File(location)) = (reaches.of(assignment), &assignment.origin) else {
                continue;
            };
            let line = location.position().line;
            let setting = format!("{prefix}{}", assignment.key());
            let from = Some(format!("{}:{line}", location.file.name()));
            let hosts = client(assignment).map(str::to_owned).into_iter().collect();
            found.push((line, TrustRequest { setting, from, reach, value, hosts }));
        }
        found.sort_by_key(|(line, _)| *line);
        let folder = file.folder().canonicalize().unwrap_or_else(|_| file.folder().to_owned());
        Self { folder, requests: found.into_iter().map(|(_, request)| request).collect() }
    }

    /// The hash of the list.
    pub(crate) fn hash(&self) -> String {
        hash(&self.requests)
    }

    /// The folder in messages.
    pub(crate) fn name(&self) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        let below = self.folder.strip_prefix(&here).unwrap_or(&self.folder);
        if below == Path::new("") { ".".to_owned() } else { below.display().to_string() }
    }
}

/// The client to whose hosts a value is sent; the empty name: the hosts of all clients. None: notebooks do not get it.
fn client(assignment: &Assignment) -> Option<&str> {
    let key = assignment.setting.entry().key;
    if key == INPUT.entry.key {
        return Some("");
    }
    let is_credential = key == CLIENT_TOKEN.entry.key || key == CLIENT_AUTH.entry.key;
    assignment.names.first().map(String::as_str).filter(|_| is_credential)
}
