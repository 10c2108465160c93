//! What `apinb port` finds and does, as plain data, which its reports draw.

use serde::Serialize;

use crate::check::{Position, ScriptNeed, Unreadable};
use crate::error::PositionRecord;
use crate::run::NotebookRecord;

/// The version of this data's form.
pub const VERSION: u32 = 1;

/// Notebooks that are ported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Port {
    /// [`VERSION`].
    pub version: u32,
    /// The `apinb.toml` files.
    pub files: Vec<ConfigFile>,
    /// In the order in which they were named.
    pub notebooks: Vec<PortedNotebook>,
}

/// An `apinb.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigFile {
    /// Where it is.
    pub path: String,
    /// What became of it.
    pub state: FileState,
    /// What it should say.
    pub text: String,
    /// How it differs from the one that is there, as a unified diff; secrets are masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// The `apinb.toml` above it that its notebooks were given before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hides: Option<String>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// It is written.
    Written,
    /// It says this already.
    Unchanged,
    /// There is one that says something else, and it is left as it is.
    Differs,
    /// It would be written.
    Proposed,
}

/// A notebook.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortedNotebook {
    /// Its path.
    pub path: String,
    /// From its front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Unreadable>,
    /// The definitions of its clients.
    pub definitions: Vec<Choice>,
    /// The scripts that it loads.
    pub scripts: Vec<ScriptNeed>,
    /// How it runs on the mock; none when it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mocked: Option<MockedRun>,
}

/// The definition that a client is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The client; none where its name is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What the notebook names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The file that it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// How sure that is.
    pub sure: Sure,
    /// Why, in words.
    pub why: Vec<String>,
    /// Where the client is made.
    pub position: Position,
}

/// How sure a choice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// The notebook names a file that is there.
    Named,
    /// The name says it, and the calls agree.
    Certain,
    /// Either of both says it, and no other definition does.
    Likely,
    /// Nothing is chosen.
    Unsure,
}

/// How a notebook runs on the mock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MockedRun {
    /// How many cells passed.
    pub passed: usize,
    /// How many calls they made.
    pub calls: usize,
    /// The others, with the reason.
    pub failed: Vec<FailedCell>,
}

/// A cell that does not run on the mock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedCell {
    /// The number of the cell; none where no cell could run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// Why.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionRecord>,
    /// The text of that line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
}

impl MockedRun {
    /// What the record of a run says.
    #[must_use]
    pub fn of(record: &NotebookRecord) -> Self {
        let cells = record.cells.iter().filter_map(|cell| Some((Some(cell.number), cell.error.as_ref()?)));
        let whole = record.error.iter().map(|error| (None, error));
        let failed = whole.chain(cells).map(|(cell, error)| FailedCell {
            cell,
            message: format!("{}: {}", error.name, error.message),
            help: error.help.clone(),
            position: error.position.clone(),
            source_line: error.source_line.clone(),
        });
        Self { passed: record.summary.passed, calls: record.summary.calls, failed: failed.collect() }
    }
}

impl Port {
    /// Whether everything is as it should be: every file is written, every notebook that was run runs on the mock.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.files.iter().all(|file| file.state != FileState::Differs)
            && self.notebooks.iter().all(|notebook| match &notebook.mocked {
                Some(run) => run.failed.is_empty(),
                None => notebook.definitions.iter().all(|choice| choice.sure != Sure::Unsure),
            })
    }
}
