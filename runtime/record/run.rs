//! A run, its notebooks and its cells. The JSON report is the serialization of [`RunRecord`].

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::AddAssign;

use apinb_text::display::truncate::{ROW_LABEL, truncate};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::call::CallRecord;
use crate::contract::Contract;
use crate::drift::Drift;
use crate::error::{ErrorKind, ErrorRecord};
use crate::part::PartRecord;
use crate::sequence::serialize_each;

/// The version of [`RunRecord`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// One `apinb run`. Every secret in a text is replaced by `[secret]`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunRecord {
    /// [`VERSION`].
    pub version: u32,
    /// The program that wrote it, such as `apinb 0.1.0`.
    pub generator: String,
    /// When the run started: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub started: String,
    /// The duration in milliseconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
    /// The notebooks in the order of the command line.
    #[cfg_attr(test, schemars(with = "Vec<NotebookRecord>"))]
    pub notebooks: Box<dyn Notebooks>,
    /// Files of folders that have cells and were not run because of their names, such as `README.md`.
    pub skipped_files: Vec<SkippedFile>,
    /// Totals of all notebooks.
    pub summary: Summary,
    /// The shard of the notebooks that it ran. Absent if it ran all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardRecord>,
    /// The calls held against the definitions of their APIs. Absent if they were not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
}

/// One of several shards of a run: each has every N-th notebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShardRecord {
    /// Its number, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub number: usize,
    /// The number of shards.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: usize,
}

/// A file of a folder that was not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SkippedFile {
    /// The path, as that of a notebook.
    pub path: String,
    /// The number of its code cells.
    pub cells: usize,
}

/// The notebooks of a run, in the order of the command line, read one at a time: a run may be larger than memory.
pub trait Notebooks {
    /// The number of notebooks.
    fn count(&self) -> usize;

    /// Passes each notebook to `visit`, in order.
    ///
    /// # Errors
    /// The first error of reading a notebook, or of `visit`.
    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()>;
}

impl Notebooks for Vec<NotebookRecord> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()> {
        self.iter().try_for_each(visit)
    }
}

impl fmt::Debug for dyn Notebooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notebooks").field("count", &self.count()).finish_non_exhaustive()
    }
}

impl Serialize for dyn Notebooks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_each(serializer, |visit| self.each(visit))
    }
}

/// One notebook of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotebookRecord {
    /// The path or URL from the command line; `<stdin>` for `-`.
    pub path: String,
    /// The row of `--inputs` that it ran with; a notebook has a record for each row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<RowRecord>,
    /// The `title` of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why none of its cells ran: `skip` of its front matter, empty without a reason. Absent if they should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// Whether its calls went to a mock server made from the definition.
    pub mocked: bool,
    /// When it started: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub started: String,
    /// Why no cell could run: its kind is `input` if apinb cannot read the notebook, else `start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// All code cells in order.
    pub cells: Vec<CellRecord>,
    /// How its live responses differ from its cassette. Absent if they were not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Totals of its cells.
    pub summary: Summary,
    /// The duration in milliseconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
    /// Its text and code, in order; for reports that show the notebook itself.
    #[serde(default)]
    pub parts: Vec<PartRecord>,
}

impl NotebookRecord {
    /// Identifies it in its run: the path, and the row if there are several.
    #[must_use]
    pub fn name(&self) -> String {
        with_row(&self.path, self.row.as_ref())
    }

    /// The title, else the path; and the row if there are several.
    #[must_use]
    pub fn heading(&self) -> String {
        with_row(self.title.as_deref().unwrap_or(&self.path), self.row.as_ref())
    }

    /// Whether it could not run or has a cell that failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.error.is_some() || self.summary.failed > 0 || self.drift.as_ref().is_some_and(Drift::has_errors)
    }

    /// The numbers of the cells that failed because of other ones, by the number of the cell that failed first.
    #[must_use]
    pub fn caused(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        let mut caused: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for cell in &self.cells {
            let Some(cause) = cell.error.as_ref().and_then(|error| error.caused_by) else { continue };
            // The cause may have failed because of another one itself.
            let cause = first.get(&cause).copied().unwrap_or(cause);
            first.insert(cell.number, cause);
            caused.entry(cause).or_default().push(cell.number);
        }
        caused
    }

    /// Whether a cell was denied access.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.cells.iter().any(CellRecord::was_refused)
    }
}

/// A row of `--inputs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RowRecord {
    /// Its number in the file, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub number: usize,
    /// The first value that is neither secret nor empty, such as `name=Ann`. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// `name`, and the row it ran with: `users.md [2: name=Ann]`.
#[must_use]
pub fn with_row(name: &str, row: Option<&RowRecord>) -> String {
    match row {
        None => name.to_owned(),
        Some(RowRecord { number, label: None }) => format!("{name} [{number}]"),
        Some(RowRecord { number, label: Some(label) }) => format!("{name} [{number}: {}]", truncate(label, ROW_LABEL)),
    }
}

/// Totals of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// The number of code cells.
    pub cells: usize,
    /// The number of cells that passed.
    pub passed: usize,
    /// The number of cells that failed.
    pub failed: usize,
    /// The number of cells that did not run.
    pub skipped: usize,
    /// The number of HTTP calls.
    pub calls: usize,
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.cells = self.cells.saturating_add(other.cells);
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.skipped = self.skipped.saturating_add(other.skipped);
        self.calls = self.calls.saturating_add(other.calls);
    }
}

/// The outcome of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CellStatus {
    /// It ran to its end.
    Passed,
    /// It threw, ran out of time or memory, or its promise was rejected.
    Failed,
    /// It did not run.
    Skipped,
}

/// The result of a cell for programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ResultValue {
    Json {
        /// The value itself.
        json: Value,
    },
    Type {
        /// What the value is, where it is not JSON or larger than 64 KB: that of `typeof`, `array`, or the name of its
        /// class.
        #[serde(rename = "type")]
        name: String,
    },
}

/// One code cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellRecord {
    /// The N of `$N`, from 0.
    pub number: usize,
    /// The line of the file on which its code starts, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The `label` of its fence, else the first line of the text before it, else its first statement.
    pub label: String,
    /// The outcome.
    pub status: CellStatus,
    /// Why it was skipped: `skip` of its fence or of the notebook, empty without a reason. Absent if neither says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ResultValue>,
    /// Why it failed. Present if and only if its status is `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// The output of `console` and `alert`.
    pub console: Vec<ConsoleRecord>,
    /// The prompts of `prompt` and `confirm`.
    pub prompts: Vec<PromptRecord>,
    /// The HTTP calls in the order in which they were sent.
    pub calls: Vec<CallRecord>,
    /// Whether it was denied access, even if it caught the error. Absent if it was not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// The numbers of entries that were omitted because of the limits of the record. Absent if none was.
    #[serde(default, skip_serializing_if = "OmittedRecord::is_empty")]
    pub omitted: OmittedRecord,
}

impl CellRecord {
    /// Whether it was denied access.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.refused || self.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Policy)
    }
}

/// The numbers of entries that were omitted from the record of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OmittedRecord {
    /// Lines of output, including a truncated one.
    pub console: usize,
    /// Prompts.
    pub prompts: usize,
    /// HTTP calls.
    pub calls: usize,
    /// Whole results.
    pub results: usize,
}

impl OmittedRecord {
    /// Whether nothing was omitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One output of a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsoleRecord {
    /// The function that wrote it.
    pub level: ConsoleLevel,
    /// The text, which may have several lines.
    pub text: String,
}

/// The function that wrote an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsoleLevel {
    /// `console.log` and functions that write like it.
    Log,
    /// `console.info`.
    Info,
    /// `console.warn`, and warnings of apinb.
    Warn,
    /// `console.error`.
    Error,
    /// `console.debug`.
    Debug,
    /// `alert`.
    Alert,
}

impl ConsoleLevel {
    /// The level with this name; [`Self::Log`] for others.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "info" => Self::Info,
            "warn" => Self::Warn,
            "error" => Self::Error,
            "debug" => Self::Debug,
            "alert" => Self::Alert,
            _ => Self::Log,
        }
    }

    /// `log`, `info`, `warn`, `error`, `debug` or `alert`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Debug => "debug",
            Self::Alert => "alert",
        }
    }
}

/// A prompt and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PromptRecord {
    /// The function that asked.
    pub kind: PromptKind,
    /// The text of the prompt.
    pub question: String,
    /// The variable that the answer is assigned to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The answer; `[secret]` if it is a secret. Absent if there was none or the person cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where the answer came from.
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

/// The function that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// `prompt`.
    Prompt,
    /// `confirm`.
    Confirm,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// There was no answer, and the cell failed.
    Unanswered,
}
