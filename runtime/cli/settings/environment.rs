//! `[env.NAME…]`: which environment is chosen, and how its sections lie over the others.

use apinb_core::text::display::suggest::suggest;

use crate::cli::settings::file::{Client, ConfigFile, Limits};
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::toml::Placed;

/// The variable that chooses where no flag does.
const VARIABLE: &str = "APINB_ENV";

/// The environment that is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) name: String,
    /// What chose it.
    pub(crate) by: &'static str,
}

impl Choice {
    /// By the flag, else by the variable.
    pub(crate) fn new(flag: Option<&str>) -> Option<Self> {
        let by_flag = flag.map(|name| Self { name: name.to_owned(), by: "--env" });
        by_flag.or_else(|| {
            let name = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty())?;
            Some(Self { name, by: VARIABLE })
        })
    }

    /// `file` with the sections of the chosen environment over its own; `shown` is what messages call it.
    ///
    /// # Errors
    /// When it has no such environment: the others may lead to another server.
    pub(crate) fn of(&self, mut file: ConfigFile, shown: &str) -> Result<ConfigFile, UsageProblem> {
        match file.environments.remove(&self.name) {
            Some(chosen) => Ok(over(chosen, file)),
            None => Err(UsageProblem::NoEnvironment {
                name: self.name.clone(),
                by: self.by,
                place: shown.to_owned(),
                meant: suggest(&self.name, file.environments.keys().map(String::as_str)).map(str::to_owned),
                known: file.environments.into_keys().collect(),
            }),
        }
    }
}

/// `above` over `below`, key by key.
fn over(above: ConfigFile, below: ConfigFile) -> ConfigFile {
    let mut clients = below.clients;
    for (name, client) in above.clients {
        let known = clients.remove(&name).unwrap_or_default();
        clients.insert(name, client_over(client, known));
    }
    ConfigFile {
        folder: below.folder,
        definitions: values_over(above.definitions, below.definitions),
        clients,
        inputs: values_over(above.inputs, below.inputs),
        scripts: values_over(above.scripts, below.scripts),
        mock_inputs: below.mock_inputs,
        limits: limits_over(above.limits, below.limits),
        network: above.network.over(below.network),
        environments: below.environments,
    }
}

fn client_over(above: Client, below: Client) -> Client {
    Client {
        definition: above.definition.or(below.definition),
        base_uri: above.base_uri.or(below.base_uri),
        token: above.token.or(below.token),
        auth: values_over(above.auth, below.auth),
    }
}

fn limits_over(above: Limits, below: Limits) -> Limits {
    Limits {
        cell_timeout: above.cell_timeout.or(below.cell_timeout),
        timeout: above.timeout.or(below.timeout),
        max_heap: above.max_heap.or(below.max_heap),
    }
}

fn values_over(above: Vec<(String, Placed)>, mut below: Vec<(String, Placed)>) -> Vec<(String, Placed)> {
    below.retain(|(key, _)| !above.iter().any(|(known, _)| known == key));
    below.extend(above);
    below
}
