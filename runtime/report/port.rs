//! Renders the results of `apinb port` for people.

use apinb_record::port::{Choice, Confidence, ConfigFile, FailedCell, FileState, Port, PortedNotebook};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;
use apinb_text::display::style::Style;
use apinb_text::display::truncate::truncate;

use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW};
use super::listing::{COMPUTED, Entry, Listing, script};

/// The results as text: a line for each notebook; with `verbose` the written files, the choice of each definition, and
/// each failed cell. `color` adds ANSI escape codes; `width`: the width of the terminal, if it is for one.
#[must_use]
pub fn text(port: &Port, verbose: bool, width: Option<usize>, color: bool) -> String {
    let files = port.files.iter().map(|file| self::file(file, verbose, color));
    let mut parts: Vec<String> = files.collect();
    if verbose {
        parts.extend(port.notebooks.iter().map(|notebook| self::notebook(notebook, width, color)));
    } else {
        parts.push(port.notebooks.iter().map(|notebook| line(notebook, color)).collect());
    }
    parts.push(summary(port, verbose, color));
    parts.join("\n")
}

/// A notebook in a line.
fn line(notebook: &PortedNotebook, color: bool) -> String {
    let (style, mark, state) = state(notebook);
    let mut line = Line::default();
    line.push(style, mark).push_as_it_is(PLAIN, " ").push(BOLD, &notebook.path).push_as_it_is(PLAIN, "  ");
    line.push(style, &state);
    line.render(None, color)
}

/// The longest message in the line of a notebook, in characters.
const LONGEST: usize = 160;

/// The beginning of a message.
fn short(message: &str) -> String {
    truncate(message.lines().next().unwrap_or_default(), LONGEST)
}

/// What became of a notebook; of several mistakes the first.
fn state(notebook: &PortedNotebook) -> (Style, &'static str, String) {
    if let Some(error) = &notebook.error {
        return (RED, "✗", short(&error.message));
    }
    let unsure = notebook.definitions.iter().find(|choice| choice.confidence == Confidence::Unsure);
    let unsure = unsure.map(|choice| {
        let client = choice.client.as_deref().unwrap_or(COMPUTED);
        short(&format!("not sure about the definition of `{client}`: {}", choice.reasons.join(", ")))
    });
    let failed = notebook.run.as_ref().filter(|run| !run.failed.is_empty()).map(|run| {
        let all = run.failed.len() + run.passed;
        let first = run.failed.first().map(|cell| {
            let line = cell.position.as_ref().map(|position| format!("line {}: ", position.line));
            format!("; {}{}", line.unwrap_or_default(), short(&cell.message))
        });
        format!(
            "does not run on the mock: {} of {} failed{}",
            run.failed.len(),
            pluralize(all, "cell"),
            first.unwrap_or_default()
        )
    });
    match (unsure, failed, &notebook.run) {
        (Some(unsure), Some(failed), _) => (RED, "✗", format!("{unsure}; {failed}")),
        (None, Some(failed), _) => (RED, "✗", failed),
        (Some(unsure), None, _) => (YELLOW, "?", unsure),
        (None, None, Some(run)) => {
            let (cells, calls) = (pluralize(run.passed, "cell"), pluralize(run.calls, "call"));
            (GREEN, "✓", format!("runs on the mock, {cells} passed, {calls}"))
        }
        (None, None, None) => (GREEN, "✓", pluralize(notebook.definitions.len(), "definition")),
    }
}

fn file(file: &ConfigFile, verbose: bool, color: bool) -> String {
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
        (None, FileState::Proposed) => file.text.as_str(),
        (None, FileState::Written) if verbose => file.text.as_str(),
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

fn notebook(notebook: &PortedNotebook, width: Option<usize>, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let mut head = Line::default();
    match &notebook.title {
        Some(title) => head.push(BOLD, title).push_as_it_is(PLAIN, "  ").push(DIM, &notebook.path),
        None => head.push(BOLD, &notebook.path),
    };
    page.line(head);
    if let Some(error) = &notebook.error {
        page.text.push_str(&message(error.message.clone(), error.help.clone(), None).render(width, color));
        return page.text;
    }
    page.part("definitions", notebook.definitions.iter().map(definition));
    page.part("scripts", notebook.scripts.iter().map(script));
    let Some(run) = &notebook.run else { return page.text };
    for cell in &run.failed {
        page.text.push('\n');
        page.text.push_str(&failed(cell).render(width, color));
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

fn summary(port: &Port, verbose: bool, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let ran = port.notebooks.iter().filter_map(|notebook| notebook.run.as_ref());
    let running = ran.clone().filter(|run| run.failed.is_empty()).count();
    let mut line = Line::default();
    line.push(BOLD, &pluralize(port.notebooks.len(), "notebook"));
    if ran.count() > 0 {
        let style = if running == port.notebooks.len() { GREEN } else { RED };
        line.push(PLAIN, ": ").push(style, &format!("{running} of {} run on the mock", port.notebooks.len()));
    }
    if !verbose {
        line.push_as_it_is(PLAIN, "  ").push(DIM, "`-v` shows each definition and each failed cell");
    }
    page.line(line);
    page.text
}
