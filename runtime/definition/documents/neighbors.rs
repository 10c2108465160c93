//! The documents that the `$ref`s of JSON schemas lead to: `{"$ref": "user.json"}`. They are read when a schema is first
//! used.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use apinb_schema::neighbor::{Neighbor, Neighbors};
use apinb_text::source::address::Address;
use apinb_text::source::deferred::{Deferred, Text};
use apinb_text::source::span::Location;

use crate::documents::deferred::DeferredDocument;
use crate::documents::loader::BudgetedLoader;
use crate::limits::MAX_DOCUMENTS;

/// The documents that schemas refer to, by their address. All schemas of a definition share them.
pub(crate) type SchemaDocuments = Arc<Mutex<HashMap<Address, Arc<DeferredDocument>>>>;

/// The documents beside the one at `address`.
#[derive(Clone)]
pub(crate) struct SchemaNeighbors {
    pub(crate) address: Address,
    pub(crate) root: Address,
    pub(crate) loader: Arc<BudgetedLoader>,
    pub(crate) known: SchemaDocuments,
    /// The schema that is written in the definition.
    pub(crate) location: Location,
}

impl Neighbors for SchemaNeighbors {
    fn find(&self, reference: &str) -> Option<Neighbor> {
        let address = self.address.resolve(reference, &self.root);
        let document = self.document(&address, reference)?;
        // An unreadable document has no schema; the `$ref` is reported.
        document.file()?;
        let text = Text::from(document as Arc<dyn Deferred>);
        let neighbors = Arc::new(Self { address: address.clone(), ..self.clone() });
        Some(Neighbor { name: address.to_string(), text, neighbors })
    }
}

impl SchemaNeighbors {
    fn document(&self, address: &Address, reference: &str) -> Option<Arc<DeferredDocument>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = known.get(address) {
            return Some(Arc::clone(document));
        }
        if known.len() >= MAX_DOCUMENTS || self.loader.check(address).is_err() {
            return None;
        }
        let document = DeferredDocument::new(address.clone(), self.location.clone(), reference, &self.loader);
        let document = Arc::new(document);
        known.insert(address.clone(), Arc::clone(&document));
        Some(document)
    }
}

impl fmt::Debug for SchemaNeighbors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaNeighbors").field("address", &self.address).finish_non_exhaustive()
    }
}
