//! The report that is printed during a run: a line for each cell, failures in full, a summary.
//!
//! Returns text and prints nothing. Without a terminal width, nothing is truncated, so logs are complete.

use apinb_record::call::CallRecord;
use apinb_record::run::{
    CellRecord, CellStatus, ConsoleLevel, ConsoleRecord, NotebookRecord, PromptRecord, RunRecord, Summary,
};
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::secret::redactor::Redactor;
use unicode_width::UnicodeWidthStr as _;

use super::call;
use super::cell::{omitted, origin};
use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, cut, indented, one_line, time};

/// The indentation of the details below a cell's line.
const INDENT: &str = "     ";
/// Maximum width of the label column, on a terminal and otherwise.
const LABELS: (usize, usize) = (36, 60);
/// Width of the time column.
const TIMES: usize = 8;
/// Maximum number of calls on a cell's line.
const CALLS: usize = 3;
/// Maximum number of console lines below a cell, and of calls below a failed cell.
const DETAILS: usize = 20;

/// How much the report shows of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Only failures and the summary.
    Quiet,
    /// A line for each cell.
    #[default]
    Normal,
    /// With full results and calls.
    Verbose,
}

/// Renders the events of a run, in order.
#[derive(Debug)]
pub struct TerminalReport {
    verbosity: Verbosity,
    color: bool,
    /// In columns; `None` if the output is not a terminal.
    width: Option<usize>,
    redactor: Redactor,
    /// The widths of the columns for the current notebook.
    label_width: usize,
    number_width: usize,
    /// The title of the current notebook, until a line below it is shown.
    header: String,
    /// Whether a notebook has already ended.
    later: bool,
}

impl TerminalReport {
    /// A report for a stream with or without color, and with `width` columns.
    #[must_use]
    pub fn new(verbosity: Verbosity, color: bool, width: Option<usize>, redactor: Redactor) -> Self {
        Self { verbosity, color, width, redactor, label_width: 0, number_width: 0, header: String::new(), later: false }
    }

    /// The text of the spinner while a cell runs.
    #[must_use]
    pub fn running(number: usize, label: &str, width: Option<usize>) -> String {
        spinner_text(&format!("${number}  {label}"), width)
    }

    /// The text of the spinner after a call.
    #[must_use]
    pub fn call(call: &CallRecord, width: Option<usize>) -> String {
        spinner_text(call::short(call).render(None, false).trim_end(), width)
    }

    /// The title of the notebook; empty if it is not shown until there is a line below it.
    pub fn notebook_started(&mut self, path: &str, title: Option<&str>, mocked: bool, labels: &[String]) -> String {
        let widest = labels.iter().map(|label| one_line(label).width()).max().unwrap_or_default();
        self.label_width = widest.min(if self.width.is_some() { LABELS.0 } else { LABELS.1 });
        self.number_width = labels.len().saturating_sub(1).to_string().len() + 1;
        let mut line = Line::default();
        match title {
            Some(title) => line.push(BOLD, title).push(DIM, &format!("  {path}")),
            None => line.push(BOLD, path),
        };
        if mocked {
            line.push(YELLOW, "  mocked: calls go to a mock server, not to the API");
        }
        self.header = format!("{}\n", line.render(self.width, self.color));
        if self.later && self.verbosity != Verbosity::Quiet {
            self.header.insert(0, '\n');
        }
        if self.verbosity == Verbosity::Quiet { String::new() } else { std::mem::take(&mut self.header) }
    }

    /// The line of the cell, with its details.
    pub fn cell_ended(&mut self, cell: &CellRecord) -> String {
        if self.verbosity == Verbosity::Quiet && cell.status != CellStatus::Failed {
            return String::new();
        }
        let mut text = std::mem::take(&mut self.header);
        let line = self.cell_line(cell);
        let cut = self.width.is_some_and(|width| line.width() > width);
        text.push_str(&line.render(self.width, self.color));
        text.push_str(&self.prompts(&cell.prompts));
        text.push_str(&self.console(&cell.console));
        if let Some(omitted) = omitted(&cell.omitted) {
            text.push_str(&self.note(omitted.trim_start_matches("… ")));
        }
        let failed = cell.status == CellStatus::Failed;
        if let Some(error) = &cell.error {
            let mut message = Message::from(error);
            if !error.has_telling_name() {
                // The name of the error adds nothing to its message.
                message.text.clone_from(&error.message);
            }
            let mut message = message.render(self.color);
            if self.verbosity == Verbosity::Verbose || error.stack.len() > 1 {
                for frame in &error.stack {
                    let mut line = Line::default();
                    line.push(DIM, &format!("  at {}", frame.trim_start().trim_start_matches("at ")));
                    message.push_str(&line.render(None, self.color));
                }
            }
            text.push_str(&indented(&message, INDENT));
        }
        let full = cell.result_full.as_deref().or(cell.result.as_deref().filter(|_| cut));
        if let Some(full) = full.filter(|_| self.verbosity == Verbosity::Verbose) {
            text.push_str(&indented(&escape_controls(full), INDENT));
        }
        if failed || self.verbosity == Verbosity::Verbose {
            let shown = if self.verbosity == Verbosity::Verbose { usize::MAX } else { DETAILS };
            let hidden = cell.calls.len().saturating_sub(shown);
            if hidden > 0 {
                text.push_str(&self.note(&format!("{} before these; -v shows all", pluralize(hidden, "call"))));
            }
            for call in cell.calls.iter().skip(hidden) {
                text.push_str(&call::full(call, &self.redactor, INDENT, self.color));
            }
        }
        if failed {
            text.push('\n');
        }
        text
    }

    /// The reason why the notebook could not run, and its summary.
    pub fn notebook_ended(&mut self, notebook: &NotebookRecord) -> String {
        let mut text = String::new();
        if let Some(error) = &notebook.error {
            text.push_str(&std::mem::take(&mut self.header));
            let mut message = Message::from(error);
            // Omits the name of the error, which is not informative here.
            message.text.clone_from(&error.message);
            text.push_str(&message.render(self.color));
            text.push_str(if notebook.cells.is_empty() { "" } else { "\n" });
        }
        if self.verbosity != Verbosity::Quiet && !notebook.cells.is_empty() {
            let failed_last = notebook.cells.last().is_some_and(|cell| cell.status == CellStatus::Failed);
            text.push_str(if failed_last { "" } else { "\n" });
        }
        self.header.clear();
        if notebook.error.is_none() || !notebook.cells.is_empty() {
            text.push_str(&self.summary(notebook.summary, notebook.milliseconds, notebook.mocked, &notebook.name()));
        }
        self.later = true;
        text
    }

    /// The summary of the run, if it has several notebooks.
    #[must_use]
    pub fn run_ended(&self, run: &RunRecord) -> String {
        if run.notebooks.count() < 2 {
            return String::new();
        }
        let name = pluralize(run.notebooks.count(), "notebook");
        format!("\n{}", self.summary(run.summary, run.milliseconds, false, &name))
    }

    fn cell_line(&self, cell: &CellRecord) -> Line {
        let (style, mark, about) = match cell.status {
            CellStatus::Passed => (GREEN, "✓", time(cell.milliseconds)),
            CellStatus::Failed => (RED, "✗", time(cell.milliseconds)),
            CellStatus::Skipped => (DIM, "-", "skipped".to_owned()),
        };
        let label = one_line(&cell.label);
        let label_style = match cell.status {
            CellStatus::Passed => PLAIN,
            CellStatus::Failed => BOLD,
            CellStatus::Skipped => DIM,
        };
        let mut line = Line::default();
        line.push(style, &format!("  {mark}  "));
        line.push(DIM, &format!("{:<1$}", format!("${}", cell.number), self.number_width));
        line.push(DIM, &format!("  {about:>TIMES$}  "));
        let column = line.width() + self.label_width + 2;
        line.push(label_style, &cut(&label, self.label_width)).pad_to(column);
        for (index, call) in cell.calls.iter().take(CALLS).enumerate() {
            line.push(PLAIN, if index == 0 { "" } else { ", " });
            line.append(call::short(call));
        }
        if cell.calls.len() > CALLS {
            line.push(DIM, &format!(", {}", pluralize(cell.calls.len() - CALLS, "more call")));
        }
        line.push(PLAIN, if cell.calls.is_empty() { "" } else { "  " });
        if let Some(error) = &cell.error {
            line.push(RED, &error.name);
        } else if let Some(result) = &cell.result {
            line.push(CYAN, result);
        }
        line
    }

    /// The prompts with their answers.
    fn prompts(&self, prompts: &[PromptRecord]) -> String {
        let mut text = String::new();
        for prompt in prompts {
            let Some(origin) = origin(prompt.origin) else { continue };
            let mut line = Line::default();
            line.push(PLAIN, INDENT).push(YELLOW, "? ");
            line.push(PLAIN, prompt.variable.as_deref().unwrap_or(prompt.question.trim())).push(DIM, " = ");
            match &prompt.answer {
                Some(answer) => line.push(PLAIN, answer),
                None => line.push(DIM, "cancelled"),
            };
            line.push(DIM, &format!("  ({origin})"));
            text.push_str(&line.render(self.width, self.color));
        }
        text
    }

    fn console(&self, console: &[ConsoleRecord]) -> String {
        let mut text = String::new();
        let mut hidden = 0;
        let mut shown = 0;
        for record in console {
            let style = match record.level {
                ConsoleLevel::Error => RED,
                ConsoleLevel::Warn => YELLOW,
                ConsoleLevel::Debug => DIM,
                ConsoleLevel::Log | ConsoleLevel::Info | ConsoleLevel::Alert => PLAIN,
            };
            for content in record.text.lines().chain(record.text.is_empty().then_some("")) {
                if shown == DETAILS && self.verbosity != Verbosity::Verbose {
                    hidden += 1;
                    continue;
                }
                shown += 1;
                let mut line = Line::default();
                line.push(PLAIN, INDENT).push(DIM, "│ ").push(style, &content.replace('\t', "    "));
                text.push_str(&line.render(None, self.color));
            }
        }
        if hidden > 0 {
            text.push_str(&self.note(&format!("{} more; -v shows all", pluralize(hidden, "line"))));
        }
        text
    }

    fn note(&self, note: &str) -> String {
        let mut line = Line::default();
        line.push(PLAIN, INDENT).push(DIM, &format!("… {note}"));
        line.render(self.width, self.color)
    }

    fn summary(&self, summary: Summary, milliseconds: f64, mocked: bool, name: &str) -> String {
        let Summary { cells, passed, failed, skipped, calls } = summary;
        let mut line = Line::default();
        line.push(BOLD, &format!("{}: ", pluralize(cells, "cell")));
        line.push(if passed > 0 { GREEN } else { PLAIN }, &format!("{passed} passed")).push(PLAIN, ", ");
        line.push(if failed > 0 { RED } else { PLAIN }, &format!("{failed} failed")).push(PLAIN, ", ");
        line.push(if skipped > 0 { YELLOW } else { PLAIN }, &format!("{skipped} skipped"));
        line.push(PLAIN, &format!("; {}; {}", pluralize(calls, "call"), time(milliseconds)));
        if mocked {
            line.push(YELLOW, "; mocked");
        }
        line.push(DIM, &format!("  {name}"));
        line.render(self.width, self.color)
    }
}

/// Leaves space for the spinner and its time.
fn spinner_text(text: &str, width: Option<usize>) -> String {
    cut(&one_line(text), width.unwrap_or(80).saturating_sub(12)).into_owned()
}
