//! What notebooks need to run, as plain data: what `apinb check` finds and its reports draw.
//!
//! `docs/check.schema.json` describes it as JSON.

use serde::Serialize;

/// The version of this data's form.
pub const VERSION: u32 = 1;

/// What was found in all notebooks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Needs {
    /// [`VERSION`].
    pub version: u32,
    /// Whether this is what a mocked run needs.
    pub mocked: bool,
    /// In the order in which they were named.
    pub notebooks: Vec<NotebookNeeds>,
}

/// What one notebook needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NotebookNeeds {
    /// As given.
    pub path: String,
    /// From its front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why it can't be read; the rest is empty then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Unreadable>,
    /// How many code cells it has.
    pub cells: usize,
    /// The numbers of the cells that are too large or too deeply nested to be looked at.
    pub unread_cells: Vec<usize>,
    /// The definitions of its clients.
    pub definitions: Vec<DefinitionNeed>,
    /// The scripts that it loads.
    pub scripts: Vec<ScriptNeed>,
    /// The answers that it asks for.
    pub inputs: Vec<InputNeed>,
    /// The security schemes of its clients.
    pub schemes: Vec<SchemeNeed>,
    /// The hosts that it will call.
    pub hosts: Vec<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// A notebook that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// Why.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Where something stands in the notebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The number of the code cell, from 0.
    pub cell: usize,
    /// The line of the file, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// The definition of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefinitionNeed {
    /// The client; none where its name is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What the notebook names; none as above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether it is there.
    pub state: DefinitionState,
    /// Whether somebody else than the notebook says where it is.
    pub mapped: bool,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The title of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to do where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where the client is made.
    pub position: Position,
}

/// Whether a definition is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DefinitionState {
    /// It was read.
    Read,
    /// It is on the web, and was not asked for.
    NotRead,
    /// It is not there, or no definition.
    Missing,
    /// What it is is known only when the cell runs.
    Computed,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScriptNeed {
    /// What the notebook loads; none where that is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether it is there.
    pub state: ScriptState,
    /// What to do where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it is loaded.
    pub position: Position,
}

/// Whether a script is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptState {
    /// A file takes its place.
    Mapped,
    /// It is a file of the notebook's folder.
    File,
    /// It was loaded before, and kept.
    Cached,
    /// It is on the web only.
    Network,
    /// It is not there.
    Missing,
    /// What it is is known only when the cell runs.
    Computed,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputNeed {
    /// The variable that gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The question; none where that is known only when the cell runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it is yes or no.
    pub confirm: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// The default that the notebook gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether there is an answer.
    pub state: InputState,
    /// How to give it where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it is asked for.
    pub position: Position,
}

/// Whether there is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// It is given.
    Given,
    /// A mocked run makes it up.
    MadeUp,
    /// A person has to give it.
    Missing,
}

/// A security scheme of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemeNeed {
    /// The client.
    pub client: String,
    /// The scheme.
    pub name: String,
    /// `OAuth 2.0`, …
    pub kind: String,
    /// Whether a token for the client is given, so that nobody signs in.
    pub token: bool,
    /// What it needs.
    pub fields: Vec<FieldNeed>,
}

/// Something that a scheme needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldNeed {
    /// Its name, as in the options of `API.authenticate`.
    pub name: String,
    /// Whether it is a secret.
    pub secret: bool,
    /// Who gives it.
    pub given: GivenBy,
}

/// Who gives something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenBy {
    /// The notebook passes it.
    Notebook,
    /// A flag or `apinb.toml`.
    Outside,
    /// Nobody: it is asked for.
    Nobody,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where.
    pub position: Position,
    /// How many characters it takes.
    pub length: usize,
    /// The text of its line.
    pub source_line: String,
}

impl Needs {
    /// How many faults there are in all.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.notebooks.iter().map(|notebook| notebook.faults.len()).sum()
    }
}
