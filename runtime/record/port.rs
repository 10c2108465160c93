//! The `apinb.toml` files for notebooks from elsewhere, and how these run: the data of `apinb port`.

use serde::Serialize;

use crate::check::{ScriptNeed, Unreadable};
use crate::position::{CellPosition, FilePosition};
use crate::run::NotebookRecord;

/// The version of [`Port`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The `apinb.toml` files of notebooks, the definitions of their clients, and their runs on the mock server.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Port {
    /// [`VERSION`].
    pub version: u32,
    /// The `apinb.toml` files.
    pub files: Vec<ConfigFile>,
    /// The notebooks in the order of the command line.
    pub notebooks: Vec<PortedNotebook>,
}

/// An `apinb.toml` file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConfigFile {
    /// Its path.
    pub path: String,
    /// Whether apinb wrote it.
    pub state: FileState,
    /// The proposed content.
    pub text: String,
    /// The difference between the existing and the proposed content as a unified diff, with secrets redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// The `apinb.toml` in a folder above that no longer applies to the notebooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadows: Option<String>,
}

/// Whether apinb wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// apinb wrote it.
    Written,
    /// It exists with this content.
    Unchanged,
    /// It exists with other content, and apinb did not overwrite it.
    Differs,
    /// apinb would write it without `--dry-run`.
    Proposed,
}

/// One notebook.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PortedNotebook {
    /// The path.
    pub path: String,
    /// The `title` of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why apinb cannot read the notebook; all lists are empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Unreadable>,
    /// The definitions of its clients.
    pub definitions: Vec<Choice>,
    /// The scripts that it loads with `load`.
    pub scripts: Vec<ScriptNeed>,
    /// How it runs on the mock server. Absent if it did not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<MockedRun>,
}

/// The definition that apinb chose for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Choice {
    /// The name of the client. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The path or URL in the notebook. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The chosen file, relative to the folder of `apinb.toml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// How certain the choice is.
    pub confidence: Confidence,
    /// The reasons in words.
    pub reasons: Vec<String>,
    /// The position of `API.createClient`.
    pub position: CellPosition,
}

/// How certain a choice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The notebook names an existing file.
    Named,
    /// Both the names and the calls of the notebook match.
    Certain,
    /// Either the names or the calls match, and no other definition does.
    Likely,
    /// apinb chose no definition.
    Unsure,
}

/// A run of a notebook on the mock server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MockedRun {
    /// The number of cells that passed.
    pub passed: usize,
    /// The number of HTTP calls.
    pub calls: usize,
    /// The cells that failed.
    pub failed: Vec<FailedCell>,
}

/// A cell that failed on the mock server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedCell {
    /// The number of the cell. Absent if no cell could run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// The class and the message of the error.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<FilePosition>,
    /// The text of the line at `position`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
}

impl MockedRun {
    /// The outcome that the record of a run has.
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
    /// Whether every file is written, and every notebook that ran passed on the mock server.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.files.iter().all(|file| file.state != FileState::Differs)
            && self.notebooks.iter().all(|notebook| match &notebook.run {
                Some(run) => run.failed.is_empty(),
                None => notebook.definitions.iter().all(|choice| choice.confidence != Confidence::Unsure),
            })
    }
}
