//! The findings of checks of notebooks and definitions.

use apinb_record::check::Needs;
use apinb_text::diagnostic::render::Message;
use serde_json::Value;

use super::log::{Diagnostic, Log, Place};
use super::own_rules::{OTHER, UNREADABLE};

impl Log<'_> {
    /// Adds the findings of a check, and the notebooks that it could not read.
    pub fn check(&mut self, needs: &Needs) {
        for notebook in &needs.notebooks {
            let place = |line, column| Place { file: notebook.path.clone(), line, column, ..Place::default() };
            if let Some(error) = &notebook.error {
                self.add(Diagnostic {
                    rule: UNREADABLE.to_owned(),
                    message: error.message.clone(),
                    help: error.help.clone(),
                    place: Some(place(1, None)),
                    ..Diagnostic::default()
                });
            }
            for finding in &notebook.findings {
                let here = place(finding.position.line, Some(finding.position.column));
                let (length, source_line) = (Some(finding.length), Some(finding.source_line.clone()));
                self.add(Diagnostic {
                    rule: finding.code.to_owned(),
                    severity: Some(finding.severity),
                    message: finding.message.clone(),
                    help: finding.help.clone(),
                    place: Some(Place { length, source_line, ..here }),
                    properties: finding.position.cell.map(|cell| ("cell", Value::from(cell))).into_iter().collect(),
                    ..Diagnostic::default()
                });
            }
        }
    }

    /// Adds diagnostics of definitions.
    pub fn messages<'m>(&mut self, messages: impl IntoIterator<Item = &'m Message>) {
        for message in messages {
            let place = message.place.as_ref().map(|place| Place {
                file: place.file.clone(),
                line: place.line,
                column: Some(place.column),
                length: Some(place.length),
                source_line: place.source_line.clone(),
            });
            let causes = message.causes.iter().map(|cause| format!("\ncaused by: {cause}"));
            self.add(Diagnostic {
                rule: message.code.clone().unwrap_or_else(|| OTHER.to_owned()),
                severity: Some(message.severity),
                message: message.text.clone() + &causes.collect::<String>(),
                help: message.help.clone(),
                place,
                ..Diagnostic::default()
            });
        }
    }
}
