//! What every reader of an OpenAPI tree needs: the version, the documents, and ways to take a value or report that it is
//! of the wrong kind.

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::Documents;
use crate::limits::MODEL_NODES;
use crate::tree::node::{Entry, Kind, Node, NodeLocation};
use crate::tree::value::boolean;

use crate::openapi::state::{References, SchemaNames};
use crate::openapi::version::Version;

/// One definition that is being read.
pub(super) struct Context<'c, 'd> {
    pub(super) documents: &'c mut Documents<'d>,
    pub(super) version: Version,
    pub(super) references: References,
    pub(super) names: SchemaNames,
    /// The root's {consumes} and {produces}.
    pub(super) consumes: Rc<[String]>,
    pub(super) produces: Rc<[String]>,
    pub(super) security_schemes: HashSet<String>,
}

impl Context<'_, '_> {
    /// The entries of a map; nothing has none.
    pub(super) fn map<'n>(&mut self, key: &str, node: &'n Node) -> &'n [Entry] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            Kind::Null => &[],
            _ => {
                self.wrong_kind(key, node, "a map");
                &[]
            }
        }
    }

    /// The items of a list; nothing has none.
    pub(super) fn list<'n>(&mut self, key: &str, node: &'n Node) -> &'n [Rc<Node>] {
        match &node.kind {
            Kind::Sequence(items) => items,
            Kind::Null => &[],
            _ => {
                self.wrong_kind(key, node, "a list");
                &[]
            }
        }
    }

    /// A text, or any other single value as it is written; nothing is none.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        self.item_text(&entry.key, &entry.value)
    }

    /// [`Self::text`] of a value whose key is known otherwise.
    pub(super) fn item_text(&mut self, key: &str, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Null => None,
            Kind::Scalar { text, .. } => {
                let text = text.as_str();
                self.documents.spend_text(text.len(), node.location).then(|| text.to_owned())
            }
            _ => {
                self.wrong_kind(key, node, "a string");
                None
            }
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, entry: &Entry) -> Vec<String> {
        let items = self.list(&entry.key, &entry.value);
        if !self.documents.spend_nodes(items.len(), entry.location) {
            return Vec::new();
        }
        items.iter().filter_map(|item| self.item_text(&entry.key, item)).collect()
    }

    /// `true` or `false`; anything else is reported, and counts as not said.
    pub(super) fn boolean(&mut self, entry: &Entry) -> Option<bool> {
        match &entry.value.kind {
            Kind::Null => None,
            Kind::Scalar { text, plain: true } if boolean(text.as_str()).is_some() => boolean(text.as_str()),
            _ => {
                self.wrong_kind(&entry.key, &entry.value, "`true` or `false`");
                None
            }
        }
    }

    /// Counts one more resource, method, parameter, body or response; false when there are too many.
    pub(super) fn spend(&mut self, location: NodeLocation) -> bool {
        self.documents.spend_nodes(MODEL_NODES, location)
    }

    /// A key that means nothing here. What starts with `x-` is the author's own.
    pub(super) fn unknown_key(&mut self, entry: &Entry, within: &'static str, known: &[&'static str]) {
        if !entry.key.starts_with("x-") {
            self.documents.unknown_key(entry, within, known);
        }
    }

    pub(super) fn wrong_kind(&mut self, key: &str, node: &Node, expected: &'static str) {
        self.documents.wrong_kind(key, node, expected);
    }

    pub(super) fn invalid(&mut self, key: &str, value: &str, location: NodeLocation, expected: &str) {
        self.documents.invalid(key, value, location, expected);
    }

    pub(super) fn missing(&mut self, key: &'static str, within: &'static str, location: NodeLocation) {
        self.documents.missing(key, within, location);
    }
}
