//! A notebook to run, with its settings.

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
    /// Its name in messages: the path on the command line.
    pub name: String,
    pub location: NotebookLocation,
    /// `site` is added when the notebook is read.
    pub settings: Settings,
    pub network: Policy,
    /// The row of `--inputs` that it runs with. Its answers are also in `inputs`.
    pub row: Option<RowRecord>,
    pub inputs: Inputs,
    /// Secrets that are in no other field.
    pub secrets: Vec<SecretString>,
}

impl Job {
    /// A notebook without a row, answers and other secrets, with the default network policy.
    #[must_use]
    pub fn new(name: String, location: NotebookLocation, settings: Settings) -> Self {
        let (network, inputs) = (Policy::default(), Inputs::default());
        Self { name, location, settings, network, row: None, inputs, secrets: Vec::new() }
    }

    /// The name in output: the path, and the row if there is one.
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

/// Where the text of a notebook is.
#[derive(Clone, Debug)]
pub enum NotebookLocation {
    File(PathBuf),
    Stdin,
    /// A remote notebook, fetched before.
    Text(Arc<str>),
    /// There is no notebook: the REPL starts empty.
    Nowhere,
}
