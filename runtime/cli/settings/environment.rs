//! Environment variables: which environment of `apinb.toml` is chosen, and what variables assign.

use std::collections::BTreeMap;
use std::path::PathBuf;

use apinb_project::overrides::value::Value;
use secrecy::ExposeSecret as _;

use super::env_file::Variables;
use super::layers::{Assignment, Origin};
use super::setting::{AnySetting, Variable};
use super::table::TABLE;

/// The variable that chooses where no flag does.
const VARIABLE: &str = "APINB_ENV";

/// The environment that is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) name: String,
    /// The flag or the variable that chose it.
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
}

/// The assignments of variables: those of `.env` files and those of the process, which override them, also by an empty
/// value.
pub(crate) fn read(in_files: &Variables) -> Vec<Assignment> {
    TABLE.iter().flat_map(|setting| of_setting(*setting, in_files)).collect()
}

fn of_setting(setting: &'static dyn AnySetting, in_files: &Variables) -> Vec<Assignment> {
    let assignment = |names: Vec<String>, value: String, origin: Origin| Assignment {
        setting,
        names,
        value: Value::Text(value),
        origin,
        folder: PathBuf::new(),
    };
    match setting.entry().variable {
        None => Vec::new(),
        Some(Variable::Exact(name)) => {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty());
            value.map(|value| assignment(Vec::new(), value, Origin::Variable(name.to_owned()))).into_iter().collect()
        }
        Some(Variable::Prefix { prefix, allows_empty }) => {
            let in_files = in_files.iter().map(|(name, variable)| {
                let origin = Origin::EnvFile { variable: name.clone(), location: variable.location.clone() };
                (name.clone(), (variable.value.expose_secret().to_owned(), origin))
            });
            let of_process = std::env::vars_os().filter_map(|(name, value)| {
                let name = name.into_string().ok()?;
                Some((name.clone(), (value.into_string().ok()?, Origin::Variable(name))))
            });
            let all: BTreeMap<String, (String, Origin)> = in_files.chain(of_process).collect();
            let assigned = |(name, (value, origin)): (String, (String, Origin))| {
                let suffix = name.strip_prefix(prefix)?.to_owned();
                (allows_empty || !value.is_empty()).then(|| assignment(vec![suffix], value, origin))
            };
            all.into_iter().filter_map(assigned).collect()
        }
    }
}
