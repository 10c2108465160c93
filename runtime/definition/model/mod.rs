//! The model of an API, independent of the definition's language.
//!
//! Resource types and traits are already applied and includes resolved. The comments name the source of each field: "…"
//! is a section of the RAML 0.8 specification, [1.0 …] one of RAML 1.0, {…} an object or field of OpenAPI. A field that
//! the language does not have is empty.

pub mod hosts;
pub(crate) mod shrink;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use apinb_schema::origin::Sources;
use apinb_schema::schema::{Schema, Schemas};
use apinb_text::source::deferred::Text;
use apinb_text::source::span::Location;
use apinb_text::web::verb::Verb;

/// The URI parameter that RAML 0.8 reserves for `.json`, `.xml`, … ("Template URIs and URI Parameters").
pub const EXTENSION_PARAMETER: &str = "mediaTypeExtension";

/// A whole API.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// "API Title", {info.title}.
    pub title: String,
    /// [1.0 description], {info.description}. Markdown.
    pub description: Option<String>,
    /// "API Version", {info.version}: fills `{version}` of the base URI.
    pub version: Option<String>,
    /// "Base URI and baseUriParameters": a URI template (level 1), as written. The first of {servers}; of OpenAPI 2.0
    /// {schemes}, {host} and {basePath}.
    pub base_uri: Option<String>,
    /// Parameters of the base URI: one for each parameter in `base_uri`, declared or not. {server.variables}.
    pub base_uri_parameters: Vec<Parameter>,
    /// {servers} after the first.
    pub other_servers: Vec<Server>,
    /// "Protocols": upper-case `HTTP`, `HTTPS`; empty when not declared.
    pub protocols: Vec<String>,
    /// "Default Media Type", [1.0 Default Media Types], OpenAPI 2.0's {consumes} and {produces}.
    pub media_types: Vec<String>,
    /// "Schemas", [1.0 Defining Types] (those of a library by `library.Name`), {components.schemas}, {definitions}.
    pub schemas: Schemas,
    /// "User Documentation"; {externalDocs} as a chapter that links there.
    pub documentation: Vec<Documentation>,
    /// "Declaring Security Schemes", in definition order.
    pub security_schemes: Vec<SecurityScheme>,
    /// "Usage: Applying a Security Scheme to an API", in order of preference; empty when not declared.
    pub secured_by: Vec<SecurityRequirement>,
    pub resources: Vec<Resource>,
    /// {parameter.required}: every path parameter needs a value. RAML allows to leave one out; its segment then has the
    /// rest of its text.
    pub requires_path_parameters: bool,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    /// The documents that the source positions of its schemas refer to, if it was loaded with them.
    pub sources: Option<Arc<Sources>>,
}

/// A base URI with its parameters. {server}.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// A URI template (level 1).
    pub uri: String,
    /// {server.description}.
    pub description: Option<String>,
    /// One for each parameter in `uri`.
    pub parameters: Vec<Parameter>,
}

/// Metadata for other tools, which apinb does not interpret. [1.0 Annotations] without the parentheses, {x-…} with the
/// name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    pub name: String,
    /// Null if the annotation has no value.
    pub value: Value,
}

/// A chapter of the user documentation.
#[derive(Clone, Debug)]
pub struct Documentation {
    pub title: String,
    /// Markdown.
    pub content: Text,
}

/// "Resources and Nested Resources".
#[derive(Clone, Debug, Default)]
pub struct Resource {
    /// The relative URI with the leading `/`, as written: `/users/{id}`. An entry of {paths} is one resource.
    pub path: String,
    /// "displayName".
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// "Template URIs and URI Parameters": one for each parameter in `path`, declared or not, in the order of `path`;
    /// then the declared ones that `path` does not contain.
    pub uri_parameters: Vec<Parameter>,
    /// Overrides of the base URI's parameters.
    pub base_uri_parameters: Vec<Parameter>,
    pub methods: Vec<Method>,
    /// Nested resources; none in OpenAPI.
    pub resources: Vec<Resource>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    pub location: Option<Location>,
}

/// "Methods".
#[derive(Clone, Debug, Default)]
pub struct Method {
    pub verb: Verb,
    /// [1.0 displayName], {operationId}.
    pub display_name: Option<String>,
    /// Markdown. {summary} and {description}.
    pub description: Option<String>,
    /// {deprecated}.
    pub deprecated: bool,
    /// "Headers".
    pub headers: Vec<Parameter>,
    /// "Query Strings".
    pub query_parameters: Vec<Parameter>,
    /// [1.0 The Query String as a Whole].
    pub query_string: Option<Schema>,
    /// {parameters} in `cookie`.
    pub cookies: Vec<Parameter>,
    /// Overrides of the base URI's parameters.
    pub base_uri_parameters: Vec<Parameter>,
    /// {servers} of the operation, or else of its path. The first one replaces the API's base URI.
    pub servers: Vec<Server>,
    /// "Body", {requestBody}: one entry per media type.
    pub bodies: Vec<Body>,
    /// {requestBody.required}; always true for a body declared in RAML.
    pub body_required: bool,
    /// "Responses", by status.
    pub responses: Vec<Response>,
    /// Overrides the API's protocols; empty when not declared.
    pub protocols: Vec<String>,
    /// `securedBy` of the method, or else of the resource. `None` if neither declares it; then the API's applies.
    pub secured_by: Option<Vec<SecurityRequirement>>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    pub location: Option<Location>,
}

/// A request or response body in one media type.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// `application/json`; the default media type if the body names none.
    pub media_type: String,
    /// "Schema", [1.0 type], {schema}. A name declared in `schemas` is already resolved.
    pub schema: Option<Schema>,
    /// "Example", [1.0 examples] (those of the type if the body has none), {example}, {examples}.
    pub examples: Vec<Example>,
    /// "Web Forms"; the properties of the type or schema of a form.
    pub form_parameters: Vec<Parameter>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    /// The media type, or the body that has none.
    pub location: Option<Location>,
}

/// An example of a body.
#[derive(Clone, Debug)]
pub struct Example {
    /// [1.0 Multiple Examples], {examples}: the key; none for a single example.
    pub name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// The text to send; an object or array is written as JSON.
    pub text: Text,
    /// [1.0 strict]: false if the example may be invalid.
    pub strict: bool,
}

impl From<Text> for Example {
    fn from(text: Text) -> Self {
        Self { name: None, description: None, text, strict: true }
    }
}

/// "Responses".
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: Status,
    /// Markdown.
    pub description: Option<String>,
    pub headers: Vec<Parameter>,
    /// One entry per media type.
    pub bodies: Vec<Body>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    /// Where its status is written.
    pub location: Option<Location>,
}

/// The statuses that a response describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Code(u16),
    /// {4XX}: all statuses with this first digit, 1 to 5.
    Class(u8),
    /// {default}: all statuses that no other response describes.
    Default,
}

impl Status {
    /// Whether a response of this status has the code.
    #[must_use]
    pub fn includes(self, code: u16) -> bool {
        match self {
            Self::Code(own) => own == code,
            Self::Class(class) => u16::from(class) == code / 100,
            Self::Default => true,
        }
    }

    /// The status code; `None` for a class or the default.
    #[must_use]
    pub fn code(self) -> Option<u16> {
        match self {
            Self::Code(code) => Some(code),
            Self::Class(_) | Self::Default => None,
        }
    }
}

impl Default for Status {
    fn default() -> Self {
        Self::Code(200)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Class(digit) => write!(f, "{digit}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// "Named Parameters". A parameter with several types ("Named Parameters With Multiple Types") becomes several entries
/// of the same name. [1.0 Property Declarations] of `queryParameters`, `headers`, `uriParameters`; {parameter},
/// {header}, {server variable}.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    pub name: String,
    /// "displayName".
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// "type".
    pub kind: ParameterKind,
    /// "required"; true by default for URI parameters.
    pub required: bool,
    /// "repeat".
    pub repeat: bool,
    /// "enum", as text.
    pub values: Vec<String>,
    /// "pattern".
    pub pattern: Option<String>,
    /// "minLength", in characters.
    pub min_length: Option<u64>,
    /// "maxLength", in characters.
    pub max_length: Option<u64>,
    /// "minimum".
    pub minimum: Option<f64>,
    /// "maximum".
    pub maximum: Option<f64>,
    /// "default", as text.
    pub default: Option<String>,
    /// "example", as text; the first of several.
    pub example: Option<String>,
    /// [1.0 type], {schema}: the complete schema of the value. The fields above are the subset that can be checked on
    /// text.
    pub schema: Option<Schema>,
    /// {style}, {explode}, {allowReserved}; OpenAPI 2.0's {collectionFormat}. How the value is serialized.
    pub style: Option<Style>,
    /// {deprecated}.
    pub deprecated: bool,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    pub location: Option<Location>,
}

/// How the value of a parameter is serialized. OpenAPI 3 {parameter.style}, 2.0 {collectionFormat}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Style {
    /// {style}.
    pub form: StyleForm,
    /// {explode}: each item or field is serialized separately.
    pub explode: bool,
    /// {allowReserved}: `:/?#[]@!$&'()*+,;=` are not percent-encoded.
    pub reserved: bool,
}

/// {style}, with the delimiter of 2.0's {collectionFormat}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StyleForm {
    /// `,` between items; 2.0's `multi` is this form exploded.
    Form,
    /// `,` between items, without a name; in paths and headers.
    Simple,
    /// `;name=…`; in paths.
    Matrix,
    /// `.…`; in paths.
    Label,
    /// A space between items; 2.0's `ssv`.
    SpaceDelimited,
    /// `|` between items; 2.0's `pipes`.
    PipeDelimited,
    /// A tab between items: 2.0's `tsv`.
    TabDelimited,
    /// `name[field]=…`.
    DeepObject,
    /// {content}: JSON.
    Json,
}

/// "type" of a named parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterKind {
    /// `string`, the default.
    #[default]
    String,
    Number,
    Integer,
    /// `date` in the format of RFC 2616 section 3.3.1; the date and time types of RAML 1.0 and JSON Schema's `format`.
    Date,
    Boolean,
    File,
    Array,
    Object,
    /// `nil`, `null`.
    Null,
    /// Any value, or a union of several types.
    Any,
}

impl ParameterKind {
    /// The name of the type in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::File => "file",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
            Self::Any => "any",
        }
    }
}

/// An authentication method and its settings. "Security" in RAML 0.8.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// The name that `securedBy` and `API.authenticate` refer to.
    pub name: String,
    pub kind: SecurityKind,
    /// Markdown.
    pub description: Option<String>,
    /// Headers from "describedBy"; {apiKey} in `header`.
    pub headers: Vec<Parameter>,
    /// Query parameters from "describedBy"; {apiKey} in `query`.
    pub query_parameters: Vec<Parameter>,
    /// {apiKey} in `cookie`.
    pub cookies: Vec<Parameter>,
    pub location: Option<Location>,
}

impl SecurityScheme {
    /// A scheme that describes no headers and parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: SecurityKind) -> Self {
        Self {
            name: name.into(),
            kind,
            description: None,
            headers: Vec::new(),
            query_parameters: Vec::new(),
            cookies: Vec::new(),
            location: None,
        }
    }
}

/// "type" and "settings" of a security scheme.
#[derive(Clone, Debug)]
pub enum SecurityKind {
    /// `OAuth 2.0`.
    OAuth2(OAuth2Settings),
    /// `OAuth 1.0`.
    OAuth1(OAuth1Settings),
    /// `Basic Authentication`, {http basic}.
    Basic,
    /// `Digest Authentication`, {http digest}.
    Digest,
    /// {http bearer}, {openIdConnect}: the user provides the token.
    Bearer,
    /// `x-…`, `Pass Through`, {apiKey}: the type as written.
    Other(String),
}

/// Settings of OAuth 2.0. The URIs are templates; parameters of the base URI fill them in.
#[derive(Clone, Debug, Default)]
pub struct OAuth2Settings {
    /// "authorizationUri".
    pub authorization_uri: Option<String>,
    /// "accessTokenUri".
    pub access_token_uri: Option<String>,
    /// {refreshUrl}: the endpoint that renews tokens, where it is not that of the access tokens.
    pub refresh_uri: Option<String>,
    /// "authorizationGrants", as written.
    pub authorization_grants: Vec<String>,
    /// "scopes".
    pub scopes: Vec<String>,
}

/// Settings of OAuth 1.0.
#[derive(Clone, Debug, Default)]
pub struct OAuth1Settings {
    /// "requestTokenUri".
    pub request_token_uri: Option<String>,
    /// "authorizationUri".
    pub authorization_uri: Option<String>,
    /// "tokenCredentialsUri".
    pub token_credentials_uri: Option<String>,
    /// [1.0 signatures]: `HMAC-SHA1`, `RSA-SHA1`, `PLAINTEXT`; empty when not declared.
    pub signatures: Vec<String>,
}

/// An entry of `securedBy`, {security requirement}: the schemes that are required together. Without schemes, as for
/// `null` and `{}`, the request needs no authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// At most one in RAML, any number in OpenAPI.
    pub schemes: Vec<SchemeUse>,
}

/// A reference to a security scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemeUse {
    pub name: String,
    /// Scopes for this reference; empty when not declared.
    pub scopes: Vec<String>,
}
