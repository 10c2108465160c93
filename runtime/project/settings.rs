//! The settings of a notebook: overrides of what it names, and the limits of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use apinb_auth::sign_in::error::token_variable;
use apinb_auth::store::Store;
use apinb_record::determinism::Determinism;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cassette::{CassetteMode, CassetteSettings};
use crate::contract::ContractSettings;
use crate::reading::project::Project;
use crate::reading::scripts::ScriptBroker;
use crate::reading::web_lock::WebLock;
use crate::saving::OutputBroker;
use crate::serialized;

/// The limit of the console output of a cell without a setting, in bytes.
const DEFAULT_OUTPUT: usize = 8 << 20;

/// The file or URL that an override names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// An absolute path.
    File(#[serde(with = "serialized::path")] PathBuf),
    Url(Url),
}

/// What a mock server answers to a search without a hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MockSearch {
    /// An empty list.
    #[default]
    Matching,
    /// A made-up hit.
    Always,
}

/// What a failed cell ends. Cells that are marked `teardown` run all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailFast {
    /// Nothing.
    #[default]
    Never,
    /// The rest of its notebook.
    Notebook,
    /// The rest of its notebook, and the notebooks that have not started.
    All,
}

/// The settings of a notebook, merged from flags, variables, `apinb.toml` and defaults. Their serialization has the
/// secrets themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The folder of the notebook: relative paths of definitions and scripts start here.
    #[serde(with = "serialized::path")]
    pub folder: PathBuf,
    /// What the notebook may read.
    pub project: Project,
    /// The project of the working directory, which a definition that a person names may be in.
    pub here: Project,
    /// The folders of `--allow-read`, which it and its definitions may read too.
    #[serde(with = "serialized::paths")]
    pub allow_read: Vec<PathBuf>,
    /// The URL of a remote notebook: relative paths are URLs beside it, and it reads no file.
    pub web: Option<Url>,
    /// `site:` of the front matter, the base of `/apiplatform/…`.
    pub site: Option<Url>,
    pub definitions_by_client: BTreeMap<String, Source>,
    /// `definition:` of the front matter, by client: references as a cell may have them.
    pub definitions_by_notebook: BTreeMap<String, String>,
    /// `[definitions]`, by URL: as written in the notebook, or resolved.
    pub definitions_by_url: BTreeMap<String, Source>,
    /// `[scripts]` and `--script`: by URL.
    pub scripts: BTreeMap<String, Source>,
    /// `[imports]`: by specifier, or by the beginning of one that ends with `/`.
    pub imports: BTreeMap<String, Source>,
    /// `--base-uri CLIENT=URL`, by client. Without parameters.
    pub base_uris: BTreeMap<String, Url>,
    /// `--token CLIENT=TOKEN`.
    #[serde(with = "serialized::secrets")]
    pub tokens: BTreeMap<String, SecretString>,
    /// `APINB_TOKEN_CLIENT`, by the name of the variable.
    #[serde(with = "serialized::secrets")]
    pub token_variables: BTreeMap<String, SecretString>,
    /// `--auth CLIENT.OPTION=VALUE`, by client and option.
    #[serde(with = "serialized::nested_secrets")]
    pub auth: BTreeMap<String, BTreeMap<String, SecretString>>,
    /// The clients whose secrets the notebook may read.
    pub exposed: BTreeSet<String>,
    /// Stores tokens between runs; none: tokens are not stored. Only the process that has the files has it; see
    /// [`Store::brokered`].
    #[serde(skip)]
    pub token_store: Option<Store>,
    /// The folder of cached scripts; none: scripts are not cached.
    #[serde(with = "serialized::optional_path")]
    pub script_cache: Option<PathBuf>,
    /// The checksums of scripts and modules from the web; none: everything is accepted.
    pub web_lock: Option<WebLock>,
    /// Writes the cached scripts and the lock, if this process does not.
    #[serde(skip)]
    pub script_broker: Option<Arc<dyn ScriptBroker>>,
    /// The folder below which files are saved; none: that of the project.
    #[serde(with = "serialized::optional_path")]
    pub output_dir: Option<PathBuf>,
    /// Saves files, if this process does not.
    #[serde(skip)]
    pub output_broker: Option<Arc<dyn OutputBroker>>,
    /// Whether the run is mocked: the engine itself visits sign-in pages.
    pub mock: bool,
    /// The cassette of the notebook; none: it is neither replayed nor recorded.
    pub cassette: Option<CassetteSettings>,
    /// What mock servers answer to a search without a hit.
    pub mock_search: MockSearch,
    /// The time limit of a cell that does not call `timeout`.
    pub cell_timeout: Duration,
    /// Whether it comes from a flag, which overrides `timeout:` of the front matter.
    pub cell_timeout_by_flag: bool,
    /// What a failed cell ends.
    pub fail_fast: FailFast,
    /// Whether a cell fails if the notebook does not read the status of a response of 400 or more.
    pub fail_on_status: bool,
    /// The time limit of all cells together, which no cell can lift; none: there is none.
    pub notebook_timeout: Option<Duration>,
    /// The time limit of a call.
    pub call_timeout: Duration,
    /// The limit of the V8 heap, in bytes.
    pub max_heap: usize,
    /// The limit of the recorded console output of a cell, in bytes.
    pub max_output: usize,
    /// Whether an unknown option of a call fails the cell.
    pub strict: bool,
    /// Its clock, its seed, its time zone and its locale.
    pub determinism: Determinism,
    /// How its calls are checked against the definitions of their APIs; none: they are not.
    pub contract: Option<ContractSettings>,
}

impl Settings {
    /// The settings of a notebook in `folder` without overrides: nothing is stored or cached.
    #[must_use]
    pub fn new(folder: PathBuf, cell_timeout: Duration, call_timeout: Duration, max_heap: usize) -> Self {
        Self {
            project: Project::of(&folder),
            here: Project::Nothing,
            allow_read: Vec::new(),
            folder,
            web: None,
            site: None,
            definitions_by_client: BTreeMap::new(),
            definitions_by_notebook: BTreeMap::new(),
            definitions_by_url: BTreeMap::new(),
            scripts: BTreeMap::new(),
            imports: BTreeMap::new(),
            base_uris: BTreeMap::new(),
            tokens: BTreeMap::new(),
            token_variables: BTreeMap::new(),
            auth: BTreeMap::new(),
            exposed: BTreeSet::new(),
            token_store: None,
            script_cache: None,
            web_lock: None,
            script_broker: None,
            output_dir: None,
            output_broker: None,
            mock: false,
            cassette: None,
            mock_search: MockSearch::default(),
            cell_timeout,
            cell_timeout_by_flag: false,
            fail_fast: FailFast::default(),
            fail_on_status: false,
            notebook_timeout: None,
            call_timeout,
            max_heap,
            max_output: DEFAULT_OUTPUT,
            strict: false,
            determinism: Determinism::default(),
            contract: None,
        }
    }

    /// Whether no API is called: mock servers sign in, and prompts without an input have made-up answers.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.mock || self.cassette.as_ref().is_some_and(|cassette| cassette.mode == CassetteMode::Replay)
    }

    /// Whether the client is made from another definition than the one that its cell names.
    #[must_use]
    pub fn replaces_definition(&self, client: &str) -> bool {
        self.definitions_by_client.contains_key(client) || self.definitions_by_notebook.contains_key(client)
    }

    /// The projects that a definition may be in which a person names.
    #[must_use]
    pub fn around(&self) -> [Project; 2] {
        [Project::of(&self.folder), self.here.clone()]
    }

    /// All URLs in the settings.
    pub fn urls(&self) -> impl Iterator<Item = &Url> {
        let sources = [&self.definitions_by_client, &self.definitions_by_url, &self.scripts, &self.imports];
        let of_sources = sources.into_iter().flat_map(BTreeMap::values).filter_map(|source| match source {
            Source::Url(url) => Some(url),
            Source::File(_) => None,
        });
        self.base_uris.values().chain(&self.web).chain(&self.site).chain(of_sources)
    }

    /// The access token of the user for a client: `--token`, else `APINB_TOKEN_…`.
    #[must_use]
    pub fn token(&self, client: &str) -> Option<&SecretString> {
        self.tokens.get(client).or_else(|| self.token_variables.get(&token_variable(client)))
    }
}
