//! What an API definition says, whichever language it was written in.
//!
//! Resource types and traits are applied, includes are resolved; what remains is what a client or a mock needs.
//! The source of each field is named: "…" is a section of the RAML 0.8 specification, [1.0 …] one of RAML 1.0, {…} an
//! object or field of OpenAPI. What a language does not have stays empty.

pub mod hosts;
pub(crate) mod shrink;

use std::fmt;

use serde_json::Value;

use apinb_schema::schema::{Schema, Schemas};
use apinb_text::source::deferred::Text;
use apinb_text::source::span::Location;
use apinb_text::web::verb::Verb;

/// The URI parameter that RAML 0.8 reserves for `.json`, `.xml`, … ("Template URIs and URI Parameters").
pub const EXTENSION_TAG: &str = "mediaTypeExtension";

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
    /// Parameters of the base URI; each tag of `base_uri` has one, declared or not. {server.variables}.
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
    /// "Declaring Security Schemes", in their order.
    pub security_schemes: Vec<SecurityScheme>,
    /// "Usage: Applying a Security Scheme to an API", in order of preference; empty when not declared.
    pub secured_by: Vec<SecurityRequirement>,
    /// The top-level resources.
    pub resources: Vec<Resource>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
}

/// A base URI with its parameters. {server}.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// A URI template (level 1).
    pub uri: String,
    /// {server.description}.
    pub description: Option<String>,
    /// Each tag of `uri` has one.
    pub parameters: Vec<Parameter>,
}

/// What a definition adds for tools of its own; kept, not interpreted. [1.0 Annotations] without the parentheses,
/// {x-…} with its name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    pub name: String,
    /// Its value; null where only its presence counts.
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
    /// The relative URI as its key says, with the leading `/`: `/users/{id}`. A key of {paths} is one resource.
    pub path: String,
    /// "displayName".
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// "Template URIs and URI Parameters": each tag of `path` has one, declared or not, in the order of `path`;
    /// declared ones that the path does not have follow.
    pub uri_parameters: Vec<Parameter>,
    /// Overrides of the base URI's parameters.
    pub base_uri_parameters: Vec<Parameter>,
    /// The methods in their order.
    pub methods: Vec<Method>,
    /// The nested resources in their order; none in OpenAPI.
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
    /// {servers} of the operation, else of its path: its first replaces the API's base URI.
    pub servers: Vec<Server>,
    /// "Body", {requestBody}: one entry a media type.
    pub bodies: Vec<Body>,
    /// {requestBody.required}; RAML: a body that is declared is wanted.
    pub body_required: bool,
    /// "Responses", by status.
    pub responses: Vec<Response>,
    /// Overrides the API's protocols; empty when not declared.
    pub protocols: Vec<String>,
    /// The method's, else its resource's, `securedBy`; none when neither declares it (then the API's holds).
    pub secured_by: Option<Vec<SecurityRequirement>>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    pub location: Option<Location>,
}

/// A body of a request or a response in one media type.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// `application/json`; the default media type where the body does not name one.
    pub media_type: String,
    /// "Schema", [1.0 type], {schema}; a name of `schemas` is already resolved.
    pub schema: Option<Schema>,
    /// "Example", [1.0 examples] (the type's own where the body has none), {example}, {examples}.
    pub examples: Vec<Example>,
    /// "Web Forms"; the properties of a form's object type or schema.
    pub form_parameters: Vec<Parameter>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
}

/// An example of a value.
#[derive(Clone, Debug)]
pub struct Example {
    /// [1.0 Multiple Examples], {examples}: its key; none for the only one.
    pub name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// As it would go over the wire; a structure becomes JSON.
    pub text: Text,
    /// [1.0 strict]: false when it need not be valid.
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
    /// The HTTP status.
    pub status: Status,
    /// Markdown.
    pub description: Option<String>,
    /// Response headers.
    pub headers: Vec<Parameter>,
    /// One entry a media type.
    pub bodies: Vec<Body>,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
}

/// Which statuses a response is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Code(u16),
    /// {4XX}: those that start with this digit, 1 to 5.
    Class(u8),
    /// {default}: all that no other response is for.
    Default,
}

impl Status {
    /// The status, where it is a single one.
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

/// "Named Parameters". One entry a type where a parameter has several ("Named Parameters With Multiple Types" become
/// several entries of one name); [1.0 Property Declarations] of `queryParameters`, `headers`, `uriParameters`;
/// {parameter}, {header}, {server variable}.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    pub name: String,
    /// "displayName".
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// "type".
    pub kind: ParameterKind,
    /// "required"; URI parameters are required unless they say otherwise.
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
    /// "example", as text; the first where there are several.
    pub example: Option<String>,
    /// [1.0 type], {schema}: all that is said of the value; the fields above are what of it a text can be checked for.
    pub schema: Option<Schema>,
    /// {style}, {explode}, {allowReserved}; OpenAPI 2.0's {collectionFormat}. How a value becomes text.
    pub style: Option<Style>,
    /// {deprecated}.
    pub deprecated: bool,
    /// [1.0 Annotations], {x-…}.
    pub annotations: Vec<Annotation>,
    pub location: Option<Location>,
}

/// How the value of a parameter becomes text. OpenAPI 3 {parameter.style}, 2.0 {collectionFormat}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Style {
    /// {style}.
    pub form: StyleForm,
    /// {explode}: every item, and every field, stands by itself.
    pub explode: bool,
    /// {allowReserved}: `:/?#[]@!$&'()*+,;=` are not percent-encoded.
    pub reserved: bool,
}

/// {style}, with the delimiter of 2.0's {collectionFormat}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StyleForm {
    /// `,` between items; `multi` is this one exploded.
    Form,
    /// `,` between items, no name: paths and headers.
    Simple,
    /// `;name=…`: paths.
    Matrix,
    /// `.…`: paths.
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
    /// `date`, in the format of RFC 2616 section 3.3.1; the dates and times of RAML 1.0 and of JSON Schema's `format`.
    Date,
    Boolean,
    File,
    /// A list.
    Array,
    /// A structure.
    Object,
    /// `nil`, `null`.
    Null,
    /// Anything, or one of several.
    Any,
}

impl ParameterKind {
    /// What people call it.
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

/// A way to be let in, and what it needs. In RAML 0.8: "Security".
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// The name by which `securedBy` and `API.authenticate` call it.
    pub name: String,
    pub kind: SecurityKind,
    /// Markdown.
    pub description: Option<String>,
    /// Headers that "describedBy" names; {apiKey} in `header`.
    pub headers: Vec<Parameter>,
    /// Query parameters that "describedBy" names; {apiKey} in `query`.
    pub query_parameters: Vec<Parameter>,
    /// {apiKey} in `cookie`.
    pub cookies: Vec<Parameter>,
    pub location: Option<Location>,
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
    /// {http bearer}, {openIdConnect}: a token that the user has.
    Bearer,
    /// `x-…`, `Pass Through`, {apiKey}: the type as written.
    Other(String),
}

/// Settings of OAuth 2.0; URIs are templates whose tags the base URI's parameters fill.
#[derive(Clone, Debug, Default)]
pub struct OAuth2Settings {
    /// "authorizationUri".
    pub authorization_uri: Option<String>,
    /// "accessTokenUri".
    pub access_token_uri: Option<String>,
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
    /// [1.0 signatures]: `HMAC-SHA1`, `RSA-SHA1`, `PLAINTEXT`; empty when not said.
    pub signatures: Vec<String>,
}

/// One entry of `securedBy`, {security requirement}: the schemes that are needed together; none for `null` and `{}`, no
/// security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// RAML names one, OpenAPI any number.
    pub schemes: Vec<SchemeUse>,
}

/// A security scheme where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemeUse {
    pub name: String,
    /// Scopes of this use; empty: not said.
    pub scopes: Vec<String>,
}
