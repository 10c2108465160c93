//! Reads tables of TOML whose places are known, and collects what is wrong with them.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use apinb_core::text::display::suggest::suggest;
use apinb_core::text::source::span::{Location, SourceFile, Span};
use secrecy::ExposeSecret as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::settings::env_file::Variables;
use crate::cli::settings::problem::{FileProblem, FileProblemKind};
use crate::run::value::Value;

/// What a value may be.
const VALUE: &str = "a text, `{ env = \"NAME\" }` or `{ file = \"PATH\" }`";

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Placed<T = Value> {
    /// The value.
    pub value: T,
    /// Where.
    pub location: Location,
}

/// A file that is being read.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a Arc<SourceFile>,
    /// Where relative paths start.
    pub(crate) folder: &'a Path,
    /// What `.env` files say.
    pub(crate) variables: &'a Variables,
    pub(crate) problems: Vec<FileProblem>,
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

    /// The entries whose keys are `known`; the others are problems.
    pub(crate) fn known<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        place: &str,
        known: &'static [&'static str],
    ) -> Vec<Entry<'t, 'i>> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                entries.push((name, value));
            } else {
                let meant = suggest(name, known.iter().copied()).map(str::to_owned);
                let (key_name, place) = (name.to_owned(), place.to_owned());
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

    /// All entries of a table of values.
    pub(crate) fn values(&mut self, entry: Entry<'_, '_>) -> Vec<(String, Placed)> {
        let Some(table) = self.table(entry) else { return Vec::new() };
        let entries = table.iter().map(|(key, value)| (&**key.get_ref(), value));
        entries.filter_map(|entry| Some((entry.0.to_owned(), self.value(entry)?))).collect()
    }

    /// A text, a number, true or false; `{ env = "NAME" }` or `{ file = "PATH" }`.
    pub(crate) fn value(&mut self, entry: Entry<'_, '_>) -> Option<Placed> {
        let location = self.location(entry.1.span());
        let value = match entry.1.get_ref() {
            DeValue::Table(table) => self.elsewhere(entry, table)?,
            DeValue::Array(_) | DeValue::Datetime(_) => {
                self.wrong_kind(entry, VALUE);
                return None;
            }
            other => Value::Text(scalar(other)?),
        };
        Some(Placed { value, location })
    }

    fn elsewhere(&mut self, entry: Entry<'_, '_>, table: &DeTable<'_>) -> Option<Value> {
        let before = self.problems.len();
        let known = self.known(table, &format!("the value of `{}`", entry.0), &["env", "file"]);
        let [(kind, value)] = known.as_slice() else {
            // Unknown keys are told already.
            if self.problems.len() == before {
                self.wrong_kind(entry, VALUE);
            }
            return None;
        };
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_kind((kind, value), "a text");
            return None;
        };
        if *kind == "file" {
            return Some(Value::File(self.folder.join(text)));
        }
        let fallback = self.variables.get(text).map(|variable| variable.value.expose_secret().to_owned());
        Some(Value::Environment { name: text.to_owned(), fallback })
    }

    /// What `parse` makes of a text or a number.
    pub(crate) fn parsed<T>(
        &mut self,
        (key, value): Entry<'_, '_>,
        parse: fn(&str) -> Option<T>,
        what: &'static str,
        help: &'static str,
    ) -> Option<Placed<T>> {
        let location = self.location(value.span());
        let parsed = scalar(value.get_ref()).and_then(|text| parse(&text));
        if parsed.is_none() {
            self.problem(value.span(), FileProblemKind::Unfit { key: key.to_owned(), what, help });
        }
        parsed.map(|value| Placed { value, location })
    }

    fn wrong_kind(&mut self, (key, value): Entry<'_, '_>, expected: &'static str) {
        let found = kind(value.get_ref());
        self.problem(value.span(), FileProblemKind::WrongKind { key: key.to_owned(), expected, found });
    }
}

/// What a value is.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
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
