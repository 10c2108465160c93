//! Reads the tables of `apinb.toml` by the keys of the settings, and collects diagnostics.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use apinb_auth::sign_in::options;
use apinb_contract::rules;
use apinb_project::overrides::value::Value;
use apinb_text::display::suggest::suggest;
use apinb_text::source::span::{Location, SourceFile, Span};
use secrecy::ExposeSecret as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layers::{Assignment, Origin, in_file};
use super::setting::{AnySetting, SEPARATOR};
use super::table::{CLIENT_AUTH, CONTRACT_OPERATION_RULE, CONTRACT_RULE, TABLE};
use crate::cli::settings::env_file::Variables;
use crate::cli::settings::problem::{FileProblem, FileProblemKind};

/// The forms of a value.
const VALUE: &str = "a string, `{ env = \"NAME\" }` or `{ file = \"PATH\" }`";

/// A file that is being read.
pub(crate) struct Reader<'a> {
    /// The name of the top-level table in messages.
    pub(crate) name: &'static str,
    pub(crate) file: &'a Arc<SourceFile>,
    pub(crate) folder: &'a Path,
    /// The variables of `.env` files.
    pub(crate) variables: &'a Variables,
    pub(crate) problems: Vec<FileProblem>,
}

/// A table of the file.
pub(crate) struct TableKey<'a> {
    /// The key of its settings up to here, without a final dot; empty for the whole file or environment.
    pub(crate) key: &'a str,
    /// The names in place of the key's `*`.
    pub(crate) names: &'a [String],
    /// As TOML has it in a header; empty for the file itself.
    pub(crate) header: &'a str,
}

/// An entry of a table: its key and its value.
pub(crate) type Entry<'t, 'i> = (&'t str, &'t Spanned<DeValue<'i>>);

impl Reader<'_> {
    pub(crate) fn problem(&mut self, span: Range<usize>, kind: FileProblemKind) {
        let location = self.location(span);
        self.problems.push(FileProblem { location, kind });
    }

    fn location(&self, span: Range<usize>) -> Location {
        Location::new(self.file, Span::from(span))
    }

    /// The assignments of `table` to the settings below `place`. Keys other than `known` are diagnostics, except those in
    /// `also`, which the caller reads.
    pub(crate) fn assignments(
        &mut self,
        table: &DeTable<'_>,
        place: &TableKey<'_>,
        known: &[&'static str],
        also: &[&'static str],
    ) -> Vec<Assignment> {
        let entries = match known {
            ["*"] => table.iter().map(|(key, value)| (&**key.get_ref(), value)).collect(),
            known => self.known(table, place.header, &[known, also].concat()),
        };
        let mut assignments = Vec::new();
        for entry in entries.into_iter().filter(|(name, _)| !also.contains(name)) {
            let chosen = known.contains(&"*") && (entry.0 == "*" || !known.contains(&entry.0));
            let name = entry.0.to_owned();
            let key = join(place.key, if chosen { "*" } else { &name });
            let names = if chosen { [place.names, &[name]].concat() } else { place.names.to_vec() };
            match TABLE.iter().find(|setting| setting.entry().key == key) {
                Some(setting) if is_auth(*setting) && !self.is_auth_option(table, entry.0, place) => {}
                Some(setting) if is_rule(*setting) && !self.is_rule_name(table, entry.0, place) => {}
                Some(setting) => assignments.extend(self.assignment(*setting, names, entry)),
                None => {
                    let Some(table) = self.table(entry) else { continue };
                    let header = join(place.header, entry.0);
                    let place = TableKey { key: &key, names: &names, header: &header };
                    assignments.extend(self.assignments(table, &place, &children(&key), &[]));
                }
            }
        }
        assignments
    }

    /// Whether `name` is a rule for calls, with or without its area.
    fn is_rule_name(&mut self, table: &DeTable<'_>, name: &str, place: &TableKey<'_>) -> bool {
        let known: Vec<&'static str> = rules::all().filter_map(|rule| rule.code.strip_prefix(rules::AREA)).collect();
        let bare = name.strip_prefix(rules::AREA).unwrap_or(name);
        if known.contains(&bare) {
            return true;
        }
        if let Some((key, _)) = table.iter().find(|(key, _)| *key.get_ref() == name) {
            let meant = suggest(bare, known.iter().copied()).map(str::to_owned);
            let (key_name, place) = (name.to_owned(), format!("`[{}]`", place.header));
            self.problem(key.span(), FileProblemKind::UnknownKey { key: key_name, place, meant, known });
        }
        false
    }

    /// Whether `name` may be an option of a sign-in. A definition may describe others than the usual ones, but for those
    /// that only a usual one is misspelled by.
    fn is_auth_option(&mut self, table: &DeTable<'_>, name: &str, place: &TableKey<'_>) -> bool {
        let meant = suggest(name, options::OPTIONS).filter(|_| !options::is_general(name));
        if let (Some(meant), Some((key, _))) = (meant, table.iter().find(|(key, _)| *key.get_ref() == name)) {
            let (key_name, place, meant) = (name.to_owned(), format!("`[{}]`", place.header), Some(meant.to_owned()));
            let known = options::listed().to_vec();
            self.problem(key.span(), FileProblemKind::UnknownKey { key: key_name, place, meant, known });
            return false;
        }
        true
    }

    fn assignment(
        &mut self,
        setting: &'static dyn AnySetting,
        names: Vec<String>,
        entry: Entry<'_, '_>,
    ) -> Option<Assignment> {
        let location = self.location(entry.1.span());
        let items = entry.1.get_ref().as_array().filter(|_| is_auth(setting) && options::is_list(entry.0));
        let value = if let Some(items) = items {
            let texts = items.iter().map(|item| item.get_ref().as_str()).collect::<Option<Vec<_>>>();
            let Some(texts) = texts else {
                self.wrong_kind(entry, "strings");
                return None;
            };
            Value::Text(texts.join(" "))
        } else if setting.is_indirect() {
            self.value(entry)?
        } else {
            // Other lists and tables are invalid like any other wrong value.
            let text = match entry.1.get_ref() {
                DeValue::Array(items) if setting.entry().is_list() => {
                    let texts = items.iter().map(|item| item.get_ref().as_str()).collect::<Option<Vec<_>>>();
                    let Some(texts) = texts else {
                        self.wrong_kind(entry, "strings");
                        return None;
                    };
                    texts.join(&SEPARATOR.to_string())
                }
                value => scalar(value).unwrap_or_default(),
            };
            if let Err(invalid) = setting.check(&text, self.folder) {
                self.problems.push(in_file(location, setting.entry().key_of(&names), invalid));
                return None;
            }
            Value::Text(text)
        };
        Some(Assignment { setting, names, value, origin: Origin::File(location), folder: self.folder.to_owned() })
    }

    /// The entries whose keys are `known`; the others are problems.
    pub(crate) fn known<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        header: &str,
        known: &[&'static str],
    ) -> Vec<Entry<'t, 'i>> {
        let place = if header.is_empty() { format!("`{}`", self.name) } else { format!("`[{header}]`") };
        self.known_in(table, &place, known)
    }

    fn known_in<'t, 'i>(&mut self, table: &'t DeTable<'i>, place: &str, known: &[&'static str]) -> Vec<Entry<'t, 'i>> {
        let mut entries = Vec::new();
        // Beside those that are known there may be tables with names that the user chooses.
        let (chosen, known): (Vec<&str>, Vec<&str>) = known.iter().partition(|name| **name == "*");
        for (key, value) in table {
            let name: &str = key.get_ref();
            let is_chosen = !chosen.is_empty() && value.get_ref().is_table();
            if known.contains(&name) || is_chosen {
                entries.push((name, value));
            } else {
                let meant = suggest(name, known.iter().copied()).map(str::to_owned);
                let (key_name, place) = (name.to_owned(), place.to_owned());
                let known = known.clone();
                self.problem(key.span(), FileProblemKind::UnknownKey { key: key_name, place, meant, known });
            }
        }
        entries
    }

    /// The value as a table.
    pub(crate) fn table<'t, 'i>(&mut self, entry: Entry<'t, 'i>) -> Option<&'t DeTable<'i>> {
        let table = entry.1.get_ref().as_table();
        if table.is_none() {
            self.wrong_kind(entry, "a table");
        }
        table
    }

    /// A text, a number, true or false; `{ env = "NAME" }` or `{ file = "PATH" }`.
    fn value(&mut self, entry: Entry<'_, '_>) -> Option<Value> {
        match entry.1.get_ref() {
            DeValue::Table(table) => self.elsewhere(entry, table),
            DeValue::Array(_) | DeValue::Datetime(_) => {
                self.wrong_kind(entry, VALUE);
                None
            }
            other => Some(Value::Text(scalar(other)?)),
        }
    }

    fn elsewhere(&mut self, entry: Entry<'_, '_>, table: &DeTable<'_>) -> Option<Value> {
        let before = self.problems.len();
        let known = self.known_in(table, &format!("the value of `{}`", entry.0), &["env", "file"]);
        let [(kind, value)] = known.as_slice() else {
            // Unknown keys are reported already.
            if self.problems.len() == before {
                self.wrong_kind(entry, VALUE);
            }
            return None;
        };
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_kind((kind, value), "a string");
            return None;
        };
        if *kind == "file" {
            return Some(Value::File(self.folder.join(text)));
        }
        let fallback = self.variables.get(text).map(|variable| variable.value.expose_secret().to_owned());
        Some(Value::Environment { name: text.to_owned(), fallback })
    }

    fn wrong_kind(&mut self, (key, value): Entry<'_, '_>, expected: &'static str) {
        let found = kind(value.get_ref());
        self.problem(value.span(), FileProblemKind::WrongKind { key: key.to_owned(), expected, found });
    }
}

/// Whether it is the setting of sign-in options.
fn is_auth(setting: &dyn AnySetting) -> bool {
    setting.entry().key == CLIENT_AUTH.entry.key
}

/// Whether it is the severity of a rule for calls.
fn is_rule(setting: &dyn AnySetting) -> bool {
    let key = setting.entry().key;
    key == CONTRACT_RULE.entry.key || key == CONTRACT_OPERATION_RULE.entry.key
}

/// The next parts of the keys that begin with `key`, in the order of the settings.
pub(crate) fn children(key: &str) -> Vec<&'static str> {
    let mut children = Vec::new();
    for entry in TABLE.iter().map(|setting| setting.entry()).filter(|entry| entry.is_in_file()) {
        let rest = if key.is_empty() {
            Some(entry.key)
        } else {
            entry.key.strip_prefix(key).and_then(|rest| rest.strip_prefix('.'))
        };
        let child = rest.and_then(|rest| rest.split('.').next());
        children.extend(child.filter(|child| !children.contains(child)));
    }
    children
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

/// The kind of a value, for messages.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The text of a text, a number, true or false.
pub(crate) fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(match number.radix() {
            10 => number.as_str().to_owned(),
            radix => i128::from_str_radix(number.as_str(), radix).ok()?.to_string(),
        }),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
