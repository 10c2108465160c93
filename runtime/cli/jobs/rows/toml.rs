//! Rows as TOML: a table `[[row]]` each.

use apinb_text::source::span::Span;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::jobs::rows::cells::{Cell, PlacedCells};
use crate::cli::jobs::rows::problem::RowFault;
use crate::cli::settings::toml::{kind, scalar};

/// The key of the rows.
const KEY: &str = "row";

/// # Errors
/// All diagnostics.
pub(crate) fn parse(text: &str) -> Result<Vec<PlacedCells>, Vec<(Span, RowFault)>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<(Span, RowFault)> = errors
        .into_iter()
        .map(|error| {
            let message = error.message().trim().to_owned();
            (Span::from(error.span().unwrap_or(0..0)), RowFault::Syntax { message })
        })
        .collect();
    // Errors after a syntax error would be guesses.
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut rows = Vec::new();
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        match value.get_ref().as_array() {
            _ if name != KEY => faults.push((key.span().into(), RowFault::UnknownKey { key: name.to_owned() })),
            None => faults.push((value.span().into(), RowFault::NoRows)),
            Some(array) => rows.extend(array.iter().filter_map(|value| row(value, &mut faults))),
        }
    }
    faults.sort_by_key(|(span, _)| span.start);
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn row(value: &Spanned<DeValue<'_>>, faults: &mut Vec<(Span, RowFault)>) -> Option<PlacedCells> {
    let Some(table) = value.get_ref().as_table() else {
        faults.push((value.span().into(), RowFault::NoRows));
        return None;
    };
    let mut cells = Vec::new();
    for (key, value) in table {
        let name: &str = key.get_ref();
        match scalar(value.get_ref()) {
            Some(text) => cells.push((key.span().start, cell(name, value.get_ref(), text))),
            None => {
                let fault = RowFault::WrongKind { key: name.to_owned(), found: kind(value.get_ref()) };
                faults.push((value.span().into(), fault));
            }
        }
    }
    // As they are written.
    cells.sort_by_key(|(start, _)| *start);
    Some((value.span().into(), cells.into_iter().map(|(_, cell)| cell).collect()))
}

/// A value with its text, which keeps the digits of a number.
fn cell(name: &str, value: &DeValue<'_>, text: String) -> Cell {
    let value = match value {
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Integer(_) | DeValue::Float(_) => {
            serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text.as_str()))
        }
        _ => Value::from(text.as_str()),
    };
    Cell { key: name.to_owned(), text: Some(text), value }
}
