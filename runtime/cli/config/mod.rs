//! From the text of the command line to values: flags over the environment over `apinb.toml` over defaults.
//!
//! Relative paths start where they are written: on the command line in the working directory, in `apinb.toml` in its
//! folder.

pub mod env_file;
mod environment;
pub mod file;
pub mod problem;
pub mod table;

mod auth;
mod bounded;
pub mod effective;
mod flags;
mod limits;
mod masked;
pub mod network;
mod notebooks;
mod reports;
mod rows;
mod web;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apinb_core::notebook::selection::Selection;
use apinb_engine::settings::{Settings, Source};
use apinb_http::scripts;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::cli::failure::Failure;
use super::arguments::{GivenArguments, ReplArguments, RunArguments};
use crate::run::inputs::{Input, Inputs, VARIABLE_PREFIX};
use crate::run::value::Value;
use crate::run;
use crate::run::job::{Job, NotebookLocation};
use env_file::Variables;
use environment::Choice;
use file::{ConfigFile, Proposed};
use flags::Flags;
use notebooks::{Named, Origin, Shard};
use problem::{FileProblem, FileProblemKind, UsageProblem};
use rows::Row;
use table::Placed;

pub use auth::token_store;
pub use reports::{Report, Target};

/// A cell's time, unless something else is said.
const CELL_TIMEOUT: Duration = Duration::from_secs(60);
/// A call's time.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The V8 heap, in bytes.
const MAX_HEAP: usize = 1024 << 20;
/// The most notebooks of a run with rows, counted once for each row.
const MAX_RUNS: usize = 100_000;

/// What `apinb run` is to do.
#[derive(Debug)]
pub struct RunConfig {
    /// The notebooks.
    pub jobs: Vec<Job>,
    /// The cells that are wanted of each.
    pub selection: Selection,
    /// How many run at once.
    pub threads: usize,
    /// The reports that are wanted.
    pub reports: Vec<Report>,
}

/// Makes values of the arguments and of the `apinb.toml` of each notebook.
///
/// # Errors
/// Everything that is wrong with them.
pub fn resolve(arguments: &RunArguments) -> Result<RunConfig, Failure> {
    resolve_with(arguments, &Proposed::default())
}

/// The same, with `apinb.toml` files that are not written yet.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_with(arguments: &RunArguments, proposed: &Proposed) -> Result<RunConfig, Failure> {
    let here = here()?;
    let flags = Flags::parse(&arguments.given, &here).map_err(Failure::all_unusable)?;
    let reports = reports::reports(&arguments.report).map_err(Failure::all_unusable)?;
    let selection = notebooks::selection(&arguments.choice).map_err(Failure::all_unusable)?;
    let rows = arguments.inputs.as_deref().map(|name| rows::read(name, &here)).transpose()?;
    let named = notebooks::notebooks(&arguments.notebooks, &here).map_err(Failure::all_unusable)?;
    let shard = arguments.choice.shard.as_deref().map(Shard::parse).transpose().map_err(Failure::unusable)?;
    let threads = arguments.jobs.as_deref().map_or(Ok(1), notebooks::threads).map_err(Failure::unusable)?;
    let wanted = runs(named.len(), rows.as_deref(), shard);
    if let Some(file) = arguments.inputs.as_ref().filter(|_| wanted.len() > MAX_RUNS) {
        return Err(Failure::unusable(UsageProblem::Unfit {
            value: file.clone(),
            what: "has too many rows for so many notebooks",
            help: format!("a run has up to {MAX_RUNS} notebooks, counted once for each row; `--shard` cuts it"),
        }));
    }
    let mut made: BTreeMap<usize, Job> = BTreeMap::new();
    for (index, named) in named.into_iter().enumerate() {
        if wanted.iter().any(|(wanted, _)| *wanted == index) {
            let mut job = job(named, arguments, &flags, &here, proposed)?;
            if rows.is_some() && matches!(job.place, Place::Stdin) {
                // It can be read once only.
                let notebook = run::read(&job.name, &job.place).map_err(Failure::unusable)?;
                job.place = Place::Text(notebook.source.text().into());
            }
            made.insert(index, job);
        }
    }
    let with_row = |(index, row): (usize, Option<&Row>)| {
        let mut job = made.get(&index)?.clone();
        if let Some(Row { record, inputs }) = row {
            job.row = Some(record.clone());
            job.inputs.row.clone_from(inputs);
        }
        Some(job)
    };
    let jobs = wanted.into_iter().filter_map(with_row).collect();
    Ok(RunConfig { jobs, selection, threads, reports })
}

/// What runs, in its order: all notebooks (which are so many) with the first row, with the second, and so on. A shard is
/// a part of all that.
fn runs(notebooks: usize, rows: Option<&[Row]>, shard: Option<Shard>) -> Vec<(usize, Option<&Row>)> {
    let all = match rows {
        None => (0..notebooks).map(|notebook| (notebook, None)).collect(),
        Some(rows) => {
            rows.iter().flat_map(|row| (0..notebooks).map(move |notebook| (notebook, Some(row)))).collect::<Vec<_>>()
        }
    };
    match shard {
        Some(shard) => shard.of(all),
        None => all,
    }
}

/// The same for a session: one notebook, or none.
///
/// # Errors
/// As [`resolve`]; when it is several notebooks.
pub fn session(arguments: &ReplArguments) -> Result<(Job, Selection), Failure> {
    let arguments = arguments.as_run();
    match arguments.notebooks.first() {
        None => {
            let here = here()?;
            let flags = Flags::parse(&arguments.given, &here).map_err(Failure::all_unusable)?;
            let named = Named { name: "repl".to_owned(), origin: Origin::Nowhere, folder: here.clone() };
            Ok((job(named, &arguments, &flags, &here, &Proposed::default())?, Selection::default()))
        }
        Some(notebook) => {
            let unfit = |what| {
                let help = "name one notebook, or none".to_owned();
                Failure::unusable(UsageProblem::Unfit { value: notebook.clone(), what, help })
            };
            if notebook == "-" {
                return Err(unfit("is stdin, where the session reads what it runs"));
            }
            if Path::new(notebook).is_dir() {
                return Err(unfit("is a folder"));
            }
            let RunConfig { mut jobs, selection, .. } = resolve(&arguments)?;
            // A file is one notebook.
            let job = jobs.pop().ok_or_else(|| unfit("is no notebook"))?;
            Ok((job, selection))
        }
    }
}

fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: ".".to_owned(), cause }))
}

fn job(
    named: Named,
    arguments: &RunArguments,
    flags: &Flags,
    here: &Path,
    proposed: &Proposed,
) -> Result<Job, Failure> {
    let Named { name, origin, folder } = named;
    let mock = arguments.mock;
    let folder = folder.canonicalize().unwrap_or(folder);
    let (config, variables) = surroundings(&origin, &folder, &arguments.given, here, proposed)?;
    let mut settings = settings(&config, flags, &variables, folder, mock).map_err(Failure::all_unusable)?;
    let mut problems = Vec::new();
    let mut network = network::policy(&config, &flags.network, settings.call_timeout, &mut problems);
    if !problems.is_empty() {
        return Err(Failure::all_unusable(problems));
    }
    let place = match origin {
        Origin::File(path) => Place::File(path),
        Origin::Stdin => Place::Stdin,
        Origin::Nowhere => Place::Nowhere,
        Origin::Web(url) => {
            let fetched = web::fetch(&url, network.clone()).map_err(Failure::unusable)?;
            if !arguments.yes {
                network.hosts = web::hosts(&fetched, &settings);
            }
            // A token that was kept is for notebooks of this machine.
            settings.token_store = None;
            settings.web = Some(fetched.url);
            Place::Text(fetched.text.into())
        }
    };
    let secrets = env_file::secrets(&variables);
    Ok(Job { name, place, settings, network, row: None, inputs: inputs(config, flags, &variables, mock), secrets })
}

/// The `apinb.toml` of a notebook, with the chosen environment over it, and the variables of its `.env` files.
fn surroundings(
    origin: &Origin,
    folder: &Path,
    arguments: &GivenArguments,
    here: &Path,
    proposed: &Proposed,
) -> Result<(ConfigFile, Variables), Failure> {
    // What lies beside the working directory is not meant for a notebook from elsewhere.
    let is_here = !matches!(origin, Origin::Web(_));
    let path = is_here.then(|| file::find_with(folder, proposed)).flatten();
    let beside = path.as_deref().and_then(Path::parent).into_iter().chain(is_here.then_some(folder));
    let variables = env_file::variables(arguments, here, beside)?;
    let (config, place) = match &path {
        Some(path) => {
            let shown = file::shown(path);
            let unreadable = |cause| Failure::unusable(UsageProblem::Unreadable { path: shown.clone(), cause });
            let config = file::read(path, &variables, proposed).map_err(unreadable)?.map_err(Failure::all_unusable)?;
            (config, format!("`{shown}`"))
        }
        None => (ConfigFile::default(), format!("a notebook without `{}`", file::NAME)),
    };
    match Choice::new(arguments.env.as_deref()) {
        Some(choice) => Ok((choice.of(config, &place).map_err(Failure::unusable)?, variables)),
        None => Ok((config, variables)),
    }
}

fn settings(
    config: &ConfigFile,
    flags: &Flags,
    variables: &Variables,
    folder: PathBuf,
    mock: bool,
) -> Result<Settings, Vec<FileProblem>> {
    let mut problems = Vec::new();
    let mut definitions_by_client = BTreeMap::new();
    let mut base_uris = BTreeMap::new();
    for (name, client) in &config.clients {
        let entry = |key: &str| format!("clients.{name}.{key}");
        if let Some(definition) = client.definition.as_ref().filter(|_| !flags.definitions.contains_key(name)) {
            let source = source(config, &entry("definition"), definition);
            keep(&mut definitions_by_client, name, source, &mut problems);
        }
        if let Some(base_uri) = client.base_uri.as_ref().filter(|_| !flags.base_uris.contains_key(name)) {
            let url = base_uri_value(&entry("base-uri"), base_uri);
            keep(&mut base_uris, name, url, &mut problems);
        }
    }
    let token_variables = auth::token_variables(variables);
    let auth::SignIn { tokens, token_variables, auth } =
        auth::sign_in(config, flags, token_variables, mock, &mut problems);
    let definitions_by_url = sources(config, &config.definitions, &mut problems);
    let mut scripts = sources(config, &config.scripts, &mut problems);
    definitions_by_client.extend(flags.definitions.clone());
    base_uris.extend(flags.base_uris.clone());
    scripts.extend(flags.scripts.clone());
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.location.span.start);
        return Err(problems);
    }
    let limits = &config.limits;
    let time = |placed: &Option<Placed<Duration>>| placed.as_ref().map(|placed| placed.value);
    Ok(Settings {
        folder,
        web: None,
        site: None,
        definitions_by_client,
        definitions_by_url,
        scripts,
        base_uris,
        tokens,
        token_variables,
        auth,
        token_store: if flags.no_token_cache { None } else { token_store() },
        script_cache: scripts::default_folder(),
        mock,
        cell_timeout: flags.cell_timeout.or(time(&limits.cell_timeout)).unwrap_or(CELL_TIMEOUT),
        call_timeout: flags.timeout.or(time(&limits.timeout)).unwrap_or(CALL_TIMEOUT),
        max_heap: flags.max_heap.or(limits.max_heap.as_ref().map(|heap| heap.value)).unwrap_or(MAX_HEAP),
    })
}

fn inputs(config: ConfigFile, flags: &Flags, variables: &Variables, mock: bool) -> Inputs {
    let given = |values: Vec<(String, Placed)>| -> Vec<Input> {
        values.into_iter().map(|(key, placed)| Input { key, value: placed.value }).collect()
    };
    let in_files = variables.iter().filter_map(|(name, variable)| {
        Some((name.strip_prefix(VARIABLE_PREFIX)?.to_owned(), variable.value.expose_secret().to_owned()))
    });
    let variable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        let name = name.to_str()?.strip_prefix(VARIABLE_PREFIX)?.to_owned();
        Some((name, value.into_string().ok()?))
    };
    Inputs {
        row: Vec::new(),
        flags: flags.inputs.clone(),
        // The later of equals stays.
        environment: in_files.chain(std::env::vars_os().filter_map(variable)).collect(),
        file: given(config.inputs),
        mock: if mock { given(config.mock_inputs) } else { Vec::new() },
        mocked: mock,
    }
}

fn sources(
    config: &ConfigFile,
    entries: &[(String, Placed)],
    problems: &mut Vec<FileProblem>,
) -> BTreeMap<String, Source> {
    let mut sources = BTreeMap::new();
    for (url, value) in entries {
        keep(&mut sources, url, source(config, url, value), problems);
    }
    sources
}

fn keep<T>(map: &mut BTreeMap<String, T>, name: &str, value: Result<T, FileProblem>, problems: &mut Vec<FileProblem>) {
    match value {
        Ok(value) => {
            map.insert(name.to_owned(), value);
        }
        Err(problem) => problems.push(problem),
    }
}

fn source(config: &ConfigFile, key: &str, placed: &Placed) -> Result<Source, FileProblem> {
    Ok(parse_source(&text(key, placed)?, &config.folder))
}

/// A URL when it is one of `http`, `https` or `file`; else a path, below `folder` where it is relative.
fn parse_source(text: &str, folder: &Path) -> Source {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Source::Url(url),
        Ok(url) if url.scheme() == "file" => match url.to_file_path() {
            Ok(path) => Source::File(path),
            Err(()) => Source::File(folder.join(text)),
        },
        _ => Source::File(folder.join(text)),
    }
}

fn base_uri_value(key: &str, placed: &Placed) -> Result<Url, FileProblem> {
    base_uri(&text(key, placed)?).map_err(|(what, help)| FileProblem {
        location: placed.location.clone(),
        kind: FileProblemKind::Unfit { key: key.to_owned(), what, help },
    })
}

/// A final base URI; else what is wrong with it, and what would be right.
fn base_uri(text: &str) -> Result<Url, (&'static str, &'static str)> {
    const HELP: &str = "write a final URL, as `https://acme.example.org/api`";
    if text.contains(['{', '}']) {
        return Err(("has tags", HELP));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(("is not an `http` or `https` URL", HELP)),
    }
}

fn text(key: &str, placed: &Placed) -> Result<String, FileProblem> {
    if let Value::Text(text) = &placed.value {
        return Ok(text.clone());
    }
    placed.value.resolve().map_err(|cause| FileProblem {
        location: placed.location.clone(),
        kind: FileProblemKind::NoValue { key: key.to_owned(), cause },
    })
}
