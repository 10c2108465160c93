//! Converts nodes to JSON, and to text to send.

use crate::model::Annotation;
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;

use crate::openapi::context::Context;

impl Context<'_, '_> {
    /// A scalar as text, any other value as JSON; `None` for null.
    pub(super) fn any_text(&mut self, node: &Node) -> Option<String> {
        match &node.kind {
            NodeKind::Null => None,
            NodeKind::Scalar { .. } => self.documents.text("", node),
            _ => {
                let text = value::json(self.documents, node).to_string();
                self.documents.spend_text(text.len(), node.location).then_some(text)
            }
        }
    }

    pub(super) fn annotations(&mut self, entries: &[Entry]) -> Vec<Annotation> {
        let own = entries.iter().filter(|entry| entry.key.starts_with("x-"));
        own.map(|entry| Annotation { name: entry.key.to_string(), value: value::json(self.documents, &entry.value) })
            .collect()
    }
}
