//! Annotations of a run: an error for each cell that failed by itself and each notebook that could not run, and a warning
//! for each notebook in which no cell ran, as many as GitHub shows. Annotations of a contract: an error for each finding
//! that fails, and a warning for each of the first errors that do not, at the definition. Annotations of a check: one for
//! each finding, with its code as the title, and an error for each notebook that cannot be read.

use std::io;

use apinb_record::check::{Needs, NotebookNeeds};
use apinb_record::contract::{Contract, ContractFinding};
use apinb_record::error::ErrorRecord;
use apinb_record::position::NotebookPosition;
use apinb_record::run::{CellRecord, NotebookRecord, RunRecord, with_row};
use apinb_text::diagnostic::Severity;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::truncate::truncate;

use super::super::contract::in_lines;
use super::super::layout::{cut, one_line};
use super::commands::command;

/// The maximum length of a message, in characters, by GitHub's limit; and of a title, in columns.
const MESSAGE: usize = 4000;
const TITLE: usize = 120;

/// Maps a file to its path relative to the workspace; `None` for a file outside of it, or a URL.
pub type Places<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The number of errors, and of warnings, that GitHub shows of a step.
const SHOWN: usize = 10;
/// The number of violations of a contract that are warnings.
const WARNED: usize = 3;

/// The annotations of a run, one per line.
///
/// # Errors
/// An error of reading a notebook of the run.
pub fn of_run(record: &RunRecord, places: Places<'_>) -> io::Result<String> {
    let (mut errors, mut warnings) = (Limited::default(), Limited::default());
    record.notebooks.each(&mut |record| {
        notebook(record, places, &mut errors, &mut warnings);
        Ok(())
    })?;
    let contract = record.contract.as_ref();
    if let Some(contract) = contract {
        failing(contract, places, &mut errors);
    }
    let warned = contract.map(|contract| warned(contract, places)).unwrap_or_default();
    Ok(errors.text("error", "failures") + &warned + &warnings.text("warning", "notebooks without a cell that ran"))
}

/// The first annotations of a kind.
#[derive(Default)]
struct Limited {
    shown: Vec<String>,
    further: usize,
}

impl Limited {
    fn push(&mut self, annotation: impl FnOnce() -> String) {
        if self.shown.len() < SHOWN {
            self.shown.push(annotation());
        } else {
            self.further += 1;
        }
    }

    /// The annotations. Where GitHub would not show all, the last one counts the rest.
    fn text(mut self, level: &str, of: &str) -> String {
        if self.further > 0 {
            self.shown.pop();
            let title = [("title", Some(format!("{} more {of}", self.further + 1)))];
            self.shown.push(command(level, &title, "the log and the job summary of this step list all of them"));
        }
        self.shown.concat()
    }
}

/// The annotations of a contract, one per line: errors for the findings that fail.
#[must_use]
pub fn of_contract(contract: &Contract, places: Places<'_>) -> String {
    let mut errors = Limited::default();
    failing(contract, places, &mut errors);
    errors.text("error", "violations") + &warned(contract, places)
}

fn failing(contract: &Contract, places: Places<'_>, errors: &mut Limited) {
    for finding in contract.findings.iter().filter(|finding| finding.fails) {
        errors.push(|| violation(finding, "error", places));
    }
}

/// The first errors that fail nothing.
fn warned(contract: &Contract, places: Places<'_>) -> String {
    let errors = contract.new_findings().filter(|finding| finding.severity == Severity::Error && !finding.fails);
    errors.take(WARNED).map(|finding| violation(finding, "warning", places)).collect()
}

/// The annotation of a finding: at the definition, or else at the cell.
fn violation(finding: &ContractFinding, level: &str, places: Places<'_>) -> String {
    let definition = finding.definition.as_ref().map(|place| &place.position);
    let cell = finding.first.position.as_ref();
    let place = definition.into_iter().chain(cell).find(|position| places(&position.file).is_some());
    let title = match &finding.operation {
        Some(operation) => format!("{operation}: {}", finding.rule),
        None => finding.rule.clone(),
    };
    let properties = match place {
        Some(at) => properties(&one_line(&title), (&at.file, at.line), Some(at.column), places),
        None => properties(&one_line(&title), ("", 1), None, &|_| None),
    };
    command(level, &properties, &with_reasons(&in_lines(finding), &[], finding.help.as_deref()))
}

/// The annotations of a check, one per line.
#[must_use]
pub fn of_check(needs: &Needs, places: Places<'_>) -> String {
    needs.notebooks.iter().map(|needs| checked(needs, places)).collect()
}

fn checked(needs: &NotebookNeeds, places: Places<'_>) -> String {
    let path = one_line(&needs.path);
    let mut text = String::new();
    if let Some(error) = &needs.error {
        let properties = properties(&path, (&needs.path, 1), None, places);
        text.push_str(&command("error", &properties, &with_reasons(&error.message, &[], error.help.as_deref())));
    }
    for finding in &needs.findings {
        let NotebookPosition { cell, line, column } = finding.position;
        // An annotation outside of the workspace has no position, so its title names it.
        let title = match places(&needs.path) {
            Some(_) => finding.code.to_owned(),
            None => match cell {
                Some(cell) => format!("{path} ${cell}: {}", finding.code),
                None => format!("{path}: {}", finding.code),
            },
        };
        let properties = properties(&title, (&needs.path, line), Some(column), places);
        let message = with_reasons(&finding.message, &[], finding.help.as_deref());
        text.push_str(&command(level(finding.severity), &properties, &message));
    }
    text
}

/// The workflow command for a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn notebook(record: &NotebookRecord, places: Places<'_>, errors: &mut Limited, warnings: &mut Limited) {
    let path = one_line(&record.name());
    if let Some(reason) = &record.error {
        // Omits the name of the error, which is not informative here.
        errors.push(|| error(reason, &reason.message, &path, (&record.path, 1), places));
    } else if record.cells.is_empty() {
        warnings.push(|| warning(record, "it has no code cells: nothing ran", places));
    } else if let Some(reason) = &record.skip {
        let reason = one_line(reason);
        let message = if reason.is_empty() { "skipped".to_owned() } else { format!("skipped: {reason}") };
        warnings.push(|| warning(record, &message, places));
    } else if record.summary.skipped == record.cells.len() {
        warnings.push(|| warning(record, "none of its cells ran", places));
    }
    let caused = record.caused();
    for cell in &record.cells {
        let Some(reason) = cell.error.as_ref().filter(|error| error.caused_by.is_none()) else { continue };
        errors.push(|| failed(cell, reason, caused.get(&cell.number).map_or(0, Vec::len), record, places));
    }
    drifted(record, places, errors, warnings);
}

/// The differences from the cassette, each at the first cell that has it.
fn drifted(record: &NotebookRecord, places: Places<'_>, errors: &mut Limited, warnings: &mut Limited) {
    for finding in record.drift.iter().flat_map(|drift| &drift.findings) {
        let list = match finding.severity {
            Severity::Error => &mut *errors,
            Severity::Warning => &mut *warnings,
            Severity::Note => continue,
        };
        list.push(|| {
            let number = finding.cells.first().and_then(|cell| cell.rsplit('$').next()?.parse::<usize>().ok());
            let cell = record.cells.iter().find(|cell| Some(cell.number) == number);
            let title = one_line(&format!("drift/{}: {}", finding.class.name(), finding.operation));
            let properties = properties(&title, (&record.path, cell.map_or(1, |cell| cell.line)), None, places);
            let what = if finding.path.is_empty() { finding.part.noun() } else { finding.path.as_str() };
            command(level(finding.severity), &properties, &format!("{what}: {}", finding.message))
        });
    }
}

/// The annotation of a cell because of which `caused` others failed.
fn failed(
    cell: &CellRecord,
    reason: &ErrorRecord,
    caused: usize,
    notebook: &NotebookRecord,
    places: Places<'_>,
) -> String {
    let row = notebook.row.as_ref().map(|row| with_row("", Some(row))).unwrap_or_default();
    let title = one_line(&format!("${} {}{row}", cell.number, cell.label));
    let mut message = reason.headline();
    if caused > 0 {
        message.push_str(&format!("\n{caused} more because of ${}", cell.number));
    }
    error(reason, &message, &title, (&notebook.path, cell.line), places)
}

/// An annotation at the position of the error if that is in the workspace, or else at `place`.
fn error(error: &ErrorRecord, message: &str, title: &str, place: (&str, usize), places: Places<'_>) -> String {
    let position = error.position.as_ref().filter(|position| places(&position.file).is_some());
    let properties = match position {
        Some(at) => properties(title, (&at.file, at.line), Some(at.column), places),
        None => properties(title, place, None, places),
    };
    // GitHub shows the source line next to the annotation.
    command("error", &properties, &with_reasons(message, &error.causes, error.help.as_deref()))
}

fn warning(notebook: &NotebookRecord, message: &str, places: Places<'_>) -> String {
    command("warning", &properties(&one_line(&notebook.name()), (&notebook.path, 1), None, places), message)
}

fn properties(
    title: &str,
    (file, line): (&str, usize),
    column: Option<usize>,
    places: Places<'_>,
) -> [(&'static str, Option<String>); 4] {
    let file = places(file);
    let line = file.is_some().then(|| line.to_string());
    let column = column.filter(|_| file.is_some()).map(|column| column.to_string());
    [("file", file), ("line", line), ("col", column), ("title", Some(cut(title, TITLE).into_owned()))]
}

fn with_reasons(message: &str, causes: &[String], help: Option<&str>) -> String {
    let mut text = message.to_owned();
    for cause in causes {
        text.push_str("\ncaused by: ");
        text.push_str(cause);
    }
    if let Some(help) = help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    truncate(&escape_controls(&text), MESSAGE)
}
