//! Clients: loading a definition, and following the paths of a client.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_auth::bound;
use apinb_client::request::error::PlanError;
use apinb_client::request::inputs::{CallInputs, Missing};
use apinb_client::request::made_up::MadeUpBase;
use apinb_client::request::plan::{Target, plan};
use apinb_client::request::server::{self, BaseUri};
use apinb_client::tree::{PathNames, SteppedTo};
use apinb_client::walk::Step;
use apinb_definition::load::Loaded;
use apinb_definition::model::Definition;
use apinb_project::reading::definition::{self, Reference, Unusable};
use apinb_project::reading::documents::Documents;
use apinb_project::reading::source::SourceError;
use apinb_record::call::CallPurpose;
use apinb_record::piece::known_text;
use apinb_record::run::ConsoleLevel;
use apinb_record::value::{Fields, PlannedValue};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::display::plural::pluralize;
use apinb_text::javascript::literal::global;
use apinb_text::source::address::Address;
use deno_core::{OpState, op2};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::host::{DefinitionRead, HostError};
use crate::late_reads;
use crate::session::Session;

/// The size of a definition in memory, in bytes for each byte of its documents, on average.
const MODEL: usize = 4;

/// The details of a client's definition, for the prelude.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientInfo {
    id: u32,
    /// The JavaScript of the client.
    label: String,
    /// The value of the base URI's `{version}`.
    version: Option<String>,
    /// Defaults of base URI parameters: the declared default, or the only allowed value; in a mocked run a generated one.
    base_uri_defaults: BTreeMap<String, String>,
}

/// Why a client cannot be created.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum ClientError {
    /// The notebook names no definition that can be searched for.
    #[class(generic)]
    #[error("cannot load the definition of `{client}`: {message}")]
    ReferenceTag { client: String, reference: String, message: String },
    /// Nothing names its definition.
    #[class(type)]
    #[error("API.createClient: the second argument is missing, the URL of the definition of `{client}`")]
    NoReference { client: String },
    /// The notebook may not read the root document, or one that it includes.
    #[class("PolicyError")]
    #[error("cannot load the definition of `{client}`: {message}")]
    Refused { client: String, message: String, help: String },
    /// The root document cannot be read.
    #[class(generic)]
    #[error("cannot load the definition of `{client}`: {message}")]
    Unreadable { client: String, reference: String, message: String },
    /// The host does not go on.
    #[class(generic)]
    #[error("cannot use the definition of `{client}`: {}", with_causes(&**cause))]
    Host { client: String, cause: HostError },
    /// It exceeds the limit of memory.
    #[class("MemoryError")]
    #[error(
        "out of memory: the definition of `{client}` does not fit in what is left of the {megabytes} MB of the notebook"
    )]
    TooLarge { client: String, megabytes: usize },
    /// The prelude passed an unknown client.
    #[class(generic)]
    #[error("there is no such client")]
    Unknown,
}

impl ClientError {
    fn help(&self) -> String {
        match self {
            Self::ReferenceTag { client, reference, .. } => format!(
                "Pass `--definition {client}=FILE`, or add to apinb.toml: definitions.\"{reference}\" = \"FILE\"."
            ),
            Self::NoReference { client } => format!(
                "Pass the URL or path of a definition, write `definition: FILE` in the front matter, or pass `--definition {client}=FILE`."
            ),
            Self::Refused { help, .. } => help.clone(),
            Self::Unreadable { client, reference, .. } => {
                format!(
                    "Pass `--definition {client}=FILE` to use another one, or add to apinb.toml: definitions.\"{reference}\" = \"FILE\"."
                )
            }
            Self::TooLarge { .. } => "Pass `--max-heap MB` for more.".to_owned(),
            Self::Host { .. } | Self::Unknown => String::new(),
        }
    }
}

/// Loads the definition of a client. `reference` is a URL, a path, or the text of a definition; `base_uri` the one that
/// the notebook sets.
#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[serde]
pub(super) fn op_client_create(
    state: &OpState,
    #[string] name: String,
    #[string] reference: &str,
    #[string] base_uri: Option<String>,
) -> Result<ClientInfo, ClientError> {
    let session = Session::of(state);
    session.host.client_named(&name);
    let definition = load(&session, &name, reference)?;
    session
        .host
        .definition_loaded(&name, &definition)
        .map_err(|cause| ClientError::Host { client: name.clone(), cause })?;
    let provided = session.settings.base_uris.get(&name).map(ToString::to_string);
    let made_up = session.settings.is_offline().then(|| MadeUpBase::new(&definition, &name));
    let (version, mut base_uri_defaults) = (server::version(&definition), server::defaults(&definition));
    for (parameter, value) in made_up.iter().flat_map(|made_up| &made_up.parameters) {
        base_uri_defaults.entry(parameter.clone()).or_insert_with(|| value.clone());
    }
    let base = BaseUri { made_up, ..BaseUri::new(&definition, provided) };
    let base_uri = base.of_notebook(base_uri.as_deref());
    let bound = bound::of_api(&definition, base.provided.as_deref(), base_uri.as_deref(), session.answers.clone());
    session.client_hosts.extend(&bound);
    for base in [&base.provided, &base_uri].into_iter().flatten().filter(|base| !base.contains('{')) {
        session.host.base_used(&definition, base);
    }
    let label = global(&name);
    let id = session.clients.borrow_mut().add(name, definition, base, bound);
    session.sign_in_from_outside(id);
    Ok(ClientInfo { id, label, version, base_uri_defaults })
}

/// A step from a path: a property's name, or the number of arguments of a call.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum PathStep {
    Property(String),
    Call(usize),
}

/// Where a step from a path leads; null for nowhere.
#[op2]
#[serde]
pub(super) fn op_client_step(
    state: &OpState,
    client: u32,
    path: u32,
    #[serde] step: PathStep,
) -> Result<Option<SteppedTo>, ClientError> {
    let session = Session::of(state);
    let mut clients = session.clients.borrow_mut();
    let name;
    let step = match step {
        PathStep::Property(property) => {
            name = property;
            Step::Property(&name)
        }
        PathStep::Call(arguments) => Step::Call { arguments },
    };
    Ok(clients.get_mut(client).ok_or(ClientError::Unknown)?.step(path, step))
}

/// What stands on a path.
#[op2]
#[serde]
pub(super) fn op_client_names(state: &OpState, client: u32, path: u32) -> Result<PathNames, ClientError> {
    let session = Session::of(state);
    let mut clients = session.clients.borrow_mut();
    clients.get_mut(client).and_then(|client| client.names(path)).ok_or(ClientError::Unknown)
}

/// Why a call makes no request.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum CallError {
    /// A value is missing or wrong.
    #[class(type)]
    #[error("{}", self.message())]
    Plan { client: String, cause: PlanError },
    /// The prelude passes what it cannot have.
    #[class(generic)]
    #[error("the prelude passes no call")]
    Inputs,
}

impl CallError {
    fn message(&self) -> String {
        match self {
            Self::Plan { client, cause: PlanError::BaseUri { has_path } } => {
                let host = if *has_path { " with a host" } else { "" };
                format!("the definition of \"{client}\" has no base URI{host}")
            }
            Self::Plan { cause, .. } => cause.to_string(),
            Self::Inputs => String::new(),
        }
    }

    fn help(&self) -> String {
        let Self::Plan { client, cause } = self else { return String::new() };
        match cause {
            PlanError::UriParameter { name } => {
                format!("Pass a value for `{name}`, or '' to leave the segment empty.")
            }
            PlanError::BaseUriParameter { name } => format!(
                "Pass baseUriParameters: {{{name}: …}}, or set the whole base URI: --base-uri {client}=https://…."
            ),
            PlanError::BaseUri { .. } => format!("Pass --base-uri {client}=https://…."),
            PlanError::DotSegment { .. } => String::new(),
        }
    }
}

/// What a call is given, as the prelude writes it.
#[derive(Deserialize)]
struct PlanInputs<'a> {
    /// The path of a call of any path.
    path: String,
    /// The arguments on the way to a method, else the values of the path's tags.
    #[serde(borrow)]
    values: &'a RawValue,
    uri_parameters: Fields,
    base_uri: PlannedValue,
    base_uri_parameters: Fields,
    query: Fields,
    headers: Fields,
}

/// The request of a call, but for its body, as JSON: the URL, the headers, and the content type that the definition
/// prefers. `path` leads to the method; that of the client itself: `inputs` have a path of their own.
#[op2]
#[string]
pub(super) fn op_call_plan(
    state: &OpState,
    client: u32,
    path: u32,
    #[string] inputs: &str,
) -> Result<String, CallError> {
    let session = Session::of(state);
    let mut clients = session.clients.borrow_mut();
    let client = clients.get_mut(client).ok_or(CallError::Inputs)?;
    let inputs: PlanInputs<'_> = serde_json::from_str(inputs).map_err(|_| CallError::Inputs)?;
    let method = client.method(path);
    let (values, parameters);
    let target = match &method {
        Some(method) => {
            let arguments: Vec<PlannedValue> =
                serde_json::from_str(inputs.values.get()).map_err(|_| CallError::Inputs)?;
            values = method.values(&arguments);
            Target::Method { method, values: &values }
        }
        None => {
            parameters = serde_json::from_str(inputs.values.get()).map_err(|_| CallError::Inputs)?;
            let required = client.definition().requires_path_parameters;
            Target::Path { path: &inputs.path, parameters: &parameters, required }
        }
    };
    let call = CallInputs {
        base_uri: inputs.base_uri,
        uri_parameters: inputs.uri_parameters,
        base_uri_parameters: inputs.base_uri_parameters,
        query: inputs.query,
        headers: inputs.headers,
        missing: Missing::Refuse,
    };
    let plan =
        plan(&client.base, target, &call).map_err(|cause| CallError::Plan { client: client.name.clone(), cause })?;
    let url = plan.url().ok_or(CallError::Inputs)?;
    if let Some(base) = known_text(&plan.server) {
        session.log.base(&base);
        if client.use_base(&base) {
            session.host.base_used(client.definition(), &base);
        }
    }
    let mut headers: Vec<(&str, Cow<'_, str>)> =
        plan.headers.iter().filter_map(|(name, value)| Some((name.as_str(), known_text(value)?))).collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        headers.insert(0, ("accept", Cow::Borrowed("*/*")));
    }
    serde_json::to_string(&(url, headers, &plan.content_type, &plan.only_content_type)).map_err(|_| CallError::Inputs)
}

/// The definition of a client. A session reads the definition at an address once.
fn load(session: &Session, client: &str, reference: &str) -> Result<Arc<Definition>, ClientError> {
    let found = definition::resolve(&session.settings, client, reference).map_err(|cause| {
        let (client, message) = (client.to_owned(), cause.to_string());
        match cause {
            SourceError::Outside { .. } => {
                let help = format!("Pass `--definition {client}=FILE` to use a definition from anywhere.");
                ClientError::Refused { client, message, help }
            }
            SourceError::ReferenceTag { reference } => ClientError::ReferenceTag { client, reference, message },
            SourceError::NoReference => ClientError::NoReference { client },
        }
    })?;
    let source = match found {
        Reference::Inline => return usable(session, client, "", None, definition::read_inline(reference)),
        Reference::At(source) => source,
    };
    if let Some(known) = session.clients.borrow().definition(&source.address) {
        return Ok(known);
    }
    if let Address::Url(url) = &source.address {
        session.ask_for(url);
    }
    let (loaded, documents) = definition::read(&source, &session.network, session.cancel());
    session.log.files_read(&documents.files());
    for call in documents.calls() {
        session.log.exchange(call, CallPurpose::Definition);
    }
    let deferred = loaded.deferred.clone();
    let definition = usable(session, client, reference, Some((&source.address, &documents)), loaded)?;
    // What is read later may outlast the cell: only the run's end cuts it short.
    documents.cancelled_by(session.run.borrow().clone());
    session.late_reads.add(client, documents, deferred);
    session.clients.borrow_mut().remember(source.address, &definition);
    Ok(definition)
}

fn usable(
    session: &Session,
    client: &str,
    reference: &str,
    read: Option<(&Address, &Arc<Documents>)>,
    mut loaded: Loaded,
) -> Result<Arc<Definition>, ClientError> {
    let bytes: usize = loaded.sources.iter().map(|source| source.text().len()).sum();
    let Some(memory) = session.memory.reserve(bytes.saturating_mul(MODEL)) else {
        let megabytes = session.memory.limit() >> 20;
        return Err(ClientError::TooLarge { client: client.to_owned(), megabytes });
    };
    session.clients.borrow_mut().hold(memory);
    if session.settings.is_offline() {
        // A mock server is made from all examples and schemas.
        loaded.deferred.read_all();
        for problem in loaded.deferred.take_diagnostics() {
            match definition::refusal(problem.as_ref()) {
                Some(_) => loaded.diagnostics.push(problem),
                None => late_reads::warn(&session.log, client, problem.as_ref()),
            }
        }
    }
    let definition = definition::usable(&mut loaded).map_err(|error| {
        let redacted = |message: String| session.redactor.redact(&message).into_owned();
        let client = client.to_owned();
        match error {
            Unusable::Refused { message, help } => ClientError::Refused { client, message: redacted(message), help },
            Unusable::Unreadable { message } => {
                ClientError::Unreadable { client, reference: reference.to_owned(), message: redacted(message) }
            }
        }
    })?;
    let errors = loaded.diagnostics.iter().filter(|problem| problem.severity() == Severity::Error).count();
    if errors > 0 {
        let mut warning = format!("the definition of `{client}` has {}", pluralize(errors, "error"));
        if let Some((address, _)) = read {
            warning.push_str(&format!("; `apinb definition check {address}` lists them"));
        }
        session.log.write(ConsoleLevel::Warn, &warning);
    }
    session.host.definition_read(&DefinitionRead {
        client,
        address: read.map(|(address, _)| address),
        definition: &definition,
        sources: &loaded.sources,
        deferred: &loaded.deferred,
        documents: read.map(|(_, documents)| documents),
    });
    Ok(definition)
}
