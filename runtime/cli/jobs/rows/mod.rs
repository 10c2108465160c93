//! `--inputs FILE`: rows of answers, for each of which the notebooks run once.
//!
//! A file for each format (`csv.rs`, `json.rs`, `toml.rs`) makes rows of its text; what holds for all of them is here.
//! The file's extension decides the format. Values are in the file itself: there is no `{ env = … }`.

mod cells;
mod csv;
mod json;
mod problem;
mod toml;

use std::path::Path;
use std::sync::Arc;

use apinb_files::bounded;
use apinb_project::overrides::inputs::Input;
use apinb_project::overrides::value::Value;
use apinb_record::run::RowRecord;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::suggest::suggest;
use apinb_text::secret::names::is_secret_name;
use apinb_text::source::span::{Location, SourceFile, Span};
use serde_json::Map;

use crate::cli::failure::Failure;
use crate::cli::settings::problem::UsageProblem;
use cells::{Cell, Cells, MAX_ROWS, PlacedCells};
use problem::{RowFault, RowProblem};

/// Maximum size of a file, in bytes.
const MAX_BYTES: u64 = 16 << 20;
/// The formats, by the extension of the file's name.
const KINDS: [&str; 3] = ["csv", "json", "toml"];

/// The answers of a row, and what people call it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) record: RowRecord,
    pub(crate) inputs: Vec<Input>,
    /// As a notebook reads them in `row`.
    pub(crate) values: Map<String, serde_json::Value>,
}

/// The rows of the file that the command line calls `name`. Relative paths start at `here`.
///
/// # Errors
/// All diagnostics about it.
pub(crate) fn read(name: &str, here: &Path) -> Result<Vec<Row>, Failure> {
    let path = here.join(name);
    let kind = path.extension().and_then(|kind| kind.to_str()).map(str::to_ascii_lowercase).unwrap_or_default();
    let parse = match kind.as_str() {
        "csv" => csv::parse,
        "json" => json::parse,
        "toml" => toml::parse,
        _ => return Err(Failure::unusable(no_kind(name, &kind))),
    };
    let text = bounded::text(&path, MAX_BYTES)
        .map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: name.to_owned(), cause }))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let rows = parse(text).and_then(checked);
    rows.map(|rows| rows.into_iter().enumerate().map(row).collect()).map_err(|faults| {
        let file = Arc::new(SourceFile::new(name, shown(&kind, text)));
        let problem = |(span, fault)| RowProblem { location: Location::new(&file, span), fault };
        Failure::all_unusable(faults.into_iter().map(problem).collect::<Vec<_>>())
    })
}

fn no_kind(name: &str, kind: &str) -> UsageProblem {
    let (what, help) = match (name, suggest(kind, KINDS)) {
        ("-", _) => ("is stdin, which cannot have rows", "Name a file `*.csv`, `*.json` or `*.toml`.".to_owned()),
        (_, Some(meant)) => ("is not a table of rows", format!("Did you mean a file `*.{meant}`?")),
        (_, None) => ("is not a table of rows", "Name a file `*.csv`, `*.json` or `*.toml`.".to_owned()),
    };
    UsageProblem::Unfit { value: name.to_owned(), what, help }
}

fn checked(rows: Vec<PlacedCells>) -> Result<Vec<Cells>, Vec<(Span, RowFault)>> {
    if rows.is_empty() {
        return Err(vec![(Span::default(), RowFault::Empty)]);
    }
    if let Some((span, _)) = rows.get(MAX_ROWS) {
        return Err(vec![(*span, RowFault::TooMany { most: MAX_ROWS })]);
    }
    Ok(rows.into_iter().map(|(_, cells)| cells).collect())
}

fn row((index, cells): (usize, Cells)) -> Row {
    let record = RowRecord { number: index + 1, label: label(&cells) };
    let input = |cell: &Cell| Some(Input { key: cell.key.clone(), value: Value::Text(cell.text.clone()?) });
    let inputs = cells.iter().filter_map(input).collect();
    Row { record, inputs, values: cells.into_iter().map(|Cell { key, value, .. }| (key, value)).collect() }
}

/// The first column that has a value and is not secret: `name=Ann`. It is shortened when secrets have been removed.
fn label(cells: &Cells) -> Option<String> {
    let shown = cells.iter().filter_map(|cell| Some((&cell.key, cell.text.as_ref()?)));
    let (key, value) = shown.into_iter().find(|(key, value)| !value.trim().is_empty() && !is_secret_name(key))?;
    let words: Vec<&str> = key.split_whitespace().collect();
    let words = [words.join(" "), value.split_whitespace().collect::<Vec<_>>().join(" ")].join("=");
    Some(escape_controls(&words).into_owned())
}

/// The text as messages may show it. Where anything in it is called a secret, or may be by an escaped name, letters and
/// digits are covered: a value may be anywhere. The names of a table's columns stay. Positions stay too.
fn shown(kind: &str, text: &str) -> String {
    if !is_secret_name(text) && !text.contains('\\') {
        return text.to_owned();
    }
    let cover = |line: &str| -> String {
        let star = |character: char| match character {
            _ if character.is_alphanumeric() => "*".repeat(character.len_utf8()),
            _ => character.to_string(),
        };
        line.chars().map(star).collect()
    };
    let lines = text.split_inclusive('\n').enumerate();
    lines.map(|(at, line)| if at == 0 && kind == "csv" { line.to_owned() } else { cover(line) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cell, label, shown};

    fn check(cells: &[(&str, &str)], expected: Option<&str>) {
        let cells = cells.iter().map(|(key, value)| Cell::text((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(label(&cells).as_deref(), expected);
    }

    #[test]
    fn labels_show_no_secret_column() {
        check(&[("token", "abc"), ("a", " "), ("name", "Ann\n  Other\u{7}")], Some("name=Ann Other␇"));
        check(&[("password", "x")], None);
    }

    #[test]
    fn lines_with_secrets_are_redacted() {
        assert_eq!(shown("csv", "name,n\nAnn,1\n"), "name,n\nAnn,1\n");
        assert_eq!(shown("csv", "name,token\nAnn,é\"1\n"), "name,token\n***,**\"*\n");
        assert_eq!(shown("json", "[{\"pwd\": \"x-y\"}"), "[{\"***\": \"*-*\"}");
        assert_eq!(shown("json", "[{\"p\\u0077d\": 5"), "[{\"*\\******\": *");
    }
}
