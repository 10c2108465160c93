//! The needs of notebooks (definitions, scripts, answers, credentials, hosts) and their diagnostics: the data of
//! `apinb check`.

use apinb_text::diagnostic::Severity;
use serde::Serialize;

use crate::finding::Finding;
use crate::position::CellPosition;

/// The version of [`Needs`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The needs and diagnostics of notebooks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Needs {
    /// [`VERSION`].
    pub version: u32,
    /// Whether the needs are those of a run with `--mock`.
    pub mocked: bool,
    /// The notebooks in the order of the command line.
    pub notebooks: Vec<NotebookNeeds>,
}

/// One notebook: its needs and diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NotebookNeeds {
    /// The path from the command line; `<stdin>` for `-`.
    pub path: String,
    /// The `title` of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why apinb cannot read the notebook; all lists are empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Unreadable>,
    /// The number of code cells.
    pub cells: usize,
    /// The numbers of the cells that apinb skipped because they are too large or too deeply nested.
    pub unread_cells: Vec<usize>,
    /// The definitions of its clients.
    pub definitions: Vec<DefinitionNeed>,
    /// The scripts that it loads with `load`.
    pub scripts: Vec<ScriptNeed>,
    /// The modules that it imports.
    pub modules: Vec<ScriptNeed>,
    /// The answers that it prompts for.
    pub inputs: Vec<InputNeed>,
    /// The columns of `--inputs` that it reads as fields of `row`.
    pub columns: Vec<ColumnNeed>,
    /// The security schemes of its clients.
    pub schemes: Vec<SchemeNeed>,
    /// The hosts that it calls, with `{parameter}` where a part depends on a value.
    pub hosts: Vec<String>,
    /// The diagnostics in the order of the text.
    pub findings: Vec<Finding>,
}

/// Why a notebook cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unreadable {
    /// The reason.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The definition of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DefinitionNeed {
    /// The name of the client. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The path, URL or package in the notebook. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether apinb finds it.
    pub state: DefinitionState,
    /// Whether a setting or a flag overrides the reference.
    pub mapped: bool,
    /// The file or URL that a run would read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The title of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to do if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The position of `API.createClient`.
    pub position: CellPosition,
}

/// Whether apinb finds a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DefinitionState {
    /// apinb read it.
    Read,
    /// It is on the web, and apinb was run without `--online`.
    NotRead,
    /// It does not exist, or is not a definition.
    Missing,
    /// The reference is known only when the cell runs.
    Computed,
}

/// A script that a notebook loads, or a module that it imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScriptNeed {
    /// The path or URL in the notebook. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether apinb finds it.
    pub state: ScriptState,
    /// What to do if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The position of `load`, `import()` or the specifier.
    pub position: CellPosition,
}

/// Whether apinb finds a script or module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScriptState {
    /// A setting maps it to a file.
    Mapped,
    /// It is a file of the project, or of a package in `node_modules`.
    File,
    /// It is in the cache of scripts.
    Cached,
    /// It is on the web only.
    Network,
    /// It does not exist.
    Missing,
    /// The reference is known only when the cell runs.
    Computed,
}

/// A column of `--inputs` that a notebook reads: `row.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ColumnNeed {
    /// The name.
    pub name: String,
    /// Whether the table has it.
    pub state: ColumnState,
    /// What to do if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where the notebook reads it first.
    pub position: CellPosition,
}

/// Whether the table of `--inputs` has a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnState {
    /// It does.
    Provided,
    /// It does not.
    Missing,
    /// There is no table.
    NoTable,
}

/// An answer that a notebook prompts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InputNeed {
    /// The variable that the answer is assigned to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The text of the prompt. Absent if it is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Whether the answer is yes or no.
    pub confirm: bool,
    /// Whether the answer is a secret.
    pub secret: bool,
    /// The default in the notebook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether there is an answer.
    pub state: InputState,
    /// The flag that provides a missing answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The position of `prompt` or `confirm`.
    pub position: CellPosition,
}

/// Whether there is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// A flag, a variable or a setting provides it.
    Provided,
    /// A mocked run generates it.
    Generated,
    /// A person has to enter it.
    Missing,
}

/// A security scheme of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SchemeNeed {
    /// The name of the client.
    pub client: String,
    /// The name of the scheme in the definition.
    pub name: String,
    /// The type: `OAuth 2.0`, `Basic`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether an access token for the client is provided, so that no sign-in is needed.
    pub token: bool,
    /// The credentials and options that it needs.
    pub fields: Vec<FieldNeed>,
}

/// A credential or an option that a scheme needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldNeed {
    /// Its name, as in the options of `API.authenticate`.
    pub name: String,
    /// Whether it is a secret.
    pub secret: bool,
    /// Where its value comes from.
    pub source: FieldSource,
}

/// Where the value of a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The notebook.
    Notebook,
    /// A flag or `apinb.toml`.
    Setting,
    /// A prompt: nothing provides it.
    Prompt,
}

impl Needs {
    /// Whether a finding of a notebook is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        let mut findings = self.notebooks.iter().flat_map(|notebook| &notebook.findings);
        findings.any(|finding| finding.severity == Severity::Error)
    }
}
