//! What happened in a run, as data. Every report is drawn from it; the JSON report is its serialization.
//!
//! Invariant: a record holds no secret. Whoever fills it has redacted every text.

mod message;
use serde::{Deserialize, Serialize};

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
    /// Whether its calls went to a stand-in made from the definition.
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

/// The text of a notebook that did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotebookText {
    /// The path as given.
    pub path: String,
    /// The `title` of the front matter.
    pub title: Option<String>,
    /// Its text and code, in order.
    pub parts: Vec<PartRecord>,
}

/// One part of a notebook's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartRecord {
    /// The front matter with its two `---` lines.
    FrontMatter(String),
    /// Everything between code cells. It ends with what stands before a cell's fence: indentation, markers.
    Text(String),
    /// A code cell.
    Code {
        /// The number of its [`CellRecord`].
        number: usize,
        /// The line that opens its fence, from the fence on.
        opening: String,
        /// The code as it runs.
        code: String,
        /// What its lines begin with in the notebook: quote markers, and spaces for those of lists.
        indent: String,
    },
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
    #[serde(skip_serializing_if = "is_zero")]
    pub console: usize,
    /// Questions.
    #[serde(skip_serializing_if = "is_zero")]
    pub prompts: usize,
    /// HTTP calls.
    #[serde(skip_serializing_if = "is_zero")]
    pub calls: usize,
    /// Results in full.
    #[serde(skip_serializing_if = "is_zero")]
    pub results: usize,
}

impl OmittedRecord {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Why a cell or a notebook failed. apinb alone sets it: a name can be forged by a cell, a kind cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The cell threw, or its promise was rejected.
    Thrown,
    /// The cell asked for what the policy refuses: a file outside of its folder, say.
    Policy,
    /// The notebook cannot be read.
    Input,
    /// The engine or the network did not start.
    Start,
    /// Ctrl-C ended it.
    Interrupted,
    /// Its time was up.
    Timeout,
    /// It needed more memory than there is for it.
    Memory,
    /// A question has no answer.
    Unanswered,
}

/// An error with its place.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorRecord {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// The JavaScript class, such as `TypeError`; `Error` for others.
    pub name: String,
    /// The message.
    pub message: String,
    /// Where it happened; the place in the notebook that is nearest to the throw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionRecord>,
    /// The source line at `position`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// The frames, innermost first, as V8 writes them, internal ones left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<String>,
    /// The causes, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl ErrorRecord {
    /// An error of which nothing else is known.
    #[must_use]
    pub fn new(kind: ErrorKind, name: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            message: message.into(),
            position: None,
            source_line: None,
            stack: Vec::new(),
            causes: Vec::new(),
            help: None,
        }
    }

    /// Whether the name says more than that it is an error.
    #[must_use]
    pub fn has_telling_name(&self) -> bool {
        self.name != "Error"
    }

    /// Whether it says that it is about syntax: such an error has no frame of its own.
    #[must_use]
    pub fn is_about_syntax(&self) -> bool {
        self.name == "SyntaxError"
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionRecord {
    /// Path or URL.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
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
    /// Made up, since the run is mocked.
    MadeUp,
    /// Nobody.
    Unanswered,
}

/// One HTTP call.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// Upper case.
    pub method: String,
    /// The URL the notebook sees.
    pub url: String,
    /// What it was sent for.
    pub purpose: CallPurpose,
    /// Whether a stand-in answered.
    pub mocked: bool,
    /// The status; none when no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was sent: RFC 3339, UTC.
    pub started: String,
    /// From sending to the last byte of the answer, in milliseconds.
    pub milliseconds: f64,
    /// From sending to the headers of the answer, in milliseconds; none when no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<f64>,
    /// The version of HTTP that the answer came by: `HTTP/1.1`, `HTTP/2.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<String>,
    /// Size of the answer's body as received, after decompression, in bytes.
    pub bytes: u64,
    /// The request as sent.
    pub request: MessageRecord,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<MessageRecord>,
}

impl CallRecord {
    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let messages = std::iter::once(&self.request).chain(&self.response).map(MessageRecord::text_bytes);
        self.method.len() + self.url.len() + self.error.as_ref().map_or(0, String::len) + messages.sum::<usize>()
    }
}

/// What a call was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPurpose {
    /// The client, `fetch` or `XMLHttpRequest`.
    Call,
    /// Loading a definition.
    Definition,
    /// `load`.
    Script,
    /// Signing in.
    Authentication,
}

/// Headers and body of a request or a response.
#[derive(Clone, Debug, Serialize)]
pub struct MessageRecord {
    /// Name and value, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, up to a limit; none when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether `body` was cut, or left out because it is binary.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl MessageRecord {
    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        headers.sum::<usize>() + self.body.as_ref().map_or(0, String::len)
    }
}
