//! Annotations of a run: an error for each failed cell and each notebook that could not run, and a warning for each
//! notebook in which no cell ran. Annotations of a check: one for each finding, with its code as the title, and an
//! error for each notebook that cannot be read.

use std::io;

use apinb_record::check::{Needs, NotebookNeeds};
use apinb_record::error::ErrorRecord;
use apinb_record::position::CellPosition;
use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, RunRecord, with_row};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::truncate::truncate;

use super::super::layout::{cut, one_line};
use super::commands::command;

/// The maximum length of a message, in characters, by GitHub's limit; and of a title, in columns.
const MESSAGE: usize = 4000;
const TITLE: usize = 120;

/// Maps a file to its path relative to the workspace; `None` for a file outside of it, or a URL.
pub type Places<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The annotations of a run, one per line.
///
/// # Errors
/// An error of reading a notebook of the run.
pub fn of_run(record: &RunRecord, places: Places<'_>) -> io::Result<String> {
    let mut text = String::new();
    record.notebooks.each(&mut |record| {
        text.push_str(&notebook(record, places));
        Ok(())
    })?;
    Ok(text)
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
        let CellPosition { cell, line, column } = finding.position;
        // An annotation outside of the workspace has no position, so its title names it.
        let title = match places(&needs.path) {
            Some(_) => finding.code.to_owned(),
            None => format!("{path} ${cell}: {}", finding.code),
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

fn notebook(record: &NotebookRecord, places: Places<'_>) -> String {
    let mut text = String::new();
    let path = one_line(&record.name());
    if let Some(reason) = &record.error {
        // Omits the name of the error, which is not informative here.
        text.push_str(&error(reason, &path, (&record.path, 1), places, false));
    } else if record.cells.is_empty() {
        text.push_str(&warning(record, "it has no code cells: nothing ran", places));
    } else if record.summary.skipped == record.cells.len() {
        text.push_str(&warning(record, "none of its cells ran", places));
    }
    for cell in record.cells.iter().filter(|cell| cell.status == CellStatus::Failed) {
        text.push_str(&failed(cell, record, places));
    }
    text
}

fn failed(cell: &CellRecord, notebook: &NotebookRecord, places: Places<'_>) -> String {
    let row = notebook.row.as_ref().map(|row| with_row("", Some(row))).unwrap_or_default();
    let title = one_line(&format!("${} {}{row}", cell.number, cell.label));
    let place = (notebook.path.as_str(), cell.line);
    match &cell.error {
        Some(reason) => error(reason, &title, place, places, reason.has_telling_name()),
        None => command("error", &properties(&title, place, None, places), "it failed"),
    }
}

/// An annotation at the position of the error if that is in the workspace, or else at `place`.
fn error(error: &ErrorRecord, title: &str, place: (&str, usize), places: Places<'_>, named: bool) -> String {
    let position = error.position.as_ref().filter(|position| places(&position.file).is_some());
    let properties = match position {
        Some(at) => properties(title, (&at.file, at.line), Some(at.column), places),
        None => properties(title, place, None, places),
    };
    command("error", &properties, &message(error, named))
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

/// The message with causes and help. GitHub shows the source line next to the annotation.
fn message(error: &ErrorRecord, named: bool) -> String {
    let said = Message::from(error);
    let what = if named { &said.text } else { &error.message };
    with_reasons(what, &said.causes, said.help.as_deref())
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
