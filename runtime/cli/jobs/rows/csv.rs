//! Rows as CSV (RFC 4180): the first line names the columns.

use apinb_text::source::span::Span;

use crate::cli::jobs::rows::cells::{Cell, MAX_ROWS, PlacedCells};
use crate::cli::jobs::rows::problem::RowFault;

/// # Errors
/// All diagnostics.
pub(crate) fn parse(text: &str) -> Result<Vec<PlacedCells>, Vec<(Span, RowFault)>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut names: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let start = offset(&reader, text);
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                faults.push((Span::new(start, start), RowFault::Syntax { message: error.to_string() }));
                break;
            }
        }
        let (span, raw) = lines(text, start, offset(&reader, text));
        if raw.matches('"').count() % 2 != 0 {
            // Where the next row begins is unknown.
            faults.push((span, RowFault::Quote));
            break;
        }
        match &names {
            None => {
                faults.extend(header(&record, raw).into_iter().map(|fault| (span, fault)));
                names = Some(record.iter().map(|name| name.trim().to_owned()).collect());
            }
            Some(names) if names.len() != record.len() => {
                faults.push((span, RowFault::Count { found: record.len(), expected: names.len() }));
            }
            Some(names) => {
                let cells = names.iter().zip(record.iter());
                rows.push((span, cells.map(|(name, text)| Cell::text(name.clone(), text.to_owned())).collect()));
            }
        }
        // One more says that there are too many.
        if rows.len() > MAX_ROWS || faults.len() > 100 {
            break;
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn header(record: &csv::StringRecord, raw: &str) -> Vec<RowFault> {
    if record.len() == 1 && raw.contains([';', '\t']) && !raw.contains('"') {
        return vec![RowFault::Separator];
    }
    let mut faults = Vec::new();
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            faults.push(RowFault::NoName { number: at + 1 });
        } else if names.iter().take(at).any(|earlier| earlier == name) {
            faults.push(RowFault::Twice { name: (*name).to_owned() });
        }
    }
    faults
}

/// How far the reader is, in bytes of `text`.
fn offset(reader: &csv::Reader<&[u8]>, text: &str) -> usize {
    let byte = usize::try_from(reader.position().byte()).unwrap_or(text.len());
    text.floor_char_boundary(byte)
}

/// A row's text without the line ends around it, and its first line as the place of the row.
fn lines(text: &str, start: usize, end: usize) -> (Span, &str) {
    let raw = text.get(start..end).unwrap_or_default();
    let start = start + (raw.len() - raw.trim_start_matches(['\r', '\n']).len());
    let raw = raw.trim_matches(['\r', '\n']);
    let length = raw.find(['\r', '\n']).unwrap_or(raw.len());
    (Span::new(start, start + length), raw)
}
