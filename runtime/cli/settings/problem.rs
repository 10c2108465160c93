//! Diagnostics about `apinb.toml`, `.env` files and values on the command line.
//!
//! No message repeats a value that may be a secret.

use std::io;

use apinb_project::overrides::value::ValueError;
use apinb_project::reading::web_lock::UnreadableLock;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;
use apinb_text::source::span::Location;

use super::setting::Invalid;

/// The most tags in a message.
const MAX_TAGS: usize = 10;

/// A problem in `apinb.toml` or a `.env` file.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct FileProblem {
    pub location: Location,
    #[source]
    pub kind: FileProblemKind,
}

/// The kinds of problems in `apinb.toml` or a `.env` file.
#[derive(Debug, thiserror::Error)]
pub enum FileProblemKind {
    #[error("{message}")]
    Syntax { message: String },
    /// A key that means nothing here.
    #[error("unknown key `{key}` in {place}")]
    UnknownKey {
        key: String,
        /// The table, in backticks.
        place: String,
        /// The key that was probably meant.
        meant: Option<String>,
        /// The keys that there are.
        known: Vec<&'static str>,
    },
    /// A value of the wrong kind.
    #[error("expected {expected} for `{key}`, got {found}")]
    WrongKind {
        key: String,
        /// `a text`, …
        expected: &'static str,
        found: &'static str,
    },
    /// A value that its setting cannot have.
    #[error("invalid value for `{key}`: expected {expected}")]
    Invalid {
        key: String,
        /// `a number from 0 to 1000`.
        expected: &'static str,
        help: &'static str,
    },
    /// A value that cannot be used.
    #[error("`{key}` {what}")]
    Unfit {
        key: String,
        /// `has no certificate in PEM`.
        what: &'static str,
        help: &'static str,
    },
    /// A line of a `.env` file that sets nothing.
    #[error("not a `NAME=value` line")]
    NoVariable,
    /// The value is not where the file says.
    #[error("`{key}` has no value")]
    NoValue {
        key: String,
        #[source]
        cause: ValueError,
    },
}

impl Diagnostic for FileProblem {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }

    fn help(&self) -> Option<String> {
        match &self.kind {
            FileProblemKind::UnknownKey { meant: Some(meant), .. } => Some(format!("Did you mean `{meant}`?")),
            FileProblemKind::UnknownKey { known, .. } => Some(use_one_of(known, usize::MAX)),
            FileProblemKind::Invalid { help, .. } | FileProblemKind::Unfit { help, .. } => Some((*help).to_owned()),
            FileProblemKind::NoValue { cause: ValueError::Unset { name }, .. } => {
                Some(format!("Set `{name}`, or pass a flag."))
            }
            FileProblemKind::NoVariable => {
                Some("Write `NAME=value`, put `#` before a comment, or pass `--no-env-file`.".to_owned())
            }
            FileProblemKind::Syntax { .. }
            | FileProblemKind::WrongKind { .. }
            | FileProblemKind::NoValue { cause: ValueError::Unreadable { .. }, .. } => None,
        }
    }
}

/// A problem with the command line that clap does not find, or with a file that it names.
#[derive(Debug, thiserror::Error)]
pub enum UsageProblem {
    /// `--flag VALUE` without the `=` that cuts it in two. The value is not shown: it may be a secret.
    #[error("`--{flag}` takes {shape}")]
    NoPair { flag: &'static str, shape: &'static str, example: &'static str },
    /// A value that its setting cannot have.
    #[error("invalid value{} for `{name}`: expected {expected}", shown(value.as_deref()))]
    Invalid {
        /// The flag or the variable.
        name: String,
        /// The value of the user; none if it may have a password in it.
        value: Option<String>,
        /// `a number from 0 to 1000`.
        expected: &'static str,
        help: &'static str,
    },
    /// A value that is not where it should be.
    #[error("`{key}` has no value")]
    NoValue {
        key: String,
        #[source]
        cause: ValueError,
    },
    /// A value that cannot be used.
    #[error("`{value}` {what}")]
    Unfit { value: String, what: &'static str, help: String },
    /// A notebook that cannot run on the mock server.
    #[error("{message}")]
    Unproven { message: String, help: Option<String> },
    /// A notebook that has no place for a cassette.
    #[error("`{name}` has no cassette: it is not a file")]
    NoCassette { name: String },
    /// An `apinb.lock` that cannot be used.
    #[error(transparent)]
    Lock(UnreadableLock),
    /// A file that isn't there or can't be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        path: String,
        #[source]
        cause: io::Error,
    },
    /// A file that can't be written.
    #[error("cannot write `{path}`")]
    Unwritable {
        path: String,
        #[source]
        cause: io::Error,
    },
    /// A folder in which nothing can run.
    #[error("`{folder}` has no notebook")]
    NoNotebook {
        folder: String,
        /// A file with cells that is not run because of its name.
        document: Option<String>,
    },
    /// A tag that no notebook has.
    #[error("no notebook has the tag `{tag}`")]
    NoTag { tag: String, known: Vec<String> },
    /// All notebooks have other tags.
    #[error("`--tag` and `--skip-tag` leave no notebook")]
    NothingTagged,
    /// A notebook that is not read before it runs.
    #[error("`{notebook}` cannot be selected by its tags: it is not a file")]
    NoTags { notebook: String },
    /// An environment that `apinb.toml` does not have.
    #[error("unknown environment `{name}` in {place} (`{by}`)")]
    NoEnvironment {
        name: String,
        /// The flag or variable that chose it.
        by: &'static str,
        /// Where it should be, with backticks.
        place: String,
        /// The one that was probably meant.
        meant: Option<String>,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Two reports in one file.
    #[error("two reports go to `{path}`")]
    SameFile {
        /// The second value of the user.
        path: String,
    },
    /// Events and a report on stdout.
    #[error("`--json` and a report cannot both go to stdout")]
    StdoutTwice,
    /// A thing that may be given only once.
    #[error("{what} may be given only once")]
    Twice {
        /// `a report on stdout`.
        what: &'static str,
    },
}

impl Diagnostic for UsageProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoPair { flag, example, .. } => Some(format!("Write it as in `--{flag} {example}`.")),
            Self::Invalid { help, .. } => Some((*help).to_owned()),
            Self::Unfit { help, .. } => Some(help.clone()),
            Self::NoNotebook { document: Some(document), .. } => Some(format!(
                "Write `notebook: true` in the front matter of `{document}`, or pass `--include`: it has cells."
            )),
            Self::NoTag { tag, known } => Some(match suggest(tag, known.iter().map(String::as_str)) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None if known.is_empty() => format!("Write `tags: [{tag}]` in the front matter of a notebook."),
                None => use_one_of(known, MAX_TAGS),
            }),
            Self::NothingTagged => Some("Remove one of them, or pass `--allow-empty`.".to_owned()),
            Self::NoTags { .. } => Some("Save it to a file, or remove `--tag` and `--skip-tag`.".to_owned()),
            Self::Unproven { help, .. } => help.clone(),
            Self::NoNotebook { .. } => {
                Some("Name a folder with a `*.md` file that has a `javascript` code block.".to_owned())
            }
            Self::NoEnvironment { name, meant, known, .. } => Some(match meant {
                Some(meant) => format!("Did you mean `{meant}`? {}", use_one_of(known, usize::MAX)),
                None if known.is_empty() => format!("Define it by a section such as `[env.{name}.inputs]`."),
                None => use_one_of(known, usize::MAX),
            }),
            Self::SameFile { .. } => Some("Write each report to its own file.".to_owned()),
            Self::StdoutTwice => Some("Write the report to a file.".to_owned()),
            Self::NoCassette { .. } => Some("Save it to a file, or remove `--record` and `--replay`.".to_owned()),
            Self::Lock(_)
            | Self::NoValue { .. }
            | Self::Unreadable { .. }
            | Self::Unwritable { .. }
            | Self::Twice { .. } => None,
        }
    }
}

impl UsageProblem {
    /// The diagnostic about `text`, the value of the flag or variable `name`.
    pub(crate) fn of(name: String, text: &str, invalid: Invalid) -> Self {
        match invalid {
            Invalid::Expected { expected, help, hidden } => {
                Self::Invalid { name, value: (!hidden).then(|| text.to_owned()), expected, help }
            }
            Invalid::Unusable { what, help } => Self::Unfit { value: text.to_owned(), what, help: help.to_owned() },
            Invalid::Unreadable { cause, .. } => Self::Unreadable { path: text.to_owned(), cause },
        }
    }
}

fn shown(value: Option<&str>) -> String {
    value.map(|value| format!(" `{value}`")).unwrap_or_default()
}
