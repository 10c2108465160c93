//! What a mock server does beyond its definitions.

use crate::access::AcceptedHosts;
use crate::cors::AllowedOrigins;

/// The settings of a mock server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MockSettings {
    /// The hosts that it answers for.
    pub hosts: AcceptedHosts,
    /// The response to a query that selects nothing.
    pub search: Search,
    /// The pages in browsers that may read responses.
    pub origins: AllowedOrigins,
    /// Whether a request that breaks its definition is refused.
    pub validate_requests: bool,
}

/// The response to a query that selects no entity of a listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// An empty list.
    #[default]
    Matching,
    /// One entity, made up from the example and the query.
    Always,
}
