//! Errors of planning a request.

/// The reason why a request cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A path parameter has no value, so its segment would be empty.
    #[error("URI parameter \"{name}\" is missing")]
    UriParameter {
        /// As the path or base URI has it.
        name: String,
    },
    /// A base URI parameter has no value.
    #[error("base URI parameter \"{name}\" is missing")]
    BaseUriParameter {
        /// As the path or base URI has it.
        name: String,
    },
    /// The value of a parameter would change the path.
    #[error("URI parameter \"{name}\" cannot be \"{text}\", which means another path")]
    DotSegment {
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
