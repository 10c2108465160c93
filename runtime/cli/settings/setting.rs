//! The parts of a setting: its key in `apinb.toml`, its flag, variable and default, and how text becomes its value.
//!
//! The settings themselves are the rows of [`super::table`], the kinds of values those of [`super::parse`].

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The separator of a list's values as text.
pub(crate) const SEPARATOR: char = '\n';

/// A setting whose value is a `T`.
pub(crate) struct Setting<T: 'static> {
    pub(crate) entry: Entry,
    pub(crate) kind: &'static ValueKind<T>,
}

/// The parts of a setting that do not depend on its type.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The key in `apinb.toml`; `*` stands for a name that the user chooses. Without a dot it is a variable that
    /// `apinb.toml` does not have.
    pub(crate) key: &'static str,
    pub(crate) flag: Option<Flag>,
    pub(crate) variable: Option<Variable>,
    /// As text, which [`ValueKind::parse`] reads.
    pub(crate) default: Option<&'static str>,
    pub(crate) secret: Secret,
    pub(crate) trust: Trust,
    /// Whether a value without a flag is a list.
    pub(crate) list: bool,
    /// Begins with a verb: for `--help`, the schema and the documentation.
    pub(crate) help: &'static str,
}

/// The flag of a setting.
#[derive(Debug)]
pub(crate) struct Flag {
    /// Without the two dashes.
    pub(crate) name: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) form: Form,
    /// The flag without which this one means nothing.
    pub(crate) requires: Option<&'static str>,
    /// Where a flag says less than its setting.
    pub(crate) help: Option<&'static str>,
}

/// The form of a flag.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// `--name VALUE`.
    Value { value_name: &'static str, hint: Hint },
    /// `--name VALUE`, any number of times: a list, with [`SEPARATOR`] between its values.
    List { value_name: &'static str, hint: Hint },
    /// A flag of some commands only, which have it in their arguments; `shape` is what may follow its name.
    OfRun { shape: &'static str, is_list: bool },
    /// `--name`, which sets `value`.
    Switch { value: &'static str },
    /// `--name NAME=VALUE`, any number of times. The names fill the `*` of the key.
    Pairs { shape: &'static str, example: &'static str, split: Split },
}

/// The completions that a shell offers for a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hint {
    File,
    Host,
    Folder,
    Url,
    Other,
}

/// Where `NAME=VALUE` is split.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Split {
    /// At the first `=`.
    First,
    /// At the last `=`: a URL may have others.
    Last,
    /// `CLIENT.OPTION=VALUE`: two names, at the first `.` and the first `=`.
    Dotted,
}

/// The environment variable of a setting.
#[derive(Debug)]
pub(crate) enum Variable {
    /// One variable, read from the process only; an empty one is ignored.
    Exact(&'static str),
    /// One for each name: this prefix, then the name in upper case with `_` for every other character.
    Prefix { prefix: &'static str, allows_empty: bool },
}

/// Whether a value is masked where settings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// Only a password in a URL is.
    No,
    Yes,
    /// If the name says so, or if `apinb.toml` reads the value from a variable or a file.
    ByName,
}

/// When a value of `apinb.toml` needs the trust of the user. `{ env = … }` and `{ file = … }` of any setting may need it
/// too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    NotNeeded,
    /// If the value is a file outside of the project.
    OutsideFile,
    /// Unless it is this value; none: always.
    Unless(Option<&'static str>),
}

/// How text becomes a value, and how it is shown.
pub(crate) struct ValueKind<T: 'static> {
    /// Whether `apinb.toml` may have `{ env = "NAME" }` or `{ file = "PATH" }` in place of the value.
    pub(crate) indirect: bool,
    /// Relative paths start at the folder.
    pub(crate) parse: fn(&str, &Path) -> Result<T, Invalid>,
    /// An additional check of flags, before anything runs.
    pub(crate) check: fn(&T) -> Result<(), Invalid>,
    /// As `config show` has it. Paths are relative to the last argument where they can be.
    pub(crate) show: fn(&str, &Path, &Path) -> serde_json::Value,
    /// As the JSON Schema has it.
    pub(crate) schema: fn() -> serde_json::Value,
}

/// Why a text is not a valid value.
#[derive(Debug)]
pub(crate) enum Invalid {
    Expected {
        /// `a duration`.
        expected: &'static str,
        help: &'static str,
        /// The value may have a password in it.
        hidden: bool,
    },
    /// It cannot be used.
    Unusable {
        /// `has no certificate in PEM`.
        what: &'static str,
        help: &'static str,
    },
    /// It names a file that cannot be read.
    Unreadable { path: PathBuf, cause: io::Error },
}

/// A setting whatever its value is.
pub(crate) trait AnySetting: fmt::Debug + Sync {
    fn entry(&self) -> &Entry;
    fn is_indirect(&self) -> bool;
    /// Whether `text` is a value.
    fn check(&self, text: &str, folder: &Path) -> Result<(), Invalid>;
    /// Whether `text` is a value that a flag may have.
    fn check_flag(&self, text: &str, folder: &Path) -> Result<(), Invalid>;
    fn show(&self, text: &str, folder: &Path, here: &Path) -> serde_json::Value;
    fn schema(&self) -> serde_json::Value;
}

impl<T> AnySetting for Setting<T> {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    fn is_indirect(&self) -> bool {
        self.kind.indirect
    }

    fn check(&self, text: &str, folder: &Path) -> Result<(), Invalid> {
        (self.kind.parse)(text, folder).map(drop)
    }

    fn check_flag(&self, text: &str, folder: &Path) -> Result<(), Invalid> {
        (self.kind.parse)(text, folder).and_then(|value| (self.kind.check)(&value))
    }

    fn show(&self, text: &str, folder: &Path, here: &Path) -> serde_json::Value {
        (self.kind.show)(text, folder, here)
    }

    fn schema(&self) -> serde_json::Value {
        (self.kind.schema)()
    }
}

impl<T> fmt::Debug for Setting<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(formatter)
    }
}

impl Entry {
    /// The defaults of a row.
    pub(crate) const NEW: Self = Self {
        key: "",
        flag: None,
        variable: None,
        default: None,
        secret: Secret::No,
        trust: Trust::NotNeeded,
        list: false,
        help: "",
    };

    /// Whether its value is a list, which a stronger source replaces as a whole.
    pub(crate) fn is_list(&self) -> bool {
        self.list || matches!(self.flag, Some(Flag { form: Form::List { .. } | Form::OfRun { is_list: true, .. }, .. }))
    }

    /// Whether `apinb.toml` has it.
    pub(crate) fn is_in_file(&self) -> bool {
        self.key.contains('.')
    }

    /// The key with these names in place of its `*`, as TOML writes it.
    pub(crate) fn key_of(&self, names: &[String]) -> String {
        let mut names = names.iter();
        let segment = |segment: &str| match segment {
            "*" => toml_key(names.next().map(String::as_str).unwrap_or_default()),
            segment => segment.to_owned(),
        };
        self.key.split('.').map(segment).collect::<Vec<_>>().join(".")
    }
}

impl Flag {
    pub(crate) const fn value(name: &'static str, value_name: &'static str, hint: Hint) -> Self {
        Self { name, short: None, form: Form::Value { value_name, hint }, requires: None, help: None }
    }

    pub(crate) const fn list(name: &'static str, value_name: &'static str, hint: Hint) -> Self {
        Self { name, short: None, form: Form::List { value_name, hint }, requires: None, help: None }
    }

    pub(crate) const fn of_run(name: &'static str, shape: &'static str) -> Self {
        Self { name, short: None, form: Form::OfRun { shape, is_list: false }, requires: None, help: None }
    }

    pub(crate) const fn list_of_run(name: &'static str, shape: &'static str) -> Self {
        Self { name, short: None, form: Form::OfRun { shape, is_list: true }, requires: None, help: None }
    }

    pub(crate) const fn switch(name: &'static str, value: &'static str) -> Self {
        Self { name, short: None, form: Form::Switch { value }, requires: None, help: None }
    }

    pub(crate) const fn pairs(name: &'static str, shape: &'static str, example: &'static str, split: Split) -> Self {
        Self { name, short: None, form: Form::Pairs { shape, example, split }, requires: None, help: None }
    }

    pub(crate) const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    pub(crate) const fn requires(mut self, flag: &'static str) -> Self {
        self.requires = Some(flag);
        self
    }

    pub(crate) const fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

impl Split {
    /// The names and the value.
    pub(crate) fn apply(self, text: &str) -> Option<(Vec<String>, &str)> {
        let (name, value) = match self {
            Self::First | Self::Dotted => text.split_once('=')?,
            Self::Last => text.rsplit_once('=')?,
        };
        let names: Vec<&str> = match self {
            Self::Dotted => name.split_once('.').map(|(client, option)| vec![client, option])?,
            Self::First | Self::Last => vec![name],
        };
        let complete = names.iter().all(|name| !name.is_empty());
        complete.then(|| (names.into_iter().map(str::to_owned).collect(), value))
    }
}

impl Variable {
    /// Whether what follows the prefix of a variable stands for `name`.
    pub(crate) fn stands_for(suffix: &str, name: &str) -> bool {
        let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        suffix == name || name.chars().map(upper).eq(suffix.chars())
    }
}

/// A key as TOML writes it between dots.
fn toml_key(key: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) {
        return key.to_owned();
    }
    serde_json::Value::from(key).to_string()
}
