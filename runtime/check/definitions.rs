//! The definitions of a notebook's clients: where they are, and what they say of the notebook's calls.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use apinb_analysis::model::{Analysis, Client};
use apinb_definition::model::{Definition, Parameter, hosts};
use apinb_project::job::Job;
use apinb_project::reading::definition::{self, Reference, Unusable};
use apinb_project::reading::reader::Reader;
use apinb_project::reading::root::display_name;
use apinb_project::reading::source::{ResolvedSource, SourceError};
use apinb_project::settings::Settings;
use apinb_record::check::{DefinitionNeed, DefinitionState, Position};
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::source::address::Address;
use apinb_text::source::span::Span;
use apinb_text::web::host::host;

use super::uses::judge;

/// The clients of a notebook, in the order in which they are made.
#[derive(Debug, Default)]
pub struct Clients {
    all: Vec<Found>,
}

/// A client and its definition.
#[derive(Debug)]
struct Found {
    client: Client,
    state: State,
    mapped: bool,
    address: Option<Address>,
}

#[derive(Debug)]
enum State {
    Read(Arc<Definition>),
    NotRead,
    Missing { message: String, help: Option<String> },
    Computed,
}

/// Something that is wrong: cell, place, what, what to do.
pub(super) type Wrong = (usize, Span, String, Option<String>);

impl Clients {
    /// Those of a notebook with these settings: reads files, and URLs when `online`.
    #[must_use]
    pub fn load(job: &Job, settings: &Settings, analysis: &Analysis, online: bool) -> Self {
        let reader = match Reader::start(job.network.clone(), online) {
            Ok(reader) => reader,
            Err(error) => return Self::unreadable(analysis, &with_causes(&error)),
        };
        let mut known = HashMap::new();
        let all = analysis.clients.iter().map(|client| found(settings, &reader, client, online, &mut known));
        Self { all: all.collect() }
    }

    /// None can be read.
    fn unreadable(analysis: &Analysis, why: &str) -> Self {
        let state = || State::Missing { message: why.to_owned(), help: None };
        let found = |client: &Client| Found { client: client.clone(), state: state(), mapped: false, address: None };
        Self { all: analysis.clients.iter().map(found).collect() }
    }

    /// Those that were read, each client once.
    pub fn read(&self) -> impl Iterator<Item = (&str, &Arc<Definition>)> {
        let mut seen = BTreeSet::new();
        self.all.iter().filter_map(move |found| match (&found.client.name, &found.state) {
            (Some(name), State::Read(definition)) if seen.insert(name) => Some((name.as_str(), definition)),
            _ => None,
        })
    }

    pub(super) fn needs(&self, position: impl Fn(usize, Span) -> Position) -> Vec<DefinitionNeed> {
        let need = |found: &Found| {
            let (state, title, help) = match &found.state {
                State::Read(definition) => (DefinitionState::Read, Some(definition.title.clone()), None),
                State::NotRead => (DefinitionState::NotRead, None, Some("`--online` reads it".to_owned())),
                State::Missing { help, .. } => (DefinitionState::Missing, None, help.clone()),
                State::Computed => (DefinitionState::Computed, None, None),
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

    pub(super) fn faults(&self, settings: &Settings, analysis: &Analysis) -> Vec<Wrong> {
        let mut wrong: Vec<Wrong> = Vec::new();
        for found in &self.all {
            let (cell, span) = (found.client.cell, found.client.place);
            match &found.state {
                State::Missing { message, help } => wrong.push((cell, span, message.clone(), help.clone())),
                State::Read(definition) => {
                    let name = found.client.name.as_deref().unwrap_or_default();
                    if !analysis.sets_base_uri && !settings.base_uris.contains_key(name) {
                        wrong.extend(
                            unfilled(definition, name).map(|(message, help)| (cell, span, message, Some(help))),
                        );
                    }
                }
                State::NotRead | State::Computed => {}
            }
        }
        for (client, definition) in self.read() {
            let misuses = judge(analysis, client, definition).into_iter();
            wrong.extend(misuses.map(|misuse| (misuse.cell, misuse.place, misuse.message, misuse.help)));
        }
        wrong
    }
}

fn found(
    settings: &Settings,
    reader: &Reader,
    client: &Client,
    online: bool,
    known: &mut HashMap<Address, State>,
) -> Found {
    let name = client.name.as_deref().unwrap_or_default();
    let mut found = Found { client: client.clone(), state: State::Computed, mapped: false, address: None };
    let by_client = client.name.is_some() && settings.definitions_by_client.contains_key(name);
    let reference = match (&client.reference, by_client) {
        (Some(reference), _) => reference.as_str(),
        (None, true) => "",
        (None, false) => return found,
    };
    let source = match definition::resolve(settings, name, reference) {
        Ok(Reference::Inline) => return found,
        Ok(Reference::At(source)) => source,
        Err(error) => {
            let help = match &error {
                SourceError::ReferenceTag { .. } => give(name, reference),
                SourceError::Outside { .. } => format!("`--definition {name}=FILE` names a definition anywhere"),
            };
            found.state = State::Missing { message: error.to_string(), help: Some(help) };
            return found;
        }
    };
    found.mapped = by_client || source.within.is_none() && settings.definitions_by_url.contains_key(reference.trim());
    found.address = Some(source.address.clone());
    if matches!(source.address, Address::Url(_)) && !online {
        found.state = State::NotRead;
        return found;
    }
    let state = known.entry(source.address.clone()).or_insert_with(|| read(reader, &source));
    found.state = match state {
        State::Read(definition) => State::Read(Arc::clone(definition)),
        State::Missing { message, help } => {
            let help = help.clone().or_else(|| Some(give(name, reference)));
            State::Missing { message: message.clone(), help }
        }
        State::NotRead => State::NotRead,
        State::Computed => State::Computed,
    };
    found
}

/// What to write where a definition is missing.
fn give(client: &str, reference: &str) -> String {
    let flag = if client.is_empty() { String::new() } else { format!("`--definition {client}=FILE`, or ") };
    let table = if reference.is_empty() {
        format!("[clients.{client}] definition = \"FILE\"")
    } else {
        format!("[definitions] \"{reference}\" = \"FILE\"")
    };
    format!("{flag}in apinb.toml: {table}")
}

fn read(reader: &Reader, source: &ResolvedSource) -> State {
    if let Address::File(path) = &source.address
        && !Path::new(path).is_file()
    {
        return State::Missing { message: format!("there is no definition `{}`", shown(&source.address)), help: None };
    }
    match definition::usable(&mut reader.definition(source)) {
        Ok(definition) => State::Read(definition),
        Err(Unusable::Refused { message, help }) => State::Missing { message, help: help.map(str::to_owned) },
        Err(Unusable::Unreadable { message }) => State::Missing { message, help: None },
    }
}

/// A tag of the base URI that gets no value.
fn unfilled(definition: &Definition, client: &str) -> Option<(String, String)> {
    let overridden = definition.resources.iter().any(|resource| !resource.base_uri_parameters.is_empty());
    let base_uri = definition.base_uri.as_deref()?;
    let has_value = |parameter: &Parameter| {
        parameter.default.is_some()
            || parameter.values.len() == 1
            || (parameter.name == "version" && definition.version.is_some())
    };
    let tags = definition.base_uri_parameters.iter();
    let tag = tags.filter(|one| base_uri.contains(&format!("{{{}}}", one.name))).find(|one| !has_value(one))?;
    if overridden {
        return None;
    }
    let message = format!("the base URI of `{client}` has {{{}}}, and nothing fills it", tag.name);
    let help = format!(
        "`API.createClient('{client}', …, {{ baseUriParameters: {{ {}: … }} }})`, or `--base-uri {client}=URL`",
        tag.name
    );
    Some((message, help))
}

/// How messages name an address.
fn shown(address: &Address) -> String {
    match address {
        Address::Url(url) => url.to_string(),
        Address::File(path) => display_name(Path::new(path)),
    }
}
