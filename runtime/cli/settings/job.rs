//! From the sources to what a job is made of: engine settings and inputs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apinb_engine::settings::{Settings, Source};
use apinb_http::scripts;
use secrecy::ExposeSecret as _;

use super::env_file::{self, Variables};
use super::environment::Choice;
use super::file::{self, ConfigFile, Proposed};
use super::flags::Flags;
use super::problem::{FileProblem, UsageProblem};
use super::sign_in::{self, token_store};
use super::toml::Placed;
use super::value::{base_uri_value, source};
use crate::cli::arguments::GivenArguments;
use crate::cli::failure::Failure;
use crate::run::inputs::{Input, Inputs, VARIABLE_PREFIX};

/// A cell's time, unless something else is said.
pub(crate) const CELL_TIMEOUT: Duration = Duration::from_secs(60);
/// A call's time.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The V8 heap, in bytes.
pub(crate) const MAX_HEAP: usize = 1024 << 20;

/// The working directory.
pub(crate) fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: ".".to_owned(), cause }))
}

/// The `apinb.toml` of a notebook, with the chosen environment over it, and the variables of its `.env` files.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn load_config_and_env(
    is_local: bool,
    folder: &Path,
    arguments: &GivenArguments,
    here: &Path,
    proposed: &Proposed,
) -> Result<(ConfigFile, Variables), Failure> {
    // What lies beside the working directory is not meant for a notebook from elsewhere.
    let path = is_local.then(|| file::find_with(folder, proposed)).flatten();
    let beside = path.as_deref().and_then(Path::parent).into_iter().chain(is_local.then_some(folder));
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

pub(crate) fn settings(
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
    let token_variables = sign_in::token_variables(variables);
    let sign_in::SignIn { tokens, token_variables, auth } =
        sign_in::sign_in(config, flags, token_variables, mock, &mut problems);
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

pub(crate) fn inputs(config: ConfigFile, flags: &Flags, variables: &Variables, mock: bool) -> Inputs {
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

pub(crate) fn keep<T>(
    map: &mut BTreeMap<String, T>,
    name: &str,
    value: Result<T, FileProblem>,
    problems: &mut Vec<FileProblem>,
) {
    match value {
        Ok(value) => {
            map.insert(name.to_owned(), value);
        }
        Err(problem) => problems.push(problem),
    }
}
