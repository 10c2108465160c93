//! The definitions of a notebook's clients, and where they are.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use apinb_analysis::model::{Analysis, Client};
use apinb_definition::load::{Detail, Loaded};
use apinb_definition::model::{Definition, hosts};
use apinb_project::job::Job;
use apinb_project::reading::definition::{self, Reference, Unusable};
use apinb_project::reading::reader::Reader;
use apinb_project::reading::root::display_name;
use apinb_project::reading::source::{ResolvedSource, SourceError};
use apinb_project::settings::Settings;
use apinb_record::check::{DefinitionNeed, DefinitionState};
use apinb_record::position::CellPosition;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::causes::{one_line, with_causes};
use apinb_text::source::address::Address;
use apinb_text::source::span::Span;
use apinb_text::web::host::host;

/// The clients of a notebook, in the order in which they are made.
#[derive(Debug, Default)]
pub struct Clients {
    all: Vec<ClientDefinition>,
}

/// A client and its definition.
#[derive(Debug)]
pub struct ClientDefinition {
    /// Where and how the client is made.
    pub client: Client,
    pub definition: DefinitionLookup,
    /// The errors of the definition, if it was read.
    pub errors: Option<DefinitionErrors>,
    /// Whether a setting or a flag overrides the reference.
    mapped: bool,
    address: Option<Address>,
}

impl ClientDefinition {
    /// Without an override, and without an address.
    fn new(client: &Client, definition: DefinitionLookup) -> Self {
        Self { client: client.clone(), definition, errors: None, mapped: false, address: None }
    }
}

/// The errors of a definition that can be used all the same.
#[derive(Clone, Debug)]
pub struct DefinitionErrors {
    pub count: usize,
    /// The first one, on one line with its position.
    pub first: String,
}

/// What became of looking for a definition.
#[derive(Clone, Debug)]
pub enum DefinitionLookup {
    Read(Arc<Definition>),
    /// It is at a URL, and the check is offline.
    NotRead,
    /// It does not exist, or is not a definition.
    Missing {
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// Only a run can tell, or the notebook has its text.
    Computed,
}

impl Clients {
    /// Those of a notebook with these settings: reads files, and URLs when `online`.
    #[must_use]
    pub fn load(job: &Job, settings: &Settings, analysis: &Analysis, online: bool) -> Self {
        Self::load_with(job, settings, analysis, online, Detail::Plain)
    }

    /// As [`Self::load`], with as much detail as asked for.
    pub(super) fn load_with(job: &Job, settings: &Settings, analysis: &Analysis, online: bool, detail: Detail) -> Self {
        let reader = match Reader::start(job.network.clone(), online) {
            Ok(reader) => reader,
            Err(error) => return Self::unreadable(analysis, &with_causes(&error)),
        };
        let mut known = HashMap::new();
        let all =
            analysis.clients.iter().map(|client| look_up(settings, (&reader, detail), client, online, &mut known));
        Self { all: all.collect() }
    }

    /// None can be read.
    fn unreadable(analysis: &Analysis, why: &str) -> Self {
        let missing = || DefinitionLookup::Missing { message: why.to_owned(), help: None };
        Self { all: analysis.clients.iter().map(|client| ClientDefinition::new(client, missing())).collect() }
    }

    /// Clients of the cells of a test: `definition` is that of `name`, the others are not read.
    #[cfg(test)]
    pub(crate) fn with(analysis: &Analysis, name: &str, definition: &Arc<Definition>) -> Self {
        let lookup = |client: &Client| match client.name.as_deref() == Some(name) {
            true => DefinitionLookup::Read(Arc::clone(definition)),
            false => DefinitionLookup::NotRead,
        };
        Self { all: analysis.clients.iter().map(|client| ClientDefinition::new(client, lookup(client))).collect() }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &ClientDefinition> {
        self.all.iter()
    }

    /// Those whose definition was read, each name once.
    pub fn read(&self) -> impl Iterator<Item = (&str, &Arc<Definition>)> {
        let mut seen = BTreeSet::new();
        self.all.iter().filter_map(move |found| match (&found.client.name, &found.definition) {
            (Some(name), DefinitionLookup::Read(definition)) if seen.insert(name) => Some((name.as_str(), definition)),
            _ => None,
        })
    }

    /// The addresses of those, by the names of the clients.
    pub(super) fn addresses(&self) -> HashMap<&str, &Address> {
        let mut addresses = HashMap::new();
        for found in &self.all {
            if let (Some(name), DefinitionLookup::Read(_), Some(address)) =
                (&found.client.name, &found.definition, &found.address)
            {
                addresses.entry(name.as_str()).or_insert(address);
            }
        }
        addresses
    }

    pub(super) fn needs(&self, position: impl Fn(usize, Span) -> CellPosition) -> Vec<DefinitionNeed> {
        let need = |found: &ClientDefinition| {
            let (state, title, help) = match &found.definition {
                DefinitionLookup::Read(definition) => (DefinitionState::Read, Some(definition.title.clone()), None),
                DefinitionLookup::NotRead => (DefinitionState::NotRead, None, Some("`--online` reads it".to_owned())),
                DefinitionLookup::Missing { help, .. } => (DefinitionState::Missing, None, help.clone()),
                DefinitionLookup::Computed => (DefinitionState::Computed, None, None),
            };
            DefinitionNeed {
                client: found.client.name.clone(),
                reference: found.client.reference.clone(),
                state,
                mapped: found.mapped,
                address: found.address.as_ref().map(shown),
                title: title.filter(|title| !title.is_empty()),
                help,
                position: position(found.client.cell, found.client.place),
            }
        };
        self.all.iter().map(need).collect()
    }

    /// The hosts that definitions are fetched from.
    pub(super) fn fetched_from(&self) -> impl Iterator<Item = String> {
        self.all.iter().filter_map(|found| match found.address.as_ref()? {
            Address::Url(url) => host(url),
            Address::File(_) => None,
        })
    }

    /// The hosts that calls and sign-ins go to.
    pub(super) fn called(&self, settings: &Settings) -> BTreeSet<String> {
        let mut hosts = BTreeSet::new();
        for (client, definition) in self.read() {
            match settings.base_uris.get(client) {
                Some(base_uri) => hosts.extend(host(base_uri)),
                None => hosts.extend(hosts::hosts(definition)),
            }
        }
        hosts
    }
}

fn look_up(
    settings: &Settings,
    (reader, detail): (&Reader, Detail),
    client: &Client,
    online: bool,
    known: &mut HashMap<Address, (DefinitionLookup, Option<DefinitionErrors>)>,
) -> ClientDefinition {
    let name = client.name.as_deref().unwrap_or_default();
    let mut found = ClientDefinition::new(client, DefinitionLookup::Computed);
    let by_client = client.name.is_some() && settings.definitions_by_client.contains_key(name);
    let reference = match (&client.reference, client.name.is_some() && settings.replaces_definition(name)) {
        (Some(reference), _) => reference.as_str(),
        (None, true) => "",
        (None, false) => return found,
    };
    let source = match definition::resolve(settings, name, reference) {
        Ok(Reference::Inline) => return found,
        Ok(Reference::At(source)) => source,
        Err(error) => {
            let help = match &error {
                SourceError::ReferenceTag { .. } | SourceError::NoReference => mapping_help(name, reference),
                SourceError::Outside { .. } => format!("Pass `--definition {name}=FILE` for a definition anywhere."),
            };
            found.definition = DefinitionLookup::Missing { message: error.to_string(), help: Some(help) };
            return found;
        }
    };
    found.mapped = by_client || source.named && settings.definitions_by_url.contains_key(reference.trim());
    found.address = Some(source.address.clone());
    if matches!(source.address, Address::Url(_)) && !online {
        found.definition = DefinitionLookup::NotRead;
        return found;
    }
    let (state, errors) = known.entry(source.address.clone()).or_insert_with(|| read(reader, &source, detail));
    // Once, even if several clients have it.
    found.errors = errors.take();
    found.definition = match state {
        DefinitionLookup::Missing { message, help: None } => {
            DefinitionLookup::Missing { message: message.clone(), help: Some(mapping_help(name, reference)) }
        }
        definition => definition.clone(),
    };
    found
}

/// How to map the definition of a client to a file.
fn mapping_help(client: &str, reference: &str) -> String {
    let flag = if client.is_empty() { "Add".to_owned() } else { format!("Pass `--definition {client}=FILE`, or add") };
    let table = if reference.is_empty() {
        format!("[clients.{client}] definition = \"FILE\"")
    } else {
        format!("definitions.\"{reference}\" = \"FILE\"")
    };
    format!("{flag} to apinb.toml: {table}")
}

fn read(reader: &Reader, source: &ResolvedSource, detail: Detail) -> (DefinitionLookup, Option<DefinitionErrors>) {
    let mut loaded = reader.definition_with(source, detail);
    let mut errors = loaded.diagnostics.iter().filter(|problem| problem.severity() == Severity::Error);
    let first = errors.next().map(|first| one_line(first.as_ref()));
    let errors = first.map(|first| DefinitionErrors { count: errors.count() + 1, first });
    let lookup = lookup(&mut loaded, source);
    let errors = errors.filter(|_| matches!(lookup, DefinitionLookup::Read(_)));
    (lookup, errors)
}

fn lookup(loaded: &mut Loaded, source: &ResolvedSource) -> DefinitionLookup {
    if definition::is_missing(loaded) {
        let message = format!("there is no definition `{}`", shown(&source.address));
        return DefinitionLookup::Missing { message, help: None };
    }
    match definition::usable(loaded) {
        Ok(definition) => DefinitionLookup::Read(definition),
        Err(Unusable::Refused { message, help }) => DefinitionLookup::Missing { message, help: Some(help) },
        Err(Unusable::Unreadable { message }) => DefinitionLookup::Missing { message, help: None },
    }
}

/// How messages name an address.
fn shown(address: &Address) -> String {
    match address {
        Address::Url(url) => url.to_string(),
        Address::File(path) => display_name(Path::new(path)),
    }
}
