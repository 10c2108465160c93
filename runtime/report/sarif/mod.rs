//! Writes diagnostics as SARIF 2.1.0, for code scanning: those of a run and its contract, of `apinb check`, of
//! `apinb definition check` and of `apinb contract check`.
//!
//! A difference between calls and their definition is at the line of the definition, with the cell and the way from its
//! operation as related locations; anything else is where it was found. A log describes the rules that its results
//! break. A result has the same fingerprint in each log, wherever its line has moved to.

mod check;
mod contract;
mod format;
mod log;
mod own_rules;
mod run;

use std::io;

use apinb_record::run::RunRecord;

pub use log::{Context, FileUri, Log};

/// Writes the diagnostics of a run.
pub(super) fn write(record: &RunRecord, context: Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut log = Log::new(&record.generator, context);
    log.run(record)?;
    log.write_plain(out)
}

#[cfg(test)]
mod tests;
