//! What every reader of an OpenAPI tree needs: the version, the documents, and ways to take a value or report that it is
//! of the wrong kind.

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::Documents;
use crate::limits::MODEL_NODES;
use crate::tree::node::{Entry, Kind, NodeLocation};
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
    /// A text, or any other single value as it is written; nothing is none.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        self.documents.text(&entry.key, &entry.value)
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, entry: &Entry) -> Vec<String> {
        let items = self.documents.list(&entry.key, &entry.value);
        if !self.documents.spend_nodes(items.len(), entry.location) {
            return Vec::new();
        }
        items.iter().filter_map(|item| self.documents.text(&entry.key, item)).collect()
    }

    /// `true` or `false`; anything else is reported, and counts as not said.
    pub(super) fn boolean(&mut self, entry: &Entry) -> Option<bool> {
        match &entry.value.kind {
            Kind::Null => None,
            Kind::Scalar { text, plain: true } if boolean(text.as_str()).is_some() => boolean(text.as_str()),
            _ => {
                self.documents.wrong_kind(&entry.key, &entry.value, "`true` or `false`");
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
}
