//! Writes the run record as JSON, as `docs/report.schema.json` describes it.

use std::io;

use apinb_record::run::RunRecord;
use serde::Serialize;

/// The record as indented JSON with a trailing line feed.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    pretty(record, out)
}

/// Writes a value as indented JSON with a trailing line feed.
pub(super) fn pretty(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}
