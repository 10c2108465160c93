//! The events of a run, as they happen: `apinb run --json` writes one object on each line.

use serde::Serialize;

use crate::call::CallRecord;
use crate::contract::Contract;
use crate::error::ErrorRecord;
use crate::run::{CellRecord, CellStatus, ConsoleRecord, OmittedRecord, PromptRecord, ResultValue, RowRecord, Summary};

/// The version of [`RunEvent`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// One line of `apinb run --json`. The events of a notebook follow each other in the order of its cells, also of those
/// that run in parallel. Every secret in a text is replaced by `[secret]`.
#[allow(clippy::large_enum_variant, reason = "one value at a time, written at once")]
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEvent {
    /// The run starts: the first line.
    RunStarted(RunStart),
    /// A notebook starts.
    NotebookStarted(NotebookStart),
    /// A cell starts. A skipped one does not.
    CellStarted(CellStart),
    /// The cell has written something.
    Console(ConsoleEvent),
    /// The cell has prompted for something.
    Prompt(PromptEvent),
    /// A call of the cell has ended.
    Call(CallEvent),
    /// A cell has ended, or was skipped. With `--fail-on-status` a cell may end again, as failed, at the end of its notebook.
    CellEnded(CellEnd),
    /// A notebook has ended.
    NotebookEnded(NotebookEnd),
    /// The run has ended, also by Ctrl-C: the last line.
    Summary(RunEnd),
}

/// The start of a run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunStart {
    /// The version of this format. It increases when a field changes its meaning or disappears; new fields, new events and
    /// new values of enumerations may come without a new version.
    pub version: u32,
    /// The program that runs, such as `apinb 0.1.0`.
    pub generator: String,
    /// When the run started: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub started: String,
    /// The number of notebooks to run; each row of `--inputs` counts.
    pub notebooks: usize,
}

/// The start of a notebook.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotebookStart {
    /// Its index in the run, from 0.
    pub notebook: usize,
    /// Its path or URL from the command line, and the row of `--inputs` if there is one.
    pub name: String,
    /// The `title` of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether its calls go to a mock server made from the definition.
    pub mocked: bool,
    /// The number of its code cells.
    pub cells: usize,
}

/// The start of a cell.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellStart {
    /// The index of its notebook in the run, from 0.
    pub notebook: usize,
    /// The N of `$N`, from 0.
    pub cell: usize,
    /// The `label` of its fence, else the first line of the text before it, else its first statement.
    pub label: String,
}

/// Output of `console` or `alert`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsoleEvent {
    /// The index of the notebook in the run, from 0.
    pub notebook: usize,
    /// The N of `$N`, from 0.
    pub cell: usize,
    /// The output.
    #[serde(flatten)]
    pub console: ConsoleRecord,
}

/// A prompt and its answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PromptEvent {
    /// The index of the notebook in the run, from 0.
    pub notebook: usize,
    /// The N of `$N`, from 0.
    pub cell: usize,
    /// The prompt.
    #[serde(flatten)]
    pub prompt: PromptRecord,
}

/// An HTTP call that has ended.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CallEvent {
    /// The index of the notebook in the run, from 0.
    pub notebook: usize,
    /// The N of `$N`, from 0.
    pub cell: usize,
    /// The call.
    #[serde(flatten)]
    pub call: CallRecord,
}

/// The end of a cell. Its output, prompts and calls are events of their own.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellEnd {
    /// The index of its notebook in the run, from 0.
    pub notebook: usize,
    /// The N of `$N`, from 0.
    pub cell: usize,
    /// The line of the file on which its code starts, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The `label` of its fence, else the first line of the text before it, else its first statement.
    pub label: String,
    /// The outcome.
    pub status: CellStatus,
    /// Why it was skipped: `skip` of its fence, empty without a reason. Absent if it does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// The duration in milliseconds, without the time at prompts.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
    /// The result on one line, truncated. Absent if it is undefined or the cell did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The whole result, up to a limit. Absent if `result` is all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_full: Option<String>,
    /// The result as JSON, or its type. Absent if it is undefined or the cell did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ResultValue>,
    /// Why it failed. Present if and only if its status is `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Whether it was denied access, even if it caught the error. Absent if it was not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// The numbers of entries that were omitted because of the limits of the record. Absent if none was.
    #[serde(skip_serializing_if = "OmittedRecord::is_empty")]
    pub omitted: OmittedRecord,
}

impl CellEnd {
    /// The end of a cell of the notebook with this index.
    #[must_use]
    pub fn of(notebook: usize, record: &CellRecord) -> Self {
        let CellRecord {
            number,
            line,
            label,
            status,
            skip,
            milliseconds,
            result,
            result_full,
            value,
            error,
            console: _,
            prompts: _,
            calls: _,
            refused,
            omitted,
        } = record;
        Self {
            notebook,
            cell: *number,
            line: *line,
            label: label.clone(),
            status: *status,
            skip: skip.clone(),
            milliseconds: *milliseconds,
            result: result.clone(),
            result_full: result_full.clone(),
            value: value.clone(),
            error: error.clone(),
            refused: *refused,
            omitted: *omitted,
        }
    }
}

/// The end of a notebook.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotebookEnd {
    /// Its index in the run, from 0.
    pub notebook: usize,
    /// The path or URL from the command line; `<stdin>` for `-`.
    pub path: String,
    /// The row of `--inputs` that it ran with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<RowRecord>,
    /// Why none of its cells ran: `skip` of its front matter, empty without a reason. Absent if they should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// Why no cell could run: its kind is `input` if apinb cannot read the notebook, else `start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Totals of its cells.
    pub summary: Summary,
    /// The duration in milliseconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
}

/// The end of a run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunEnd {
    /// The number of notebooks that have ended.
    pub notebooks: usize,
    /// Totals of all notebooks.
    pub summary: Summary,
    /// The duration in milliseconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
    /// The calls held against the definitions of their APIs. Absent if they were not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
}
