//! The endpoints of a definition: paths with their methods, and those of OAuth.

use std::sync::Arc;

use apinb_definition::model::SecurityRequirement;
use apinb_definition::routing::path::ResourcePath;
use apinb_definition::routing::segment::Segment;
use apinb_text::web::host::HostPattern;
use apinb_text::web::verb::Verb;

use crate::content::Content;
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
    /// The bodies that requests may have.
    pub(crate) bodies: Vec<Content>,
    pub(crate) response: DeclaredResponse,
    /// Empty if no credentials are required.
    pub(crate) secured_by: Vec<SecurityRequirement>,
    /// The index among the operations of the endpoint.
    pub(crate) number: usize,
}

impl Operation {
    /// The declared body of a media type, or else the first one.
    pub(crate) fn body(&self, media_type: &str) -> Option<&Content> {
        let of_type = self.bodies.iter().find(|body| body.media_type.eq_ignore_ascii_case(media_type));
        of_type.or(self.bodies.first())
    }
}

/// An OAuth endpoint that a definition can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuthStep {
    Version1(OAuth1Step),
    Version2(OAuth2Step),
}

/// An endpoint of OAuth 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuth1Step {
    /// Temporary credentials (RFC 5849, section 2.1).
    Temporary,
    /// The user's consent (RFC 5849, section 2.2).
    Consent,
    /// Token credentials (RFC 5849, section 2.3).
    Token,
}

/// An endpoint of OAuth 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuth2Step {
    /// The authorization endpoint (RFC 6749, section 3.1).
    Authorize,
    /// The token endpoint (RFC 6749, section 3.2).
    Token,
}

impl OAuthStep {
    /// The method that clients use.
    pub(crate) fn verb(self) -> Verb {
        match self {
            Self::Version1(OAuth1Step::Consent) | Self::Version2(OAuth2Step::Authorize) => Verb::Get,
            Self::Version1(OAuth1Step::Temporary | OAuth1Step::Token) | Self::Version2(OAuth2Step::Token) => Verb::Post,
        }
    }
}

/// The URI of an OAuth endpoint.
#[derive(Debug)]
pub(crate) struct OAuthEndpoint {
    pub(crate) step: OAuthStep,
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) host: Option<HostPattern>,
}
