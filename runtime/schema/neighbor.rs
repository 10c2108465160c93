//! The documents beside a schema, to which its `$ref`s may lead: `{"$ref": "user.json#/definitions/name"}`.

use std::fmt::Debug;
use std::sync::Arc;

use apinb_text::source::deferred::Text;

/// Finds the documents beside a schema. The caller decides what may be read.
pub trait Neighbors: Debug + Send + Sync {
    /// The document at `reference`, which is relative to the document of the schema and has no fragment.
    fn find(&self, reference: &str) -> Option<Neighbor>;
}

/// A document beside a schema.
#[derive(Debug)]
pub struct Neighbor {
    /// The same for all references to the document.
    pub name: String,
    pub text: Text,
    /// Finds the documents beside this one.
    pub neighbors: Arc<dyn Neighbors>,
}
