//! The documents beside a schema, to which its `$ref`s may lead: `{"$ref": "user.json#/definitions/name"}`.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::sync::Arc;

use serde_json::Value;

use apinb_text::source::deferred::Text;

use crate::schema::Schema;

/// Maximum number of documents that the `$ref`s of one document lead to.
const MAX_NEIGHBORS: usize = 500;

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

/// The readable documents that the `$ref`s in `document` lead to, by the reference without its fragment.
pub(super) fn all(document: &Value, neighbors: &dyn Neighbors) -> HashMap<String, (String, Schema)> {
    let mut references = HashSet::new();
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let place = fields.get("$ref").and_then(Value::as_str).map(place);
                references.extend(place.filter(|place| !place.is_empty() && !place.contains(':')));
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let found = references.into_iter().take(MAX_NEIGHBORS).filter_map(|reference| {
        let Neighbor { name, text, neighbors } = neighbors.find(reference)?;
        let schema = Schema::from_text(text).beside(neighbors);
        schema.json().is_some().then(|| (reference.to_owned(), (name, schema)))
    });
    found.collect()
}

/// A reference without its fragment.
fn place(reference: &str) -> &str {
    reference.split_once('#').map_or(reference, |(place, _)| place)
}
