//! Errors of the request plan.

/// Why a request cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A path parameter has no value, and its segment would be empty.
    #[error("URI parameter \"{name}\" is missing")]
    UriParameter {
        /// The parameter.
        name: String,
    },
    /// A base URI parameter has no value.
    #[error("base URI parameter \"{name}\" is missing")]
    BaseUriParameter {
        /// The parameter.
        name: String,
    },
    /// The value would change the path.
    #[error("URI parameter \"{name}\" cannot be \"{text}\", which means another path")]
    DotSegment {
        /// The parameter.
        name: String,
        /// `.` or `..`.
        text: String,
    },
    /// The base URI is missing, or only a path.
    #[error("the definition has no base URI{}", if *has_path { " with a host" } else { "" })]
    BaseUri {
        /// Whether the base URI has a path.
        has_path: bool,
    },
}
