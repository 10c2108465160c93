//! Diagnostics about a table of rows. No message repeats a value, which may be a secret.

use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::plural::pluralize;
use apinb_text::source::span::Location;

/// A problem with its place.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub(crate) struct RowProblem {
    pub(crate) location: Location,
    #[source]
    pub(crate) fault: RowFault,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RowFault {
    /// It is not what its name says.
    #[error("{message}")]
    Syntax { message: String },
    /// Not one row.
    #[error("no rows")]
    Empty,
    /// More than any run has.
    #[error("more than {most} rows")]
    TooMany { most: usize },
    /// A column of a table without a name.
    #[error("column {number} has no name")]
    NoName { number: usize },
    /// Two columns with one name.
    #[error("duplicate column `{name}`")]
    Twice { name: String },
    /// A row that is longer or shorter than the first line.
    #[error("the row has {} for {}", pluralize(*found, "value"), pluralize(*expected, "column"))]
    Count { found: usize, expected: usize },
    /// Columns that something else than a comma separates.
    #[error("no comma between columns")]
    Separator,
    /// A quote without its second.
    #[error("missing closing quote")]
    Quote,
    /// A key beside the rows.
    #[error("unknown key `{key}`")]
    UnknownKey { key: String },
    /// Something else in place of rows.
    #[error("`row` is not a list of tables")]
    NoRows,
    /// A value of a row that cannot be an answer.
    #[error("expected a string, a number or a boolean for `{key}`, got {found}")]
    WrongKind { key: String, found: &'static str },
}

impl Diagnostic for RowProblem {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }

    fn help(&self) -> Option<String> {
        let help = match self.fault {
            RowFault::Empty => {
                "Write column names in the first line of CSV and a row in each line below, a list of objects in JSON, `[[row]]` in TOML."
            }
            RowFault::NoName { .. } => "Name each column in the first line: a variable, or the text of a prompt.",
            RowFault::Count { .. } => "Quote a value that has a comma.",
            RowFault::Separator => "Write `,` between columns.",
            RowFault::Quote => "Quote a value that has a quote, and double each quote in it.",
            RowFault::UnknownKey { .. } | RowFault::NoRows => "Write each row as a table `[[row]]`.",
            RowFault::TooMany { .. } => "Split the file.",
            RowFault::WrongKind { found: "a date", .. } => "Quote it.",
            RowFault::Syntax { .. } | RowFault::Twice { .. } | RowFault::WrongKind { .. } => return None,
        };
        Some(help.to_owned())
    }
}
