//! An explanation of an API, a resource or a method by its definition: the data of `apinb definition show`.
//!
//! The client makes it, a report draws it, and completion describes its candidates with it.

mod outline;

use serde::Serialize;
use serde_json::{Map, Value};

pub use outline::{Field, Outline};

/// The version of [`Document`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// An API, a resource or a method, explained by its definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// [`VERSION`].
    pub version: u32,
    /// The explanation.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl From<Explanation> for Document {
    fn from(explanation: Explanation) -> Self {
        Self { version: VERSION, explanation }
    }
}

/// An API, a resource or a method with everything that the definition says about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    /// The API as a whole.
    Api(Box<Api>),
    /// A resource, or a step on the way to one.
    Resource(Box<Resource>),
    /// A method of a resource.
    Method(Box<Method>),
}

/// The API as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Api {
    /// The title.
    pub title: String,
    /// The version of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The base URI as a URI template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_uri: Option<String>,
    /// The parameters of the base URI.
    pub base_uri_parameters: Vec<Parameter>,
    /// Other base URIs.
    pub other_servers: Vec<Server>,
    /// The declared protocols: `HTTP`, `HTTPS`.
    pub protocols: Vec<String>,
    /// The media types of bodies that declare none.
    pub media_types: Vec<String>,
    /// The security requirements: a call has to satisfy one of them, or none if the list is empty.
    pub secured_by: Vec<Requirement>,
    /// All declared security schemes.
    pub security_schemes: Vec<Scheme>,
    /// The titles of the user documentation.
    pub documentation: Vec<String>,
    /// The number of resources, including nested ones.
    pub resources: usize,
    /// The number of their methods.
    pub methods: usize,
    /// The properties of the client.
    pub children: Vec<Child>,
    /// The annotations (RAML) or extensions (OpenAPI) by name.
    pub annotations: Map<String, Value>,
}

/// A base URI and its parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Server {
    /// The base URI as a URI template.
    pub uri: String,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The parameters of the base URI.
    pub parameters: Vec<Parameter>,
}

/// A resource, or a step on the way to one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Resource {
    /// The JavaScript of the resource: `client.users.id(5)`.
    pub call: String,
    /// The path below the base URI: `/users/{id}`.
    pub path: String,
    /// The path with the base URI, as a URI template.
    pub url: String,
    /// The display name in the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The parameters of the path, and those of the base URI that the resource overrides; the other lists are empty.
    pub parameters: Parameters,
    /// The methods of this resource.
    pub methods: Vec<Summary>,
    /// The other properties of the resource.
    pub children: Vec<Child>,
    /// The annotations (RAML) or extensions (OpenAPI) by name.
    pub annotations: Map<String, Value>,
}

/// A method in one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// The HTTP method in upper case.
    pub method: String,
    /// The JavaScript that calls it.
    pub call: String,
    /// The first line of the description, else the display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether the definition deprecates it.
    pub deprecated: bool,
}

/// A property of a client or a resource that leads to further resources.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Child {
    /// The JavaScript behind the dot, or in brackets: `groups`, `id(id)`, `['user-groups']`.
    pub name: String,
    /// Its path below the base URI.
    pub path: String,
    /// The names of its methods in JavaScript: `get`.
    pub methods: Vec<String>,
}

/// A method with everything that a call needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Method {
    /// The HTTP method in upper case.
    pub method: String,
    /// The path below the base URI.
    pub path: String,
    /// The path with the base URI, as a URI template.
    pub url: String,
    /// A line of JavaScript that calls it, with examples and defaults for the required values.
    pub call: String,
    /// The display name in the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether the definition deprecates it.
    pub deprecated: bool,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All parameters.
    pub parameters: Parameters,
    /// The schema of the whole query string. Absent if the definition has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_string: Option<Schema>,
    /// Whether a call needs a body.
    pub body_required: bool,
    /// The accepted bodies, one for each media type.
    pub bodies: Vec<Body>,
    /// The responses, one for each status.
    pub responses: Vec<Response>,
    /// The declared protocols: `HTTP`, `HTTPS`.
    pub protocols: Vec<String>,
    /// The security requirements: a call has to satisfy one of them, or none if the list is empty.
    pub secured_by: Vec<Requirement>,
    /// The annotations (RAML) or extensions (OpenAPI) by name.
    pub annotations: Map<String, Value>,
}

/// Parameters by location.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Parameters {
    /// Parameters of the path.
    pub uri: Vec<Parameter>,
    /// Parameters of the query.
    pub query: Vec<Parameter>,
    /// Headers.
    pub headers: Vec<Parameter>,
    /// Cookies.
    pub cookies: Vec<Parameter>,
    /// Parameters of the base URI.
    pub base_uri: Vec<Parameter>,
}

/// A parameter, a header or a field of a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// Whether a call needs it.
    pub required: bool,
    /// Whether the definition deprecates it.
    pub deprecated: bool,
    /// Whether a call may have it several times.
    pub repeat: bool,
    /// How an array or an object is serialized. Absent if the definition does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// The display name in the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The type, the description and the example.
    #[serde(flatten)]
    pub outline: Outline,
}

/// A body in one media type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Body {
    /// The media type, such as `application/json`.
    pub media_type: String,
    /// The fields of a form.
    pub form_parameters: Vec<Parameter>,
    /// The schema. Absent if the definition has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// The examples.
    pub examples: Vec<Example>,
}

/// A schema, whole and as an outline.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Schema {
    /// The outline. Absent if the schema is not JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// The whole schema: JSON Schema, or the text of another schema language.
    pub schema: Value,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Example {
    /// The name, if there are several examples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The example as the text of a body.
    pub text: String,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Response {
    /// The status: `200`, `4XX`, `default`.
    pub status: String,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The headers.
    pub headers: Vec<Parameter>,
    /// The bodies, one for each media type.
    pub bodies: Vec<Body>,
}

/// Security schemes that are needed together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Requirement {
    /// The schemes; empty if it requires no security.
    pub schemes: Vec<Scheme>,
}

/// A security scheme.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scheme {
    /// The name in the definition, which `API.authenticate` takes.
    pub name: String,
    /// The type: `OAuth 2.0`, `Basic`, … Absent if the scheme is not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The scopes of this requirement, else all scopes of the scheme.
    pub scopes: Vec<String>,
    /// The grants of OAuth 2.0 as the definition writes them.
    pub grants: Vec<String>,
    /// The headers that it adds.
    pub headers: Vec<Parameter>,
    /// The query parameters that it adds.
    pub query: Vec<Parameter>,
    /// The cookies that it adds.
    pub cookies: Vec<Parameter>,
}

/// How an array or an object is serialized in a URL, a header or a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Style {
    /// The syntax.
    pub form: StyleForm,
    /// Whether each item or field is a parameter of its own: `a=1&a=2`.
    pub explode: bool,
    /// Whether the reserved characters of RFC 3986 are not percent-encoded.
    pub reserved: bool,
}

/// The `style` of OpenAPI 3, and the delimiters of `collectionFormat` in OpenAPI 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StyleForm {
    /// `name=a,b`.
    Form,
    /// `a,b`: paths and headers.
    Simple,
    /// `;name=a`: paths.
    Matrix,
    /// `.a.b`: paths.
    Label,
    /// Items separated by a space; `ssv` in OpenAPI 2.0.
    SpaceDelimited,
    /// Items separated by `|`; `pipes` in OpenAPI 2.0.
    PipeDelimited,
    /// Items separated by a tab; `tsv` in OpenAPI 2.0.
    TabDelimited,
    /// `name[field]=a`.
    DeepObject,
    /// JSON.
    Json,
}
