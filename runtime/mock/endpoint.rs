//! The endpoints of a definition: paths with their methods, and those of OAuth 2.0.

use std::sync::Arc;

use apinb_definition::model::SecurityRequirement;
use apinb_definition::routing::path::ResourcePath;
use apinb_definition::routing::segment::Segment;
use apinb_text::web::host::HostPattern;
use apinb_text::web::verb::Verb;

use crate::response::DeclaredResponse;

/// A resource that has methods.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) path: Arc<ResourcePath>,
    pub(crate) operations: Vec<Operation>,
    /// The index among the endpoints.
    pub(crate) number: usize,
}

/// A method of a resource, with its response.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) verb: Verb,
    pub(crate) response: DeclaredResponse,
    /// Empty if no credentials are required.
    pub(crate) secured_by: Vec<SecurityRequirement>,
    /// The index among the operations of the endpoint.
    pub(crate) number: usize,
}

/// An OAuth 2.0 endpoint that a definition can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuthStep {
    /// The authorization endpoint (RFC 6749, section 3.1).
    Authorize,
    /// The token endpoint (RFC 6749, section 3.2).
    Token,
}

/// The URI of an OAuth 2.0 endpoint.
#[derive(Debug)]
pub(crate) struct OAuthEndpoint {
    pub(crate) step: OAuthStep,
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) host: Option<HostPattern>,
}
