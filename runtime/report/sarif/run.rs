//! The cells of a run that failed by themselves, the notebooks that could not run, and the contract of the run.

use std::collections::BTreeMap;
use std::io;

use apinb_record::error::ErrorRecord;
use apinb_record::run::RunRecord;
use serde_json::json;

use super::log::{Diagnostic, Log, Place};
use super::own_rules::code;

impl Log<'_> {
    /// Adds the diagnostics of a run.
    ///
    /// # Errors
    /// An error of reading a notebook of the run.
    pub(super) fn run(&mut self, record: &RunRecord) -> io::Result<()> {
        record.notebooks.each(&mut |notebook| {
            if let Some(error) = &notebook.error {
                let place = Place { file: notebook.path.clone(), line: 1, ..Place::default() };
                self.add(diagnostic(error, place));
            }
            for cell in &notebook.cells {
                let Some(error) = cell.error.as_ref().filter(|error| error.caused_by.is_none()) else { continue };
                let place = Place { file: notebook.path.clone(), line: cell.line, ..Place::default() };
                let mut properties = BTreeMap::from([("cell", json!(cell.number)), ("label", json!(cell.label))]);
                properties.extend(notebook.row.as_ref().map(|row| ("row", json!(row.number))));
                self.add(Diagnostic { properties, ..diagnostic(error, place) });
            }
            Ok(())
        })?;
        if let Some(contract) = &record.contract {
            self.contract(contract);
        }
        Ok(())
    }
}

/// An error at its position; of one without a position, at `place`.
fn diagnostic(error: &ErrorRecord, place: Place) -> Diagnostic {
    let place = match &error.position {
        Some(position) => Place {
            file: position.file.clone(),
            line: position.line,
            column: Some(position.column),
            source_line: error.source_line.clone(),
            length: None,
        },
        None => place,
    };
    let causes = error.causes.iter().map(|cause| format!("\ncaused by: {cause}"));
    Diagnostic {
        rule: code(error.kind).to_owned(),
        message: error.headline() + &causes.collect::<String>(),
        help: error.help.clone(),
        place: Some(place),
        ..Diagnostic::default()
    }
}
