//! The state shared by all OpenAPI readers: version and documents, and functions that read a value or report one of the
//! wrong kind.

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::Documents;
use crate::limits::MODEL_NODES;
use crate::tree::node::{Entry, NodeKind, NodeLocation};
use crate::tree::value::boolean;

use crate::openapi::diagnostic::OpenApiDiagnostic;
use crate::openapi::state::{References, SchemaNames};
use crate::openapi::version::Version;

/// The definition being read.
pub(super) struct Context<'c, 'd> {
    pub(super) documents: &'c mut Documents<'d>,
    pub(super) version: Version,
    pub(super) references: References,
    pub(super) names: SchemaNames,
    /// {consumes} and {produces} of the root.
    pub(super) consumes: Rc<[String]>,
    pub(super) produces: Rc<[String]>,
    pub(super) security_schemes: HashSet<String>,
    /// The {operationId}s so far.
    pub(super) operations: HashSet<String>,
}

impl Context<'_, '_> {
    /// The text of a scalar as written; `None` for null.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        self.documents.text(&entry.key, &entry.value)
    }

    pub(super) fn texts(&mut self, entry: &Entry) -> Vec<String> {
        let items = self.documents.list(&entry.key, &entry.value);
        if !self.documents.spend_nodes(items.len(), entry.location) {
            return Vec::new();
        }
        items.iter().filter_map(|item| self.documents.text(&entry.key, item)).collect()
    }

    /// `true` or `false`. Reports any other value except null, and returns `None`.
    pub(super) fn boolean(&mut self, entry: &Entry) -> Option<bool> {
        match &entry.value.kind {
            NodeKind::Null => None,
            NodeKind::Scalar { text, plain: true } if boolean(text.as_str()).is_some() => boolean(text.as_str()),
            _ => {
                self.documents.wrong_kind(&entry.key, &entry.value, "`true` or `false`");
                None
            }
        }
    }

    /// Counts one more resource, method, parameter, body or response; false once the limit is exceeded.
    pub(super) fn spend(&mut self, location: NodeLocation) -> bool {
        self.documents.spend_nodes(MODEL_NODES, location)
    }

    /// Reports a second declaration of `subject`.
    pub(super) fn duplicate(&mut self, subject: String, help: &'static str, location: NodeLocation) {
        let location = self.documents.locate(location);
        self.documents.report(OpenApiDiagnostic::Duplicate { location, subject, help });
    }
}
