//! Writes the run record as JSON, as `docs/report.schema.json` describes it.

use std::io;

use apinb_record::run::RunRecord;

/// The record as indented JSON with a trailing line feed.
///
/// # Errors
/// A record cannot cause an error.
pub fn text(record: &RunRecord) -> io::Result<String> {
    let mut text = serde_json::to_string_pretty(record)?;
    text.push('\n');
    Ok(text)
}
