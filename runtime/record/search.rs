//! The methods of a definition that match words: the data of `apinb definition search`.

use serde::Serialize;

use super::explanation::Summary;

/// The version of [`Search`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The methods that match the words of a search.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Search {
    /// [`VERSION`].
    pub version: u32,
    /// The words of the search.
    pub words: Vec<SearchWord>,
    /// The matching methods, best first.
    pub methods: Vec<FoundMethod>,
    /// The number of matching methods that the list omits.
    pub omitted: usize,
}

/// A word of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SearchWord {
    /// The word in lower case.
    pub word: String,
    /// The similar word that was searched for, since the definition does not have this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similar: Option<String>,
    /// Whether the definition has it, or a similar one.
    pub found: bool,
}

/// A matching method.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FoundMethod {
    /// The path below the base URI: `/users/{id}`.
    pub path: String,
    /// The `operationId` (OpenAPI) or `displayName` (RAML), which `apinb definition show` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The method in one line.
    #[serde(flatten)]
    pub summary: Summary,
}
