//! Why a call has no request.

/// Why there is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody gives a value, and its segment would be empty.
    #[error("URI parameter \"{name}\" is missing")]
    UriParameter {
        /// The parameter.
        name: String,
    },
    /// Nobody gives a value.
    #[error("base URI parameter \"{name}\" is missing")]
    BaseUriParameter {
        /// The parameter.
        name: String,
    },
    /// The value leads out of its segment.
    #[error("URI parameter \"{name}\" cannot be \"{text}\", which means another path")]
    DotSegment {
        /// The parameter.
        name: String,
        /// `.` or `..`.
        text: String,
    },
    /// There is no base URI, or one that is a path alone.
    #[error("the definition has no base URI{}", if *has_path { " with a host" } else { "" })]
    BaseUri {
        /// Whether there is a path.
        has_path: bool,
    },
}
