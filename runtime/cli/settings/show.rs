//! The settings of a notebook and where each comes from, for `config show`; read from the layers that a run uses.
//!
//! No value that is missing is an error, since this is where one looks for it. No secret gets into a [`SettingRecord`].

use std::path::PathBuf;

use apinb_project::overrides::value::Value;
use apinb_record::redact::Redact as _;
use apinb_record::settings::{SettingOrigin, SettingRecord, Settings, VERSION};
use apinb_text::secret::names::is_secret_name;
use apinb_text::secret::redactor::{MASK, Redactor};
use apinb_text::source::span::Location;
use secrecy::ExposeSecret as _;
use url::Url;

use super::env_file::{Variables, secrets};
use super::environment::Choice;
use super::layers::{self, Assignment, Layers, shown_path};
use super::policy::private_key;
use super::setting::{AnySetting, Secret, Variable};
use super::table::{ALLOW_READ, CLIENT_TOKEN, MOCK_INPUT, PRIVATE_KEY, TABLE};

/// The settings of a notebook. Paths are shown as seen from `here`.
pub(crate) fn settings(
    layers: &Layers,
    variables: &Variables,
    choice: Option<&Choice>,
    mock: bool,
    here: PathBuf,
) -> Settings {
    let show = Show { layers, variables, redactor: Redactor::default(), here };
    secrets(variables).iter().for_each(|secret| show.redactor.add(secret.expose_secret()));
    let mut entries = Vec::new();
    if let Some(Choice { name, by }) = choice {
        let origin = if by.starts_with('-') { SettingOrigin::Flag } else { SettingOrigin::Environment };
        entries.push(SettingRecord {
            key: "env".to_owned(),
            value: Some(name.as_str().into()),
            origin,
            from: (*by).to_owned(),
        });
    }
    let mut found: Vec<(ListOrder, SettingRecord)> = Vec::new();
    for (index, setting) in TABLE.iter().enumerate() {
        if setting.entry().key == MOCK_INPUT.entry.key && !mock {
            continue;
        }
        let of_setting = show.of_setting(*setting);
        found.extend(of_setting.into_iter().map(|(names, entry)| (ListOrder::new(index, *setting, names), entry)));
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries.extend(found.into_iter().map(|(_, entry)| entry));
    entries.redact(&show.redactor);
    Settings { version: VERSION, settings: entries }
}

/// Where an entry is listed: by section, in a section by name, then by setting.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ListOrder {
    section: usize,
    name: Option<String>,
    setting: usize,
    names: Vec<String>,
}

impl ListOrder {
    fn new(setting: usize, of: &dyn AnySetting, names: Vec<String>) -> Self {
        let section = |key: &'static str| key.split('.').next();
        let wanted = section(of.entry().key);
        let first = TABLE.iter().position(|other| section(other.entry().key) == wanted);
        Self { section: first.unwrap_or(setting), name: names.first().cloned(), setting, names }
    }
}

struct Show<'a> {
    layers: &'a Layers,
    variables: &'a Variables,
    redactor: Redactor,
    here: PathBuf,
}

impl Show<'_> {
    /// The effective values of a setting, by the names in its key.
    fn of_setting(&self, setting: &'static dyn AnySetting) -> Vec<(Vec<String>, SettingRecord)> {
        let mut entries = Vec::new();
        if setting.entry().key == ALLOW_READ.entry.key {
            // Each source adds to the others.
            let assignments = self.layers.assignments(setting).iter();
            let entry = |found: &Assignment| (Vec::new(), self.entry(setting.entry().key_of(&[]), &[], found));
            return assignments.map(entry).collect();
        }
        for names in self.layers.names(setting) {
            let found = if setting.entry().key == PRIVATE_KEY.entry.key {
                private_key(self.layers)
            } else {
                self.layers.strongest(setting, names)
            };
            let key = setting.entry().key_of(names);
            entries.extend(found.map(|found| (names.to_vec(), self.entry(key, names, found))));
        }
        // Variables whose names stand for nothing that is known.
        for (suffix, found) in self.layers.variables(setting) {
            let known = self.layers.names(setting);
            if known.iter().any(|names| names.iter().take(1).any(|name| Variable::stands_for(suffix, name))) {
                continue;
            }
            let name = self.name_for(setting, suffix);
            let key = match (&found.origin, &name) {
                // No client is known by that name.
                (layers::Origin::Variable(variable) | layers::Origin::EnvFile { variable, .. }, None)
                    if setting.entry().key == CLIENT_TOKEN.entry.key =>
                {
                    variable.clone()
                }
                _ => setting.entry().key_of(&[name.clone().unwrap_or_else(|| suffix.clone())]),
            };
            let names = vec![name.unwrap_or_else(|| suffix.clone())];
            entries.push((names.clone(), self.entry(key, &names, found)));
        }
        entries
    }

    /// The name that a variable's suffix stands for: of one that has another setting of the same section.
    fn name_for(&self, setting: &dyn AnySetting, suffix: &str) -> Option<String> {
        let section = |key: &'static str| key.split('.').next();
        let wanted = section(setting.entry().key);
        let beside = TABLE.iter().filter(|other| section(other.entry().key) == wanted);
        let mut names = beside.flat_map(|other| self.layers.names(*other)).filter_map(|names| names.first());
        names.find(|name| Variable::stands_for(suffix, name)).cloned()
    }

    fn entry(&self, key: String, names: &[String], found: &Assignment) -> SettingRecord {
        let (origin, mut from) = self.source(found);
        let by_name = || found.value.is_secret() || names.iter().any(|name| is_secret_name(name));
        let in_secret_variable = matches!(&found.value, Value::Environment { name, .. } if is_secret_name(name));
        let secret = match found.setting.entry().secret {
            Secret::Yes => true,
            Secret::ByName => by_name() || in_secret_variable,
            Secret::No => in_secret_variable,
        };
        let value = match found.value.resolve() {
            Ok(text) if secret => {
                self.redactor.add(&text);
                Some(MASK.into())
            }
            Ok(text) => {
                if let Ok(url) = Url::parse(&text) {
                    self.redactor.add_url(&url);
                }
                Some(found.setting.show(&text, &found.folder, &self.here))
            }
            Err(error) => {
                from = format!("{from}: {error}");
                None
            }
        };
        SettingRecord { key, value, origin, from }
    }

    fn source(&self, found: &Assignment) -> (SettingOrigin, String) {
        match &found.origin {
            layers::Origin::Default => (SettingOrigin::Default, "default".to_owned()),
            layers::Origin::Flag(name) => (SettingOrigin::Flag, format!("--{name}")),
            layers::Origin::Variable(name) => (SettingOrigin::Environment, format!("environment variable {name}")),
            layers::Origin::EnvFile { variable, location } => {
                (SettingOrigin::EnvFile, format!("{}, {variable}", at(location)))
            }
            layers::Origin::File(location) => {
                let place = match &found.value {
                    Value::Text(_) => return (SettingOrigin::File, at(location)),
                    Value::File(path) => shown_path(path, &self.here),
                    Value::Environment { name, .. } => {
                        match self.variables.get(name).filter(|_| std::env::var_os(name).is_none()) {
                            Some(variable) => format!("{}, {name}", at(&variable.location)),
                            None => format!("environment variable {name}"),
                        }
                    }
                };
                (SettingOrigin::File, format!("{}: {place}", at(location)))
            }
        }
    }
}

/// `file:line`.
fn at(location: &Location) -> String {
    format!("{}:{}", location.file.name(), location.position().line)
}
