//! The resources and methods of a definition: the data of `apinb definition tree --json`.

use serde::Serialize;

/// The version of [`Tree`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The resources of an API definition with their methods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tree {
    /// [`VERSION`].
    pub version: u32,
    /// All resources, nested ones too, in the order of the definition.
    pub resources: Vec<TreeResource>,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TreeResource {
    /// The whole path below the base URI: `/users/{id}`.
    pub path: String,
    /// Its methods, in the order of the definition.
    pub methods: Vec<TreeMethod>,
}

/// A method of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TreeMethod {
    /// The HTTP method in lower case.
    pub method: String,
    /// Parameters of the path, the query, headers and cookies, in this order.
    pub parameters: Vec<TreeParameter>,
    /// Whether a type describes the query string as a whole.
    pub query_string: bool,
    /// The media types of its bodies.
    pub bodies: Vec<String>,
    /// Its responses.
    pub responses: Vec<TreeResponse>,
    /// Security requirements of the method, else of the resource, else of the API. The schemes of one requirement are
    /// needed together; an empty one means that the method also works without security.
    pub secured_by: Vec<Vec<String>>,
}

/// A parameter. Several parameters of one name each have an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TreeParameter {
    /// The location.
    #[serde(rename = "in")]
    pub location: ParameterLocation,
    /// Its name.
    pub name: String,
    /// Whether a call needs it.
    pub required: bool,
    /// `string`, `integer`, `array`, …
    #[serde(rename = "type")]
    pub kind: String,
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParameterLocation {
    /// The path.
    Uri,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TreeResponse {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// The names of its headers.
    pub headers: Vec<String>,
    /// The media types of its bodies.
    pub bodies: Vec<String>,
}
