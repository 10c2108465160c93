//! The calls of a notebook as the requests that they send, as far as its text and the definitions say.
//!
//! What a run does in `js/prelude/22_call.js` with values is done here with what is written. What is not there (settings that
//! are made later, `beforeSend`, functions that call with their arguments) is left open or left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_analysis::model::{Analysis, Argument, Call, ClientUse, Step};
use apinb_check::uses::{Resolution, UseResolver};
use apinb_client::request::body::{DeclaredTypes, body};
use apinb_client::request::inputs::{CallInputs, Missing};
use apinb_client::request::plan::{Target, plan};
use apinb_client::request::query::parse_query;
use apinb_client::request::server::{self, BaseUri};
use apinb_definition::model::{Definition, Parameter, SecurityKind, SecurityScheme};
use apinb_notebook::model::{CodeCell, Notebook};
use apinb_record::piece::Piece;
use apinb_record::plan::RequestPlan;
use apinb_record::request::{Body, Credentials, Input, PlannedCall, Request, Requests, Server};
use apinb_record::value::{Fields, PlannedValue, merge_fields};

/// The definitions by the names of the clients, and the base URIs that the user sets.
pub struct KnownClients<'a> {
    /// Those that are at hand.
    pub definitions: BTreeMap<&'a str, &'a Arc<Definition>>,
    /// Base URIs that the user sets.
    pub base_uris: BTreeMap<&'a str, String>,
}

/// The calls of `notebook`, of which `analysis` was made.
#[must_use]
pub fn requests(notebook: &Notebook, analysis: &Analysis, known: &KnownClients<'_>) -> Requests {
    let mut resolvers: BTreeMap<&str, UseResolver> =
        known.definitions.iter().map(|(client, definition)| (*client, UseResolver::new(definition))).collect();
    let base_uri =
        |client: &str, definition: &Definition| BaseUri::new(definition, known.base_uris.get(client).cloned());
    let skipped = skipped(notebook);
    let labels: Vec<String> = notebook.cells().map(|cell| notebook.label_line(cell)).collect();
    let mut found = Vec::new();
    for one in &analysis.uses {
        let Some(call) = one.call() else { continue };
        let settings = settings(analysis, call.client);
        let label = labels.get(call.cell).cloned().unwrap_or_default();
        if let Some(reason) = skipped.get(call.cell).cloned().flatten() {
            found.push(Request { cell: call.cell, label, written: written(&call), call: Err(reason) });
            continue;
        }
        let planned = match (resolvers.get_mut(call.client), known.definitions.get(call.client)) {
            (Some(resolver), Some(definition)) => {
                planned(one, &call, resolver, definition, &settings, &base_uri(call.client, definition))
            }
            _ => Err(format!("its definition is not at hand: `--definition {}=FILE` names it", call.client)),
        };
        found.push(Request { cell: call.cell, label, written: written(&call), call: planned });
    }
    let called =
        |client: &str| found.iter().any(|request| request.call.as_ref().is_ok_and(|call| call.client == client));
    let servers = known.definitions.iter().filter(|(client, _)| called(client)).map(|(client, definition)| Server {
        client: (*client).to_owned(),
        uri: server_uri(&base_uri(client, definition), definition, &settings(analysis, client)),
        credentials: credentials(analysis, client, definition),
    });
    Requests {
        path: notebook.source.name().to_owned(),
        title: notebook.title().map(str::to_owned),
        inputs: inputs(analysis),
        servers: servers.collect(),
        requests: found,
    }
}

/// Why a run skips each cell; none for those that it runs.
fn skipped(notebook: &Notebook) -> Vec<Option<String>> {
    let reason = |what: &str, reason: &str| match reason {
        "" => format!("{what} is marked `skip`"),
        reason => format!("{what} is marked `skip`: {reason}"),
    };
    let whole = notebook.options().unwrap_or_default().skip.map(|text| reason("its notebook", &text));
    let of_cell = |cell: &CodeCell| cell.attributes.skip.as_deref().map(|text| reason("its cell", text));
    notebook.cells().map(|cell| whole.clone().or_else(|| of_cell(cell))).collect()
}

fn inputs(analysis: &Analysis) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for question in analysis.questions.iter().filter(|question| !question.confirm) {
        let Some(name) = question.variable.clone() else { continue };
        if !inputs.iter().any(|input| input.name == name) {
            let text = question.text.clone().unwrap_or_default();
            inputs.push(Input { name, text, default: question.default.clone() });
        }
    }
    inputs
}

/// What `API.createClient` gives to a client.
fn settings(analysis: &Analysis, client: &str) -> PlannedValue {
    let made = analysis.clients.iter().find(|one| one.name.as_deref() == Some(client));
    made.and_then(|client| client.settings.clone()).unwrap_or(PlannedValue::Object(Fields::new()))
}

/// `client.users.id(…).get`.
fn written(call: &Call<'_>) -> String {
    let mut text = call.client.to_owned();
    for step in call.chain {
        match step {
            Step::Name { name, .. } => text.extend([".", name]),
            Step::Call { arguments, .. } => text.push_str(if arguments.is_empty() { "()" } else { "(…)" }),
            Step::Unknown => text.push_str("[…]"),
        }
    }
    text.extend([".", call.method]);
    text
}

fn planned(
    one: &ClientUse,
    call: &Call<'_>,
    resolver: &mut UseResolver,
    definition: &Definition,
    settings: &PlannedValue,
    base: &BaseUri,
) -> Result<PlannedCall, String> {
    if call.arguments.iter().any(|argument| argument.spread) {
        return Err("its arguments are known only when the cell runs".to_owned());
    }
    let mut arguments = call.arguments.iter().map(Argument::planned_value);
    let (mut first, mut options) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    if first == PlannedValue::Function {
        (first, options) = (PlannedValue::Undefined, PlannedValue::Undefined);
    } else if options == PlannedValue::Function {
        options = PlannedValue::Undefined;
    }
    let verb = call.method.to_ascii_uppercase();
    let takes_query = matches!(verb.as_str(), "GET" | "HEAD");
    let config = Config { settings, options: &options };
    let mut notes = Vec::new();
    let nothing = PlannedValue::Undefined;
    let inputs = call_inputs(&config, definition, if takes_query { &first } else { &nothing }, &mut notes);
    if matches!(options, PlannedValue::Unknown(_)) {
        notes.push(format!("its options are known only when the cell runs: {}", shown(&options)));
    }
    let mut plan = match call.chain {
        [Step::Call { arguments, .. }] => {
            let Some(PlannedValue::Text(path)) = arguments.first().map(Argument::planned_value) else {
                return Err("its path is known only when the cell runs".to_owned());
            };
            let parameters =
                arguments.get(1).and_then(|argument| argument.planned_value().fields()).unwrap_or_default();
            let required = definition.requires_path_parameters;
            plan(base, Target::Path { path: &path, parameters: &parameters, required }, &inputs)
        }
        _ => {
            let resolved = match resolver.resolve(one, one.steps.len()) {
                Resolution::Call(call) => call,
                Resolution::UnknownMember(mistake) | Resolution::NotAFunction(mistake) => return Err(mistake.message),
                Resolution::PathCall(_) | Resolution::Unknown => {
                    return Err("its path is known only when the cell runs".to_owned());
                }
            };
            let (method, values) = resolver.method(&resolved).ok_or("its method is known only when the cell runs")?;
            plan(base, Target::Method { method: &method, values: &values }, &inputs)
        }
    }
    .map_err(|error| error.to_string())?;
    let value = match first {
        _ if takes_query => options.get("body").unwrap_or_default(),
        first if first.is_nullish() => config.replaced("body"),
        first => first,
    };
    let body = add_body(&value, &mut plan, &options)?;
    let own_server = plan.server != server_uri(base, definition, settings);
    Ok(PlannedCall { client: call.client.to_owned(), method: verb, plan, own_server, body, notes })
}

/// The body, whose type becomes one of the headers.
fn add_body(value: &PlannedValue, plan: &mut RequestPlan, options: &PlannedValue) -> Result<Option<Body>, String> {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let given = plan.headers.iter().position(|(name, _)| is_type(name)).map(|at| plan.headers.remove(at));
    if value.is_nullish() {
        // The client's type is for bodies; that of the call is meant.
        let own = options.get("headers").and_then(|headers| headers.fields()).unwrap_or_default();
        let is_own = own.iter().any(|(name, value)| is_type(name) && !value.is_nullish());
        plan.headers.extend(given.filter(|_| is_own));
        return Ok(None);
    }
    let declared = DeclaredTypes { preferred: plan.content_type.as_deref(), only: plan.only_content_type.as_deref() };
    let of_caller = given.as_ref().map(|(_, value)| value.as_slice());
    let (body, content_type) = body(value, of_caller, declared).map_err(|error| error.to_string())?;
    // curl writes that of a form in parts, with its boundary.
    if !matches!(body, Body::Multipart(_)) {
        let declared = || ("content-type".to_owned(), vec![Piece::Literal(content_type)]);
        plan.headers.push(given.unwrap_or_else(declared));
    }
    Ok(Some(body))
}

/// The base URI of a client's calls.
fn server_uri(base: &BaseUri, definition: &Definition, settings: &PlannedValue) -> Vec<Piece> {
    let config = Config { settings, options: &PlannedValue::Undefined };
    let inputs = call_inputs(&config, definition, &PlannedValue::Undefined, &mut Vec::new());
    base.fill(&inputs, None).unwrap_or_else(|_| vec![Piece::unknown("base URI")])
}

/// The settings of a client and the options of a call, as `js/prelude/21_config.js` lays them over one another.
struct Config<'a> {
    settings: &'a PlannedValue,
    options: &'a PlannedValue,
}

impl Config<'_> {
    /// A setting that options replace.
    fn replaced(&self, key: &str) -> PlannedValue {
        let over = self.options.get(key).filter(|value| *value != PlannedValue::Undefined);
        over.or_else(|| self.settings.get(key)).unwrap_or_default()
    }

    /// A setting that options are merged into.
    fn merged(&self, key: &str) -> Fields {
        let of = |config: &PlannedValue| config.get(key)?.fields();
        merge_fields(of(self.settings).unwrap_or_default(), of(self.options).unwrap_or_default())
    }

    fn headers(&self) -> Fields {
        let of = |config: &PlannedValue| config.get("headers").and_then(|headers| headers.fields()).unwrap_or_default();
        let over = of(self.options);
        let mut headers = of(self.settings);
        headers.retain(|(name, _)| !over.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)));
        headers.extend(over);
        headers
    }
}

/// The settings of a call for its plan; what `notes` has to say of the query.
fn call_inputs(
    config: &Config<'_>,
    definition: &Definition,
    first: &PlannedValue,
    notes: &mut Vec<String>,
) -> CallInputs {
    let mut query = Fields::new();
    let sources = [config.settings.get("query"), config.options.get("query"), Some(first.clone())];
    for source in sources.into_iter().flatten().filter(|source| !source.is_nullish()) {
        let fields = match &source {
            PlannedValue::Text(text) => Some(parse_query(text)),
            source => source.fields(),
        };
        match fields {
            Some(fields) => query = merge_fields(query, fields),
            None => notes.push(format!("its query is known only when the cell runs: {}", shown(&source))),
        }
    }
    let version = server::version(definition).map(|version| ("version".to_owned(), PlannedValue::Text(version)));
    CallInputs {
        base_uri: config.replaced("baseUri"),
        uri_parameters: config.merged("uriParameters"),
        base_uri_parameters: merge_fields(version.into_iter().collect(), config.merged("baseUriParameters")),
        query,
        headers: config.headers(),
        missing: Missing::Unknown,
    }
}

fn shown(value: &PlannedValue) -> &str {
    if let PlannedValue::Unknown(source) = value { source } else { "…" }
}

/// What a client signs in by: the scheme that the notebook names, else the first that the API asks for.
fn credentials(analysis: &Analysis, client: &str, definition: &Definition) -> Option<Credentials> {
    let sign_in = analysis.sign_ins.iter().find(|one| one.client.as_deref() == Some(client))?;
    let named = |name: &str| definition.security_schemes.iter().find(|scheme| scheme.name == name);
    let first = definition.secured_by.iter().flat_map(|one| &one.schemes).find_map(|one| named(&one.name));
    let scheme = match &sign_in.scheme {
        Some(name) => named(name)?,
        None => first.or_else(|| definition.security_schemes.first())?,
    };
    Some(credentials_of(scheme))
}

fn credentials_of(scheme: &SecurityScheme) -> Credentials {
    let names =
        |parameters: &[Parameter]| parameters.iter().map(|parameter| parameter.name.clone()).collect::<Vec<_>>();
    match &scheme.kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => Credentials::Bearer,
        SecurityKind::Basic => Credentials::Basic,
        SecurityKind::Digest => Credentials::Digest,
        SecurityKind::OAuth1(_) => Credentials::Other("OAuth 1.0".to_owned()),
        SecurityKind::Other(_) => {
            Credentials::Named { headers: names(&scheme.headers), query: names(&scheme.query_parameters) }
        }
    }
}
