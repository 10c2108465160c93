//! What an API definition says, whichever language it was written in.
//!
//! Resource types and traits are applied, includes are resolved; what remains is what a client or a mock needs.
//! The source of each field is named by its RAML 0.8 section (`raml-08.md`).

use crate::span::Location;

/// A whole API.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// "API Title".
    pub title: String,
    /// "API Version": fills `{version}` of the base URI.
    pub version: Option<String>,
    /// "Base URI and baseUriParameters": a URI template (level 1), as written.
    pub base_uri: Option<String>,
    /// Parameters of the base URI; each tag of `base_uri` has one, declared or not.
    pub base_uri_parameters: Vec<Parameter>,
    /// "Protocols": upper-case `HTTP`, `HTTPS`; empty when not declared.
    pub protocols: Vec<String>,
    /// "Default Media Type".
    pub media_types: Vec<String>,
    /// "Schemas": by name.
    pub schemas: Vec<(String, String)>,
    /// "User Documentation".
    pub documentation: Vec<Documentation>,
    /// "Declaring Security Schemes", in their order.
    pub security_schemes: Vec<SecurityScheme>,
    /// "Usage: Applying a Security Scheme to an API", in order of preference; empty when not declared.
    pub secured_by: Vec<SecurityRequirement>,
    /// The top-level resources.
    pub resources: Vec<Resource>,
}

/// A chapter of the user documentation.
#[derive(Clone, Debug)]
pub struct Documentation {
    /// Its title.
    pub title: String,
    /// Markdown.
    pub content: String,
}

/// "Resources and Nested Resources".
#[derive(Clone, Debug, Default)]
pub struct Resource {
    /// The relative URI as its key says, with the leading `/`: `/users/{id}`.
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
    /// The nested resources in their order.
    pub resources: Vec<Resource>,
    /// Where the key stands.
    pub location: Option<Location>,
}

/// "Methods".
#[derive(Clone, Debug, Default)]
pub struct Method {
    /// Lower case: `get`, `head`, `post`, `put`, `patch`, `delete`, `options`, `trace`.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// "Headers".
    pub headers: Vec<Parameter>,
    /// "Query Strings".
    pub query_parameters: Vec<Parameter>,
    /// Overrides of the base URI's parameters.
    pub base_uri_parameters: Vec<Parameter>,
    /// "Body": one entry a media type.
    pub bodies: Vec<Body>,
    /// "Responses", by status.
    pub responses: Vec<Response>,
    /// Overrides the API's protocols; empty when not declared.
    pub protocols: Vec<String>,
    /// The method's, else its resource's, `securedBy`; none when neither declares it (then the API's holds).
    pub secured_by: Option<Vec<SecurityRequirement>>,
    /// Where the key stands.
    pub location: Option<Location>,
}

/// A body of a request or a response in one media type.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// `application/json`; the default media type where the body does not name one.
    pub media_type: String,
    /// "Schema": its text (a name of `schemas` is already resolved).
    pub schema: Option<String>,
    /// "Example": text as it would go over the wire; a YAML structure becomes JSON.
    pub example: Option<String>,
    /// "Web Forms".
    pub form_parameters: Vec<Parameter>,
}

/// "Responses".
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Markdown.
    pub description: Option<String>,
    /// Response headers.
    pub headers: Vec<Parameter>,
    /// One entry a media type.
    pub bodies: Vec<Body>,
}

/// "Named Parameters". One entry a type where a parameter has several ("Named Parameters With Multiple Types" become
/// several entries of one name).
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Its name.
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
    /// "example", as text.
    pub example: Option<String>,
}

/// "type" of a named parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterKind {
    /// `string`, the default.
    #[default]
    String,
    /// `number`.
    Number,
    /// `integer`.
    Integer,
    /// `date`, in the format of RFC 2616 section 3.3.1.
    Date,
    /// `boolean`.
    Boolean,
    /// `file`.
    File,
}

/// A way to be let in, and what it needs. In RAML 0.8: "Security".
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// The name by which `securedBy` and `API.authenticate` call it.
    pub name: String,
    /// Its type.
    pub kind: SecurityKind,
    /// Markdown.
    pub description: Option<String>,
    /// Headers that "describedBy" names.
    pub headers: Vec<Parameter>,
    /// Query parameters that "describedBy" names.
    pub query_parameters: Vec<Parameter>,
    /// Where it is declared.
    pub location: Option<Location>,
}

/// "type" and "settings" of a security scheme.
#[derive(Clone, Debug)]
pub enum SecurityKind {
    /// `OAuth 2.0`.
    OAuth2(OAuth2Settings),
    /// `OAuth 1.0`.
    OAuth1(OAuth1Settings),
    /// `Basic Authentication`.
    Basic,
    /// `Digest Authentication`.
    Digest,
    /// `x-…`, or `Pass Through`: the type as written.
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
}

/// One entry of `securedBy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityRequirement {
    /// `null`: no security.
    None,
    /// A security scheme by name, with the scopes this use asks for (empty: not said).
    Scheme {
        /// Its name.
        name: String,
        /// Scopes of this use.
        scopes: Vec<String>,
    },
}
