//! What a cassette has: the data of `apinb cassette show --json`.

use serde::Serialize;

/// The version of [`Cassettes`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// What cassettes have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cassettes {
    /// [`VERSION`].
    pub version: u32,
    /// In the order of the command line.
    pub cassettes: Vec<ShownCassette>,
}

/// What a cassette has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownCassette {
    /// Its folder.
    pub folder: String,
    /// When the clock of the notebook starts: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub start: String,
    /// The files and URLs of its definitions, by the name of the client.
    pub definitions: Vec<ShownDefinition>,
    /// The URLs of the documents from the web that it has.
    pub documents: Vec<String>,
    /// By file name.
    pub cells: Vec<ShownCell>,
}

/// A definition of a cassette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownDefinition {
    /// The name of the client.
    pub client: String,
    /// Its file or URL.
    pub source: String,
}

/// What a cassette has of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownCell {
    /// The name of its file in the folder.
    pub file: String,
    /// The label of the cell.
    pub label: String,
    /// In the order of the requests.
    pub interactions: Vec<ShownInteraction>,
}

/// A recorded call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShownInteraction {
    /// The HTTP method in upper case.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The operation of the definition, such as `GET /users/{id}`. Absent if no definition has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The HTTP status of the response.
    pub status: u16,
    /// The media type of the response. Absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The size of the body of the response, in bytes.
    pub bytes: u64,
}
