//! A request without a response in recorded traffic.

/// Why recorded traffic has no response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Without secrets. It may have several lines.
    pub message: String,
    /// One imperative sentence.
    pub help: String,
}
