//! From the sources to the parts of a job: engine settings and inputs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apinb_project::overrides::inputs::{Input, Inputs};
use apinb_project::overrides::value::Value;
use apinb_project::reading::root::{NAME, VirtualFiles, display_name, find_with};
use apinb_project::reading::scripts;
use apinb_project::settings::Settings;

use super::env_file::{self, Variables};
use super::environment::{self, Choice};
use super::file::{self, ConfigFile};
use super::layers::{Assignment, Layers, Origin, Problems};
use super::problem::UsageProblem;
use super::setting::Setting;
use super::sign_in::{SignIn, sign_in, token_store};
use super::table::{
    ALLOW_READ, CALL_TIMEOUT, CELL_TIMEOUT, CLIENT_BASE_URI, CLIENT_DEFINITION, CLIENT_EXPOSE, DEFINITION, FAIL_FAST,
    FAIL_ON_STATUS, IMPORT, INPUT, MAX_HEAP, MAX_OUTPUT, MOCK_INPUT, MOCK_SEARCH, OUTPUT_DIR, SCRIPT, STRICT,
};
use crate::cli::arguments::OverrideArguments;
use crate::cli::failure::Failure;

/// The working directory.
pub(crate) fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: ".".to_owned(), cause }))
}

/// The file or folder that the command line calls `name`.
///
/// # Errors
/// If it does not exist.
pub(crate) fn existing(name: &str, here: &Path) -> Result<PathBuf, Failure> {
    let path = here.join(name);
    match std::fs::metadata(&path) {
        Ok(_) => Ok(path),
        Err(cause) => Err(Failure::unusable(UsageProblem::Unreadable { path: name.to_owned(), cause })),
    }
}

/// The sources of a notebook's settings.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) layers: Layers,
    /// Those of its `.env` files.
    pub(crate) variables: Variables,
    /// Its `apinb.toml`.
    pub(crate) file: Option<LoadedFile>,
}

/// An `apinb.toml`.
#[derive(Clone, Debug)]
pub(crate) struct LoadedFile {
    pub(crate) path: PathBuf,
    pub(crate) config: ConfigFile,
    /// The variables of the `.env` files of the project, not those of a file that the user names.
    pub(crate) variables: Variables,
    /// Whether it is not written yet.
    pub(crate) is_proposed: bool,
}

impl LoadedFile {
    /// Its folder, where its relative paths start.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }
}

/// The sources of the settings of a notebook in `folder`. A remote notebook gets no local file.
///
/// # Errors
/// Everything that is wrong with `apinb.toml` and `.env` files.
pub(crate) fn load_layers(
    is_local: bool,
    folder: &Path,
    arguments: &OverrideArguments,
    flags: &[Assignment],
    here: &Path,
    proposed: &VirtualFiles,
) -> Result<Loaded, Failure> {
    let path = is_local.then(|| find_with(folder, proposed)).flatten();
    let beside = path.as_deref().and_then(Path::parent).into_iter().chain(is_local.then_some(folder));
    let variables = env_file::variables(arguments, here, beside)?;
    let (config, shown) = match &path {
        Some(path) => {
            let shown = display_name(path);
            let unreadable = |cause| Failure::unusable(UsageProblem::Unreadable { path: shown.clone(), cause });
            let config = file::read(path, &variables, proposed).map_err(unreadable)?.map_err(Failure::all_unusable)?;
            (config, format!("`{shown}`"))
        }
        None => (ConfigFile::default(), format!("a notebook without `{NAME}`")),
    };
    let file = path.map(|path| {
        let variables = if arguments.env_file.is_some() { Variables::new() } else { variables.clone() };
        let is_proposed = proposed.contains_key(&path);
        LoadedFile { path, config: config.clone(), variables, is_proposed }
    });
    let problems = environment::unknown(&variables, &config.variables_read());
    if !problems.is_empty() {
        return Err(Failure::unusable_problems(problems));
    }
    let choice = Choice::new(arguments.env.as_deref());
    let of_file = config.chosen(choice.as_ref(), &shown).map_err(Failure::unusable)?;
    let of_variables = environment::read(&variables);
    let layers = Layers::new(of_file.into_iter().chain(of_variables).chain(flags.iter().cloned()));
    Ok(Loaded { layers, variables, file })
}

/// The settings of the engine; errors are added to `problems`.
pub(crate) fn settings(layers: &Layers, folder: PathBuf, mock: bool, problems: &mut Problems) -> Settings {
    let SignIn { tokens, token_variables, auth } = sign_in(layers, mock, problems);
    let cell_timeout = layers.value(&CELL_TIMEOUT, problems).unwrap_or_default();
    let call_timeout = layers.value(&CALL_TIMEOUT, problems).unwrap_or_default();
    let max_heap = layers.value(&MAX_HEAP, problems).unwrap_or_default();
    let is_flag = |found: &Assignment| matches!(found.origin, Origin::Flag(_));
    let exposed: BTreeMap<String, bool> = layers.values(&CLIENT_EXPOSE, problems);
    Settings {
        exposed: exposed.into_iter().filter_map(|(client, exposed)| exposed.then_some(client)).collect(),
        output_dir: layers.value(&OUTPUT_DIR, problems),
        allow_read: layers.all(&ALLOW_READ, problems),
        definitions_by_client: layers.values(&CLIENT_DEFINITION, problems),
        definitions_by_url: layers.values(&DEFINITION, problems),
        scripts: layers.values(&SCRIPT, problems),
        imports: layers.values(&IMPORT, problems),
        base_uris: layers.values(&CLIENT_BASE_URI, problems),
        tokens,
        token_variables,
        auth,
        token_store: token_store(layers),
        script_cache: scripts::default_folder(),
        mock,
        mock_search: layers.value(&MOCK_SEARCH, problems).unwrap_or_default(),
        cell_timeout_by_flag: layers.strongest(&CELL_TIMEOUT, &[]).is_some_and(is_flag),
        fail_fast: layers.value(&FAIL_FAST, problems).unwrap_or_default(),
        fail_on_status: layers.value(&FAIL_ON_STATUS, problems).unwrap_or_default(),
        max_output: layers.value(&MAX_OUTPUT, problems).unwrap_or_default(),
        strict: layers.value(&STRICT, problems).unwrap_or_default(),
        ..Settings::new(folder, cell_timeout, call_timeout, max_heap)
    }
}

/// The answers to prompts. Of equal keys of one source the last counts.
pub(crate) fn inputs(layers: &Layers, mock: bool) -> Inputs {
    let inputs = |setting: &Setting<String>, is_wanted: fn(&Origin) -> bool| -> Vec<Input> {
        let wanted = layers.assignments(setting).iter().filter(|assignment| is_wanted(&assignment.origin));
        let input = |found: &Assignment| Some(Input { key: found.names.first()?.clone(), value: found.value.clone() });
        wanted.filter_map(input).collect()
    };
    let variable = |(suffix, found): (&String, &Assignment)| match &found.value {
        Value::Text(text) => Some((suffix.clone(), text.clone())),
        Value::Environment { .. } | Value::File(_) => None,
    };
    let is_in_file = |origin: &Origin| matches!(origin, Origin::File(_));
    Inputs {
        row: Vec::new(),
        row_values: None,
        flags: inputs(&INPUT, |origin| matches!(origin, Origin::Flag(_))),
        environment: layers.variables(&INPUT).filter_map(variable).collect(),
        file: inputs(&INPUT, is_in_file),
        mock: if mock { inputs(&MOCK_INPUT, is_in_file) } else { Vec::new() },
        mocked: mock,
        sign_in: Vec::new(),
    }
}
