//! What can be wrong with a file of rows. No message repeats a value, which may be a secret.

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

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowFault {
    /// It is not what its name says.
    #[error("{message}")]
    Syntax { message: String },
    /// Not one row.
    #[error("there is no row")]
    Empty,
    /// More than any run has.
    #[error("there are more than {most} rows")]
    TooMany { most: usize },
    /// A column of a table without a name.
    #[error("column {number} has no name")]
    NoName { number: usize },
    /// Two columns with one name.
    #[error("`{name}` is there twice")]
    Twice { name: String },
    /// A row that is longer or shorter than the first line.
    #[error("the row has {}, and there are {}", pluralize(*found, "value"), pluralize(*expected, "column"))]
    Count { found: usize, expected: usize },
    /// Columns that something else than a comma separates.
    #[error("no comma separates the columns")]
    Separator,
    /// A quote without its second.
    #[error("a quote does not end")]
    Quote,
    /// A key beside the rows.
    #[error("there is no `{key}` in a file of rows")]
    UnknownKey { key: String },
    /// Something else in place of rows.
    #[error("`row` is no list of tables")]
    NoRows,
    /// A value of a row that is no answer.
    #[error("`{key}` is {found}, where a text, a number, true or false belongs")]
    WrongKind { key: String, found: &'static str },
}

impl Diagnostic for RowProblem {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }

    fn help(&self) -> Option<String> {
        let help = match self.fault {
            RowFault::Empty => {
                "the first line of a CSV file names the columns, each line below is a row; JSON is a list of objects, TOML has `[[row]]`"
            }
            RowFault::NoName { .. } => "the first line names the columns: variables, or the texts of questions",
            RowFault::Count { .. } => "a value with a comma is written in quotes",
            RowFault::Separator => "write `,` between columns",
            RowFault::Quote => "a value with a quote is written in quotes, and each quote in it twice",
            RowFault::UnknownKey { .. } | RowFault::NoRows => "each row is a table `[[row]]`",
            RowFault::TooMany { .. } => "cut the file into several, and run one after another",
            RowFault::WrongKind { found: "a date", .. } => "put it into quotes",
            RowFault::Syntax { .. } | RowFault::Twice { .. } | RowFault::WrongKind { .. } => return None,
        };
        Some(help.to_owned())
    }
}
