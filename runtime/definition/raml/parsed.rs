//! Reads the JSON of an already parsed definition, as RAML tools write it: `resources` is a list with `relativeUri` and
//! `methods`; resource types and traits are applied.
//!
//! Converts the tree to the structure of RAML, which [`crate::raml`] then reads. Accepts keys that tools add.

use std::rc::Rc;

use crate::documents::Documents;
use crate::documents::diagnostic::{DocumentDiagnostic, Found};
use crate::model::Definition;
use crate::raml;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};

/// Keys of the root. A definition has at least one of them besides its title.
const MARKS: [&str; 6] = ["resources", "baseUri", "mediaType", "securitySchemes", "documentation", "schemas"];

/// Reads the definition from its root node. Reports other kinds of JSON and returns `None`.
pub(crate) fn read(documents: &mut Documents<'_>, root: &Rc<Node>) -> Option<Definition> {
    // Some tools nest the definition next to a list of its errors.
    let node = root.get("specification").unwrap_or(root);
    if node.get("title").is_none() || !MARKS.iter().any(|mark| node.get(mark).is_some()) {
        let location = documents.locate(NodeLocation { end: 0, start: 0, ..root.location });
        documents.report(DocumentDiagnostic::NotADefinition { location, found: Found::OtherJson });
        return None;
    }
    Some(raml::read(documents, &raml_form(node), raml::language::Version::V08, true))
}

/// Converts a resource, or the root: turns `resources` and `methods` into keys, and removes types and traits.
fn raml_form(node: &Rc<Node>) -> Rc<Node> {
    let mut entries = Vec::with_capacity(node.entries().len());
    for entry in node.entries() {
        match (&*entry.key, &entry.value.kind) {
            ("resources", NodeKind::Sequence(items)) => {
                entries.extend(items.iter().filter_map(|item| named(item, "relativeUri", raml_form(item))));
            }
            ("methods", NodeKind::Sequence(items)) => {
                entries.extend(items.iter().filter_map(|item| named(item, "method", without_traits(item))));
            }
            ("type" | "is" | "resourceTypes" | "traits", _) => {}
            _ => entries.push(entry.clone()),
        }
    }
    Node::mapping(node.location, entries)
}

/// An entry for `content`, with the value of `item`'s key `name` as its key.
fn named(item: &Node, name: &str, content: Rc<Node>) -> Option<Entry> {
    let name = item.get(name)?;
    Some(Entry { key: name.as_str()?.into(), location: name.location, value: content })
}

fn without_traits(node: &Rc<Node>) -> Rc<Node> {
    let kept = node.entries().iter().filter(|entry| &*entry.key != "is").cloned().collect();
    Node::mapping(node.location, kept)
}
