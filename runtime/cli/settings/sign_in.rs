//! The credentials of clients, and the token store.

use std::collections::BTreeMap;

use apinb_auth::store::keyring::system_keyring;
use apinb_auth::store::{Store, default_folder};
use apinb_project::overrides::value::Value;
use secrecy::SecretString;

use super::env_file::Variables;
use super::environment;
use super::layers::{Assignment, Layers, Origin, Problems};
use super::setting::Setting;
use super::table::{CLIENT_AUTH, CLIENT_TOKEN, KEEP_TOKENS};

/// The credentials of clients.
pub(crate) struct SignIn {
    /// By client: those of flags, else those of `apinb.toml`.
    pub(crate) tokens: BTreeMap<String, SecretString>,
    /// By the variable's name.
    pub(crate) token_variables: BTreeMap<String, SecretString>,
    /// By client and option.
    pub(crate) auth: BTreeMap<String, BTreeMap<String, SecretString>>,
}

/// The credentials in the layers. A mocked run signs in at the mock server and does not need real secrets.
pub(crate) fn sign_in(layers: &Layers, mock: bool, problems: &mut Problems) -> SignIn {
    let mut tokens = BTreeMap::new();
    for (names, token) in secrets(layers, &CLIENT_TOKEN, mock, problems) {
        tokens.extend(names.first().map(|client| (client.clone(), token)));
    }
    let mut auth: BTreeMap<String, BTreeMap<String, SecretString>> = BTreeMap::new();
    for (names, value) in secrets(layers, &CLIENT_AUTH, mock, problems) {
        if let [client, option] = names {
            auth.entry(client.clone()).or_default().insert(option.clone(), value);
        }
    }
    let variable = |assignment: &Assignment| match (&assignment.origin, &assignment.value) {
        (Origin::Variable(name) | Origin::EnvFile { variable: name, .. }, Value::Text(token)) => {
            Some((name.clone(), SecretString::from(token.as_str())))
        }
        _ => None,
    };
    let token_variables = layers.variables(&CLIENT_TOKEN).filter_map(|(_, found)| variable(found)).collect();
    SignIn { tokens, token_variables, auth }
}

/// The values of a setting by its names, but for those that a variable overrides.
fn secrets<'a>(
    layers: &'a Layers,
    setting: &Setting<String>,
    mock: bool,
    problems: &mut Problems,
) -> Vec<(&'a [String], SecretString)> {
    let mut secrets = Vec::new();
    for names in layers.names(setting) {
        let Some(found) = layers.strongest(setting, names) else { continue };
        if matches!(found.origin, Origin::Variable(_) | Origin::EnvFile { .. }) {
            continue;
        }
        match found.parse(setting) {
            Ok(secret) => secrets.push((names, SecretString::from(secret))),
            Err(_) if mock => {}
            Err(problem) => problems.push(problem),
        }
    }
    secrets
}

/// Where this user's tokens are stored when no flag says anything; none: nowhere.
#[must_use]
pub(crate) fn user_token_store() -> Option<Store> {
    token_store(&Layers::new(environment::read(&Variables::new())))
}

/// Where tokens are stored; none: nowhere.
#[must_use]
pub(crate) fn token_store(layers: &Layers) -> Option<Store> {
    let folder = default_folder()?;
    // Any text is a value.
    match layers.value(&KEEP_TOKENS, &mut Vec::new()).as_deref() {
        Some("none") => None,
        Some("file") => Some(Store::new(folder, || None)),
        _ => Some(Store::new(folder, system_keyring)),
    }
}
