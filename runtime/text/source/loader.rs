//! The interface to load documents, and its errors.
//!
//! The implementation decides which addresses may be read, and reads them.

use crate::diagnostic::Diagnostic;

use super::address::Address;

/// Loads documents, and decides which addresses may be read. A document may be requested long after the definition was
/// loaded, and from any thread: see [`Text`](super::deferred::Text).
pub trait Loader: Send + Sync {
    /// The text at `address`.
    ///
    /// # Errors
    /// See [`LoadError`].
    fn load(&self, address: &Address) -> Result<String, LoadError>;

    /// Whether the document at `address` may be loaded as far as its address tells. Accesses nothing.
    ///
    /// # Errors
    /// [`LoadError::NotAllowed`].
    fn check(&self, address: &Address) -> Result<(), LoadError> {
        let _ = address;
        Ok(())
    }

    /// Announces the documents that will be loaded next, in this order and before those of earlier calls. A loader of
    /// remote documents begins to fetch them; others do nothing.
    fn prefetch(&self, addresses: &[Address]) {
        let _ = addresses;
    }
}

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("there is no file at `{address}`")]
    NotFound { address: String },
    /// The status of the response is not 2xx.
    #[error("`{address}`: the server responded with {status}")]
    Status { address: String, status: u16 },
    /// The document may not be read. Does not tell whether it exists.
    #[error("`{address}` {why}")]
    NotAllowed {
        address: String,
        /// What follows the address: ``is outside of `/folder` ``.
        why: String,
        help: String,
    },
    #[error("`{address}` is larger than {limit} bytes")]
    TooLarge { address: String, limit: u64 },
    #[error("`{address}` is not UTF-8 text")]
    NotText { address: String },
    #[error("cannot read `{address}`")]
    Unreadable {
        address: String,
        /// The error of the system or the network.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Diagnostic for LoadError {
    fn help(&self) -> Option<String> {
        let text = match self {
            Self::NotAllowed { help, .. } => help,
            Self::NotFound { .. } => "Check the path, which is case-sensitive.",
            Self::Status { .. } => "Open the URL in a browser: it may have moved or require a login.",
            Self::TooLarge { .. } => "Split the document, or include less.",
            Self::NotText { .. } => "Save the document as UTF-8.",
            Self::Unreadable { .. } => "Check that the document exists and is readable.",
        };
        Some(text.to_owned())
    }
}
