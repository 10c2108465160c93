//! What a definition says of one place of a client, as plain data: the API, a node, or a method.
//!
//! The client makes it; a report draws it, a prompt completes from it, `definition show --json` writes it as
//! [`Document`].

mod outline;

use serde::Serialize;
use serde_json::{Map, Value};

pub use outline::{Field, Outline};

/// The version of [`Document`]; it grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// The JSON form of an explanation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// [`VERSION`].
    pub version: u32,
    /// The API, a resource or a method.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl From<Explanation> for Document {
    fn from(explanation: Explanation) -> Self {
        Self { version: VERSION, explanation }
    }
}

/// What a place is, with what the definition says of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    /// The client itself.
    Api(Box<Api>),
    /// A node below it.
    Resource(Box<Resource>),
    /// A method of a node.
    Method(Box<Method>),
}

/// The API as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Api {
    /// Its title.
    pub title: String,
    /// The version of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A URI template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_uri: Option<String>,
    /// Parameters of the base URI.
    pub base_uri_parameters: Vec<Parameter>,
    /// Other base URIs.
    pub other_servers: Vec<Server>,
    /// `HTTP`, `HTTPS`; empty when not declared.
    pub protocols: Vec<String>,
    /// What bodies are when they do not say it.
    pub media_types: Vec<String>,
    /// Any of these lets in; empty when not declared.
    pub secured_by: Vec<Requirement>,
    /// All schemes that are declared.
    pub security_schemes: Vec<Scheme>,
    /// The titles of the user documentation.
    pub documentation: Vec<String>,
    /// How many resources it has, nested ones too.
    pub resources: usize,
    /// How many methods they have.
    pub methods: usize,
    /// What stands on the client.
    pub children: Vec<Child>,
    /// What the definition adds for tools of its own.
    pub annotations: Map<String, Value>,
}

/// A base URI and its parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// A URI template.
    pub uri: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

/// A node: a resource, or a step on the way to one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resource {
    /// The JavaScript that leads there: `client.users.id(5)`.
    pub call: String,
    /// Below the base URI: `/users/{id}`.
    pub path: String,
    /// With the base URI.
    pub url: String,
    /// The definition's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Parameters of the path, and of the base URI where it overrides them; the others are empty.
    pub parameters: Parameters,
    /// Its own methods.
    pub methods: Vec<Summary>,
    /// What stands on the node besides.
    pub children: Vec<Child>,
    /// What the definition adds for tools of its own.
    pub annotations: Map<String, Value>,
}

/// A method at a glance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// `GET`.
    pub method: String,
    /// The JavaScript that calls it.
    pub call: String,
    /// The first line of its description, else its display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether the definition advises against it.
    pub deprecated: bool,
}

/// A property of a node that leads on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Child {
    /// As it is written behind the node: `groups`, `id(id)`.
    pub name: String,
    /// The path that it stands for, below the base URI.
    pub path: String,
    /// The names of the methods there, as the client has them.
    pub methods: Vec<String>,
}

/// A method, with all that a call may need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Method {
    /// `GET`.
    pub method: String,
    /// Below the base URI.
    pub path: String,
    /// With the base URI.
    pub url: String,
    /// A line of JavaScript that calls it.
    pub call: String,
    /// The definition's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether the definition advises against it.
    pub deprecated: bool,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All its parameters.
    pub parameters: Parameters,
    /// The query string as a whole, where that is described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_string: Option<Schema>,
    /// Whether a call has to have a body.
    pub body_required: bool,
    /// The bodies that it takes, by media type.
    pub bodies: Vec<Body>,
    /// By status.
    pub responses: Vec<Response>,
    /// Upper case; empty when not declared.
    pub protocols: Vec<String>,
    /// Any of these lets in; empty when not declared.
    pub secured_by: Vec<Requirement>,
    /// What the definition adds for tools of its own.
    pub annotations: Map<String, Value>,
}

/// Parameters by where they go.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Parameters {
    /// Tags of the path.
    pub uri: Vec<Parameter>,
    /// Of the query.
    pub query: Vec<Parameter>,
    /// Headers.
    pub headers: Vec<Parameter>,
    /// Cookies.
    pub cookies: Vec<Parameter>,
    /// Tags of the base URI.
    pub base_uri: Vec<Parameter>,
}

/// A parameter, a header, a field of a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether a call has to give it.
    pub required: bool,
    /// Whether the definition advises against it.
    pub deprecated: bool,
    /// Whether it may be given several times.
    pub repeat: bool,
    /// How a list or a structure becomes text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// The definition's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it has to be, its description, its example.
    #[serde(flatten)]
    pub outline: Outline,
}

/// A body in one media type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Body {
    /// `application/json`.
    pub media_type: String,
    /// The fields of a form.
    pub form_parameters: Vec<Parameter>,
    /// What it has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Examples.
    pub examples: Vec<Example>,
}

/// A schema: in short, and whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Schema {
    /// Its fields; none for what is no JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// JSON Schema, else its text.
    pub schema: Value,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// Its name, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// As it would go over the wire.
    pub text: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Response {
    /// `200`, `4XX`, `default`.
    pub status: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its headers.
    pub headers: Vec<Parameter>,
    /// Its bodies, by media type.
    pub bodies: Vec<Body>,
}

/// Schemes that are needed together; none: no security.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Requirement {
    /// The schemes.
    pub schemes: Vec<Scheme>,
}

/// A security scheme.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scheme {
    /// The name by which `API.authenticate` calls it.
    pub name: String,
    /// `OAuth 2.0`, `Basic`, …; null for a scheme that is not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Those that are asked for here, else all that the scheme declares.
    pub scopes: Vec<String>,
    /// Of OAuth 2.0, as written.
    pub grants: Vec<String>,
    /// Headers that it sends.
    pub headers: Vec<Parameter>,
    /// Query parameters that it sends.
    pub query: Vec<Parameter>,
    /// Cookies that it sends.
    pub cookies: Vec<Parameter>,
}

/// How a list or a structure becomes text in a URL, a header or a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Style {
    /// The form of the text.
    pub form: StyleForm,
    /// Whether each item or field stands by itself: `a=1&a=2`.
    pub explode: bool,
    /// Whether the reserved characters of RFC 3986 stay as they are.
    pub reserved: bool,
}

/// The `style` of OpenAPI 3, with the delimiters of `collectionFormat` in OpenAPI 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// A space between items; `ssv` in OpenAPI 2.0.
    SpaceDelimited,
    /// `|` between items; `pipes` in OpenAPI 2.0.
    PipeDelimited,
    /// A tab between items; `tsv` in OpenAPI 2.0.
    TabDelimited,
    /// `name[field]=a`.
    DeepObject,
    /// JSON.
    Json,
}
