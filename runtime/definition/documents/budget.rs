//! Counts the nodes and the copied text of a definition against its limits. Reports each exceeded limit once.

use crate::limits::{MAX_DEPTH, MAX_TEXT_BYTES, MIN_NODES, max_nodes};
use crate::tree::budget::Budget;
use crate::tree::node::NodeLocation;

use crate::documents::Documents;
use crate::documents::diagnostic::{DocumentDiagnostic, Limit};

impl Documents<'_> {
    /// The number of nodes that may be read or made. It grows with the bytes of the documents read so far.
    pub(crate) fn max_nodes(&self) -> u64 {
        max_nodes(self.loader.bytes())
    }

    /// Counts `count` more nodes; false once the limit is exceeded.
    pub(crate) fn spend_nodes(&mut self, count: usize, location: NodeLocation) -> bool {
        self.nodes = self.nodes.saturating_add(count as u64);
        if self.nodes <= MIN_NODES {
            return true;
        }
        let limit = self.max_nodes();
        self.nodes <= limit || self.report_limit_once("nodes", Limit::Nodes(limit), location)
    }

    /// Counts text that is copied into the model; false once the limit is exceeded.
    pub(crate) fn spend_text(&mut self, bytes: usize, location: NodeLocation) -> bool {
        self.text_bytes = self.text_bytes.saturating_add(bytes as u64);
        self.text_bytes <= MAX_TEXT_BYTES || self.report_limit_once("text", Limit::TextBytes(MAX_TEXT_BYTES), location)
    }

    /// Reports that nesting is too deep at `location`.
    pub(crate) fn too_deep(&mut self, location: NodeLocation) {
        let location = self.locate(location);
        self.report(DocumentDiagnostic::Limit { location, limit: Limit::Depth(MAX_DEPTH) });
    }

    /// Reports a limit of the whole definition, unless it was reported before. Always returns false.
    pub(super) fn report_limit_once(&mut self, name: &'static str, limit: Limit, location: NodeLocation) -> bool {
        if self.limits_reported.insert(name) {
            let location = self.locate(location);
            self.report(DocumentDiagnostic::Limit { location, limit });
        }
        false
    }
}

impl Budget for Documents<'_> {
    fn spend_nodes(&mut self, count: usize, location: NodeLocation) -> bool {
        Self::spend_nodes(self, count, location)
    }

    fn spend_text(&mut self, bytes: usize, location: NodeLocation) -> bool {
        Self::spend_text(self, bytes, location)
    }
}
