//! A notebook to run, with everything that is resolved for it.

use std::path::PathBuf;
use std::sync::Arc;

use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_http::policy::Policy;
use apinb_http::proxy::Proxy;
use apinb_record::run::{RowRecord, with_row};
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};

use crate::overrides::inputs::Inputs;
use crate::settings::Settings;

/// A notebook to run, with its settings.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its name in messages: the path as given.
    pub name: String,
    /// Where its text is.
    pub location: NotebookLocation,
    /// The settings of the engine; `site:` and title of the notebook are added when it is read.
    pub settings: Settings,
    /// The network policy.
    pub network: Policy,
    /// The row of `--inputs` that it runs with; its answers are among the inputs.
    pub row: Option<RowRecord>,
    /// The answers to its questions.
    pub inputs: Inputs,
    /// Other known secrets.
    pub secrets: Vec<SecretString>,
}

impl Job {
    /// Its name in output.
    #[must_use]
    pub fn shown(&self) -> String {
        with_row(&self.name, self.row.as_ref())
    }

    /// Adds its secrets to `redactor`.
    pub fn register_secrets(&self, redactor: &Redactor) {
        self.inputs.register_secrets(redactor);
        if let Some(password) = self.network.proxy.as_ref().and_then(Proxy::password) {
            redactor.add(&password);
        }
        let Settings { tokens, token_variables, auth, .. } = &self.settings;
        for secret in tokens.values().chain(token_variables.values()).chain(&self.secrets) {
            redactor.add(secret.expose_secret());
        }
        for outside in auth.values() {
            ProvidedFields { options: &serde_json::Map::new(), outside }.register_secrets(redactor);
        }
    }
}

/// Where a notebook's text is.
#[derive(Clone, Debug)]
pub enum NotebookLocation {
    /// In a file.
    File(PathBuf),
    /// On stdin.
    Stdin,
    /// Here: it was fetched.
    Text(Arc<str>),
    /// There is no notebook; cells are entered one at a time.
    Nowhere,
}
