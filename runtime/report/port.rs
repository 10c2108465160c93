//! Renders the results of `apinb port` for people.

use apinb_record::port::{Choice, Confidence, ConfigFile, FailedCell, FileState, Port, PortedNotebook};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;

use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW};
use super::listing::{COMPUTED, Entry, Listing, script};

/// The results as text. `color` adds ANSI escape codes.
#[must_use]
pub fn text(port: &Port, color: bool) -> String {
    let files = port.files.iter().map(|file| self::file(file, color));
    let notebooks = port.notebooks.iter().map(|notebook| self::notebook(notebook, color));
    let parts: Vec<String> = files.chain(notebooks).chain([summary(port, color)]).collect();
    parts.join("\n")
}

fn file(file: &ConfigFile, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let (style, state) = match file.state {
        FileState::Written => (GREEN, "written"),
        FileState::Unchanged => (GREEN, "already as it should be"),
        FileState::Differs => (RED, "says something else, and was left as it is"),
        FileState::Proposed => (YELLOW, "would be written"),
    };
    let mut head = Line::default();
    head.push(BOLD, &file.path).push_as_it_is(PLAIN, "  ").push(style, state);
    page.line(head);
    if let Some(above) = &file.shadows {
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, "  ");
        line.push(YELLOW, &format!("its notebooks get nothing more from {above}: a nearer file goes before"));
        page.line(line);
    }
    let lines = match (&file.difference, file.state) {
        (Some(difference), _) => difference.as_str(),
        (None, FileState::Written | FileState::Proposed) => file.text.as_str(),
        (None, _) => "",
    };
    for text in lines.lines() {
        let style = match text.chars().next() {
            _ if file.difference.is_none() => PLAIN,
            Some('+') => GREEN,
            Some('-') => RED,
            Some('@') => CYAN,
            _ => DIM,
        };
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, "  ").push(style, text);
        page.line(line);
    }
    if file.state == FileState::Differs {
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, "  ").push(DIM, "take over what you want, or write over it with `--force`");
        page.line(line);
    }
    page.text
}

fn notebook(notebook: &PortedNotebook, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let mut head = Line::default();
    match &notebook.title {
        Some(title) => head.push(BOLD, title).push_as_it_is(PLAIN, "  ").push(DIM, &notebook.path),
        None => head.push(BOLD, &notebook.path),
    };
    page.line(head);
    if let Some(error) = &notebook.error {
        page.text.push_str(&message(error.message.clone(), error.help.clone(), None).render(color));
        return page.text;
    }
    page.part("definitions", notebook.definitions.iter().map(definition));
    page.part("scripts", notebook.scripts.iter().map(script));
    let Some(run) = &notebook.run else { return page.text };
    for cell in &run.failed {
        page.text.push('\n');
        page.text.push_str(&failed(cell).render(color));
    }
    if !run.failed.is_empty() {
        page.text.push('\n');
    }
    let mut line = Line::default();
    let (style, state) = match run.failed.len() {
        0 => (GREEN, "runs on the mock".to_owned()),
        failed => (RED, format!("does not run on the mock: {} failed", pluralize(failed, "cell"))),
    };
    line.push(style, &state).push(PLAIN, &format!(", {} passed", pluralize(run.passed, "cell")));
    line.push(PLAIN, &format!(", {}", pluralize(run.calls, "call")));
    page.line(line);
    page.text
}

fn definition(choice: &Choice) -> Entry {
    let why = if choice.reasons.is_empty() { String::new() } else { format!(": {}", choice.reasons.join(", ")) };
    let (style, state) = match (choice.confidence, &choice.definition) {
        (Confidence::Named, Some(_)) => (GREEN, "is there".to_owned()),
        (Confidence::Certain, Some(file)) => (GREEN, format!("→ {file}, certain{why}")),
        (Confidence::Likely, Some(file)) => (YELLOW, format!("→ {file}, likely{why}")),
        _ => (RED, format!("not sure{why}")),
    };
    Entry {
        name: choice.client.clone().unwrap_or_else(|| COMPUTED.to_owned()),
        about: choice.reference.clone().unwrap_or_else(|| COMPUTED.to_owned()),
        state: (style, state),
        help: None,
    }
}

fn failed(cell: &FailedCell) -> Message {
    let place = cell.position.as_ref().map(|position| SourcePosition {
        file: position.file.clone(),
        line: position.line,
        column: position.column,
        length: 1,
        source_line: cell.source_line.clone(),
    });
    message(cell.message.clone(), cell.help.clone(), place)
}

fn message(text: String, help: Option<String>, place: Option<SourcePosition>) -> Message {
    Message { severity: Severity::Error, code: None, text, place, causes: Vec::new(), help }
}

fn summary(port: &Port, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let ran = port.notebooks.iter().filter_map(|notebook| notebook.run.as_ref());
    let running = ran.clone().filter(|run| run.failed.is_empty()).count();
    let mut line = Line::default();
    line.push(BOLD, &pluralize(port.notebooks.len(), "notebook"));
    if ran.count() > 0 {
        let style = if running == port.notebooks.len() { GREEN } else { RED };
        line.push(PLAIN, ": ").push(style, &format!("{running} of {} run on the mock", port.notebooks.len()));
    }
    page.line(line);
    page.text
}
