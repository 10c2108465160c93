//! The details of a failed cell: message, source line, difference, calls, and the part of a body that matters.

use apinb_record::call::CallRecord;
use apinb_record::error::ErrorRecord;
use apinb_record::run::CellRecord;
use apinb_text::diagnostic::render::Message;
use apinb_text::display::plural::pluralize;
use apinb_text::secret::redactor::Redactor;

use super::call::{self, Calls};
use super::diff::diff;
use super::layout::{DIM, Line, PLAIN, indented};

/// The indentation of the details below a row.
pub(super) const INDENT: &str = "      ";
/// Maximum number of calls, and of lines of a body.
const CALLS: usize = 10;
const BODY: usize = 15;
/// Maximum width of a line of a body or a difference where the output is not a terminal.
pub(super) const WIDTH: usize = 160;

/// How to render details.
#[derive(Clone, Copy, Debug)]
pub(super) struct Details<'a> {
    /// Whether to show everything.
    pub(super) all: bool,
    pub(super) color: bool,
    /// In columns; `None` if the output is not a terminal.
    pub(super) width: Option<usize>,
    pub(super) redactor: &'a Redactor,
}

impl Details<'_> {
    /// The error of a cell: its message with the source line, and what its values differ in.
    pub(super) fn error(self, error: &ErrorRecord) -> String {
        let mut message = Message::from(error);
        if !error.has_telling_name() {
            // The name of the error adds nothing to its message.
            message.text.clone_from(&error.message);
        }
        let mut text = message.render_dense(self.width.map(|width| width.saturating_sub(INDENT.len())), self.color);
        let is_elsewhere = |frame: &String| {
            error.position.as_ref().is_some_and(|at| !frame.contains(&format!("{}:{}:", at.file, at.line)))
        };
        if self.all || error.stack.len() > 1 || error.stack.iter().any(is_elsewhere) {
            for frame in &error.stack {
                let mut line = Line::default();
                line.push(DIM, &format!("  at {}", frame.trim_start().trim_start_matches("at ")));
                text.push_str(&line.render(None, self.color));
            }
        }
        if let (Some(expected), Some(actual)) = (&error.expected, &error.actual) {
            for line in diff(expected, actual, self.space(), self.all) {
                text.push_str(&line.render(None, self.color));
            }
        }
        indented(&text, INDENT)
    }

    /// The calls of a failed cell as one line each, and the body of the one that explains the failure.
    pub(super) fn calls(self, cell: &CellRecord) -> String {
        let mut text = String::new();
        let hidden = cell.calls.len().saturating_sub(CALLS);
        if hidden > 0 {
            text.push_str(&self.note(&format!("{} before these; -v shows all", pluralize(hidden, "call"))));
        }
        for call in cell.calls.iter().skip(hidden) {
            text.push_str(&self.indented(call::short(call)));
        }
        let Some(shown) = Calls::of(cell).shown().filter(|shown| is_telling(shown, cell.error.as_ref())) else {
            return text;
        };
        let Some((lines, further)) = call::body(shown, BODY, self.space(), self.redactor) else { return text };
        for content in lines {
            let mut line = Line::default();
            line.push(PLAIN, &content);
            text.push_str(&self.indented(line));
        }
        if further > 0 {
            text.push_str(&self.note(&format!("{} more; -v shows all", pluralize(further, "line"))));
        }
        text
    }

    /// All calls with their headers and bodies.
    pub(super) fn exchanges(self, cell: &CellRecord) -> String {
        cell.calls.iter().map(|call| call::full(call, self.redactor, INDENT, self.color)).collect()
    }

    /// A remark about what is not shown.
    pub(super) fn note(self, note: &str) -> String {
        let mut line = Line::default();
        line.push(DIM, &format!("… {note}"));
        self.indented(line)
    }

    fn indented(self, line: Line) -> String {
        let mut indented = Line::default();
        indented.push(PLAIN, INDENT).append(line);
        indented.render(self.width, self.color)
    }

    /// The columns beside the indentation.
    fn space(self) -> usize {
        self.width.unwrap_or(WIDTH).saturating_sub(INDENT.len())
    }
}

/// Whether the body of a response helps to understand the error: that of an error response does; that of another one
/// does if the error does not show the values that it is about.
fn is_telling(call: &CallRecord, error: Option<&ErrorRecord>) -> bool {
    let of_other = |error: &ErrorRecord| error.actual.is_none() && !error.is_about_names();
    call::has_failed(call) || error.is_none_or(of_other)
}
