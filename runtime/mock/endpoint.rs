//! The endpoints of a definition as plain data: paths with their methods, and those of OAuth 2.0.

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
    /// Its index among the endpoints.
    pub(crate) number: usize,
}

/// A method of a resource.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) verb: Verb,
    pub(crate) response: DeclaredResponse,
    /// Empty: open to all.
    pub(crate) secured_by: Vec<SecurityRequirement>,
    /// Its index among the endpoint's operations.
    pub(crate) number: usize,
}

/// A step of OAuth 2.0 that the definition names a URI for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuthStep {
    /// RFC 6749, section 3.1.
    Authorize,
    /// RFC 6749, section 3.2.
    Token,
}

/// The URI of a step of OAuth 2.0.
#[derive(Debug)]
pub(crate) struct OAuthEndpoint {
    pub(crate) step: OAuthStep,
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) host: Option<HostPattern>,
}
