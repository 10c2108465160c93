//! A run, its notebooks and its cells. The JSON report is the serialization of [`RunRecord`].

use serde::Serialize;

use crate::call::CallRecord;
use crate::error::{ErrorKind, ErrorRecord};
use crate::part::PartRecord;

/// The version of the JSON form; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// One `apinb run`.
#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    /// [`VERSION`].
    pub version: u32,
    /// The program that wrote it, such as `apinb 0.1.0`.
    pub generator: String,
    /// When it started: RFC 3339, UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
    /// The notebooks in the order of the command line.
    pub notebooks: Vec<NotebookRecord>,
    /// Sums over all notebooks.
    pub summary: Summary,
}

/// One notebook of a run.
#[derive(Clone, Debug, Serialize)]
pub struct NotebookRecord {
    /// The path as given.
    pub path: String,
    /// The row of `--inputs` that it ran with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<RowRecord>,
    /// The `title` of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether its calls went to a mock server made from the definition.
    pub mocked: bool,
    /// When it started: RFC 3339, UTC.
    pub started: String,
    /// Why no cell could run at all: the file could not be read, the engine could not start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Every code cell, in order.
    pub cells: Vec<CellRecord>,
    /// Sums over its cells.
    pub summary: Summary,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
    /// Its text and code, in order; for reports that show the notebook itself. The JSON form leaves it out.
    #[serde(skip)]
    pub parts: Vec<PartRecord>,
}

impl NotebookRecord {
    /// What tells it from the others of its run: the path, and the row where there are several.
    #[must_use]
    pub fn name(&self) -> String {
        with_row(&self.path, self.row.as_ref())
    }

    /// The title, else the path; and the row where there are several.
    #[must_use]
    pub fn heading(&self) -> String {
        with_row(self.title.as_deref().unwrap_or(&self.path), self.row.as_ref())
    }

    /// Whether it could not run or has a cell that failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.error.is_some() || self.summary.failed > 0
    }

    /// Whether a cell failed because it was denied access.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.cells.iter().any(|cell| cell.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Policy))
    }
}

/// A row of `--inputs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowRecord {
    /// Its place in the file, from 1.
    pub number: usize,
    /// What a person knows it by, such as `name=Ann`; none when all that it has is secret or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// `name`, and the row it ran with: `users.md [2: name=Ann]`.
#[must_use]
pub fn with_row(name: &str, row: Option<&RowRecord>) -> String {
    match row {
        None => name.to_owned(),
        Some(RowRecord { number, label: None }) => format!("{name} [{number}]"),
        Some(RowRecord { number, label: Some(label) }) => format!("{name} [{number}: {label}]"),
    }
}

/// Counts over cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Code cells.
    pub cells: usize,
    /// Cells that passed.
    pub passed: usize,
    /// Cells that failed.
    pub failed: usize,
    /// Cells that did not run.
    pub skipped: usize,
    /// HTTP calls.
    pub calls: usize,
}

/// How a cell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellStatus {
    /// It ran to its end.
    Passed,
    /// It threw, ran out of time or memory, or its promise was rejected.
    Failed,
    /// It did not run.
    Skipped,
}

/// One code cell.
#[derive(Clone, Debug, Serialize)]
pub struct CellRecord {
    /// The N of `$N`.
    pub number: usize,
    /// The line of the file on which its code starts, from 1.
    pub line: usize,
    /// What a person calls it: the first line of the text before it, else its first statement.
    pub label: String,
    /// How it ended.
    pub status: CellStatus,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
    /// Its result, cut to a line; none when it is undefined or the cell did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Its result in full (up to a limit), when that is more than `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_full: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// What it wrote with `console` and `alert`.
    pub console: Vec<ConsoleRecord>,
    /// What it asked for with `prompt` and `confirm`.
    pub prompts: Vec<PromptRecord>,
    /// The HTTP calls it made, in the order they were sent.
    pub calls: Vec<CallRecord>,
    /// How much of this the record leaves out, since it would become too large.
    #[serde(skip_serializing_if = "OmittedRecord::is_empty")]
    pub omitted: OmittedRecord,
}

/// What the record of a cell leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OmittedRecord {
    /// Lines of output; one that was cut counts.
    pub console: usize,
    /// Questions.
    pub prompts: usize,
    /// HTTP calls.
    pub calls: usize,
    /// Results in full.
    pub results: usize,
}

impl OmittedRecord {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A line of output.
#[derive(Clone, Debug, Serialize)]
pub struct ConsoleRecord {
    /// `log`, `info`, `warn`, `error`, `debug` or `alert`.
    pub level: String,
    /// The text.
    pub text: String,
}

/// A question and where its answer came from.
#[derive(Clone, Debug, Serialize)]
pub struct PromptRecord {
    /// `prompt` or `confirm`.
    pub kind: String,
    /// The text of the question.
    pub question: String,
    /// The variable the answer is assigned to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The answer; `[secret]` when it is one; none when it was not answered or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Who answered.
    pub origin: PromptOrigin,
}

impl PromptRecord {
    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let others = [&self.variable, &self.answer].into_iter().flatten().map(String::len);
        self.question.len() + others.sum::<usize>()
    }
}

/// Who answered a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptOrigin {
    /// A person at the terminal.
    Terminal,
    /// `--inputs`, `--input`, `APINB_INPUT_…` or `[inputs]`.
    Input,
    /// `[mock.inputs]`.
    MockInput,
    /// apinb generated it, since the run is mocked.
    Generated,
    /// No one; the cell failed.
    Unanswered,
}
