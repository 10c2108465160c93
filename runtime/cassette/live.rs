//! An exchange of a run, before it is recorded.

use std::fmt;
use std::sync::Arc;

/// A request and its response, with the secrets themselves.
#[derive(Clone)]
pub struct Exchange {
    /// The order in which requests were sent.
    pub number: u64,
    /// The number of the cell that called; none for a document.
    pub cell: Option<usize>,
    /// Whether it was refused before, and was sent again with new credentials.
    pub is_signed_anew: bool,
    pub method: String,
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    pub request_body: Body,
    pub status: u16,
    pub status_text: Option<String>,
    pub version: String,
    pub response_headers: Vec<(String, String)>,
    pub response_body: Body,
}

/// The bytes of a body, however their owner holds them.
pub type Body = Arc<dyn AsRef<[u8]> + Send + Sync>;

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Anything else may hold a secret.
        f.debug_struct("Exchange").field("number", &self.number).field("cell", &self.cell).finish_non_exhaustive()
    }
}
