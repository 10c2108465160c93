//! JSON of an already parsed definition, as RAML tools write it: `resources` is a list with `relativeUri` and
//! `methods`, resource types and traits are applied.
//!
//! The tree is turned into the shape that RAML itself has, and read by [`super::raml`]. Keys that tools add are no
//! fault.

mod syntax;

use std::rc::Rc;
use std::sync::Arc;

use super::documents::Documents;
use super::model::Definition;
use super::node::{Entry, Kind, Node};
use super::problem::{Consequence, Found, Problem};
use super::raml;
use crate::span::{Location, SourceFile, Span};

/// Keys of the root, of which a definition without resources has at least one beside its title.
const MARKS: [&str; 6] = ["resources", "baseUri", "mediaType", "securitySchemes", "documentation", "schemas"];

/// The definition in `file`, the root document; none when it is another kind of JSON, which is reported.
pub(super) fn read(documents: &mut Documents<'_>, file: &Arc<SourceFile>) -> Option<Definition> {
    let root = match syntax::parse(file.text()) {
        Ok(root) => root,
        Err(fault) => {
            let location = Location::new(file, Span::new(fault.at, fault.at));
            let (message, consequence) = (fault.message.to_owned(), Consequence::RestSkipped);
            documents.report(Problem::Syntax { location, message, consequence });
            return None;
        }
    };
    documents.spend_nodes(root.nodes, root.node.place);
    // Some tools put the definition beside a list of the errors found in it.
    let node = root.node.get("specification").unwrap_or(&root.node);
    if node.get("title").is_none() || !MARKS.iter().any(|mark| node.get(mark).is_some()) {
        let found = match node.get("swagger").or(node.get("openapi")) {
            Some(_) => Found::OpenApi,
            None => Found::OtherJson,
        };
        let location = Location::new(file, Span::new(0, 0));
        documents.report(Problem::NotADefinition { location, found });
        return None;
    }
    Some(raml::read(documents, &raml_form(node), true))
}

/// A resource, or the root, with its `resources` and `methods` as keys of their own; types and traits left out.
fn raml_form(node: &Rc<Node>) -> Rc<Node> {
    let mut entries = Vec::with_capacity(node.entries().len());
    for entry in node.entries() {
        match (&*entry.key, &entry.value.kind) {
            ("resources", Kind::Sequence(items)) => {
                entries.extend(items.iter().filter_map(|item| named(item, "relativeUri", raml_form(item))));
            }
            ("methods", Kind::Sequence(items)) => {
                entries.extend(items.iter().filter_map(|item| named(item, "method", without_traits(item))));
            }
            ("type" | "is" | "resourceTypes" | "traits", _) => {}
            _ => entries.push(entry.clone()),
        }
    }
    Node::mapping(node.place, entries)
}

/// `content` under the name that `item` bears in its key `name`.
fn named(item: &Node, name: &str, content: Rc<Node>) -> Option<Entry> {
    let name = item.get(name)?;
    Some(Entry { key: name.as_str()?.into(), place: name.place, value: content })
}

fn without_traits(node: &Rc<Node>) -> Rc<Node> {
    let kept = node.entries().iter().filter(|entry| &*entry.key != "is").cloned().collect();
    Node::mapping(node.place, kept)
}
