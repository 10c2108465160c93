//! The report that is printed during a run: the output of cells as it happens, a line for each cell, failures in full, a
//! summary.
//!
//! Returns text and prints nothing. Without a terminal width, nothing is truncated, so logs are complete.

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, ConsoleRecord, NotebookRecord, PromptOrigin, PromptRecord, RunRecord, Summary};
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::secret::redactor::Redactor;

use super::call;
use super::cell::omitted;
use super::failure::{Details, INDENT};
use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW, cut, indented, one_line, time};
use super::output::{Output, OutputStyle};
use super::recap::Recap;
use super::row::Columns;

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
    /// The columns for the current notebook.
    columns: Columns,
    /// The output of the running cell.
    output: Output,
    /// The title of the current notebook, until a line below it is shown.
    header: String,
    failures: Recap,
    /// Whether calls of the run went to a mock server.
    mocked: bool,
    /// Whether the last line was empty, or there is none.
    is_apart: bool,
}

impl TerminalReport {
    /// A report for a stream with or without color, and with `width` columns.
    #[must_use]
    pub fn new(verbosity: Verbosity, color: bool, width: Option<usize>, redactor: Redactor) -> Self {
        Self {
            verbosity,
            color,
            width,
            redactor,
            columns: Columns::default(),
            output: Output::default(),
            header: String::new(),
            failures: Recap::default(),
            mocked: false,
            is_apart: true,
        }
    }

    /// The text of the spinner while a cell runs.
    #[must_use]
    pub fn running(number: usize, label: &str, width: Option<usize>) -> String {
        Self::progress(&format!("${number}  {label}"), width)
    }

    /// The text of the spinner after a call.
    #[must_use]
    pub fn call(call: &CallRecord, width: Option<usize>) -> String {
        Self::progress(call::short(call).render(None, false).trim_end(), width)
    }

    /// A text of the spinner, which leaves space for the spinner and its time.
    #[must_use]
    pub fn progress(text: &str, width: Option<usize>) -> String {
        cut(&one_line(text), width.unwrap_or(80).saturating_sub(12)).into_owned()
    }

    /// The title of the notebook; empty if it is not shown until there is a line below it.
    pub fn notebook_started(&mut self, path: &str, title: Option<&str>, mocked: bool, labels: &[String]) -> String {
        self.columns = Columns::new(labels, self.width);
        let mut line = Line::default();
        match title {
            Some(title) => line.push(BOLD, title).push(DIM, &format!("  {path}")),
            None => line.push(BOLD, path),
        };
        self.mocked |= mocked;
        if mocked {
            line.push(YELLOW, "  mocked: calls go to a mock server, not to the API");
        }
        self.header = line.render(self.width, self.color);
        if !self.is_apart {
            self.header.insert(0, '\n');
        }
        let text = if self.verbosity == Verbosity::Quiet { String::new() } else { std::mem::take(&mut self.header) };
        self.printed(text)
    }

    /// A cell runs from now on.
    pub fn cell_started(&mut self, number: usize) {
        self.output = self.columns.output(number);
    }

    /// The lines that the running cell has written. Empty if the report is quiet, or there are too many.
    pub fn console(&mut self, line: &ConsoleRecord) -> String {
        if self.verbosity == Verbosity::Quiet {
            return String::new();
        }
        let text = self.output.console(line, self.output_style());
        self.printed(text)
    }

    /// The answer to a prompt of the running cell.
    pub fn prompted(&mut self, prompt: &PromptRecord) -> String {
        let typed_here = prompt.origin == PromptOrigin::Terminal && self.width.is_some();
        if self.verbosity == Verbosity::Quiet || typed_here {
            return String::new();
        }
        let text = self.output.prompted(prompt, self.output_style());
        self.printed(text)
    }

    /// The line of the cell, with its details. The output of the cell is above it.
    pub fn cell_ended(&mut self, cell: &CellRecord) -> String {
        let is_cause = cell.error.as_ref().is_some_and(|error| error.caused_by.is_none());
        if self.verbosity == Verbosity::Quiet && !is_cause {
            return String::new();
        }
        let mut text = std::mem::take(&mut self.header);
        let how = self.output_style();
        if self.verbosity == Verbosity::Quiet {
            self.output = self.columns.output(cell.number);
            cell.prompts.iter().for_each(|prompt| text.push_str(&self.output.prompted(prompt, how)));
            cell.console.iter().for_each(|line| text.push_str(&self.output.console(line, how)));
        }
        text.push_str(&std::mem::take(&mut self.output).end(how));
        let line = self.columns.row(cell, self.width);
        let cut = self.width.is_some_and(|width| line.width() > width);
        text.push_str(&line.render(self.width, self.color));
        let all = self.verbosity == Verbosity::Verbose;
        let details = Details { all, color: self.color, width: self.width, redactor: &self.redactor };
        if let Some(omitted) = omitted(&cell.omitted) {
            text.push_str(&details.note(omitted.trim_start_matches("… ")));
        }
        // The details of a cell that failed because of another one would only repeat those of the other one.
        let error = cell.error.as_ref().filter(|error| all || error.caused_by.is_none());
        if let Some(error) = error {
            text.push_str(&details.error(error));
        }
        let full = cell.result_full.as_deref().or(cell.result.as_deref().filter(|_| cut));
        if let Some(full) = full.filter(|_| all) {
            text.push_str(&indented(&escape_controls(full), INDENT));
        }
        if all {
            text.push_str(&details.exchanges(cell));
        } else if error.is_some() {
            text.push_str(&details.calls(cell));
        }
        if error.is_some() {
            text.push('\n');
        }
        self.printed(text)
    }

    /// The reason why the notebook could not run, and its summary.
    pub fn notebook_ended(&mut self, notebook: &NotebookRecord) -> String {
        let mut text = String::new();
        if let Some(error) = &notebook.error {
            text.push_str(&std::mem::take(&mut self.header));
            let mut message = Message::from(error);
            // Omits the name of the error, which is not informative here.
            message.text.clone_from(&error.message);
            text.push_str(&message.render(self.width, self.color));
            text.push_str(if notebook.cells.is_empty() { "" } else { "\n" });
        }
        if notebook.error.is_none() && notebook.cells.is_empty() {
            text.push_str(&std::mem::take(&mut self.header));
            let mut line = Line::default();
            line.push(YELLOW, "warning: ").push(PLAIN, &format!("`{}` has no code cells", notebook.path));
            text.push_str(&line.render(None, self.color));
        }
        if let Some(reason) = &notebook.skip {
            let mut line = Line::default();
            line.push(DIM, &format!("  - skipped {}", pluralize(notebook.cells.len(), "cell")));
            line.push(DIM, &if reason.is_empty() { String::new() } else { format!(": {}", one_line(reason)) });
            // Its header is not there with `--quiet`, which shows failures only.
            if self.header.is_empty() {
                text.push_str(&line.render(self.width, self.color));
            }
        }
        if let Some(drift) = &notebook.drift {
            text.push_str(&std::mem::take(&mut self.header));
            text.push_str(&super::drift::text(drift, self.width, self.color));
        }
        self.header.clear();
        self.failures.add(notebook);
        self.printed(text)
    }

    /// The failures and the totals of the run.
    #[must_use]
    pub fn run_ended(&self, run: &RunRecord) -> String {
        let failures = self.failures.render(self.width, self.color);
        let gap = |is_apart: bool| if is_apart { "" } else { "\n" };
        let mut text = if failures.is_empty() { failures } else { format!("{}{failures}", gap(self.is_apart)) };
        let all = self.verbosity == Verbosity::Verbose;
        let contract = run.contract.as_ref();
        let (findings, contract) =
            contract.map(|contract| crate::contract::of_run(contract, all, self.width, self.color)).unwrap_or_default();
        if !findings.is_empty() {
            text.push_str(gap(text.is_empty() && self.is_apart));
            text.push_str(&findings);
        }
        let notebooks = run.notebooks.count();
        // A run of one notebook that could not be read has no cells to count.
        if notebooks > 1 || run.summary.cells > 0 || text.is_empty() {
            text.push_str(gap(text.is_empty() && self.is_apart || text.ends_with("\n\n")));
            text.push_str(&self.totals(run.summary, run.milliseconds, notebooks));
        }
        text.push_str(&contract);
        text
    }

    fn output_style(&self) -> OutputStyle {
        OutputStyle { all: self.verbosity == Verbosity::Verbose, color: self.color, width: self.width }
    }

    /// Remembers how `text` ends.
    fn printed(&mut self, text: String) -> String {
        if !text.is_empty() {
            self.is_apart = text.ends_with("\n\n");
        }
        text
    }

    fn totals(&self, summary: Summary, milliseconds: f64, notebooks: usize) -> String {
        let Summary { cells, passed, failed, skipped, calls } = summary;
        let mut line = Line::default();
        if notebooks > 1 {
            line.push(BOLD, &format!("{}, ", pluralize(notebooks, "notebook")));
        }
        line.push(BOLD, &format!("{}: ", pluralize(cells, "cell")));
        line.push(if passed > 0 { GREEN } else { PLAIN }, &format!("{passed} passed")).push(PLAIN, ", ");
        line.push(if failed > 0 { RED } else { PLAIN }, &format!("{failed} failed")).push(PLAIN, ", ");
        line.push(if skipped > 0 { YELLOW } else { PLAIN }, &format!("{skipped} skipped"));
        line.push(PLAIN, &format!("; {}; {}", pluralize(calls, "call"), time(milliseconds)));
        if self.mocked {
            line.push(YELLOW, "; mocked");
        }
        line.render_wrapped(self.width, self.color)
    }
}
