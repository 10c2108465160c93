//! The settings of a notebook: the assignments of all sources, merged by precedence.
//!
//! From the weakest: defaults, `apinb.toml`, the chosen environment of it, `.env` files, variables, flags. What a run
//! uses and what `config show` shows are both read from here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use apinb_project::overrides::value::{Value, ValueError};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::span::Location;

use super::problem::{FileProblem, FileProblemKind, UsageProblem};
use super::setting::{AnySetting, Invalid, Setting, Variable};
use super::table::TABLE;

/// A value that a source assigns to a setting.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) setting: &'static dyn AnySetting,
    /// The names in place of the key's `*`; of a variable what follows its prefix.
    pub(crate) names: Vec<String>,
    pub(crate) value: Value,
    pub(crate) origin: Origin,
    pub(crate) folder: PathBuf,
}

/// The source of a value.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Default,
    File(Location),
    EnvFile {
        variable: String,
        location: Location,
    },
    Variable(String),
    /// The flag's name, without its dashes.
    Flag(&'static str),
}

/// Diagnostics about settings.
pub(crate) type Problems = Vec<Box<dyn Diagnostic>>;

/// All assignments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers {
    /// By key, the weakest first.
    assignments: BTreeMap<&'static str, Vec<Assignment>>,
    /// The variables of settings with a name in their key, by that key: the strongest of each variable.
    variables: BTreeMap<&'static str, BTreeMap<String, Assignment>>,
}

impl Layers {
    /// The layers of these sources, of which the weakest come first, over the defaults.
    pub(crate) fn new(sources: impl IntoIterator<Item = Assignment>) -> Self {
        let mut layers = Self::default();
        for &setting in TABLE {
            let default = setting.entry().default.map(|text| Assignment {
                setting,
                names: Vec::new(),
                value: Value::Text(text.to_owned()),
                origin: Origin::Default,
                folder: PathBuf::new(),
            });
            layers.extend(default);
        }
        layers.extend(sources);
        layers
    }

    fn extend(&mut self, sources: impl IntoIterator<Item = Assignment>) {
        for assignment in sources {
            let entry = assignment.setting.entry();
            let by_prefix = matches!(entry.variable, Some(Variable::Prefix { .. }));
            match (&assignment.origin, assignment.names.first()) {
                (Origin::EnvFile { .. } | Origin::Variable(_), Some(suffix)) if by_prefix => {
                    self.variables.entry(entry.key).or_default().insert(suffix.clone(), assignment);
                }
                _ => self.assignments.entry(entry.key).or_default().push(assignment),
            }
        }
    }

    /// Removes the assignments for which `is_wanted` is false.
    pub(crate) fn retain(&mut self, is_wanted: impl Fn(&Assignment) -> bool) {
        self.assignments.values_mut().for_each(|assignments| assignments.retain(&is_wanted));
    }

    /// The assignments of `apinb.toml` and of flags to a setting, the weakest first.
    pub(crate) fn assignments(&self, setting: &dyn AnySetting) -> &[Assignment] {
        self.assignments.get(setting.entry().key).map_or(&[], Vec::as_slice)
    }

    /// The variables that assign something to a setting, by what follows their prefix.
    pub(crate) fn variables(&self, setting: &dyn AnySetting) -> impl Iterator<Item = (&String, &Assignment)> {
        self.variables.get(setting.entry().key).into_iter().flatten()
    }

    /// The names to which `apinb.toml` and flags assign something.
    pub(crate) fn names(&self, setting: &dyn AnySetting) -> BTreeSet<&[String]> {
        self.assignments(setting).iter().map(|assignment| assignment.names.as_slice()).collect()
    }

    /// The assignment that takes effect.
    pub(crate) fn strongest(&self, setting: &dyn AnySetting, names: &[String]) -> Option<&Assignment> {
        let last = self.assignments(setting).iter().rfind(|assignment| assignment.names == names);
        let by_variable = || {
            let name = names.first()?;
            self.variables(setting).find(|(suffix, _)| Variable::stands_for(suffix, name)).map(|(_, found)| found)
        };
        match last {
            Some(flag) if matches!(flag.origin, Origin::Flag(_)) => Some(flag),
            last => by_variable().or(last),
        }
    }

    /// The value of a setting whose key has no name in it. Errors are added to `problems`.
    pub(crate) fn value<T>(&self, setting: &Setting<T>, problems: &mut Problems) -> Option<T> {
        self.strongest(setting, &[])?.parse(setting).map_err(|problem| problems.push(problem)).ok()
    }

    /// The files that hold values.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.assignments.values().flatten().filter_map(|assignment| match &assignment.value {
            Value::File(path) => Some(path),
            Value::Text(_) | Value::Environment { .. } => None,
        })
    }

    /// The values that all sources assign to a list: here each adds to the others.
    pub(crate) fn all<T>(&self, setting: &Setting<Vec<T>>, problems: &mut Problems) -> Vec<T> {
        let mut all = Vec::new();
        for assignment in self.assignments(setting) {
            match assignment.parse(setting) {
                Ok(values) => all.extend(values),
                Err(problem) => problems.push(problem),
            }
        }
        all
    }

    /// The values of a setting by the first name in its key.
    pub(crate) fn values<T>(&self, setting: &Setting<T>, problems: &mut Problems) -> BTreeMap<String, T> {
        let mut values = BTreeMap::new();
        for names in self.names(setting) {
            let value = self.strongest(setting, names).map(|assignment| assignment.parse(setting));
            match (names.first(), value) {
                (Some(name), Some(Ok(value))) => {
                    values.insert(name.clone(), value);
                }
                (_, Some(Err(problem))) => problems.push(problem),
                (_, None) | (None, _) => {}
            }
        }
        values
    }
}

impl Assignment {
    /// The value as `setting` has it, which is the setting of this assignment.
    ///
    /// # Errors
    /// When the value is missing, or invalid for this setting.
    pub(crate) fn parse<T>(&self, setting: &Setting<T>) -> Result<T, Box<dyn Diagnostic>> {
        let text = self.value.resolve().map_err(|cause| self.missing(cause))?;
        (setting.kind.parse)(&text, &self.folder).map_err(|invalid| self.problem(&text, invalid))
    }

    /// The key as `apinb.toml` would have it.
    pub(crate) fn key(&self) -> String {
        self.setting.entry().key_of(&self.names)
    }

    fn missing(&self, cause: ValueError) -> Box<dyn Diagnostic> {
        let key = self.key();
        match &self.origin {
            Origin::File(location) => {
                let kind = FileProblemKind::NoValue { key, cause };
                Box::new(FileProblem { location: location.clone(), kind })
            }
            Origin::Default | Origin::EnvFile { .. } | Origin::Variable(_) | Origin::Flag(_) => {
                Box::new(UsageProblem::NoValue { key, cause })
            }
        }
    }

    /// The diagnostic about `text`, in terms of its source.
    pub(crate) fn problem(&self, text: &str, invalid: Invalid) -> Box<dyn Diagnostic> {
        match &self.origin {
            Origin::File(location) => Box::new(in_file(location.clone(), self.key(), invalid)),
            Origin::Flag(name) => Box::new(of_flag(name, text, invalid)),
            Origin::Variable(variable) | Origin::EnvFile { variable, .. } => {
                Box::new(UsageProblem::of(variable.clone(), text, invalid))
            }
            Origin::Default => Box::new(UsageProblem::of(self.key(), text, invalid)),
        }
    }
}

/// The diagnostic about a value of `apinb.toml`.
pub(crate) fn in_file(location: Location, key: String, invalid: Invalid) -> FileProblem {
    let kind = match invalid {
        Invalid::Expected { expected, help, .. } => FileProblemKind::Invalid { key, expected, help },
        Invalid::Unusable { what, help } => FileProblemKind::Unfit { key, what, help },
        Invalid::Unreadable { path, cause } => {
            FileProblemKind::NoValue { key, cause: ValueError::Unreadable { path, cause } }
        }
    };
    FileProblem { location, kind }
}

/// The diagnostic about the value of a flag.
pub(crate) fn of_flag(name: &str, text: &str, invalid: Invalid) -> UsageProblem {
    UsageProblem::of(format!("--{name}"), text, invalid)
}

/// The problems in the order of their lines.
pub(crate) fn sorted(mut problems: Problems) -> Problems {
    problems.sort_by_key(|problem| problem.location().map(|location| location.span.start));
    problems
}

/// A path relative to the working directory.
pub(crate) fn shown_path(path: &Path, here: &Path) -> String {
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
