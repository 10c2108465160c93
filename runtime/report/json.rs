//! The run record as JSON: `docs/report.schema.json` describes it.

use std::io;

use apinb_record::run::RunRecord;

/// The record as indented JSON with a line feed at its end.
///
/// # Errors
/// None that a record can cause.
pub fn text(record: &RunRecord) -> io::Result<String> {
    let mut text = serde_json::to_string_pretty(record)?;
    text.push('\n');
    Ok(text)
}
