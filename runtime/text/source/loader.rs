//! How the text of a document is asked for, and why there may be none.
//!
//! Which places may be read, and reading them, is the implementation's.

use crate::diagnostic::Diagnostic;

use super::address::Address;

/// Gives the text of documents; decides which places may be read. A document may be asked for long after the definition
/// was loaded, and from any thread: see [`Text`](super::deferred::Text).
pub trait Loader: Send + Sync {
    /// The text at `address`.
    ///
    /// # Errors
    /// [`LoadError`] says why there is none.
    fn load(&self, address: &Address) -> Result<String, LoadError>;

    /// Tells which documents will be asked for next, in this order and before those of earlier calls. A loader whose
    /// documents are far away begins to fetch them; one that has them at hand has nothing to do.
    fn prefetch(&self, addresses: &[Address]) {
        let _ = addresses;
    }
}

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No such file.
    #[error("there is no file at `{address}`")]
    NotFound {
        /// Where.
        address: String,
    },
    /// The server answered with another status than 2xx.
    #[error("`{address}` answered {status}")]
    Status {
        /// Where.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// The place is outside of what may be read.
    #[error("`{address}` is outside of `{allowed}`, the only place that may be read here")]
    NotAllowed {
        /// Where.
        address: String,
        /// The folder or origin that may be read.
        allowed: String,
    },
    /// The document is larger than the limit.
    #[error("`{address}` is larger than {limit} bytes")]
    TooLarge {
        /// Where.
        address: String,
        /// In bytes.
        limit: u64,
    },
    /// The bytes are not text.
    #[error("`{address}` is not UTF-8 text")]
    NotText {
        /// Where.
        address: String,
    },
    /// Anything the system or the network said.
    #[error("cannot read `{address}`")]
    Unreadable {
        /// Where.
        address: String,
        /// What the system or the network said.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Diagnostic for LoadError {
    fn help(&self) -> Option<String> {
        let text = match self {
            Self::NotFound { .. } => "check the path; letter case counts",
            Self::Status { .. } => "open the address in a browser; it may have moved or need a login",
            Self::NotAllowed { .. } => "copy the document to a place that may be read",
            Self::TooLarge { .. } => "split the document, or include less",
            Self::NotText { .. } => "save the document as UTF-8",
            Self::Unreadable { .. } => "check that the document is there and may be read",
        };
        Some(text.to_owned())
    }
}
