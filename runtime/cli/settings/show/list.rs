//! The entries as they are collected: the last of a key stays, and no secret gets in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apinb_core::text::secret::names::is_secret_name;
use apinb_core::text::secret::redactor::{MASK, Redactor};
use apinb_core::text::source::span::Location;
use apinb_engine::settings::Source;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::cli::settings::env_file::{Variables, secrets};
use crate::cli::settings::show::{Entry, Origin};
use crate::cli::settings::toml::Placed;
use crate::cli::settings::value::parse_source;
use crate::run::value::Value;

/// The entries so far.
pub(crate) struct List {
    pub(crate) here: PathBuf,
    variables: Variables,
    entries: Vec<Entry>,
    redactor: Redactor,
}

impl List {
    /// Nothing yet. Paths are shown as seen from `here`.
    pub(crate) fn new(here: PathBuf, variables: Variables) -> Self {
        Self { here, variables, entries: Vec::new(), redactor: Redactor::default() }
    }

    /// In place of what the key had.
    pub(crate) fn put(&mut self, key: &str, value: serde_json::Value, origin: Origin, from: impl Into<String>) {
        let entry = Entry { key: key.to_owned(), value: Some(value), origin, from: from.into() };
        self.put_entry(entry);
    }

    pub(crate) fn put_entry(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// A secret, of which nobody sees more than that it is there.
    pub(crate) fn put_secret(&mut self, key: &str, secret: &str, origin: Origin, from: impl Into<String>) {
        self.redactor.add(secret);
        self.put(key, MASK.into(), origin, from);
    }

    /// A value of `apinb.toml`; `shown` makes of its text what counts.
    pub(crate) fn put_placed(
        &mut self,
        key: &str,
        placed: &Placed,
        secret: bool,
        shown: impl FnOnce(String) -> String,
    ) {
        let secret = secret || matches!(&placed.value, Value::Environment { name, .. } if is_secret_name(name));
        let mut from = at(&placed.location);
        if let Value::Environment { name, .. } = &placed.value {
            let place = match self.variables.get(name).filter(|_| std::env::var_os(name).is_none()) {
                Some(variable) => format!("{}, {name}", at(&variable.location)),
                None => format!("environment variable {name}"),
            };
            from = format!("{from}: {place}");
        }
        if let Value::File(path) = &placed.value {
            from = format!("{from}: {}", self.path(path));
        }
        match placed.value.resolve() {
            Ok(text) if secret => self.put_secret(key, &text, Origin::File, from),
            Ok(text) => self.put(key, shown(text).into(), Origin::File, from),
            Err(error) => {
                let from = format!("{from}: {error}");
                self.put_entry(Entry { key: key.to_owned(), value: None, origin: Origin::File, from });
            }
        }
    }

    /// A path as short as it can be written here.
    pub(crate) fn path(&self, path: &Path) -> String {
        path.strip_prefix(&self.here).unwrap_or(path).display().to_string()
    }

    /// A file or a URL; a password in it is a secret.
    pub(crate) fn source(&self, text: &str, folder: &Path) -> String {
        match parse_source(text, folder) {
            Source::File(path) => self.path(&path),
            Source::Url(url) => {
                self.hide_password(&url);
                url.to_string()
            }
        }
    }

    pub(crate) fn hide_password(&self, url: &Url) {
        if let Some(password) = url.password() {
            self.redactor.add(password);
        }
    }

    pub(crate) fn put_setting(
        &mut self,
        key: &str,
        source: Given<'_>,
        parse: impl FnOnce(&str) -> Option<serde_json::Value>,
        default: Option<serde_json::Value>,
    ) {
        let name = key.split_once('.').map_or(key, |(_, name)| name);
        if let Some(value) = source.flag.as_deref().and_then(parse) {
            self.put(key, value, Origin::Flag, format!("--{name}"));
        } else if let Some((value, from)) = source.file {
            self.put(key, value, Origin::File, from);
        } else if let Some(value) = default {
            self.put(key, value, Origin::Default, "default");
        }
    }

    /// The variables whose names begin with `prefix`: the environment's go before those of `.env` files.
    pub(crate) fn variables_with(&self, prefix: &str) -> BTreeMap<String, (String, Origin, String)> {
        let in_files = self.variables.iter().map(|(name, variable)| {
            let from = format!("{}, {name}", at(&variable.location));
            (name.clone(), (variable.value.expose_secret().to_owned(), Origin::EnvFile, from))
        });
        let of_process = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let from = format!("environment variable {name}");
            Some((name, (value.into_string().ok()?, Origin::Environment, from)))
        });
        in_files.chain(of_process).filter(|(name, _)| name.starts_with(prefix)).collect()
    }

    pub(crate) fn redacted(self) -> Vec<Entry> {
        let Self { mut entries, redactor, variables, .. } = self;
        secrets(&variables).iter().for_each(|secret| redactor.add(secret.expose_secret()));
        for entry in &mut entries {
            entry.key = redactor.redact(&entry.key).into_owned();
            entry.from = redactor.redact(&entry.from).into_owned();
            if let Some(serde_json::Value::String(text)) = &mut entry.value {
                *text = redactor.redact(text).into_owned();
            }
        }
        entries
    }
}

/// Who may give a setting.
pub(crate) struct Given<'a> {
    pub(crate) flag: &'a Option<String>,
    /// The value and its place.
    pub(crate) file: Option<(serde_json::Value, String)>,
}

/// `file:line`.
pub(crate) fn at(location: &Location) -> String {
    format!("{}:{}", location.file.name(), location.position().line)
}

/// A key as TOML writes it between dots.
pub(crate) fn quoted(key: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) {
        return key.to_owned();
    }
    serde_json::Value::from(key).to_string()
}
