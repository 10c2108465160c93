//! The overrides of a run for a notebook, so that an old notebook runs without a changed byte.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use apinb_auth::sign_in::error::token_variable;
use apinb_auth::store::Store;
use secrecy::SecretString;
use url::Url;

/// A file or a URL, as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An absolute path.
    File(PathBuf),
    /// A URL.
    Url(Url),
}

/// Everything resolved: flags over `apinb.toml` over defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The notebook's folder: relative definition and script paths start here, and may not leave it.
    pub folder: PathBuf,
    /// Where the notebook is, when it comes from the web: relative paths start there, and no file is read.
    pub web: Option<Url>,
    /// The front matter's `site:`, against which `/apiplatform/…` is resolved.
    pub site: Option<Url>,
    /// `--definition CLIENT=…`.
    pub definitions_by_client: BTreeMap<String, Source>,
    /// `[definitions]`: by the URL as the notebook writes it, or as it resolves.
    pub definitions_by_url: BTreeMap<String, Source>,
    /// `[scripts]` and `--script`: by URL.
    pub scripts: BTreeMap<String, Source>,
    /// `--base-uri CLIENT=URL`: final, without tags.
    pub base_uris: BTreeMap<String, Url>,
    /// `--token CLIENT=TOKEN`.
    pub tokens: BTreeMap<String, SecretString>,
    /// `APINB_TOKEN_CLIENT`: by the variable's name.
    pub token_variables: BTreeMap<String, SecretString>,
    /// `--auth CLIENT.OPTION=VALUE`: what a sign-in needs, by client and option.
    pub auth: BTreeMap<String, BTreeMap<String, SecretString>>,
    /// Where tokens are kept from one run to the next; none: nowhere.
    pub token_store: Option<Store>,
    /// Where scripts are cached; none: not at all.
    pub script_cache: Option<PathBuf>,
    /// Whether the run is mocked: sign-in pages are visited by the engine itself.
    pub mock: bool,
    /// A cell's time, until it calls `timeout`.
    pub cell_timeout: Duration,
    /// A call's time.
    pub call_timeout: Duration,
    /// The V8 heap's limit, in bytes.
    pub max_heap: usize,
}

impl Settings {
    /// The token that a client is given.
    #[must_use]
    pub fn token(&self, client: &str) -> Option<&SecretString> {
        self.tokens.get(client).or_else(|| self.token_variables.get(&token_variable(client)))
    }
}
