//! The hosts that the notebooks of a project call, as far as their text and the definitions on this machine tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use apinb_analysis::analyse;
use apinb_analysis::model::Client;
use apinb_definition::model::{Definition, hosts};
use apinb_http::policy::Policy;
use apinb_notebook::model::Notebook;
use apinb_project::job::NotebookLocation;
use apinb_project::overrides::value::Value;
use apinb_project::reading::definition::{self, Reference};
use apinb_project::reading::reader::Reader;
use apinb_project::reading::source::{self, ResolvedSource};
use apinb_project::reading::{folder, notebook, root};
use apinb_project::settings::{Settings, Source};
use apinb_record::trust::ANY_HOST;
use apinb_text::source::address::Address;
use apinb_text::web::host::host;
use apinb_text::web::uri::{Piece, pieces};
use url::Url;

use super::requests::Reaches;
use crate::cli::settings::job::{LoadedFile, settings};
use crate::cli::settings::layers::{Assignment, Layers};
use crate::cli::settings::table::CLIENT_BASE_URI;

/// The most notebooks that are read; of a project with more, the hosts are unknown.
const MAX_NOTEBOOKS: usize = 500;

/// The hosts of a project.
#[derive(Debug, Default)]
pub(super) struct ProjectHosts {
    by_client: BTreeMap<String, BTreeSet<String>>,
    all: BTreeSet<String>,
}

impl ProjectHosts {
    /// Those of the notebooks for which `file` is the nearest, in each environment that it has.
    pub(super) fn of(file: &LoadedFile) -> Self {
        let reaches = Reaches::new(file);
        let mut found = Self::default();
        let Ok(reader) = Reader::start(Policy::default(), false) else { return Self::unknown() };
        let Some(paths) = notebooks(file) else { return Self::unknown() };
        let mut search = Search { reader, known: BTreeMap::new(), found: &mut found };
        let environments = file.config.environments.values().map(Vec::as_slice);
        for environment in [[].as_slice()].into_iter().chain(environments) {
            let all: Vec<&Assignment> = file.config.assignments.iter().chain(environment).collect();
            search.base_uris(&all);
            // What is not trusted is not read.
            let own = all.into_iter().filter(|assignment| reaches.of(assignment).is_none()).cloned();
            let layers = Layers::new(own);
            for (path, notebook) in &paths {
                let folder = path.parent().unwrap_or(file.folder()).to_owned();
                // What is wrong with them is reported by the run.
                let mut settings = settings(&layers, folder, true, &mut Vec::new());
                notebook::apply_front_matter(notebook, &mut settings);
                search.notebook(notebook, &settings);
            }
        }
        found
    }

    /// Any host.
    fn unknown() -> Self {
        Self { by_client: BTreeMap::new(), all: BTreeSet::from([ANY_HOST.to_owned()]) }
    }

    /// The hosts of a client; of all clients, and other hosts that the notebooks name, for the empty name.
    pub(super) fn of_client(&self, client: &str) -> Vec<String> {
        let hosts = if client.is_empty() { Some(&self.all) } else { self.by_client.get(client) };
        match hosts {
            Some(hosts) => hosts.iter().cloned().collect(),
            // No notebook makes it.
            None => vec![ANY_HOST.to_owned()],
        }
    }
}

/// The notebooks that have `file` as their nearest configuration; none if they are too many, or cannot be found.
fn notebooks(file: &LoadedFile) -> Option<Vec<(PathBuf, Notebook)>> {
    let root = file.folder();
    // A folder that holds everything is not searched.
    apinb_project::reading::project::Project::of(root).root()?;
    let paths = folder::notebooks(root).ok()?;
    let is_own = |path: &PathBuf| {
        let nearest = path.parent().and_then(root::find);
        nearest.is_none_or(|nearest| nearest == file.path)
    };
    let own: Vec<PathBuf> = paths.into_iter().filter(is_own).take(MAX_NOTEBOOKS + 1).collect();
    if own.len() > MAX_NOTEBOOKS {
        return None;
    }
    let read = |path: PathBuf| {
        let notebook = notebook::read("", &NotebookLocation::File(path.clone())).ok()?;
        Some((path, notebook))
    };
    Some(own.into_iter().filter_map(read).collect())
}

struct Search<'a> {
    reader: Reader,
    /// The hosts of definitions that were read.
    known: BTreeMap<PathBuf, BTreeSet<String>>,
    found: &'a mut ProjectHosts,
}

impl Search<'_> {
    fn add(&mut self, client: &str, hosts: impl IntoIterator<Item = String>) {
        let of_client = self.found.by_client.entry(client.to_owned()).or_default();
        for host in hosts {
            self.found.all.insert(host.clone());
            of_client.insert(host);
        }
    }

    /// Base URIs in `apinb.toml`.
    fn base_uris(&mut self, assignments: &[&Assignment]) {
        for assignment in assignments.iter().filter(|found| found.setting.entry().key == CLIENT_BASE_URI.entry.key) {
            let Some(client) = assignment.names.first() else { continue };
            let host = match &assignment.value {
                Value::Text(text) => Url::parse(text).ok().as_ref().and_then(host),
                Value::Environment { name, .. } => Some(format!("${name}")),
                Value::File(_) => Some(ANY_HOST.to_owned()),
            };
            self.add(client, host);
        }
    }

    fn notebook(&mut self, notebook: &Notebook, settings: &Settings) {
        let analysis = analyse(notebook);
        let mut named = notebook.hosts();
        // A definition or a script is fetched only where no file takes its place.
        for client in &analysis.clients {
            let name = client.name.as_deref().unwrap_or_default();
            let reference = client.reference.as_deref().unwrap_or_default();
            let source = definition::resolve(settings, name, reference).ok();
            if let Some(Reference::At(ResolvedSource { address: Address::File(_), .. })) = source {
                forget(&mut named, reference);
            }
            let hosts = self.of_definition(client, settings);
            self.add(name, hosts);
        }
        for reference in analysis.scripts.iter().filter_map(|script| script.reference.as_deref()) {
            if let Ok(ResolvedSource { address: Address::File(_), .. }) = source::script(settings, reference) {
                forget(&mut named, reference);
            }
        }
        let of_settings = settings.scripts.values().chain(settings.imports.values());
        let of_settings = of_settings.chain(settings.definitions_by_url.values());
        let fetched = of_settings.chain(settings.definitions_by_client.values()).filter_map(|source| match source {
            Source::Url(url) => host(url),
            Source::File(_) => None,
        });
        self.found.all.extend(named.into_iter().chain(fetched));
    }

    /// The hosts of a client: those that its definition names.
    fn of_definition(&mut self, client: &Client, settings: &Settings) -> BTreeSet<String> {
        let any = || BTreeSet::from([ANY_HOST.to_owned()]);
        let name = client.name.as_deref().unwrap_or_default();
        let reference = match &client.reference {
            Some(reference) => reference.as_str(),
            None if settings.replaces_definition(name) => "",
            None => return any(),
        };
        match definition::resolve(settings, name, reference) {
            // No run can make the client.
            Err(_) => BTreeSet::new(),
            Ok(Reference::Inline) => {
                let read = definition::usable(&mut definition::read_inline(reference));
                read.map(|definition| patterns(&definition)).unwrap_or_default()
            }
            Ok(Reference::At(source)) => match &source.address {
                Address::Url(_) => any(),
                Address::File(path) => {
                    let path = Path::new(path).to_owned();
                    let read = || {
                        let read = definition::usable(&mut self.reader.definition(&source));
                        read.map(|definition| patterns(&definition)).unwrap_or_default()
                    };
                    self.known.entry(path).or_insert_with(read).clone()
                }
            },
        }
    }
}

/// Removes the host of a URL.
fn forget(hosts: &mut BTreeSet<String>, reference: &str) {
    if let Some(host) = Url::parse(reference.trim()).ok().as_ref().and_then(host) {
        hosts.remove(&host);
    }
}

/// The hosts of a definition: `*` in place of each parameter.
fn patterns(definition: &Definition) -> BTreeSet<String> {
    hosts::hosts(definition).iter().map(|template| pattern(template)).collect()
}

fn pattern(template: &str) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Literal(text) => text.to_owned(),
        Piece::Parameter(_) => "*".to_owned(),
    };
    let pattern: String = pieces(template).into_iter().map(piece).collect();
    let (host, port) = match pattern.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port).filter(|port| !port.contains('*'))),
        _ => (pattern.as_str(), None),
    };
    let labels: Vec<&str> = host.split('.').collect();
    let fixed = labels.iter().rposition(|label| label.contains('*')).map(|last| last + 1);
    let host = match fixed {
        None => host.to_owned(),
        Some(first) if first == labels.len() => return ANY_HOST.to_owned(),
        // A value may have dots, and stand for several labels.
        Some(first) => format!("*.{}", labels.get(first..).unwrap_or_default().join(".")),
    };
    port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn parameters_of_a_host_are_patterns() {
        for (template, expected) in [
            ("api.acme.test", "api.acme.test"),
            ("{tenant}.acme.test:8443", "*.acme.test:8443"),
            ("{host}", "*"),
            ("{host}:{port}", "*"),
            ("{a}.{b}", "*"),
            ("api-{region}.acme.test", "*.acme.test"),
            ("{a}.b.{c}.acme.test:{port}", "*.acme.test"),
            ("[::1]:8080", "[::1]:8080"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(pattern(template), expected, "{template}");
        }
    }
}
