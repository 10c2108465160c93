//! API definitions: from the text of a RAML document (and what it includes) to one [`model`] of the API.
//!
//! Reading files and URLs is the caller's: it passes a [`Loader`].

pub mod model;
pub mod raml;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::span::SourceFile;
use model::Definition;

/// Where a document is: an absolute file path, or an `http`/`https` URL. Relative include paths are resolved against
/// the including document's location.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// An absolute path with `/` as separator and no `.` or `..` in it.
    File(String),
    /// An absolute URL.
    Url(url::Url),
}

/// Gives the text of documents; decides which places may be read.
pub trait Loader {
    /// The text at `address`.
    ///
    /// # Errors
    /// [`LoadError`] says why there is none.
    fn load(&self, address: &Address) -> Result<String, LoadError>;
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

/// What loading a definition gave: as much of it as can be used, and everything that is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The definition; none when the root document could not be read as one at all.
    pub definition: Option<Definition>,
    /// Every fault found, in the order found.
    pub problems: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// Every document that was read, the root first.
    pub sources: Vec<Arc<SourceFile>>,
}
