//! Environment variables: which environment of `apinb.toml` is chosen, and what variables assign.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use apinb_project::overrides::value::Value;
use apinb_text::display::suggest::suggest;
use secrecy::ExposeSecret as _;

use super::env_file::Variables;
use super::layers::{Assignment, Origin, Problems};
use super::problem::{FileProblem, FileProblemKind, UsageProblem};
use super::setting::{AnySetting, Variable};
use super::table::TABLE;

/// How the names of all variables begin.
const PREFIX: &str = "APINB_";

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

/// Variables that begin with apinb's prefix and mean nothing: all of `.env` files, and those of the process that are a
/// misspelled one. `used`: those that `apinb.toml` reads itself.
pub(crate) fn unknown(in_files: &Variables, used: &BTreeSet<&str>) -> Problems {
    let is_unknown = |name: &str| name.starts_with(PREFIX) && !is_known(name) && !used.contains(name);
    let mut problems = Problems::new();
    for (name, variable) in in_files.iter().filter(|(name, _)| is_unknown(name)) {
        let place = format!("`{}`", variable.location.file.name());
        let kind =
            FileProblemKind::UnknownKey { key: name.clone(), place, meant: meant(name), known: known().collect() };
        problems.push(Box::new(FileProblem { location: variable.location.clone(), kind }));
    }
    let mut of_process: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    of_process.sort();
    for name in of_process.into_iter().filter(|name| is_unknown(name)) {
        if let Some(meant) = meant(&name) {
            let help = format!("Did you mean `{meant}`?");
            problems.push(Box::new(UsageProblem::Unfit { value: name, what: "is not a variable of apinb", help }));
        }
    }
    problems
}

fn is_known(name: &str) -> bool {
    let is = |variable: &Variable| match variable {
        Variable::Exact(known) => name == *known,
        Variable::Prefix { prefix, .. } => name.starts_with(prefix),
    };
    name == VARIABLE || TABLE.iter().filter_map(|setting| setting.entry().variable.as_ref()).any(is)
}

/// The variables that there are, those of a prefix by the prefix.
fn known() -> impl Iterator<Item = &'static str> {
    let name = |variable: &'static Variable| match variable {
        Variable::Exact(name) => *name,
        Variable::Prefix { prefix, .. } => *prefix,
    };
    let of_settings = TABLE.iter().filter_map(move |setting| setting.entry().variable.as_ref().map(name));
    std::iter::once(VARIABLE).chain(of_settings)
}

/// The variable that `name` most likely misspells.
fn meant(name: &str) -> Option<String> {
    let rest = name.strip_prefix(PREFIX)?;
    let known: Vec<&str> = known().filter_map(|known| known.strip_prefix(PREFIX)).collect();
    let exact = known.iter().copied().filter(|known| !known.ends_with('_'));
    if let Some(meant) = suggest(rest, exact) {
        return Some(format!("{PREFIX}{meant}"));
    }
    let (word, tail) = rest.split_once('_')?;
    let words = known.iter().filter_map(|known| known.strip_suffix('_'));
    suggest(word, words).map(|meant| format!("{PREFIX}{meant}_{tail}"))
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

#[cfg(test)]
mod tests {
    use super::{is_known, meant};

    #[test]
    fn misspelled_variables_have_a_suggestion() {
        for (name, expected) in [
            ("APINB_INPT_TITLE", Some("APINB_INPUT_TITLE")),
            ("APINB_TOKN_TODO", Some("APINB_TOKEN_TODO")),
            ("APINB_KEEP_TOKEN", Some("APINB_KEEP_TOKENS")),
            ("APINB_EVN", Some("APINB_ENV")),
            ("APINB_VERSION", None),
            ("APINB_TEST_FOLDER", None),
        ] {
            assert_eq!(meant(name).as_deref(), expected, "{name}");
            assert!(!is_known(name), "{name}");
        }
        for name in ["APINB_INPUT_TITLE", "APINB_TOKEN_X", "APINB_ENV", "APINB_CACHE_DIR", "APINB_TRUST"] {
            assert!(is_known(name), "{name}");
        }
    }
}
