//! What clients sign in with, from outside: `--token`, `APINB_TOKEN_CLIENT`, `--auth`, `[clients.NAME]`; and where
//! tokens are kept.

use std::collections::BTreeMap;
use std::ffi::OsString;

use apinb_auth::sign_in::token_variable;
use apinb_auth::store::{Store, default_folder, system_keyring};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::settings::env_file::Variables;
use crate::cli::settings::file::ConfigFile;
use crate::cli::settings::flags::Flags;
use crate::cli::settings::job::keep;
use crate::cli::settings::problem::FileProblem;
use crate::cli::settings::value::text;

/// What the names of environment variables with tokens begin with.
const TOKEN_PREFIX: &str = "APINB_TOKEN_";
/// Where tokens are kept: `keyring`, `file`, `none`; else the keyring where there is one.
const STORE_VARIABLE: &str = "APINB_KEEP_TOKENS";

/// What clients sign in with.
pub(crate) struct SignIn {
    /// By client: the flags', else those of the file.
    pub(crate) tokens: BTreeMap<String, SecretString>,
    /// By the variable's name.
    pub(crate) token_variables: BTreeMap<String, SecretString>,
    /// By client and option.
    pub(crate) auth: BTreeMap<String, BTreeMap<String, SecretString>>,
}

/// Flags go before the environment, that before the file.
pub(crate) fn sign_in(
    config: &ConfigFile,
    flags: &Flags,
    token_variables: BTreeMap<String, SecretString>,
    mock: bool,
    problems: &mut Vec<FileProblem>,
) -> SignIn {
    let mut tokens = BTreeMap::new();
    let mut auth: BTreeMap<String, BTreeMap<String, SecretString>> = BTreeMap::new();
    for (name, client) in &config.clients {
        // A mocked run signs in at the stand-in; real secrets need not be there.
        let is_given = flags.tokens.contains_key(name) || token_variables.contains_key(&token_variable(name));
        if let Some(token) = client.token.as_ref().filter(|_| !is_given) {
            match text(&format!("clients.{name}.token"), token) {
                Err(_) if mock => {}
                token => keep(&mut tokens, name, token.map(SecretString::from), problems),
            }
        }
        let given = flags.auth.get(name);
        let options = auth.entry(name.clone()).or_default();
        for (option, value) in &client.auth {
            if given.is_some_and(|given| given.contains_key(option)) {
                continue;
            }
            match text(&format!("clients.{name}.auth.{option}"), value) {
                Err(_) if mock => {}
                value => keep(options, option, value.map(SecretString::from), problems),
            }
        }
    }
    tokens.extend(flags.tokens.clone());
    for (client, options) in &flags.auth {
        auth.entry(client.clone()).or_default().extend(options.clone());
    }
    SignIn { tokens, token_variables, auth }
}

/// The variables with tokens: the environment's, else those of `.env` files. An empty one gives none.
pub(crate) fn token_variables(file: &Variables) -> BTreeMap<String, SecretString> {
    let mut variables: BTreeMap<String, SecretString> =
        file.iter().map(|(name, variable)| (name.clone(), variable.value.clone())).collect();
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, SecretString::from(value.into_string().ok()?)))
    };
    variables.extend(std::env::vars_os().filter_map(text));
    variables.retain(|name, value| name.starts_with(TOKEN_PREFIX) && !value.expose_secret().is_empty());
    variables
}

/// Where this user's tokens are kept; none: nowhere.
#[must_use]
pub fn token_store() -> Option<Store> {
    let folder = default_folder()?;
    match std::env::var(STORE_VARIABLE).as_deref() {
        Ok("none") => None,
        Ok("file") => Some(Store::new(folder, || None)),
        _ => Some(Store::new(folder, system_keyring)),
    }
}
