//! What can be wrong with `apinb.toml`, with `.env` files and with values on the command line.
//!
//! No message repeats a value that may be a secret.

use std::io;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::span::Location;

use super::setting::Invalid;
use crate::run::value::ValueError;

/// A problem in `apinb.toml` or a `.env` file.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct FileProblem {
    /// Where.
    pub location: Location,
    /// What.
    #[source]
    pub kind: FileProblemKind,
}

/// What is wrong in `apinb.toml` or a `.env` file.
#[derive(Debug, thiserror::Error)]
pub enum FileProblemKind {
    /// It is no TOML.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A key that means nothing here.
    #[error("there is no `{key}` in {place}")]
    UnknownKey {
        /// As written.
        key: String,
        /// The table, in backticks.
        place: String,
        /// The key that was probably meant.
        meant: Option<String>,
        /// The keys that there are.
        known: Vec<&'static str>,
    },
    /// A value of the wrong kind.
    #[error("`{key}` is {found}, where {expected} belongs")]
    WrongKind {
        /// As written.
        key: String,
        /// `a text`, …
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A value that its setting cannot have.
    #[error("invalid value for `{key}`: expected {expected}")]
    Invalid {
        /// With dots.
        key: String,
        /// `a number from 0 to 1000`.
        expected: &'static str,
        /// What to write.
        help: &'static str,
    },
    /// A value that cannot be used.
    #[error("`{key}` {what}")]
    Unfit {
        /// As written.
        key: String,
        /// What is wrong with it: `is not a time`.
        what: &'static str,
        /// What would be right.
        help: &'static str,
    },
    /// A line of a `.env` file that sets nothing.
    #[error("this line sets no variable")]
    NoVariable,
    /// The value is not where the file says.
    #[error("`{key}` has no value")]
    NoValue {
        /// As written.
        key: String,
        /// Why.
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
            FileProblemKind::UnknownKey { meant: Some(meant), .. } => Some(format!("did you mean `{meant}`?")),
            FileProblemKind::UnknownKey { known, .. } => Some(format!("there are {}", list(known))),
            FileProblemKind::Invalid { help, .. } | FileProblemKind::Unfit { help, .. } => Some((*help).to_owned()),
            FileProblemKind::NoValue { cause: ValueError::Unset { name }, .. } => {
                Some(format!("set `{name}`, or give the value by a flag"))
            }
            FileProblemKind::NoVariable => {
                Some("write `NAME=value`, or `#` before a comment; `--no-env-file` runs without the file".to_owned())
            }
            FileProblemKind::Syntax { .. }
            | FileProblemKind::WrongKind { .. }
            | FileProblemKind::NoValue { cause: ValueError::Unreadable { .. }, .. } => None,
        }
    }
}

/// A problem with the command line that clap does not know of, or with what it names.
#[derive(Debug, thiserror::Error)]
pub enum UsageProblem {
    /// `--flag VALUE` without the `=` that cuts it in two. The value is not shown: it may be a secret.
    #[error("`--{flag}` takes {shape}")]
    NoPair {
        /// The flag.
        flag: &'static str,
        /// What it takes.
        shape: &'static str,
        /// What would be right.
        example: &'static str,
    },
    /// A value that its setting cannot have.
    #[error("invalid value{} for `{name}`: expected {expected}", shown(value.as_deref()))]
    Invalid {
        /// The flag or the variable.
        name: String,
        /// As given; none if it may have a password in it.
        value: Option<String>,
        /// `a number from 0 to 1000`.
        expected: &'static str,
        /// What to write.
        help: &'static str,
    },
    /// A value that is not where it should be.
    #[error("`{key}` has no value")]
    NoValue {
        /// With dots.
        key: String,
        /// Why.
        #[source]
        cause: ValueError,
    },
    /// A value that cannot be used.
    #[error("`{value}` {what}")]
    Unfit {
        /// As given.
        value: String,
        /// What is wrong with it.
        what: &'static str,
        /// What would be right.
        help: String,
    },
    /// A file that isn't there or can't be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// As given.
        path: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A file that can't be written.
    #[error("cannot write `{path}`")]
    Unwritable {
        /// As given.
        path: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A folder in which nothing can run.
    #[error("`{folder}` has no notebook")]
    NoNotebook {
        /// As given.
        folder: String,
    },
    /// An environment that `apinb.toml` does not have.
    #[error("there is no environment `{name}` in {place} (`{by}`)")]
    NoEnvironment {
        /// As given.
        name: String,
        /// What chose it: `--env`.
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
        /// As given the second time.
        path: String,
    },
    /// What only one can have.
    #[error("{what} can be given once only")]
    Twice {
        /// What is there twice.
        what: &'static str,
    },
}

impl Diagnostic for UsageProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoPair { flag, example, .. } => Some(format!("for example `--{flag} {example}`")),
            Self::Invalid { help, .. } => Some((*help).to_owned()),
            Self::Unfit { help, .. } => Some(help.clone()),
            Self::NoNotebook { .. } => Some("a notebook is a file `*.md` with a code block in `javascript`".to_owned()),
            Self::NoEnvironment { name, meant, known, .. } => Some(match meant {
                Some(meant) => format!("did you mean `{meant}`? there are {}", list(known)),
                None if known.is_empty() => format!("an environment is a section such as `[env.{name}.inputs]`"),
                None => format!("there are {}", list(known)),
            }),
            Self::SameFile { .. } => Some("each report needs a file of its own".to_owned()),
            Self::NoValue { .. } | Self::Unreadable { .. } | Self::Unwritable { .. } | Self::Twice { .. } => None,
        }
    }
}

impl UsageProblem {
    /// What is wrong with `text`, the value of the flag or variable `name`.
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

/// `a, b and c`, each in backticks.
fn list(names: &[impl std::fmt::Display]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
